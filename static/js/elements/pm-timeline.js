// The timeline: bars are dragged, or moved by keys. A move shows at once; what would have to follow
// is said before the drop; what is refused goes back, and the words say why.
import { toast } from "../toasting.js";

const DAY = 86_400_000;
const THINK_MS = 70; // how long a bar rests before it is asked what would follow
const number = (iso) => Date.parse(`${iso}T00:00:00Z`) / DAY;
const iso = (day) => new Date(day * DAY).toISOString().slice(0, 10);
const written = new Intl.DateTimeFormat(document.documentElement.lang || "en", { day: "numeric", month: "short", timeZone: "UTC" });
const words = (start, end) => (start === end ? written.format(start * DAY) : `${written.format(start * DAY)} – ${written.format(end * DAY)}`);

class PmTimeline extends HTMLElement {
  connectedCallback() {
    if (this.ready) {
      return;
    }
    this.ready = true;
    this.snap = Number(this.dataset.snap);
    this.tip = this.querySelector("[data-tip]");
    this.said = this.querySelector("[data-said]");
    if (this.dataset.edits === "true") {
      this.dress(this);
      this.bars[0]?.setAttribute("tabindex", "0");
      this.addEventListener("pointerdown", (event) => this.press(event));
      this.addEventListener("keydown", (event) => this.key(event));
      this.addEventListener("focusin", (event) => this.rest(event.target.closest(".tl-bar")));
      this.addEventListener("focusout", (event) => this.left(event));
      this.addEventListener("dblclick", (event) => this.open(event.target.closest(".tl-bar")));
    }
    if (this.dataset.selected > 0) {
      requestAnimationFrame(() => this.select(this.dataset.selected));
    }
  }

  get bars() {
    return [...this.querySelectorAll(".tl-bar")];
  }

  get token() {
    return this.querySelector("input[name=csrfmiddlewaretoken]").value;
  }

  row(pk) {
    return this.querySelector(`.tl-row[data-pk="${pk}"]`);
  }

  // What only scripts can do is there only with them.
  dress(within) {
    within.querySelectorAll(".tl-bar").forEach((bar) => {
      bar.closest(".tl-lane").removeAttribute("aria-hidden");
      bar.setAttribute("role", "button");
      bar.setAttribute("tabindex", "-1");
      bar.setAttribute("aria-label", bar.dataset.words);
      bar.setAttribute("aria-describedby", "tl-help");
    });
  }

  select(pk) {
    const row = this.row(pk);
    row?.scrollIntoView({ block: "center" });
    (row?.querySelector(".tl-bar[role]") ?? row?.querySelector("a"))?.focus({ preventScroll: true });
  }

  rest(bar) {
    if (bar && bar !== this.resting) {
      this.resting?.setAttribute("tabindex", "-1");
      (this.resting ?? this.querySelector('.tl-bar[tabindex="0"]'))?.setAttribute("tabindex", "-1");
      this.resting = bar;
      bar.setAttribute("tabindex", "0");
    }
  }

  open(bar) {
    bar?.closest(".tl-row").querySelector("a").click();
  }

  // --- Holding a bar ---------------------------------------------------------------------------
  take(bar, part = "move") {
    const start = number(bar.dataset.start);
    const end = number(bar.dataset.end);
    const wide = this.querySelector(".tl-months").getBoundingClientRect().width;
    this.held = { bar, part, start, end, to: [start, end], a_day: wide / Number(this.dataset.days), inner: bar.querySelector("svg") };
    bar.classList.add("is-held");
  }

  // The bar as it would be: it moves by transform alone, so that nothing else is laid out anew.
  put(start, end) {
    const { bar, inner, a_day, to } = this.held;
    if (to[0] === start && to[1] === end) {
      return;
    }
    this.held.to = [start, end];
    bar.style.transform = `translate(${(start - this.held.start) * a_day}px)`;
    if (end - start !== this.held.end - this.held.start || this.held.wide) {
      this.held.wide ??= inner.getAttribute("width");
      inner.setAttribute("width", `${(end - start + 1) * a_day}px`);
    }
    this.held.effect = undefined;
    this.say(words(start, end));
    clearTimeout(this.thinking);
    this.thinking = setTimeout(() => this.foresee(), THINK_MS);
  }

