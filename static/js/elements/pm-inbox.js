// The inbox by keyboard: j and k read on, a key for every act, many notes at once by x. The next
// note is asked for while this one is read. Without it every link and button works as it is.
const STEPS = { ArrowRight: ["forward", "word"], ArrowLeft: ["backward", "word"], ArrowDown: ["forward", "line"], ArrowUp: ["backward", "line"] };
const TYPING = "input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable=true]";

class PmInbox extends HTMLElement {
  connectedCallback() {
    this.panes = new Map();
    this.listener = (event) => this.pressed(event);
    this.arrived = () => this.renew();
    document.addEventListener("keydown", this.listener, true);
    document.addEventListener("pm:waiting", this.arrived);
    this.addEventListener("keydown", (event) => this.chosen(event));
    this.addEventListener("click", (event) => this.clicked(event));
    this.addEventListener("change", (event) => this.changed(event));
    this.addEventListener("submit", (event) => this.submitted(event), true);
    this.addEventListener("formdata", (event) => this.gathered(event), true);
    this.addEventListener("htmx:beforeRequest", ({ target }) => (this.sending ||= target.matches("[method=post]")));
    this.addEventListener("htmx:afterRequest", () => (this.sending = false));
    this.teach();
    this.preload(1);
  }

  disconnectedCallback() {
    document.removeEventListener("keydown", this.listener, true);
    document.removeEventListener("pm:waiting", this.arrived);
  }

  get rows() {
    return [...this.querySelectorAll(".inbox-row")];
  }

  get at() {
    return this.rows.findIndex((row) => row.hasAttribute("aria-current"));
  }

  get pane() {
    return this.querySelector("#inbox-pane");
  }

  get picked() {
    return [...this.querySelectorAll("input[name=notes]:checked")].map((box) => box.value);
  }

  get together() {
    return [...this.querySelectorAll("[data-with]:checked")].map((box) => box.value);
  }

  // ? opens the house's list of keys; ours stand in it while the inbox is open.
  teach() {
    const list = document.querySelector("#keys-help .keys-list");
    const keys = this.querySelector("template[data-keys]");
    list?.querySelectorAll("[data-inbox]").forEach((line) => line.remove());
    for (const line of keys?.content.children ?? []) {
      const copy = line.cloneNode(true);
      copy.dataset.inbox = "";
      list?.append(copy);
    }
  }

