// A board: cards are dragged between columns, or moved by keys or by their Move button. A move shows
// at once; when it is refused the card goes back and the words say why.
const base = () => document.querySelector("link[href*='css/tokens']").href.replace(/css\/tokens[^/]*$/, "");
let library;

const load = () => {
  library ??= new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = `${base()}vendor/sortablejs/Sortable.min.js`;
    script.onload = () => resolve(window.Sortable);
    script.onerror = reject;
    document.head.append(script);
  });
  return library;
};
const AHEAD = "600px"; // how far below the window further cards are fetched
const token = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";

class PmBoard extends HTMLElement {
  connectedCallback() {
    if (this.ready) {
      return;
    }
    this.ready = true;
    this.edits = this.dataset.edits === "true";
    this.words = this.querySelector("[data-words]");
    this.addEventListener("keydown", (event) => this.key(event));
    this.addEventListener("click", (event) => this.click(event));
    this.addEventListener("htmx:afterSettle", () => {
      this.settling ??= requestAnimationFrame(() => {
        this.settling = undefined;
        this.rest();
        this.follow();
      });
    });
    this.rest();
    this.watch = new IntersectionObserver((seen) => this.seen(seen), { rootMargin: AHEAD, scrollMargin: AHEAD });
    this.follow();
    if (this.edits) {
      this.drag();
    }
  }

  disconnectedCallback() {
    this.watch?.disconnect();
    this.sortables?.forEach((each) => each.destroy());
  }

  async drag() {
    try {
      const Sortable = await load();
      this.sortables = this.lists.map((list) =>
        Sortable.create(list, {
          group: "cards",
          draggable: ".board-card",
          filter: "a, button",
          preventOnFilter: false,
          sort: false,
          animation: 0,
          delay: 150,
          delayOnTouchOnly: true,
          onEnd: ({ item, from, to, oldIndex }) => {
            if (from !== to) {
              this.moved(item, from, oldIndex);
            }
          },
        }),
      );
    } catch {
      this.say("Cards cannot be dragged just now. Use their Move button.", true);
    }
  }

  get lists() {
    return [...this.querySelectorAll("[data-cards]")];
  }

  cards(list) {
    return [...list.querySelectorAll(".board-card")];
  }

  // Further cards come before the last one is in sight; a closed column waits to be asked.
  follow() {
    this.querySelectorAll(".board-column:not(.is-closed) .board-more, .board-column.is-open .board-more").forEach((more) => this.watch.observe(more));
  }

  seen(entries) {
    entries.filter((entry) => entry.isIntersecting).forEach(({ target }) => {
      this.watch.unobserve(target);
      target.querySelector("button")?.click();
    });
  }

  // One card can be reached by Tab; arrows reach the others.
  rest() {
    if (!this.resting?.isConnected) {
      this.resting = this.querySelector(".board-card") ?? undefined;
      this.resting?.setAttribute("tabindex", "0");
    }
  }

  go(card) {
    if (card) {
      this.resting?.setAttribute("tabindex", "-1");
      this.resting = card;
      card.tabIndex = 0;
      card.focus();
    }
  }

  key(event) {
    const card = event.target.closest(".board-card");
    if (!card || event.target !== card) {
      return;
    }
    const taken = card === this.taken;
    if (event.key === "ArrowUp" || event.key === "ArrowDown") {
      event.preventDefault();
      const to = event.key === "ArrowUp" ? card.previousElementSibling : card.nextElementSibling;
      const there = to?.matches(".board-card");
      this.go(there ? to : undefined);
      if (!there && event.key === "ArrowDown") {
        this.onward(card);
      }
    } else if (event.key === "ArrowLeft" || event.key === "ArrowRight") {
      event.preventDefault();
      this.sideways(card, event.key === "ArrowLeft" ? -1 : 1, taken);
    } else if (event.key === " ") {
      event.preventDefault();
      if (taken) {
        this.put(card);
      } else if (this.edits) {
        this.take(card);
      }
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (taken) {
        this.put(card);
      } else {
        card.querySelector("a")?.click();
      }
    } else if (event.key === "Escape" && taken) {
      event.preventDefault();
      event.stopPropagation();
      this.back(card, this.from.list, this.from.at);
      this.free(card);
      this.go(card);
      this.say(`${card.dataset.name} is back where it was.`);
    }
  }

