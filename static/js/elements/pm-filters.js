// A filter form applies itself: choices at once, typing after a pause.
const PAUSE_MS = 350;

class PmFilters extends HTMLElement {
  connectedCallback() {
    const form = this.querySelector("form");
    if (!form || this.ready) {
      return;
    }
    this.ready = true;
    this.classList.add("is-live");
    form.addEventListener("change", (event) => {
      if (!event.target.matches("[type=search], [type=text]")) {
        this.apply(form);
      }
    });
    form.addEventListener("input", (event) => {
      if (event.target.matches("[type=search], [type=text]")) {
        clearTimeout(this.timer);
        this.timer = setTimeout(() => this.apply(form), PAUSE_MS);
      }
    });
    form.addEventListener("submit", () => clearTimeout(this.timer));
    form.addEventListener("formdata", ({ formData }) => {
      const empty = [...formData.entries()].filter(([, value]) => value === "");
      empty.forEach(([name]) => formData.delete(name));
    });
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  apply(form) {
    clearTimeout(this.timer);
    if (form.isConnected) {
      form.requestSubmit();
    }
  }
}

customElements.define("pm-filters", PmFilters);
