// Puts tasks into another lane: by dragging, or by Alt and an arrow with one in focus. Both send the
// form of the task's own buttons.
const STEPS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -1, ArrowDown: 1 };
const FOCUSED = "pm-lanes-task";

class PmLanes extends HTMLElement {
  connectedCallback() {
    this.addEventListener("dragstart", (event) => this.lifted(event));
    this.addEventListener("dragover", (event) => this.over(event));
    this.addEventListener("dragend", () => this.mark(null));
    this.addEventListener("drop", (event) => this.dropped(event));
    this.addEventListener("keydown", (event) => this.pressed(event));
    const task = sessionStorage.getItem(FOCUSED);
    sessionStorage.removeItem(FOCUSED);
    if (task) {
      this.querySelector(`[data-task="${CSS.escape(task)}"] a`)?.focus();
    }
  }

  lifted(event) {
    this.task = event.target.closest?.("[data-task]");
    if (this.task) {
      event.dataTransfer.effectAllowed = "move";
      event.dataTransfer.setData("text/plain", this.task.dataset.task);
    }
  }

  over(event) {
    const lane = event.target.closest?.("[data-lane]");
    if (this.task && lane) {
      event.preventDefault();
      this.mark(lane);
    }
  }

  mark(lane) {
    this.querySelector(".is-target")?.classList.remove("is-target");
    lane?.classList.add("is-target");
  }

  dropped(event) {
    const lane = event.target.closest?.("[data-lane]");
    const task = this.task;
    this.task = undefined;
    if (lane && task) {
      event.preventDefault();
      this.send(task, lane.dataset.lane);
    }
  }

  pressed(event) {
    const task = event.target.closest("[data-task]");
    const off = localStorage.getItem("pm-keys") === "off";
    if (off || !event.altKey || !task || !STEPS[event.key]) {
      return;
    }
    event.preventDefault();
    const lanes = [...this.querySelectorAll("[data-lane]")];
    const to = lanes[lanes.indexOf(task.closest("[data-lane]")) + STEPS[event.key]];
    if (to) {
      this.send(task, to.dataset.lane);
    }
  }

  send(task, lane) {
    const button = task.querySelector(`[data-to="${lane}"]`);
    if (button) {
      sessionStorage.setItem(FOCUSED, task.dataset.task);
      button.form.requestSubmit(button);
    }
  }
}

customElements.define("pm-lanes", PmLanes);
