// The search field of the header as a combobox: its list is the search page's own region.
// Without this element the field is a form that opens that page.
const DELAY_MS = 140;

class PmPalette extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input[type=search]");
    this.list = this.querySelector(".palette-results");
    this.list.id = "palette-results";
    Object.entries({
      role: "combobox",
      "aria-expanded": "false",
      "aria-controls": this.list.id,
      "aria-autocomplete": "list",
      "aria-haspopup": "listbox",
    }).forEach(([name, value]) => this.input.setAttribute(name, value));
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", "Search results");
    this.input.addEventListener("input", () => this.later());
    this.input.addEventListener("click", () => this.ask());
    this.input.addEventListener("keydown", (event) => this.pressed(event));
    this.addEventListener("focusout", (event) => {
      if (!this.contains(event.relatedTarget)) {
        this.close();
      }
    });
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
  }

  get options() {
    return [...this.list.querySelectorAll("[role=option][href]")];
  }

  get opened() {
    return !this.list.hidden;
  }

  focusInput() {
    this.input.focus();
    this.input.select();
    this.ask();
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.ask(), DELAY_MS);
  }

  async ask() {
    clearTimeout(this.timer);
    this.running?.abort();
    this.running = new AbortController();
    const url = `${this.dataset.src}?q=${encodeURIComponent(this.input.value)}`;
    try {
      const answer = await fetch(url, {
        headers: { "HX-Request": "true" },
        signal: this.running.signal,
      });
      if (answer.redirected || answer.status === 404) {
        location.assign(url);
      } else if (answer.ok) {
        this.show(await answer.text());
      }
    } catch (error) {
      if (error.name !== "AbortError") {
        this.close();
      }
    }
  }

  show(html) {
    if (!this.contains(document.activeElement)) {
      return;
    }
    this.list.innerHTML = html;
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
    this.pick(0);
  }

  close() {
    this.running?.abort();
    clearTimeout(this.timer);
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
  }

  pick(index) {
    const options = this.options;
    this.at = options.length ? (index + options.length) % options.length : -1;
    options.forEach((option, place) => option.setAttribute("aria-selected", String(place === this.at)));
    const picked = options[this.at];
    if (picked) {
      this.input.setAttribute("aria-activedescendant", picked.id);
      picked.scrollIntoView({ block: "nearest" });
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  pressed(event) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (this.opened) {
        this.pick(this.at + (event.key === "ArrowDown" ? 1 : -1));
      } else {
        this.ask();
      }
    } else if (event.key === "Escape" && this.opened) {
      event.preventDefault();
      this.close();
    } else if (event.key === "Enter" && this.opened) {
      const picked = this.options[this.at];
      if (picked) {
        event.preventDefault();
        location.assign(picked.href);
      }
    }
  }
}

customElements.define("pm-palette", PmPalette);
