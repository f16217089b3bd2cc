// Notifications by keyboard: j and k move, e takes as read or unread, m mutes, Enter opens.
// The keys are silent while one types, and where single keys are switched off.
const TYPING = "input:not([type=checkbox], [type=hidden]), textarea, select, [contenteditable=true]";
let place = 0;

class PmNotifications extends HTMLElement {
  connectedCallback() {
    this.listener = (event) => this.pressed(event);
    document.addEventListener("keydown", this.listener);
    if (this.constructor.shown) {
      document.body.dispatchEvent(new CustomEvent("pm:read"));
      this.focusAt(place);
    }
    this.constructor.shown = true;
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.listener);
  }

  get rows() {
    return [...this.querySelectorAll(".told-one")];
  }

  get at() {
    return this.rows.findIndex((row) => row.contains(document.activeElement));
  }

  pressed(event) {
    const busy = event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented;
    const keys = document.querySelector("pm-keys");
    if (busy || !keys?.on || event.target.closest?.(TYPING) || document.querySelector("dialog[open]")) {
      return;
    }
    if (event.key === "j" || event.key === "k") {
      event.preventDefault();
      this.focusAt(this.at + (event.key === "j" ? 1 : -1));
    } else if (["e", "m"].includes(event.key) && this.at >= 0) {
      event.preventDefault();
      place = this.at;
      this.rows[place].querySelector(`[data-act="${event.key}"]`)?.click();
    }
  }

  focusAt(number) {
    const rows = this.rows;
    const row = rows[Math.max(0, Math.min(number, rows.length - 1))];
    row?.querySelector(".told-words:not([disabled]), .told-acts button")?.focus();
  }
}

customElements.define("pm-notifications", PmNotifications);
