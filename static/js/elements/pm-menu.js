// Places a popover below its button and lets arrow keys walk through it. The browser opens and
// closes it. With data-load its content is fetched when it first opens.
const GAP = 4;
const EDGE = 12;

export class PmMenu extends HTMLElement {
  connectedCallback() {
    this.button = this.querySelector("[popovertarget]");
    this.list = this.querySelector("[popover]");
    if (!this.button || !this.list || this.ready) {
      return;
    }
    this.ready = true;
    this.button.setAttribute("aria-expanded", "false");
    this.list.addEventListener("toggle", (event) => this.toggled(event.newState === "open"));
    this.list.addEventListener("keydown", (event) => this.walk(event));
    this.list.addEventListener("click", (event) => this.chosen(event));
    this.button.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown") {
        event.preventDefault();
        this.open();
      }
    });
  }

  get items() {
    return [...this.list.querySelectorAll("a[href], button:not([disabled])")];
  }

  open() {
    if (!this.list.matches(":popover-open")) {
      this.list.showPopover();
    }
    this.items[0]?.focus();
  }

  toggled(open) {
    this.button.setAttribute("aria-expanded", String(open));
    if (open) {
      this.place();
      this.load();
    } else {
      this.list.removeAttribute("style");
    }
  }

  // What replaces a region closes the menu first, or htmx would carry its place into the new one.
  chosen(event) {
    const item = event.target.closest("a, button");
    if (item?.closest("[hx-get], [hx-post]")) {
      this.list.hidePopover();
      this.list.removeAttribute("style");
    }
  }

  place() {
    this.list.classList.add("is-placed");
    const button = this.button.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.list;
    const right = document.documentElement.clientWidth - EDGE;
    const left = button.left + width > right ? button.right - width : button.left;
    const below = button.bottom + GAP;
    const above = button.top - GAP - height;
    this.list.style.left = `${Math.max(EDGE, Math.min(left, right - width))}px`;
    this.list.style.top = `${below + height > innerHeight && above > 0 ? above : below}px`;
  }

  async load() {
    if (!this.dataset.load || this.loaded) {
      return;
    }
    this.loaded = true;
    const answer = await fetch(this.dataset.load, { headers: { "HX-Request": "true" } });
    if (answer.ok && !answer.redirected) {
      const target = document.getElementById(this.dataset.target);
      target.outerHTML = await answer.text();
    }
  }

  walk(event) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) {
      return;
    }
    event.preventDefault();
    const items = this.items;
    const next = items.indexOf(document.activeElement) + step;
    items[(next + items.length) % items.length]?.focus();
  }
}

customElements.define("pm-menu", PmMenu);
