// A list: one box chooses the whole page, Escape leaves a cell that is being edited.
class PmRecords extends HTMLElement {
  connectedCallback() {
    if (this.ready) {
      return;
    }
    this.ready = true;
    this.addEventListener("change", (event) => this.chosen(event.target));
    this.addEventListener("keydown", (event) => this.left(event));
    this.addEventListener("htmx:afterSwap", (event) => {
      event.target.querySelector?.(".cell-form [autofocus]")?.focus();
    });
  }

  get boxes() {
    return [...this.querySelectorAll("input[name=pk]")];
  }

  chosen(box) {
    if (box.matches("[data-all]")) {
      this.boxes.forEach((each) => {
        each.checked = box.checked;
      });
    }
    if (!box.matches("[data-all], input[name=pk]")) {
      return;
    }
    const many = this.boxes.filter((each) => each.checked).length;
    const count = this.querySelector("[data-count]");
    if (count) {
      count.textContent = String(many);
    }
  }

  left(event) {
    const form = event.target.closest?.(".cell-form");
    if (event.key === "Escape" && form) {
      event.stopPropagation();
      form.querySelector("[data-cancel]")?.click();
    }
  }
}

customElements.define("pm-records", PmRecords);
