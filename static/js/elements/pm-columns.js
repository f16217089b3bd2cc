// The list of columns: dragged into another order; the form sends them as they stand.
const base = () => document.querySelector("link[href*='css/tokens']").href.replace(/css\/tokens[^/]*$/, "");

class PmColumns extends HTMLElement {
  connectedCallback() {
    const list = this.querySelector(".columns-list");
    if (this.ready || !list) {
      return;
    }
    this.ready = true;
    this.addEventListener("pointerenter", () => this.load(list), { once: true });
  }

  load(list) {
    const begin = () => window.Sortable?.create(list, { filter: "button", preventOnFilter: false, animation: 0 });
    if (window.Sortable) {
      begin();
      return;
    }
    const script = document.createElement("script");
    script.src = `${base()}vendor/sortablejs/Sortable.min.js`;
    script.onload = begin;
    document.head.append(script);
  }
}

customElements.define("pm-columns", PmColumns);
