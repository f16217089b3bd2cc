// Draws an ECharts option with the page's colours, follows theme and width, and says its figures
// in a table beside it. Strings in the option that begin with "--" are tokens, with "@" formats.
const SHADES = ["--pm-accent", "--pm-chart-2", "--pm-chart-3", "--pm-chart-4", "--pm-chart-5", "--pm-chart-6"];
let library;

const load = (src) => {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = src;
    script.onload = () => resolve(window.echarts);
    script.onerror = reject;
    document.head.append(script);
  });
  return library;
};

const formats = {
  short: () => new Intl.NumberFormat("en-GB", { notation: "compact", maximumFractionDigits: 1 }),
  number: () => new Intl.NumberFormat("en-GB"),
  percent: () => new Intl.NumberFormat("en-GB", { style: "percent", maximumFractionDigits: 1 }),
  money: (currency) =>
    new Intl.NumberFormat("en-GB", { style: "currency", currency, maximumFractionDigits: 0 }),
  moneyshort: (currency) =>
    new Intl.NumberFormat("en-GB", { style: "currency", currency, notation: "compact" }),
};

const formatter = (text) => {
  const [name, detail] = text.slice(1).split(" ");
  const format = formats[name]?.(detail);
  if (!format) {
    return undefined;
  }
  return (given) => {
    const value = given?.value ?? given;
    const plain = Array.isArray(value) ? value.at(-1) : value;
    const figure = typeof plain === "object" ? plain?.value : plain;
    return figure === null || figure === undefined || figure === "-" ? "—" : format.format(figure);
  };
};

class PmChart extends HTMLElement {
  connectedCallback() {
    this.canvas = this.querySelector(".chart-canvas");
    this.redraw = () => this.draw();
    document.addEventListener("pm:theme", this.redraw);
    this.watch = new IntersectionObserver(([seen]) => {
      if (seen.isIntersecting) {
        this.watch.disconnect();
        this.draw();
      }
    });
    this.watch.observe(this);
  }

  disconnectedCallback() {
    document.removeEventListener("pm:theme", this.redraw);
    this.watch?.disconnect();
    this.size?.disconnect();
    this.drawing?.dispose();
    this.drawing = undefined;
  }

  token(name) {
    return getComputedStyle(this).getPropertyValue(name).trim();
  }

  resolve(value) {
    if (typeof value === "string") {
      return value.startsWith("--") ? this.token(value) : value.startsWith("@") ? formatter(value) : value;
    }
    if (Array.isArray(value)) {
      return value.map((item) => this.resolve(item));
    }
    if (value && typeof value === "object") {
      return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.resolve(item)]));
    }
    return value;
  }

  dressed(option) {
    const words = { color: this.token("--pm-quiet"), fontFamily: this.token("--pm-font"), fontSize: 11 };
    const line = this.token("--pm-line");
    const axis = (given, own) => {
      const dress = (one) => ({
        ...own,
        ...one,
        axisLabel: { ...words, hideOverlap: true, ...one.axisLabel },
        axisLine: { lineStyle: { color: line }, ...one.axisLine },
        axisTick: { show: false, ...one.axisTick },
        splitLine: { lineStyle: { color: line, opacity: 0.6 }, ...one.splitLine },
      });
      return Array.isArray(given) ? given.map(dress) : given && dress(given);
    };
    const dressed = {
      color: SHADES.map((name) => this.token(name)),
      textStyle: words,
      animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      animationDuration: 250,
      grid: { left: 8, right: 12, top: 24, bottom: 4, outerBoundsMode: "same", outerBoundsContain: "axisLabel" },
      aria: { enabled: false },
      ...option,
    };
    const label = { color: this.token("--pm-text"), fontSize: 11, textBorderWidth: 0 };
    dressed.series = [option.series ?? []].flat().map((one) => ({
      ...one,
      ...(one.label && { label: { ...label, ...one.label } }),
    }));
    dressed.xAxis = axis(option.xAxis, {});
    dressed.yAxis = axis(option.yAxis, {});
    if (option.legend) {
      dressed.legend = { textStyle: words, icon: "roundRect", itemHeight: 8, ...option.legend };
    }
    dressed.tooltip = {
      trigger: option.xAxis ? "axis" : "item",
      renderMode: "richText",
      confine: true,
      backgroundColor: this.token("--pm-raised"),
      borderColor: line,
      textStyle: { ...words, color: this.token("--pm-text") },
      ...option.tooltip,
    };
    return dressed;
  }

  async draw() {
    try {
      const echarts = await load(this.dataset.library);
      if (!this.isConnected) {
        return;
      }
      this.classList.add("is-drawn");
      this.drawing ??= echarts.init(this.canvas, null, { renderer: "svg" });
      this.drawing.setOption(this.dressed(this.resolve(JSON.parse(this.dataset.option))), true);
      this.size ??= new ResizeObserver(() => this.drawing?.resize());
      this.size.observe(this.canvas);
    } catch {
      this.querySelector(".chart-table")?.setAttribute("open", "");
    }
  }
}

customElements.define("pm-chart", PmChart);
