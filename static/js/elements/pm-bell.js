// How many notifications are unread. Asks after the page is there, and again while it is looked
// at; the server answers “not modified” as long as the number is the same.
const EVERY_MS = 20000;

class PmBell extends HTMLElement {
  connectedCallback() {
    this.again = () => this.ask();
    this.seen = () => (document.hidden ? this.rest() : this.again());
    document.addEventListener("visibilitychange", this.seen);
    document.body.addEventListener("pm:read", this.again);
    this.again();
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this.seen);
    document.body.removeEventListener("pm:read", this.again);
    this.rest();
  }

  rest() {
    clearTimeout(this.timer);
  }

  async ask() {
    this.rest();
    try {
      const headers = this.tag ? { "If-None-Match": this.tag } : {};
      const answer = await fetch(this.dataset.src, { headers, cache: "no-store" });
      if (answer.redirected || (answer.status >= 400 && answer.status < 500)) {
        return;
      }
      if (answer.status === 200) {
        this.tag = answer.headers.get("ETag");
        this.show(await answer.text());
      }
    } catch {
      // The next turn asks again.
    }
    if (!document.hidden) {
      this.timer = setTimeout(this.again, EVERY_MS);
    }
  }

  show(count) {
    const badge = this.querySelector(".bell-count");
    badge.hidden = !count;
    badge.textContent = count;
    this.querySelector("a").setAttribute(
      "aria-label",
      count ? `Notifications, ${count} unread` : "Notifications",
    );
  }
}

customElements.define("pm-bell", PmBell);
