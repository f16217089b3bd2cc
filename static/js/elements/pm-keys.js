// Single keys: `/` and Ctrl-K search, `c` new, `u` undo, `?` help, `g` and a letter move.
// Silent while typing, with a modifier, inside dialogs, and when switched off (Ctrl-K stays).
const STORE = "pm-keys";
const PATIENCE_MS = 1500;
const TYPING = "input:not([type=checkbox], [type=radio], [type=button]), textarea, select, [contenteditable=true]";

class PmKeys extends HTMLElement {
  connectedCallback() {
    this.listener = (event) => this.pressed(event);
    document.addEventListener("keydown", this.listener);
    this.toggle = document.querySelector("[data-keys-switch]");
    if (this.toggle) {
      this.toggle.checked = this.on;
      this.toggle.addEventListener("change", () => this.remember(this.toggle.checked));
    }
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.listener);
  }

  get on() {
    try {
      return localStorage.getItem(STORE) !== "off";
    } catch {
      return true;
    }
  }

  remember(on) {
    try {
      localStorage.setItem(STORE, on ? "on" : "off");
    } catch {
      this.toggle.checked = true;
    }
  }

  pressed(event) {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      document.querySelector("pm-palette")?.focusInput();
      return;
    }
    const busy = event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented;
    if (busy || !this.on || event.target.closest?.(TYPING) || document.querySelector("dialog[open]")) {
      return;
    }
    if (this.act(event.key)) {
      event.preventDefault();
    }
  }

  act(key) {
    if (this.going) {
      clearTimeout(this.going);
      this.going = 0;
      return this.go(key);
    }
    if (key === "g") {
      this.going = setTimeout(() => (this.going = 0), PATIENCE_MS);
      return true;
    }
    if (key === "/") {
      document.querySelector("pm-palette")?.focusInput();
      return true;
    }
    if (key === "c") {
      document.getElementById("menu-new")?.closest("pm-menu")?.open();
      return true;
    }
    if (key === "u") {
      const undo = [...document.querySelectorAll("#toasts .toast-undo")].at(-1);
      undo?.click();
      return Boolean(undo);
    }
    if (key === "?") {
      document.getElementById("keys-help")?.showModal();
      return true;
    }
    return false;
  }

  go(key) {
    const link = [...document.querySelectorAll("[data-go]")].find((found) => found.dataset.go === key);
    if (link) {
      location.assign(link.href);
    }
    return Boolean(link);
  }
}

customElements.define("pm-keys", PmKeys);
