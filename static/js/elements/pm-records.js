// A list: one box chooses the whole page, Escape leaves a cell that is being edited.
class PmRecords extends HTMLElement {
  connectedCallback() {
    if (this.ready) {
      return;
    }
    this.ready = true;
    this.addEventListener("change", (event) => this.chosen(event.target));
    this.addEventListener("click", (event) => this.stretch(event));
    this.addEventListener("keydown", (event) => this.left(event));
    window.addEventListener("pageshow", () => this.some(), { once: true }); // what was ticked before
    this.addEventListener("pm:rows", () => this.many && this.some());
    this.addEventListener("htmx:afterSwap", (event) => {
      event.target.querySelector?.(".cell-form [autofocus]")?.focus();
    });
  }

  get boxes() {
    const { book } = this.querySelector("table.records") ?? {};
    const boxes = book ? book.rows.map((row) => row.querySelector("input[name=pk]")) : [...this.querySelectorAll("input[name=pk]")];
    return boxes.filter(Boolean); // who may not change rows has none
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
    this.some();
  }

  // How many are chosen; the box for all of them says whether they are all, some or none.
  some() {
    const { boxes } = this;
    let many = 0;
    boxes.forEach((box) => {
      many += box.checked;
      box.closest("tr").classList.toggle("is-chosen", box.checked);
    });
    this.many = many;
    this.classList.toggle("is-choosing", many > 0);
    const all = this.querySelector("[data-all]");
    if (all) {
      all.checked = many > 0 && many === boxes.length;
      all.indeterminate = many > 0 && many < boxes.length;
    }
    const count = this.querySelector("[data-count]");
    if (count) {
      count.textContent = String(many);
    }
  }

  // Shift takes every row between this box and the one that was clicked last.
  stretch(event) {
    const box = event.target;
    if (!box.matches?.("input[name=pk]")) {
      return;
    }
    const boxes = this.boxes;
    const from = boxes.indexOf(this.last);
    if (event.shiftKey && from >= 0) {
      const to = boxes.indexOf(box);
      boxes.slice(Math.min(from, to), Math.max(from, to) + 1).forEach((each) => {
        each.checked = box.checked;
      });
      this.some();
    }
    this.last = box;
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
