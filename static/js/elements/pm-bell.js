// How many notifications are unread, and the newest of them below the bell. Asks after the page is
// there, and again while it is looked at; the server answers “not modified” as long as the number
// is the same. Without JavaScript the bell is a link to the page of notifications.
import { PmMenu } from "./pm-menu.js";

const EVERY_MS = 20000;

class PmBell extends PmMenu {
  connectedCallback() {
    this.becomeButton();
    super.connectedCallback();
    this.again = () => this.ask();
    this.seen = () => (document.hidden ? this.rest() : this.again());
    this.list.addEventListener("htmx:afterSettle", () => this.renewed());
    document.addEventListener("visibilitychange", this.seen);
    document.body.addEventListener("pm:read", this.again);
    this.again();
  }

  disconnectedCallback() {
    document.removeEventListener("visibilitychange", this.seen);
    document.body.removeEventListener("pm:read", this.again);
    this.rest();
  }

  becomeButton() {
    const link = this.querySelector("a.bell");
    if (link) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = link.className;
      button.setAttribute("aria-label", link.getAttribute("aria-label"));
      button.setAttribute("popovertarget", this.querySelector("[popover]").id);
      button.append(...link.childNodes);
      link.replaceWith(button);
    }
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
    this.button.setAttribute(
      "aria-label",
      count ? `Notifications, ${count} unread` : "Notifications",
    );
  }

  // Whatever is marked as read keeps the list open.
  chosen() {
    this.at = this.items.indexOf(document.activeElement);
  }

  load() {
    window.htmx.ajax("GET", this.dataset.list, { target: this.list, swap: "innerHTML" });
  }

  renewed() {
    this.place();
    if (this.at >= 0) {
      this.items[Math.min(this.at, this.items.length - 1)]?.focus();
      this.at = -1;
      this.again();
    } else if (this.button.matches(":focus")) {
      this.items[0]?.focus();
    }
  }
}

customElements.define("pm-bell", PmBell);