  // The card behind the last one that was loaded.
  onward(card) {
    const more = card.parentElement.querySelector(".board-more button");
    if (more) {
      this.addEventListener("htmx:afterSettle", () => this.go(card.nextElementSibling), { once: true });
      more.click();
    }
  }

  sideways(card, step, taken) {
    const lists = this.lists;
    let at = lists.indexOf(card.parentElement) + step;
    if (taken) {
      const to = lists[at];
      if (to) {
        to.prepend(card);
        card.focus();
        this.say(`${card.dataset.name}: ${to.closest("section").dataset.label}.`);
      }
      return;
    }
    while (lists[at] && !this.cards(lists[at]).length) {
      at += step;
    }
    if (lists[at]) {
      const place = this.cards(card.parentElement).indexOf(card);
      const there = this.cards(lists[at]);
      this.go(there[Math.min(place, there.length - 1)]);
    }
  }

  take(card) {
    this.taken = card;
    this.from = { list: card.parentElement, at: [...card.parentElement.children].indexOf(card) };
    card.classList.add("is-taken");
    card.setAttribute("aria-grabbed", "true");
    this.say(`${card.dataset.name} is taken up. Left and right move it, Enter puts it down.`);
  }

  free(card) {
    card.classList.remove("is-taken");
    card.removeAttribute("aria-grabbed");
    this.taken = undefined;
  }

  put(card) {
    const { list, at } = this.from;
    this.free(card);
    if (card.parentElement !== list) {
      this.moved(card, list, at);
    }
  }

  click(event) {
    event.target.closest(".board-more")?.closest(".board-column").classList.add("is-open");
    const opener = event.target.closest("[data-move]");
    if (opener && opener !== this) {
      event.preventDefault();
      const card = opener.closest(".board-card");
      const dialog = this.querySelector("dialog[data-moves]");
      dialog.querySelectorAll("[data-to]").forEach((button) => {
        button.disabled = button.dataset.to === card.dataset.value;
        button.onclick = () => {
          dialog.close();
          const from = card.parentElement;
          const at = [...from.children].indexOf(card);
          const to = this.lists.find((list) => list.closest("section").dataset.value === button.dataset.to);
          to.prepend(card);
          this.moved(card, from, at);
        };
      });
      dialog.showModal();
    }
  }

  back(card, list, at) {
    list.insertBefore(card, list.children[at] ?? null);
  }

  count(list, by) {
    const count = list.closest("section").querySelector("[data-column-count]");
    count.textContent = String(Number(count.textContent) + by);
  }

  async moved(card, from, at, reason = "") {
    const to = card.parentElement;
    const { value, text, label } = to.closest("section").dataset;
    card.classList.add("is-saving");
    this.count(from, -1);
    this.count(to, 1);
    const undo = (words) => {
      this.back(card, from, at);
      this.count(from, 1);
      this.count(to, -1);
      this.say(words, true);
    };
    const change = { pk: Number(card.dataset.pk), version: Number(card.dataset.version), texts: { [this.dataset.field]: text } };
    try {
      const answer = await fetch(this.dataset.cells, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
        body: JSON.stringify({ changes: [change], reason, here: this.dataset.here}),
      });
      const said = await answer.json();
      const refused = said.refused?.[0];
      if (!answer.ok || refused) {
        undo(said.words ?? refused.words);
        if (refused?.asks) {
          this.ask(refused.words, (why) => {
            to.prepend(card);
            this.moved(card, from, at, why);
          });
        }
      } else {
        card.dataset.version = said.versions[card.dataset.pk] ?? card.dataset.version;
        card.dataset.value = value;
        this.say(`${card.dataset.name} is in ${label}.`);
      }
    } catch {
      undo("The server could not be reached. Nothing was changed; try again.");
    }
    card.classList.remove("is-saving");
    if (!this.querySelector("dialog[open]")) {
      this.go(card);
    }
  }

  ask(words, then) {
    const dialog = this.querySelector("dialog[data-reason]");
    dialog.querySelector("[data-question]").textContent = words;
    const form = dialog.querySelector("form[data-ask]");
    form.reset();
    form.onsubmit = (event) => {
      event.preventDefault();
      dialog.close();
      then(new FormData(form).get("reason"));
    };
    dialog.showModal();
  }

  say(words, wrong = false) {
    this.words.textContent = words;
    this.words.classList.toggle("is-wrong", wrong);
  }
}

customElements.define("pm-board", PmBoard);
