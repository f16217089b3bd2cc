// Shows the whole of a text that is cut off, or what data-tip says, beside whatever is focused or
// pointed at. Escape takes it away; it stays while the pointer is on it.
const GAP = 6;
const EDGE = 12;
const WAIT_MS = 350;

const isCut = (element) =>
  element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).textOverflow === "ellipsis";

class PmWhole extends HTMLElement {
  connectedCallback() {
    this.setAttribute("popover", "manual");
    this.setAttribute("aria-hidden", "true"); // the text itself is whole for whoever hears the page
    this.stop = new AbortController();
    const listen = (name, act) => document.addEventListener(name, act, { signal: this.stop.signal });
    listen("focusin", (event) => this.look(event.target, event.target.matches(":focus-visible") ? 0 : WAIT_MS));
    listen("focusout", () => this.hide());
    listen("mouseover", (event) => event.target !== this && this.look(event.target, WAIT_MS));
    listen("keydown", (event) => event.key === "Escape" && this.hide());
    addEventListener("scroll", () => this.hide(), { capture: true, passive: true, signal: this.stop.signal });
  }

  disconnectedCallback() {
    this.stop.abort();
    clearTimeout(this.timer);
  }

  look(target, wait) {
    clearTimeout(this.timer);
    const found = target instanceof Element ? this.cut(target) : null;
    if (found !== this.shown) {
      this.hide();
    }
    if (found) {
      this.timer = setTimeout(() => this.show(found), wait);
    }
  }

  // What is focused may be cut off itself, in its cell, or in a text of its own.
  cut(target) {
    const told = target.closest("[data-tip]");
    if (told) {
      return told;
    }
    const near = target.closest("a, button, td, th, [tabindex]") ?? target;
    if (near.matches("input, select, textarea, table, [role=group], main")) {
      return null;
    }
    const inside = [...near.querySelectorAll("span, a, strong, h2")].slice(0, 8);
    const around = [near.parentElement, near.closest("td")].filter(Boolean);
    return [target, near, ...inside, ...around].find(isCut) ?? null;
  }

  show(element) {
    if (!element.isConnected) {
      return;
    }
    this.textContent = element.dataset.tip || element.textContent.trim().replace(/\s+/g, " ");
    this.shown = element;
    this.showPopover();
    const at = element.getBoundingClientRect();
    const right = document.documentElement.clientWidth - EDGE - this.offsetWidth;
    const below = at.bottom + GAP;
    const above = at.top - GAP - this.offsetHeight;
    this.style.left = `${Math.max(EDGE, Math.min(at.left, right))}px`;
    this.style.top = `${below + this.offsetHeight > innerHeight && above > 0 ? above : below}px`;
  }

  hide() {
    clearTimeout(this.timer);
    this.shown = null;
    if (this.matches(":popover-open")) {
      this.hidePopover();
    }
  }
}

customElements.define("pm-whole", PmWhole);
