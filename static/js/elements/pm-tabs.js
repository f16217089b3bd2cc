// Brings the page one is on into sight where its tabs are wider than the window.
class PmTabs extends HTMLElement {
  connectedCallback() {
    const bar = this.closest(".tabs");
    const here = this.querySelector('[aria-current="page"]');
    if (bar && here) {
      const [outer, inner] = [bar, here].map((one) => one.getBoundingClientRect());
      bar.scrollLeft += inner.left + inner.width / 2 - outer.left - outer.width / 2;
    }
  }
}

customElements.define("pm-tabs", PmTabs);
