// A discussion that stays up to date while it is looked at, quotes and copies. What is being written
// or held by the keyboard is never replaced. Without it the page is read again.
const EVERY_MS = 10_000;

class PmDiscussion extends HTMLElement {
  connectedCallback() {
    if (this.ready) {
      return;
    }
    this.ready = true;
    this.threads = this.querySelector("#threads");
    this.since = this.dataset.since || "";
    this.addEventListener("click", (event) => this.clicked(event));
    this.show();
    if (this.dataset.src) {
      this.timer = setInterval(() => this.look(), EVERY_MS);
      this.seen = () => this.look();
      document.addEventListener("visibilitychange", this.seen);
    }
  }

  disconnectedCallback() {
    clearInterval(this.timer);
    document.removeEventListener("visibilitychange", this.seen);
    this.ready = false;
  }

  show() {
    const asked = location.hash.startsWith("#comment-") && document.getElementById(location.hash.slice(1));
    if (asked) {
      asked.classList.add("is-asked-for");
      asked.scrollIntoView({ block: "center" });
    }
  }

  async look() {
    if (document.visibilityState !== "visible" || this.looking) {
      return;
    }
    this.looking = true;
    try {
      const headers = { "HX-Request": "true" };
      if (this.etag) {
        headers["If-None-Match"] = this.etag;
      }
      const since = this.since || "2000-01-01T00:00:00+00:00";
      const answer = await fetch(`${this.dataset.src}?since=${encodeURIComponent(since)}`, {
        headers,
        cache: "no-store",
      });
      if (answer.status === 200 && !answer.redirected && this.take(await answer.text())) {
        this.etag = answer.headers.get("ETag");
        this.since = answer.headers.get("X-Since") || this.since;
      }
    } catch {
      // The next look tries again; nothing on the page is wrong, only older.
    }
    this.looking = false;
  }

  // Puts changed threads in their places. False when one had to be left, so that it comes again.
  take(html) {
    const holder = document.createElement("template");
    holder.innerHTML = html;
    let all = true;
    for (const fresh of [...holder.content.querySelectorAll("[data-thread]")]) {
      const here = document.getElementById(fresh.id);
      if (here && this.inUse(here)) {
        all = all && here.isEqualNode(fresh);
      } else if (here) {
        here.replaceWith(fresh);
        window.htmx?.process(fresh);
      } else if (!("gone" in fresh.dataset) && this.dataset.show === undefined) {
        this.threads.prepend(fresh);
        window.htmx?.process(fresh);
      }
    }
    return all;
  }

  inUse(thread) {
    const writing = [...thread.querySelectorAll("textarea")].some((text) => text.value.trim() !== "");
    return writing || thread.contains(document.activeElement) || thread.querySelector(":popover-open") !== null;
  }

  async clicked(event) {
    const quote = event.target.closest("[data-quote]");
    const copy = event.target.closest("[data-copy]");
    if (quote) {
      this.quote(quote);
    } else if (copy && navigator.clipboard) {
      event.preventDefault();
      copy.closest("[popover]")?.hidePopover();
      await navigator.clipboard.writeText(copy.dataset.copy === "link" ? copy.href : await this.read(copy.href));
      this.say("Copied.");
    }
  }

  async read(url) {
    const answer = await fetch(url);
    return answer.ok ? answer.text() : "";
  }

  async quote(button) {
    button.closest("[popover]")?.hidePopover();
    const reply = document.getElementById(button.dataset.reply);
    const text = reply.querySelector("textarea");
    const said = (await this.read(button.dataset.quote)).trim();
    reply.open = true;
    text.value = `${text.value}${said.replace(/^/gm, "> ")}\n\n`;
    text.focus();
    text.setSelectionRange(text.value.length, text.value.length);
  }

  say(words) {
    const toast = document.createElement("pm-toast");
    toast.className = "toast-line toast-success";
    const text = document.createElement("span");
    text.className = "toast-text";
    text.textContent = words;
    toast.append(text);
    document.getElementById("toasts")?.append(toast);
  }
}

customElements.define("pm-discussion", PmDiscussion);
