// Two inputs against each other: a dot that is dragged, or moved by keys, changes both. It moves by
// transform at once; what is refused goes back, and the words say why.
import { toast } from "../toasting.js";

const STEPS = 40;
const tidy = (value, step) => Number((Math.round(value / step) * step).toFixed(4));

class PmMatrix extends HTMLElement {
  connectedCallback() {
    if (this.ready || this.dataset.edits !== "true") {
      return;
    }
    this.ready = true;
    this.field = this.querySelector(".matrix-field");
    this.said = this.querySelector("[data-said]");
    this.axes = ["x", "y"].map((name) => {
      const least = Number(this.dataset[`${name}Least`]);
      const most = Number(this.dataset[`${name}Most`]);
      return { key: this.dataset[name], least, most, step: (most - least) / STEPS };
    });
    this.querySelectorAll(".matrix-dot").forEach((dot) => {
      dot.setAttribute("role", "button");
      dot.setAttribute("tabindex", "0");
      dot.setAttribute("aria-describedby", "mx-help");
      this.name(dot, this.values(dot));
    });
    this.addEventListener("pointerdown", (event) => this.press(event));
    this.addEventListener("keydown", (event) => this.key(event));
    this.addEventListener("focusout", () => this.held && !this.held.saving && this.back());
  }

  values(dot) {
    return [Number(dot.dataset.xv), Number(dot.dataset.yv)];
  }

  name(dot, values) {
    dot.setAttribute("aria-label", `${dot.dataset.name}: ${this.axes.map(({ key }, at) => `${key} ${values[at]}`).join(", ")}`);
  }

  take(dot) {
    const { width, height } = this.field.getBoundingClientRect();
    this.held = { dot, from: this.values(dot), to: this.values(dot), size: [width, height] };
    dot.classList.add("is-held");
  }

  put(values) {
    const { dot, from, size } = this.held;
    this.held.to = values.map((value, at) => {
      const { least, most, step } = this.axes[at];
      return Math.min(most, Math.max(least, tidy(value, step)));
    });
    const [x, y] = this.held.to.map((value, at) => ((value - from[at]) * size[at]) / (this.axes[at].most - this.axes[at].least));
    dot.style.transform = `translate(${x}px, ${-y}px)`;
    this.said.textContent = `${dot.dataset.name}: ${this.axes.map(({ key }, at) => `${key} ${this.held.to[at]}`).join(", ")}`;
  }

  back() {
    this.held.dot.style.transform = "";
    this.held.dot.classList.remove("is-held");
    this.held = undefined;
  }

  get moved() {
    return this.held.to.some((value, at) => value !== this.held.from[at]);
  }

  press(event) {
    const dot = event.target.closest(".matrix-dot");
    if (!dot || event.button !== 0 || this.held?.saving) {
      return;
    }
    event.preventDefault();
    dot.focus({ preventScroll: true });
    this.take(dot);
    dot.setPointerCapture(event.pointerId);
    const ends = new AbortController();
    dot.addEventListener("pointermove", ({ clientX, clientY }) => {
      const { from, size } = this.held;
      const by = [(clientX - event.clientX) / size[0], (event.clientY - clientY) / size[1]];
      this.put(from.map((value, at) => value + by[at] * (this.axes[at].most - this.axes[at].least)));
    }, { signal: ends.signal });
    const over = () => {
      ends.abort();
      if (this.held && this.moved) {
        this.save();
      } else if (this.held) {
        this.back();
      }
    };
    dot.addEventListener("pointerup", over, { signal: ends.signal });
    dot.addEventListener("pointercancel", () => { ends.abort(); this.held && this.back(); }, { signal: ends.signal });
  }

  key(event) {
    const dot = event.target.closest(".matrix-dot");
    if (!dot || this.held?.saving) {
      return;
    }
    const way = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] }[event.key];
    if (way) {
      event.preventDefault();
      if (!this.held) {
        this.take(dot);
      }
      const far = event.shiftKey ? 5 : 1;
      this.put(this.held.to.map((value, at) => value + way[at] * far * this.axes[at].step));
    } else if (event.key === "Enter" && this.held) {
      event.preventDefault();
      this.save();
    } else if (event.key === "Escape" && this.held) {
      event.preventDefault();
      this.back();
      this.said.textContent = `${dot.dataset.name} is back where it was.`;
    }
  }

  async save() {
    const { held } = this;
    held.saving = true;
    const token = this.querySelector("input[name=csrfmiddlewaretoken]").value;
    const changed = Object.fromEntries(this.axes.map(({ key }, at) => [key, held.to[at]]).filter((_, at) => held.to[at] !== held.from[at]));
    let said;
    try {
      const answer = await fetch(held.dot.dataset.dot, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token },
        body: JSON.stringify(changed),
      });
      said = answer.ok ? await answer.json() : { refused: "That did not work. Nothing was changed; try again." };
    } catch {
      said = { refused: "The server could not be reached. Nothing was changed; try again." };
    }
    if (said.refused) {
      this.back();
    } else {
      this.settle(held);
      toast(said.words, "success", token, said.undo);
    }
    this.said.textContent = said.refused ?? said.words;
    this.said.classList.toggle("is-wrong", Boolean(said.refused));
  }

  // The dot stays where it was put: its place is written anew, and nothing is shifted any more.
  settle({ dot, to }) {
    const at = to.map((value, index) => ((value - this.axes[index].least) * 100) / (this.axes[index].most - this.axes[index].least));
    [["circle", "cx", "cy"], ["text", "x", "y"]].forEach(([tag, x, y]) => {
      dot.querySelector(tag).setAttribute(x, `${at[0]}%`);
      dot.querySelector(tag).setAttribute(y, `${100 - at[1]}%`);
    });
    [dot.dataset.xv, dot.dataset.yv] = to;
    this.name(dot, to);
    this.back();
  }
}

customElements.define("pm-matrix", PmMatrix);
