// The ways to look at the roadmap: what is selected in one of them is selected in the next.
class PmWays extends HTMLElement {
  connectedCallback() {
    if (this.ready) {
      return;
    }
    this.ready = true;
    this.heard = new AbortController();
    document.addEventListener("focusin", ({ target }) => this.select(target), { signal: this.heard.signal });
    const selected = new URLSearchParams(location.search).get("selected");
    if (selected) {
      this.mark(selected);
      requestAnimationFrame(() => this.show(selected));
    }
  }

  disconnectedCallback() {
    this.heard?.abort();
  }

  select(target) {
    const pk = target.closest?.("[data-pk]")?.dataset.pk;
    if (pk && pk !== this.selected) {
      this.mark(pk);
      const here = new URL(location.href);
      here.searchParams.set("selected", pk);
      history.replaceState(history.state, "", here);
    }
  }

  mark(pk) {
    this.selected = pk;
    this.querySelectorAll("a").forEach((link) => {
      const to = new URL(link.href);
      to.searchParams.set("selected", pk);
      link.href = to.href;
    });
  }

  // A timeline shows its own; lists and boards show the row or card.
  show(pk) {
    const there = document.querySelector(`tr[data-pk="${CSS.escape(pk)}"], .board-card[data-pk="${CSS.escape(pk)}"]`);
    if (there) {
      there.scrollIntoView({ block: "center", inline: "nearest" });
      (there.querySelector("[tabindex], a") ?? there).focus({ preventScroll: true });
    }
  }
}

customElements.define("pm-ways", PmWays);
