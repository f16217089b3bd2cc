// A toast that leaves by itself. One that offers Undo stays longer, and waits while it is in use.
const PLAIN_MS = 6000;
const UNDO_MS = 12000;

class PmToast extends HTMLElement {
  connectedCallback() {
    this.querySelector(".toast-close")?.addEventListener("click", () => this.remove());
    this.addEventListener("pointerenter", () => this.wait());
    this.addEventListener("pointerleave", () => this.leave());
    this.addEventListener("focusin", () => this.wait());
    this.addEventListener("focusout", () => this.leave());
    this.leave();
  }

  disconnectedCallback() {
    this.wait();
  }

  wait() {
    clearTimeout(this.timer);
  }

  leave() {
    this.wait();
    const trouble = this.matches(".toast-error, .toast-warning");
    if (!trouble) {
      this.timer = setTimeout(() => this.remove(), this.querySelector("form") ? UNDO_MS : PLAIN_MS);
    }
  }
}

customElements.define("pm-toast", PmToast);
