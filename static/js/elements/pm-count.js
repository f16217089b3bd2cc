// A number beside an entry of the navigation. Asks after the page is there and again while it is
// looked at; the server answers “not modified” as long as the number is the same.
const EVERY_MS = 15000;
const SOON_MS = 400; // a swap settles once for each element in it: they are one question

class PmCount extends HTMLElement {
  connectedCallback() {
    this.seen = () => {
      this.rest();
      if (!document.hidden) {
        this.timer = setTimeout(() => this.ask(), SOON_MS);
      }
    };
    document.addEventListener("visibilitychange", this.seen);
    document.addEventListener("htmx:afterSettle", this.seen);
    this.ask();
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this.seen);
    document.removeEventListener("htmx:afterSettle", this.seen);
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
        const known = this.tag;
        this.tag = answer.headers.get("ETag");
        this.textContent = await answer.text();
        if (known) {
          document.dispatchEvent(new CustomEvent("pm:waiting"));
        }
      }
    } catch {
      // The next turn asks again.
    }
    if (!document.hidden) {
      this.timer = setTimeout(() => this.ask(), EVERY_MS);
    }
  }
}

customElements.define("pm-count", PmCount);