  // What would have to follow. The answer of an earlier place is of no use any more.
  async foresee() {
    const { held } = this;
    if (!held) {
      return undefined;
    }
    const [start, end] = held.to;
    held.effect ??= (async () => {
      const asked = new URLSearchParams({ pk: held.bar.dataset.pk, start_on: iso(start), end_on: iso(end) });
      try {
        const answer = await fetch(`${this.dataset.effect}?${asked}`);
        return answer.ok ? await answer.json() : { words: "", moves: {} };
      } catch {
        return { words: "", moves: {} };
      }
    })();
    const found = await held.effect;
    if (this.held === held && held.to[0] === start && held.to[1] === end && found.words) {
      this.say(`${words(start, end)}. ${found.words}`);
    }
    return found;
  }

  back(held = this.held) {
    held.bar.style.transform = "";
    if (held.wide) {
      held.inner.setAttribute("width", held.wide);
    }
    held.bar.classList.remove("is-held", "is-saving");
    if (this.held === held) {
      this.held = undefined;
    }
    this.hush();
  }

  get moved() {
    return this.held && (this.held.to[0] !== this.held.start || this.held.to[1] !== this.held.end);
  }

  // --- By pointer ------------------------------------------------------------------------------
  press(event) {
    const bar = event.target.closest(".tl-bar");
    if (!bar || event.button !== 0 || this.held?.saving) {
      return;
    }
    event.preventDefault();
    bar.focus({ preventScroll: true });
    this.take(bar, event.target.dataset.grip ?? "move");
    bar.setPointerCapture(event.pointerId);
    const from = event.clientX;
    const move = ({ clientX, clientY }) => {
      this.place(clientX, clientY);
      const step = Math.round((clientX - from) / this.held.a_day / this.snap) * this.snap;
      const { part, start, end } = this.held;
      if (part === "start") {
        this.put(Math.min(start + step, end), end);
      } else if (part === "end") {
        this.put(start, Math.max(end + step, start));
      } else {
        this.put(start + step, end + step);
      }
    };
    const ends = new AbortController();
    const over = { signal: ends.signal };
    bar.addEventListener("pointermove", (each) => this.held && move(each), over);
    bar.addEventListener("pointercancel", () => { ends.abort(); this.held && this.back(); }, over);
    bar.addEventListener("pointerup", () => {
      ends.abort();
      if (this.moved) {
        this.drop();
      } else if (this.held) {
        this.back();
      }
    }, over);
  }

  place(x, y) {
    this.tip.style.transform = `translate(${Math.min(x + 14, window.innerWidth - 320)}px, ${y + 18}px)`;
  }

  // --- By keys ---------------------------------------------------------------------------------
  key(event) {
    const bar = event.target.closest(".tl-bar");
    if (!bar || this.held?.saving || event.altKey || event.ctrlKey || event.metaKey) {
      return;
    }
    const step = { ArrowLeft: -this.snap, ArrowRight: this.snap }[event.key];
    if (step) {
      event.preventDefault();
      if (!this.held) {
        this.take(bar);
        const { left, top } = bar.getBoundingClientRect();
        this.place(left, top);
      }
      const [start, end] = this.held.to;
      this.put(event.shiftKey ? start : start + step, event.shiftKey ? Math.max(start, end + step) : end + step);
    } else if (event.key === "Enter") {
      event.preventDefault();
      if (this.moved) {
        this.drop();
      } else {
        this.open(bar);
      }
    } else if (event.key === "Escape" && this.held) {
      event.preventDefault();
      event.stopPropagation();
      this.back();
      this.say(`${bar.dataset.name} is back where it was.`);
    } else if (["ArrowUp", "ArrowDown", "Home", "End"].includes(event.key)) {
      event.preventDefault();
      const { bars } = this;
      const to = { ArrowUp: bars.indexOf(bar) - 1, ArrowDown: bars.indexOf(bar) + 1, Home: 0, End: bars.length - 1 }[event.key];
      bars[to]?.focus();
      bars[to]?.scrollIntoView({ block: "nearest" });
    }
  }

