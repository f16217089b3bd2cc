// Columns of a list are made wider by their edge, or by Alt and the arrows on their head. The widths
// go into the address, so that they are kept with it.
const LEAST = 60;
const MOST = 800;
const STEP = 20;

class PmWidths extends HTMLElement {
  connectedCallback() {
    if (this.ready) {
      return;
    }
    this.ready = true;
    this.heads.forEach((head) => {
      const edge = document.createElement("span");
      edge.className = "column-edge";
      edge.setAttribute("aria-hidden", "true");
      head.append(edge);
    });
    this.addEventListener("pointerdown", (event) => this.drag(event));
    this.addEventListener("keydown", (event) => this.key(event));
  }

  get heads() {
    return [...this.querySelectorAll("th[data-column]")];
  }

  column(head) {
    return this.querySelector("colgroup").children[head.cellIndex];
  }

  drag(event) {
    const head = event.target.closest(".column-edge")?.parentElement;
    if (!head) {
      return;
    }
    event.preventDefault();
    const from = event.clientX - head.offsetWidth;
    const move = ({ clientX }) => this.set(head, clientX - from);
    const up = () => {
      window.removeEventListener("pointermove", move);
      this.keep();
    };
    window.addEventListener("pointermove", move);
    window.addEventListener("pointerup", up, { once: true });
  }

  key(event) {
    const head = event.target.closest("th[data-column]");
    const step = { ArrowLeft: -STEP, ArrowRight: STEP }[event.key];
    if (head && step && event.altKey) {
      event.preventDefault();
      this.set(head, head.offsetWidth + step);
      this.keep();
    }
  }

  set(head, width) {
    const wide = Math.round(Math.max(LEAST, Math.min(MOST, width)));
    const table = this.querySelector("table");
    if (table.style.width) {
      table.style.width = `${table.offsetWidth + wide - head.offsetWidth}px`;
    }
    this.column(head).width = wide;
    head.dataset.width = wide;
  }

  keep() {
    const address = new URL(window.location.href);
    const asked = (address.searchParams.get("widths") ?? "").split(",").filter(Boolean);
    const kept = new Map(asked.map((part) => part.split(":")));
    this.heads.forEach((head) => head.dataset.width && kept.set(head.dataset.column, head.dataset.width));
    address.searchParams.set("widths", [...kept].map((part) => part.join(":")).join(","));
    window.history.replaceState(window.history.state, "", address);
  }
}

customElements.define("pm-widths", PmWidths);
