// How old the figures are. Asks once, and again only while something is being worked out;
// when that is done, it tells the page with the event `pm:fresh`.
const FIRST_MS = 2000;
const LONGEST_MS = 15000;

class PmFreshness extends HTMLElement {
  connectedCallback() {
    this.wait = FIRST_MS;
    this.wasStale = false;
    this.ask();
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }

  async ask() {
    try {
      const answer = await fetch(this.dataset.src, { headers: { "HX-Request": "true" } });
      if (!answer.ok || answer.redirected) {
        return;
      }
      this.innerHTML = await answer.text();
    } catch {
      this.later();
      return;
    }
    const stale = Boolean(this.querySelector("[data-stale=true]"));
    if (stale) {
      this.later();
    } else if (this.wasStale) {
      this.wait = FIRST_MS;
      document.body.dispatchEvent(new CustomEvent("pm:fresh", { bubbles: true }));
    }
    this.wasStale = stale;
  }

  later() {
    this.timer = setTimeout(() => this.ask(), this.wait);
    this.wait = Math.min(this.wait * 1.5, LONGEST_MS);
  }
}

customElements.define("pm-freshness", PmFreshness);
