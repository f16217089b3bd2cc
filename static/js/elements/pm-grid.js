// A list edited as a spreadsheet: arrows move, Enter or F2 or typing edits, Tab goes on, Escape
// leaves, Ctrl+D fills down, blocks are copied and pasted, Ctrl+Z takes the last act back.
// Each act is one request. What is refused stays in its cell with the words beside it.
const token = () => document.querySelector("input[name=csrfmiddlewaretoken]")?.value ?? "";
const OFFER_MS = 150;
const AT_ONCE = 100;

class PmGrid extends HTMLElement {
  connectedCallback() {
    const table = this.querySelector("table");
    if (this.table || !table) {
      return;
    }
    this.table = table;
    this.fields = JSON.parse(table.dataset.fields);
    this.skip = table.querySelector("thead .pick") ? 1 : 0;
    this.undos = [];
    table.setAttribute("role", "grid");
    table.addEventListener("keydown", (event) => this.key(event));
    table.addEventListener("dblclick", (event) => this.edit(event.target.closest("td")));
    table.addEventListener("mousedown", (event) => this.press(event));
    table.addEventListener("copy", (event) => this.copy(event));
    table.addEventListener("paste", (event) => this.paste(event));
    table.addEventListener("pm:rows", ({ detail }) => this.dress(detail));
    this.words = this.querySelector("[data-words]");
    this.dress(table.tBodies[0].rows);
    this.at(0, 0)?.setAttribute("tabindex", "0");
  }

  get rows() {
    return this.table.book?.rows ?? [...this.table.querySelectorAll("tbody tr[data-pk]")];
  }

  dress(rows) {
    [...rows].forEach((row) => {
      if (row.dataset.pk) {
        this.fields.forEach((field, at) => {
          const cell = row.cells[at + this.skip];
          cell.tabIndex = -1;
          if (!field.edits) {
            cell.setAttribute("aria-readonly", "true");
          }
        });
      }
    });
  }

  at(row, column) {
    return this.rows[row]?.cells[column + this.skip];
  }

  place(cell) {
    return { row: this.rows.indexOf(cell.parentElement), column: cell.cellIndex - this.skip };
  }

  field(cell) {
    return this.fields[cell.cellIndex - this.skip];
  }

  text(cell) {
    return cell.dataset.typed ?? cell.dataset.text ?? cell.querySelector(".record-link span:last-child")?.textContent ?? (cell.querySelector(".unknown") ? "" : cell.textContent.trim());
  }

  press(event) {
    const cell = event.target.closest("td");
    if (cell && this.field(cell) && !event.target.closest("a, input, select, textarea")) {
      if (event.shiftKey && this.active) {
        event.preventDefault();
        this.range(cell);
      } else {
        this.go(cell);
      }
    }
  }

