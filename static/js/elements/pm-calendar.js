// Puts what has no time of day on another day: by dragging, by keys on its line, or in a dialog.
// All three fill and send the same form.
const TYPING = "input, textarea, select, [contenteditable=true]";
const DAYS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

class PmCalendar extends HTMLElement {
  connectedCallback() {
    this.listener = (event) => this.pressed(event);
    document.addEventListener("keydown", this.listener);
    this.addEventListener("dragstart", (event) => this.lifted(event));
    this.addEventListener("dragover", (event) => this.over(event));
    this.addEventListener("dragleave", () => this.mark(null));
    this.addEventListener("drop", (event) => this.dropped(event));
    this.addEventListener("dragend", () => this.mark(null));
    this.addEventListener("click", (event) => {
      const button = event.target.closest("[data-move]");
      if (button) {
        this.ask(button.closest("[data-kind]"));
      }
    });
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.listener);
  }

  get form() {
    return this.querySelector("[data-move-form]");
  }

  pressed(event) {
    const off = localStorage.getItem("pm-keys") === "off";
    const away = event.ctrlKey || event.metaKey || event.defaultPrevented;
    const open = document.querySelector("dialog[open], :popover-open");
    if (off || away || open || event.target.closest?.(TYPING) || document.querySelector("pm-keys")?.going) {
      return;
    }
    const entry = document.activeElement?.closest?.("[data-kind]");
    if (event.altKey && entry && DAYS[event.key]) {
      event.preventDefault();
      this.send(entry, this.later(entry.dataset.on, DAYS[event.key]));
    } else if (event.key === "m" && entry) {
      event.preventDefault();
      this.ask(entry);
    } else if (event.key === "t" && !event.altKey) {
      this.querySelector("[data-today]")?.click();
    }
  }

  later(day, days) {
    const moment = new Date(`${day}T12:00:00Z`);
    moment.setUTCDate(moment.getUTCDate() + days);
    return moment.toISOString().slice(0, 10);
  }

  fill(entry, day) {
    for (const name of ["kind", "pk", "field", "version"]) {
      this.form.elements[name].value = entry.dataset[name];
    }
    this.form.elements.day.value = day;
  }

  ask(entry) {
    this.fill(entry, entry.dataset.on);
    this.querySelector("[data-move-label]").textContent = `Day of ${entry.dataset.title}`;
    document.getElementById("calendar-move").showModal();
    this.form.elements.day.focus();
  }

  send(entry, day) {
    this.fill(entry, day);
    this.form.requestSubmit();
  }

  lifted(event) {
    this.entry = event.target.closest?.("[data-kind]");
    if (this.entry) {
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", this.entry.dataset.title);
    }
  }

  over(event) {
    const day = event.target.closest?.("[data-day]");
    if (this.entry && day) {
      event.preventDefault();
      this.mark(day);
    }
  }

  mark(day) {
    this.querySelector(".is-target")?.classList.remove("is-target");
    day?.classList.add("is-target");
  }

  dropped(event) {
    const day = event.target.closest?.("[data-day]");
    const entry = this.entry;
    this.entry = undefined;
    if (day && entry && day.dataset.day !== entry.dataset.on) {
      event.preventDefault();
      this.send(entry, day.dataset.day);
    }
  }
}

customElements.define("pm-calendar", PmCalendar);