  // Whoever goes on has meant what they did.
  left(event) {
    if (this.held?.bar === event.target.closest(".tl-bar") && !this.held.saving && !this.querySelector("dialog[open]")) {
      if (this.moved) {
        this.drop(false);
      } else {
        this.back();
      }
    }
  }

  // --- Saving ----------------------------------------------------------------------------------
  async drop(stays = true) {
    const { held } = this;
    held.saving = true;
    held.bar.classList.add("is-saving");
    clearTimeout(this.thinking);
    const found = await this.foresee();
    let follow = false;
    if (Object.keys(found.moves).length) {
      const answer = await this.ask("ask", { question: `${held.bar.dataset.name}: ${words(...held.to)}. ${found.words}` });
      if (answer !== "all" && answer !== "one") {
        this.back(held);
        held.bar.focus();
        return;
      }
      follow = answer === "all";
    }
    await this.save(held, Number(held.bar.dataset.version), follow, stays);
  }

  async save(held, version, followers, stays) {
    const [start, end] = held.to;
    const change = { pk: Number(held.bar.dataset.pk), version, start_on: iso(start), end_on: iso(end) };
    this.hush();
    let said;
    try {
      const answer = await fetch(this.dataset.move, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": this.token },
        body: JSON.stringify({ changes: [change], followers, here: this.dataset.here }),
      });
      said = answer.ok ? await answer.json() : { refused: "That did not work. Nothing was changed; try again." };
    } catch {
      said = { refused: "The server could not be reached. Nothing was changed; try again." };
    }
    if (said.theirs) {
      await this.clashed(held, said, followers, stays);
    } else if (said.refused) {
      this.back(held);
      this.toast(said.refused, "error");
    } else {
      this.held = undefined;
      this.show(said);
      this.toast(said.words, "success", said.undo);
      if (stays) {
        this.row(change.pk)?.querySelector(".tl-bar")?.focus({ preventScroll: true });
      }
    }
  }

  // Two versions of one item: neither is lost before somebody has chosen.
  async clashed(held, { refused, theirs }, followers, stays) {
    const answer = await this.ask("clash", { clashed: refused, theirs: theirs.words, yours: theirs.yours });
    if (answer === "yours") {
      await this.save(held, theirs.version, followers, stays);
      return;
    }
    this.back(held);
    this.show({ rows: { [theirs.pk]: theirs.row } });
    this.row(theirs.pk)?.querySelector(".tl-bar")?.focus({ preventScroll: true });
  }

  show({ rows, order = {}, arrows }) {
    Object.entries(rows).forEach(([pk, html]) => {
      const fresh = document.createElement("template");
      fresh.innerHTML = html;
      this.dress(fresh.content);
      this.row(pk)?.replaceWith(fresh.content);
    });
    this.querySelectorAll(".tl-rows").forEach((list) => {
      const wanted = order[list.dataset.group]?.map(String) ?? [];
      const there = [...list.children];
      if (wanted.some((pk, at) => there[at]?.dataset.pk !== pk)) {
        list.append(...wanted.map((pk) => there.find((row) => row.dataset.pk === pk)).filter(Boolean));
      }
    });
    const lines = this.querySelector("[data-arrows]");
    if (lines && arrows !== undefined) {
      lines.innerHTML = arrows;
    }
  }

  ask(name, texts) {
    const dialog = this.querySelector(`dialog[data-${name}]`);
    Object.entries(texts).forEach(([place, text]) => {
      dialog.querySelector(`[data-${place}]`).textContent = text;
    });
    this.hush();
    return new Promise((resolve) => {
      let answer = "";
      dialog.onclick = ({ target }) => {
        const button = target.closest("[data-answer]");
        if (button) {
          answer = button.dataset.answer;
          dialog.close();
        }
      };
      dialog.onclose = () => resolve(answer);
      dialog.showModal();
    });
  }

  say(text) {
    this.tip.hidden = !this.held;
    this.tip.textContent = text;
    this.said.textContent = text;
  }

  hush() {
    this.tip.hidden = true;
  }

  toast(text, level, undo) {
    this.said.textContent = text;
    toast(text, level, this.token, undo);
  }
}

customElements.define("pm-timeline", PmTimeline);
