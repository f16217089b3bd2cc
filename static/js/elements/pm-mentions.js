// A text in which @ and # name people, teams and records: a list of names opens below the cursor's
// line of thought, arrows walk it, Enter or Tab takes one, Escape leaves. Without it names are typed.
const DELAY_MS = 140;
const TYPED = /(?:^|[\s([{])([@#])([^\s@#][^@#\n]{0,40})?$/;
const WORDS_AT_MOST = 4;

class PmMentions extends HTMLElement {
  connectedCallback() {
    if (this.ready) {
      return;
    }
    this.ready = true;
    this.text = this.querySelector("textarea");
    this.list = document.createElement("div");
    this.list.className = "mention-list";
    this.list.id = `${this.text.id}-names`;
    this.list.hidden = true;
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Names");
    this.said = document.createElement("span");
    this.said.className = "visually-hidden";
    this.said.setAttribute("role", "status");
    this.append(this.list, this.said);
    this.text.setAttribute("aria-autocomplete", "list");
    this.text.setAttribute("aria-haspopup", "listbox");
    this.text.setAttribute("aria-controls", this.list.id);
    this.text.autocomplete = "off";
    this.text.addEventListener("input", () => this.later());
    this.text.addEventListener("keydown", (event) => this.pressed(event));
    this.text.addEventListener("blur", () => this.close());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => this.take(event.target.closest("[role=option]")));
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option]")];
  }

  get asked() {
    const before = this.text.value.slice(0, this.text.selectionStart);
    const found = TYPED.exec(before);
    return found && (found[2] || "").split(/\s+/).length <= WORDS_AT_MOST
      ? { sign: found[1], word: found[2] || "" }
      : null;
  }

  later() {
    clearTimeout(this.timer);
    if (this.asked) {
      this.timer = setTimeout(() => this.ask(), DELAY_MS);
    } else {
      this.close();
    }
  }

  async ask() {
    const asked = this.asked;
    if (!asked) {
      this.close();
      return;
    }
    this.running?.abort();
    this.running = new AbortController();
    const url = `${this.dataset.src}?q=${encodeURIComponent(asked.sign + asked.word)}`;
    try {
      const answer = await fetch(url, { signal: this.running.signal });
      if (answer.ok && !answer.redirected) {
        this.show(await answer.text());
      }
    } catch (error) {
      if (error.name !== "AbortError") {
        this.close();
      }
    }
  }

  show(html) {
    this.list.innerHTML = html;
    this.options.forEach((option, at) => (option.id = `${this.list.id}-${at}`));
    const many = this.options.length;
    this.list.hidden = many === 0 || document.activeElement !== this.text;
    this.said.textContent = many ? `${many} ${many === 1 ? "name" : "names"}. Arrows choose, Enter takes.` : "";
    this.pick(0);
  }

  close() {
    clearTimeout(this.timer);
    this.running?.abort();
    this.list.hidden = true;
    this.text.removeAttribute("aria-activedescendant");
  }

  pick(index) {
    const options = this.options;
    this.at = options.length ? (index + options.length) % options.length : -1;
    options.forEach((option, place) => option.setAttribute("aria-selected", String(place === this.at)));
    const picked = options[this.at];
    if (picked && !this.list.hidden) {
      this.text.setAttribute("aria-activedescendant", picked.id);
      picked.scrollIntoView({ block: "nearest" });
    }
  }

  pressed(event) {
    if (this.list.hidden) {
      if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
        event.preventDefault();
        this.text.form.requestSubmit();
      }
      return;
    }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) {
      event.preventDefault();
      this.pick(this.at + step);
    } else if (event.key === "Escape") {
      event.preventDefault();
      event.stopPropagation();
      this.close();
    } else if (event.key === "Enter" || event.key === "Tab") {
      event.preventDefault();
      this.take(this.options[this.at]);
    }
  }

  take(option) {
    const asked = this.asked;
    if (!option || !asked) {
      return;
    }
    const end = this.text.selectionStart;
    const start = end - asked.word.length - 1;
    this.text.setRangeText(`${option.dataset.written} `, start, end, "end");
    if (!this.querySelector(`input[name=mention][value="${CSS.escape(option.dataset.ref)}"]`)) {
      const chosen = document.createElement("input");
      chosen.type = "hidden";
      chosen.name = "mention";
      chosen.value = option.dataset.ref;
      this.append(chosen);
    }
    this.close();
    this.text.focus();
  }
}

customElements.define("pm-mentions", PmMentions);