  pressed(event) {
    const off = localStorage.getItem("pm-keys") === "off";
    const busy = event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented;
    if (off || busy || document.querySelector("dialog[open], :popover-open")) {
      return;
    }
    if (event.key === "Escape" && this.contains(document.activeElement)) {
      document.activeElement.blur();
      return;
    }
    if (event.target.closest?.(TYPING) || document.querySelector("pm-keys")?.going) {
      return;
    }
    if (this.act(event.key)) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  // A key pressed while a note is on its way is meant for that note, and none for one that is sent.
  act(key) {
    if (this.sending) {
      return true;
    }
    if (this.opening) {
      this.opening.then(() => this.act(key));
      return true;
    }
    const step = { j: 1, k: -1 }[key];
    if (step) {
      return this.move(step);
    }
    if (key === "x") {
      this.rows[this.at]?.querySelector("input[name=notes]")?.click();
      return true;
    }
    if ("0123".includes(key)) {
      return this.weigh(key);
    }
    const place = { l: "idea-words", n: "idea-title", a: "inbox-person" }[key];
    if (place) {
      return this.reach(place);
    }
    const button = this.querySelector(`[data-key="${CSS.escape(key)}"]`);
    button?.click();
    return Boolean(button);
  }

  weigh(value) {
    const radio = this.querySelector(`input[name=importance][value="${value}"]`);
    if (radio) {
      radio.checked = true;
    }
    return Boolean(radio);
  }

  // What is selected now is what the link will be about: focus elsewhere lets go of it.
  reach(id) {
    const field = this.querySelector(`#${id}`);
    if (!field) {
      return false;
    }
    const found = this.selection();
    if (found && field.form.elements.quote) {
      this.fill(field.form, found);
      if (id === "idea-title" && !field.value) {
        field.value = found.quote.trim().slice(0, 120);
      }
    }
    field.focus();
    field.select?.();
    return true;
  }

  // Places count characters, not the halves that JavaScript makes of some.
  selection() {
    const words = this.querySelector("[data-words]");
    const chosen = getSelection();
    if (!words || !chosen.rangeCount || chosen.isCollapsed || !words.contains(chosen.anchorNode)) {
      return null;
    }
    const range = chosen.getRangeAt(0);
    if (!words.contains(range.endContainer)) {
      return null;
    }
    const before = document.createRange();
    before.selectNodeContents(words);
    before.setEnd(range.startContainer, range.startOffset);
    const text = range.toString();
    const blank = text.length - text.trimStart().length;
    return { quote: text.trim(), start: [...before.toString()].length + blank };
  }

  // Words are chosen without a mouse: the first of them, then arrows.
  choose() {
    const words = this.querySelector("[data-words]");
    words.focus();
    getSelection().collapse(words, 0);
    this.extend(words, "forward", "word");
  }

  // Arrows go on by a word or a line; with Shift they take more of them.
  chosen(event) {
    const { target: words, key, shiftKey } = event;
    const [way, by] = STEPS[key] ?? [];
    if (!way || !words.matches("[data-words]") || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    event.preventDefault();
    const selected = getSelection();
    if (!this.selection()) {
      this.choose();
    } else if (shiftKey) {
      this.extend(words, way, by);
    } else {
      const kept = selected.getRangeAt(0);
      selected[key === "ArrowRight" ? "collapseToEnd" : "collapseToStart"]();
      if (key !== "ArrowRight") {
        selected.modify("move", way, by);
      }
      this.extend(words, "forward", "word", kept);
    }
  }

  extend(words, way, by, kept = getSelection().getRangeAt(0)) {
    const selected = getSelection();
    selected.modify("extend", way, by);
    if (!this.selection()) {
      selected.removeAllRanges();
      selected.addRange(kept);
    }
    this.querySelector("[data-chosen]").textContent = this.selection()?.quote ?? "";
  }

  fill(form, { quote, start }) {
    form.elements.quote.value = quote;
    form.elements.start.value = start;
  }

  move(step) {
    const rows = this.rows;
    const index = this.at + step;
    if (index < 0 || index >= rows.length) {
      return true;
    }
    this.open(rows[index], step);
    return true;
  }

  open(row, step) {
    const opening = this.show(row, step).finally(() => (this.opening = null));
    this.opening = opening;
  }

  async show(row, step = 1) {
    const url = row.querySelector("a").href;
    this.rows.forEach((one) => this.mark(one, one === row));
    row.scrollIntoView({ block: "nearest" });
    this.classList.add("is-open");
    const html = await this.ask(row.dataset.note);
    if (html === null) {
      location.assign(url);
      return;
    }
    if (row.getAttribute("aria-current")) {
      this.pane.innerHTML = html;
      this.querySelectorAll("#inbox-bulk input[name=note]").forEach((one) => (one.value = row.dataset.note));
      window.htmx.process(this.pane);
      history.replaceState(history.state, "", url);
      this.preload(step);
    }
  }

  mark(row, open) {
    row.toggleAttribute("aria-current", open);
    if (open) {
      row.setAttribute("aria-current", "true");
    }
  }

  ask(note) {
    if (!this.panes.has(note)) {
      const query = this.dataset.query ? `?${this.dataset.query}` : "";
      this.panes.set(
        note,
        fetch(`${this.dataset.panes}${note}/${query}`, { headers: { "HX-Request": "true" } })
          .then((answer) => (answer.ok && !answer.redirected ? answer.text() : null))
          .catch(() => null),
      );
    }
    return this.panes.get(note);
  }

  preload(step) {
    const row = this.rows[this.at + step];
    if (row) {
      this.ask(row.dataset.note);
    }
  }

  clicked(event) {
    const place = event.target.closest("[data-go-to]");
    if (place) {
      this.reach(place.dataset.goTo);
      return;
    }
    if (event.target.closest("[data-link-all]")) {
      this.querySelectorAll("[data-with]").forEach((box) => (box.checked = true));
      this.reach("idea-words");
      return;
    }
    const link = event.target.closest(".inbox-row a");
    if (link && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      this.open(link.closest(".inbox-row"));
    }
  }

  changed(event) {
    if (event.target.matches("input[name=notes]")) {
      const many = this.picked.length;
      this.querySelector(".inbox-chosen").textContent = many ? `${many} chosen` : "";
      this.querySelector("#inbox-bulk").classList.toggle("is-on", many > 0);
    }
  }

  // htmx gives the focus back to a field of the same name, where the next key would be typed.
  submitted(event) {
    const form = event.target;
    if (form.matches("[data-acts]") && document.activeElement?.matches(TYPING)) {
      document.activeElement.blur();
    }
    if (event.submitter?.matches("[data-selects]")) {
      const found = this.selection();
      if (!found) {
        event.preventDefault();
        event.stopPropagation();
        this.choose();
        return;
      }
      this.fill(form, found);
    }
    const importance = this.querySelector("input[name=importance]:checked");
    const hidden = form.querySelector("input[type=hidden][name=importance]");
    if (hidden && importance) {
      hidden.value = importance.value;
    }
  }

  // Acts beside the note are on all that is chosen, in the list or among those that say the same.
  gathered(event) {
    if (!event.target.matches("[data-acts]")) {
      return;
    }
    const picked = this.picked;
    const open = event.formData.get("note");
    const notes = [...(picked.length ? picked : [open]), ...this.together];
    event.formData.delete("notes");
    notes.forEach((note) => event.formData.append("notes", note));
  }

  // New notes join the list; what is chosen, typed and read stays.
  async renew() {
    const list = this.querySelector(".inbox-list");
    if (list.contains(document.activeElement)) {
      return;
    }
    const headers = { "HX-Request": "true", "HX-Target": "inbox-list" };
    const answer = await fetch(location.href, { headers }).catch(() => null);
    if (!answer?.ok || answer.redirected) {
      return;
    }
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const rows = page.querySelector(".inbox-rows");
    const picked = new Set(this.picked);
    rows?.querySelectorAll("input[name=notes]").forEach((box) => (box.checked = picked.has(box.value)));
    const open = this.rows[this.at]?.dataset.note; // which may be another one than when it was asked
    rows?.querySelectorAll(".inbox-row").forEach((row) => this.mark(row, row.dataset.note === open));
    for (const place of [".inbox-rows", ".inbox-ages", ".page-head-note"]) {
      const fresh = page.querySelector(`pm-inbox ${place}`);
      if (fresh) {
        this.querySelector(place)?.replaceWith(fresh);
      }
    }
  }
}

customElements.define("pm-inbox", PmInbox);
