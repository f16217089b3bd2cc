// Brings the page one is on into sight where there are more of them than fit.
class PmTabs extends HTMLElement {
  connectedCallback() {
    const bar = this.parentElement;
    const here = this.querySelector('[aria-current="page"]');
    if (here) {
      const [outer, inner] = [bar, here].map((one) => one.getBoundingClientRect());
      bar.scrollLeft += inner.left + inner.width / 2 - outer.left - outer.width / 2;
      bar.scrollTop += inner.top + inner.height / 2 - outer.top - outer.height / 2;
    }
  }
}

customElements.define("pm-tabs", PmTabs);
