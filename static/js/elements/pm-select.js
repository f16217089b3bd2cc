// A long select becomes one that can be searched. The library is fetched when one is on the page.
const base = () => document.querySelector("link[href*='css/tokens']").href.replace(/css\/tokens[^/]*$/, "");
let library;

const load = () => {
  library ??= new Promise((resolve, reject) => {
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = `${base()}vendor/tom-select/tom-select.bootstrap5.min.css`;
    document.head.prepend(style);
    const script = document.createElement("script");
    script.src = `${base()}vendor/tom-select/tom-select.complete.min.js`;
    script.onload = () => resolve(window.TomSelect);
    script.onerror = reject;
    document.head.append(script);
  });
  return library;
};

class PmSelect extends HTMLElement {
  async connectedCallback() {
    const select = this.querySelector("select");
    if (!select || select.tomselect) {
      return;
    }
    try {
      const TomSelect = await load();
      this.widget = new TomSelect(select, {
        maxOptions: 500,
        plugins: select.multiple ? ["remove_button"] : [],
        allowEmptyOption: true,
        refreshThrottle: 0, // Enter right after the letters takes what they found, not what was there
      });
      // The label now belongs to the widget's own field; the select only carries the value.
      select.setAttribute("aria-hidden", "true");
      select.hidden = true;
    } catch {
      this.classList.add("is-plain");
    }
  }

  disconnectedCallback() {
    this.widget?.destroy();
    this.widget = undefined;
  }
}

customElements.define("pm-select", PmSelect);