  go(cell) {
    if (!cell || !this.field(cell)) {
      return;
    }
    this.table.book?.show(cell.parentElement);
    this.active?.setAttribute("tabindex", "-1");
    this.table.querySelectorAll("td[tabindex='0']").forEach((each) => {
      each.tabIndex = -1;
    });
    this.active = cell;
    this.end = cell;
    this.mark();
    cell.tabIndex = 0;
    cell.focus({ preventScroll: false });
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  range(cell) {
    this.table.book?.show(cell.parentElement);
    this.end = cell;
    this.mark();
    cell.scrollIntoView({ block: "nearest", inline: "nearest" });
  }

  block() {
    const from = this.place(this.active);
    const to = this.place(this.end ?? this.active);
    return {
      top: Math.min(from.row, to.row),
      bottom: Math.max(from.row, to.row),
      left: Math.min(from.column, to.column),
      right: Math.max(from.column, to.column),
    };
  }

  mark() {
    this.marked?.forEach((each) => each.classList.remove("in-range"));
    this.marked = [];
    const { top, bottom, left, right } = this.block();
    if (top === bottom && left === right) {
      return;
    }
    for (let row = top; row <= bottom; row += 1) {
      for (let column = left; column <= right; column += 1) {
        const cell = this.at(row, column);
        cell?.classList.add("in-range");
        this.marked.push(cell);
      }
    }
  }

  key(event) {
    const cell = event.target.closest("td");
    if (!cell || !this.field(cell) || event.target.closest(".cell-input")) {
      return;
    }
    if (this.active !== cell) {
      this.active = cell;
      this.end = cell;
    }
    const control = event.ctrlKey || event.metaKey;
    const step = this.steps(control)[event.key];
    if (step) {
      event.preventDefault();
      this.step(event.shiftKey ? this.end : cell, step, event.shiftKey);
    } else if (event.key === "Home" || event.key === "End") {
      event.preventDefault();
      this.go(this.at(this.place(cell).row, event.key === "Home" ? 0 : this.fields.length - 1));
    } else if (event.key === "F2" || (event.key === "Enter" && event.target === cell)) {
      event.preventDefault();
      this.edit(cell);
    } else if (event.key === " " && event.shiftKey) {
      event.preventDefault();
      cell.parentElement.querySelector("input[name=pk]")?.click();
    } else if (control && event.key.toLowerCase() === "d") {
      event.preventDefault();
      this.fill();
    } else if (control && event.key.toLowerCase() === "z") {
      event.preventDefault();
      this.undo();
    } else if (event.key === "Delete" || event.key === "Backspace") {
      event.preventDefault();
      this.write(this.blocks(() => ""));
    } else if (event.key.length === 1 && !control && !event.altKey && event.target === cell) {
      event.preventDefault();
      event.stopPropagation(); // a letter typed into a cell is no shortcut of the page
      this.edit(cell, event.key);
    }
  }

  // Rows and columns a key moves by; Page Up and Down by what the window shows.
  steps(control) {
    const high = this.active.parentElement.offsetHeight || 40;
    const page = Math.max(1, Math.floor((this.table.closest(".table-scroll").clientHeight / high) - 2));
    const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], PageUp: [-page, 0], PageDown: [page, 0] };
    return control ? { Home: [-Infinity, -Infinity], End: [Infinity, Infinity] } : steps;
  }

  // Where there is no such row yet, those behind are fetched first.
  async step(from, [down, across], stretches) {
    const { book } = this.table;
    let { row, column } = this.place(from);
    column = Math.min(Math.max(column + across, 0), this.fields.length - 1);
    if (row + down >= this.rows.length) {
      await book?.more("next");
    } else if (row + down < 0 && (await book?.more("previous"))) {
      row = this.place(from).row;
    }
    const to = this.at(Math.min(Math.max(row + down, 0), this.rows.length - 1), column);
    if (to && to !== from) {
      (stretches ? this.range(to) : this.go(to));
    }
  }

  // The cells of the block with what they become; those that cannot be edited are left out.
  blocks(becomes) {
    const { top, bottom, left, right } = this.block();
    const found = [];
    for (let row = top; row <= bottom; row += 1) {
      for (let column = left; column <= right; column += 1) {
        const cell = this.at(row, column);
        if (cell && this.field(cell).edits) {
          found.push([cell, becomes(row, column)]);
        }
      }
    }
    return found;
  }

  fill() {
    const { top, bottom } = this.block();
    const from = top === bottom ? top - 1 : top;
    if (from < 0) {
      return;
    }
    const cells = this.blocks((row, column) => this.text(this.at(from, column)));
    this.write(cells.filter(([cell]) => this.place(cell).row > from));
  }

  copy(event) {
    if (event.target.closest(".cell-input") || !this.active) {
      return;
    }
    const { top, bottom, left, right } = this.block();
    const lines = [];
    for (let row = top; row <= bottom; row += 1) {
      const cells = [];
      for (let column = left; column <= right; column += 1) {
        cells.push(this.text(this.at(row, column)).replace(/[\t\r\n]+/g, " "));
      }
      lines.push(cells.join("\t"));
    }
    event.preventDefault();
    event.clipboardData.setData("text/plain", lines.join("\n"));
  }

  paste(event) {
    if (event.target.closest(".cell-input") || !this.active) {
      return;
    }
    event.preventDefault();
    const lines = event.clipboardData.getData("text/plain").replace(/\r?\n$/, "").split(/\r?\n/);
    const values = lines.map((line) => line.split("\t"));
    const start = this.place(this.active);
    let found = [];
    if (values.length === 1 && values[0].length === 1) {
      found = this.blocks(() => values[0][0]);
    } else {
      values.forEach((line, down) => {
        line.forEach((value, across) => {
          const cell = this.at(start.row + down, start.column + across);
          if (cell && this.field(cell).edits) {
            found.push([cell, value]);
          }
        });
      });
    }
    this.write(found);
  }

  edit(cell, typed) {
    const field = cell && this.field(cell);
    if (!field || cell.querySelector(".cell-input")) {
      return;
    }
    if (!field.edits) {
      this.say(`${field.label} is worked out and cannot be edited here.`);
      return;
    }
    this.go(cell);
    const input = document.createElement(field.type === "long_text" ? "textarea" : "input");
    input.className = "form-control cell-input";
    input.setAttribute("aria-label", `${field.label} of ${this.name(cell)}`);
    const was = this.text(cell);
    input.value = typed ?? was;
    const before = [...cell.childNodes];
    cell.replaceChildren(input);
    cell.classList.add("is-edited");
    this.offer(field, input, cell);
    let over = false;
    const leave = () => {
      over = true;
      cell.classList.remove("is-edited");
      cell.replaceChildren(...before);
    };
    const save = (next) => {
      if (over) {
        return;
      }
      const value = input.value;
      const same = value === was && cell.dataset.typed === undefined;
      leave();
      if (!same) {
        this.write([[cell, value]]);
      }
      if (next) {
        this.go(next);
      }
    };
    input.addEventListener("keydown", (event) => {
      event.stopPropagation();
      const { row, column } = this.place(cell);
      if (event.key === "Escape") {
        event.preventDefault();
        leave();
        this.go(cell);
      } else if (event.key === "Enter" && !event.isComposing && !(event.shiftKey && input.tagName === "TEXTAREA")) {
        event.preventDefault();
        save(this.at(row + 1, column) ?? cell);
      } else if (event.key === "Tab") {
        event.preventDefault();
        save(this.at(row, column + (event.shiftKey ? -1 : 1)) ?? cell);
      }
    });
    input.addEventListener("blur", () => save());
    input.focus();
    if (typed === undefined) {
      input.select();
    }
  }

  name(cell) {
    return this.text(cell.parentElement.cells[this.skip]);
  }

  // Names to choose from, below the field while somebody types.
  offer(field, input, cell) {
    if (!["choice", "link", "person", "yes_no"].includes(field.type)) {
      return;
    }
    const list = document.createElement("datalist");
    list.id = "cell-options";
    cell.append(list);
    input.setAttribute("list", list.id);
    let timer;
    const ask = async () => {
      const query = new URLSearchParams({ field: field.name, q: field.type === "link" ? input.value : "" });
      const answer = await fetch(`${this.dataset.options}?${query}`);
      if (answer.ok && list.isConnected) {
        const { options } = await answer.json();
        list.replaceChildren(...options.map((text) => new Option(text, text)));
      }
    };
    input.addEventListener("input", () => {
      clearTimeout(timer);
      timer = setTimeout(ask, OFFER_MS);
    });
    ask();
  }

  async write(cells, reason = "") {
    if (!cells.length) {
      return;
    }
    const rows = new Map();
    cells.forEach(([cell, text]) => {
      const row = cell.parentElement;
      const change = rows.get(row) ?? { pk: Number(row.dataset.pk), version: Number(row.dataset.version), texts: {} };
      change.texts[this.field(cell).name] = text;
      rows.set(row, change);
      cell.classList.add("is-saving");
      cell.replaceChildren(document.createTextNode(text || "—"));
    });
    const body = JSON.stringify({ changes: [...rows.values()], reason, here: this.dataset.here });
    let said;
    try {
      const answer = await fetch(this.dataset.cells, {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
        body,
      });
      said = await answer.json();
      if (!answer.ok) {
        throw new Error(said.words);
      }
    } catch (error) {
      const words = error instanceof TypeError || error instanceof SyntaxError ? "The server could not be reached. Nothing was changed; try again." : error.message;
      cells.forEach(([cell, text]) => this.refuse(cell, text, words));
      this.say(words);
      return;
    }
    this.show(cells, said);
  }

  show(cells, said) {
    const column = this.active ? this.place(this.active).column : 0;
    const focused = this.active?.parentElement.dataset.pk;
    const asks = [];
    cells.forEach(([cell]) => cell.classList.remove("is-saving"));
    Object.entries(said.rows).forEach(([pk, html]) => this.replace(pk, html));
    said.refused.forEach((one) => {
      const cell = this.cellOf(one.pk, one.field);
      const typed = cells.find(([each]) => each.parentElement.dataset.pk === String(one.pk) && this.field(each).name === one.field);
      if (cell && typed) {
        this.refuse(cell, typed[1], one.words);
        if (one.asks) {
          asks.push([cell, typed[1]]);
        }
      }
    });
    if (said.undo) {
      this.undos.push([said.undo, Object.keys(said.rows)]);
    }
    const refused = said.refused.length;
    this.say(refused ? said.refused[0].words : `${said.changed} saved.`, refused > 0);
    const row = this.rows.find((each) => each.dataset.pk === focused);
    if (row && !this.table.querySelector(".cell-input")) {
      this.go(row.cells[column + this.skip]);
    }
    if (asks.length) {
      this.ask(asks, said.refused.find((one) => one.asks).words);
    }
  }

  replace(pk, html) {
    const row = this.rows.find((each) => each.dataset.pk === pk);
    if (!row) {
      return;
    }
    const kept = new Map();
    [...row.cells].forEach((cell, at) => cell.dataset.typed !== undefined && kept.set(at, cell));
    const body = document.createElement("tbody");
    body.innerHTML = html;
    const fresh = body.rows[0];
    const picked = row.querySelector("input[name=pk]")?.checked;
    if (this.table.book) {
      this.table.book.replace(row, fresh);
    } else {
      row.replaceWith(fresh);
    }
    this.dress([fresh]);
    if (picked) {
      fresh.querySelector("input[name=pk]").checked = true;
    }
    window.htmx?.process(fresh);
  }

  cellOf(pk, name) {
    const row = this.rows.find((each) => each.dataset.pk === String(pk));
    const at = this.fields.findIndex((field) => field.name === name);
    return row && at >= 0 ? row.cells[at + this.skip] : undefined;
  }

  // What was typed stays in the cell, with the reason, until it is corrected or left.
  refuse(cell, text, words) {
    cell.classList.remove("is-saving");
    cell.classList.add("is-refused");
    cell.dataset.typed = text;
    const typed = document.createElement("span");
    typed.className = "cell-typed";
    typed.textContent = text || "(empty)";
    const why = document.createElement("span");
    why.className = "cell-why";
    why.textContent = words;
    cell.replaceChildren(typed, why);
  }

  ask(cells, words) {
    const dialog = this.querySelector("dialog[data-reason]");
    dialog.querySelector("[data-question]").textContent = words;
    const form = dialog.querySelector("form[data-ask]");
    form.reset();
    form.onsubmit = (event) => {
      event.preventDefault();
      dialog.close();
      this.write(cells, new FormData(form).get("reason"));
    };
    dialog.showModal();
  }

  async undo() {
    const [url, pks] = this.undos.pop() ?? [];
    if (!url) {
      this.say("There is nothing to take back here.");
      return;
    }
    const next = window.location.pathname + window.location.search;
    const body = new URLSearchParams({ csrfmiddlewaretoken: token(), next });
    const answer = await fetch(url, { method: "POST", body });
    this.say(answer.ok ? "Taken back." : "That could not be taken back.", !answer.ok);
    await this.refresh(pks);
  }

  // These rows as they are by now.
  async refresh(pks) {
    const column = this.active ? this.place(this.active).column : 0;
    const focused = this.active?.parentElement.dataset.pk;
    for (let first = 0; first < pks.length; first += AT_ONCE) {
      const query = new URLSearchParams(this.dataset.here);
      query.set("pk", pks.slice(first, first + AT_ONCE).join(","));
      const { rows } = await (await fetch(`${this.dataset.rows}?${query}`)).json();
      Object.entries(rows).forEach(([pk, html]) => this.replace(pk, html));
    }
    const row = this.rows.find((each) => each.dataset.pk === focused);
    if (row) {
      this.go(row.cells[column + this.skip]);
    }
  }

  say(words, wrong = false) {
    if (this.words) {
      this.words.textContent = words;
      this.words.classList.toggle("is-wrong", wrong);
    }
  }
}

customElements.define("pm-grid", PmGrid);
