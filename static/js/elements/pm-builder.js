// The filter builder: rows are added from the empty one, and taken away.
class PmBuilder extends HTMLElement {
  connectedCallback() {
    if (this.ready) {
      return;
    }
    this.ready = true;
    this.next = Number(this.dataset.next) || 1;
    this.querySelectorAll("[data-block]").forEach((block) => this.prepare(block));
    this.addEventListener("click", (event) => {
      const add = event.target.closest("[data-add]");
      const remove = event.target.closest("[data-remove]");
      if (add) {
        this.add(add.closest("[data-block]"));
      } else if (remove) {
        const block = remove.closest("[data-block]");
        remove.closest(".filter-row").remove();
        block.querySelector("[data-add]").focus();
      }
    });
    this.addEventListener("htmx:afterSwap", () => this.show());
    this.show();
  }

  // The empty row a block ends with becomes the pattern of those that are added.
  prepare(block) {
    const rows = [...block.querySelectorAll(".filter-row")];
    const empty = rows.at(-1);
    block.pattern = empty.cloneNode(true);
    if (rows.length > 1 || block.dataset.block !== "0") {
      empty.remove();
    }
  }

  show() {
    this.querySelectorAll("[data-add], [data-remove]").forEach((button) => {
      button.hidden = false;
    });
  }

  add(block) {
    const row = block.pattern.cloneNode(true);
    const number = this.next++;
    const before = row.dataset.row;
    row.dataset.row = number;
    row.querySelectorAll("[name], [id], [for]").forEach((each) => {
      ["name", "id", "for"].forEach((part) => {
        const text = each.getAttribute(part);
        if (text) {
          each.setAttribute(part, text.replace(`w-${before}-`, `w-${number}-`));
        }
      });
    });
    block.querySelector("[data-add]").before(row);
    window.htmx?.process(row);
    row.querySelector("select").focus();
  }
}

customElements.define("pm-builder", PmBuilder);
