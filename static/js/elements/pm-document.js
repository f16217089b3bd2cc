// Writing a document: a preview beside the text, what is inserted, and saving on the way.
const QUIET_MS = 400;
const SAVE_MS = 2500;

class PmDocument extends HTMLElement {
  connectedCallback() {
    this.form = this.querySelector("form");
    this.text = this.form.querySelector("textarea");
    this.form.addEventListener("input", () => this.changed());
    this.form.addEventListener("submit", () => clearTimeout(this.saving));
    this.addEventListener("click", (event) => this.pressed(event.target.closest("button")));
    this.text.addEventListener("keydown", (event) => this.key(event));
    this.show();
  }

  disconnectedCallback() {
    clearTimeout(this.drawing);
    clearTimeout(this.saving);
  }

  changed() {
    clearTimeout(this.drawing);
    clearTimeout(this.saving);
    this.drawing = setTimeout(() => this.show(), QUIET_MS);
    this.saving = setTimeout(() => this.save(), SAVE_MS);
  }

  post(url, extra) {
    const body = new FormData(this.form);
    Object.entries(extra).forEach(([name, value]) => body.set(name, value));
    return fetch(url, { method: "POST", body, headers: { "HX-Request": "true" } });
  }

  async show() {
    try {
      const answer = await this.post(this.dataset.preview, {});
      if (answer.ok) {
        const place = this.querySelector("#preview");
        const made = document.createRange().createContextualFragment(await answer.text());
        place.replaceWith(made);
      }
    } catch {
      // The preview comes with the next letter; nothing that was typed is lost.
    }
  }

  async save() {
    const place = document.getElementById("saved");
    try {
      const answer = await this.post(this.form.action || location.href, { autosave: "1" });
      if (answer.status === 409) {
        place.textContent = "Somebody else saved this document. Press Save to see both.";
        return;
      }
      if (!answer.ok) {
        place.textContent = "Not saved yet.";
        return;
      }
      const made = document.createRange().createContextualFragment(await answer.text());
      const saved = made.querySelector("#saved");
      this.form.elements.seen_version.value = saved.dataset.version;
      place.textContent = saved.textContent;
    } catch {
      place.textContent = "Not saved: the server could not be reached.";
    }
  }

  key(event) {
    if ((event.ctrlKey || event.metaKey) && event.key === "b") {
      event.preventDefault();
      this.wrap("**");
    } else if ((event.ctrlKey || event.metaKey) && event.key === "i") {
      event.preventDefault();
      this.wrap("_");
    } else if ((event.ctrlKey || event.metaKey) && event.key === "s") {
      event.preventDefault();
      this.form.requestSubmit();
    }
  }

  pressed(button) {
    if (button?.dataset.insert) {
      button.closest("[popover]")?.hidePopover();
      this.insert(`\n${button.dataset.insert}\n`);
    } else if (button?.dataset.wrap) {
      this.wrap(button.dataset.wrap);
    } else if (button?.dataset.line) {
      const start = this.text.value.lastIndexOf("\n", this.text.selectionStart - 1) + 1;
      this.text.setSelectionRange(start, start);
      this.insert(button.dataset.line);
    }
  }

  wrap(sign) {
    const { selectionStart: from, selectionEnd: to, value } = this.text;
    this.insert(`${sign}${value.slice(from, to)}${sign}`);
    if (from === to) {
      this.text.setSelectionRange(from + sign.length, from + sign.length);
    }
  }

  insert(words) {
    this.text.focus();
    // The one way that the browser's own undo knows of.
    if (!document.execCommand("insertText", false, words)) {
      this.text.setRangeText(words, this.text.selectionStart, this.text.selectionEnd, "end");
      this.changed();
    }
  }
}

customElements.define("pm-document", PmDocument);
