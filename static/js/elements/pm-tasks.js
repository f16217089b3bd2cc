// My tasks by keyboard: n new, j and k or the arrows move, x done, e edit, s snooze.
// After an act the page is shown again; the next line then has the focus.
const STORE = "pm-tasks-at";
const TYPING = "input, textarea, select, [contenteditable=true]";

class PmTasks extends HTMLElement {
  connectedCallback() {
    this.listener = (event) => this.pressed(event);
    document.addEventListener("keydown", this.listener);
    this.addEventListener("submit", () => this.remember());
    this.restore();
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.listener);
  }

  get lines() {
    return [...this.querySelectorAll("[data-task]")];
  }

  get here() {
    return this.lines.findIndex((line) => line.contains(document.activeElement));
  }

  pressed(event) {
    const off = localStorage.getItem("pm-keys") === "off";
    const busy = event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented;
    if (off || busy || document.querySelector("dialog[open], :popover-open")) {
      return;
    }
    if (event.target.closest?.(TYPING)) {
      return;
    }
    // Runs before the page's own keys, which take "g n" for two.
    if (document.querySelector("pm-keys")?.going) {
      return;
    }
    if (this.act(event.key)) {
      event.preventDefault();
    }
  }

  act(key) {
    const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[key];
    if (step) {
      return this.focus(this.here < 0 ? 0 : this.here + step);
    }
    if (key === "n") {
      this.querySelector("[data-quick]")?.focus();
      return true;
    }
    const line = this.lines[this.here];
    if (!line) {
      return false;
    }
    if (key === "e") {
      location.assign(line.dataset.edit ?? line.querySelector("[data-open-task]").href);
      return true;
    }
    const form = line.querySelector({ x: "[data-done]", s: "[data-snooze]" }[key] ?? "none");
    form?.requestSubmit();
    return Boolean(form);
  }

  focus(index) {
    const line = this.lines[Math.max(0, Math.min(index, this.lines.length - 1))];
    line?.querySelector("[data-open-task]").focus();
    return Boolean(line);
  }

  remember() {
    sessionStorage.setItem(STORE, this.here < 0 ? "quick" : String(this.here));
  }

  restore() {
    const at = sessionStorage.getItem(STORE);
    sessionStorage.removeItem(STORE);
    if (at === "quick") {
      this.querySelector("[data-quick]")?.focus();
    } else if (at) {
      this.focus(Number(at));
    }
  }
}

customElements.define("pm-tasks", PmTasks);
