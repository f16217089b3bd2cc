// A list that goes on while one scrolls. Rows come in blocks, each a <tbody>; those far from sight
// are taken out and leave their height. The table's `book` knows all rows, in sight or not.
// The address names the block that is in sight, so that reloading and going back lead there again.
const FAR = 1500; // pixels beyond the window in which rows are kept and fetched
const STATE = "pm-more";

class PmMore extends HTMLElement {
  connectedCallback() {
    this.region = this.closest("pm-records");
    this.table = this.region?.querySelector("table.records");
    this.box = this.table?.closest(".table-scroll");
    if (!this.box || this.watch) {
      return;
    }
    const { next, previous, after } = this.dataset;
    this.places = { next, previous };
    const body = this.table.tBodies[0];
    this.blocks = [{ body, lines: [...body.rows], place: after, away: false }];
    this.shown = this.rows.length;
    this.fromTop = !previous;
    this.grouped = new URLSearchParams(this.dataset.here).has("group");
    this.table.book = this;
    this.label = this.querySelector(".pager-label");
    this.label?.setAttribute("role", "status");
    this.bulk = this.region.querySelector("#bulk");
    this.bulk?.addEventListener("formdata", (event) => this.send(event));
    const around = { root: this.box, rootMargin: `${FAR}px 0px` };
    this.watch = new IntersectionObserver((seen) => this.seen(seen), around);
    this.box.addEventListener("scroll", () => this.scrolled(), { passive: true });
    this.number();
    if (this.places.next || this.places.previous) {
      this.box.classList.add("goes-on");
    }
    this.ready = this.restore().then(() => this.fill());
  }

  disconnectedCallback() {
    this.watch?.disconnect();
    clearTimeout(this.keeping);
  }

  // Every row in order, in sight or not.
  get rows() {
    this.all ??= this.blocks.flatMap((block) => block.lines.filter((line) => line.dataset.pk));
    return this.all;
  }

  blockOf(row) {
    return this.blocks.find((block) => block.lines.includes(row));
  }

  // A row that is about to be used comes back into the table.
  show(row) {
    if (!row.isConnected) {
      const block = this.blockOf(row);
      if (block) {
        this.back(block);
      }
    }
  }

  replace(row, fresh) {
    const block = this.blockOf(row);
    block.lines[block.lines.indexOf(row)] = fresh;
    row.replaceWith(fresh);
    this.all = undefined;
    this.number(block);
  }

  seen(entries) {
    entries.forEach(({ target, isIntersecting, boundingClientRect }) => {
      const block = this.blocks.find(({ body }) => body === target);
      if (block && isIntersecting) {
        this.back(block);
      } else if (block) {
        this.away(block, boundingClientRect.height);
      }
    });
  }

  away(block, height) {
    const used = block.body.contains(document.activeElement) || block.body.querySelector(".cell-input, .is-saving, td[tabindex='0']");
    if (block.away || used || !height) {
      return;
    }
    const space = document.createElement("tr");
    space.className = "rows-away";
    space.setAttribute("aria-hidden", "true");
    const cell = space.insertCell();
    cell.colSpan = this.table.tHead.rows[0].cells.length;
    cell.style.height = `${height}px`;
    block.body.replaceChildren(space);
    block.away = true;
  }

  back(block) {
    if (block.away) {
      block.body.replaceChildren(...block.lines);
      block.away = false;
    }
  }

  scrolled() {
    this.touched = true;
    if (!this.waiting) {
      this.waiting = requestAnimationFrame(() => {
        this.waiting = 0;
        this.fill();
      });
    }
    clearTimeout(this.keeping);
    this.keeping = setTimeout(() => this.keep(), 150);
  }

  // Fetch while there is less than enough beyond the window.
  async fill() {
    const { scrollTop, scrollHeight, clientHeight } = this.box;
    if (this.touched && this.places.previous && scrollTop < FAR / 3) {
      await this.more("previous");
    }
    if (this.places.next && scrollHeight - scrollTop - clientHeight < FAR && this.box.offsetParent) {
      if (await this.more("next")) {
        this.scrolled();
      }
    }
  }

  // One block more, on this side; false where there is none or it did not come.
  async more(side) {
    while (this.loading) {
      await this.loading;
    }
    if (!this.places[side]) {
      return false;
    }
    this.loading = this.load(side);
    try {
      return await this.loading;
    } finally {
      this.loading = undefined;
    }
  }

  async load(side) {
    const place = this.places[side];
    const query = new URLSearchParams(this.dataset.here);
    query.set(side === "next" ? "after" : "before", place);
    if (this.total === undefined) {
      query.set("count", "1");
    }
    try {
      const answer = await fetch(`${this.dataset.rows}?${query}`, { headers: { Accept: "application/json" } });
      if (!answer.ok) {
        throw new Error(String(answer.status));
      }
      const said = await answer.json();
      if (said.label) {
        this.total = said.count;
        this.totalWords = said.label;
      }
      this.put(side, place, said);
      this.failed = false;
      return true;
    } catch {
      if (!this.failed) {
        this.say("Further rows could not be loaded. Scroll to try again, or use Next.");
      }
      this.failed = true;
      return false;
    }
  }

  put(side, place, said) {
    this.pin();
    const body = document.createElement("tbody");
    body.innerHTML = said.html;
    const block = { body, lines: [...body.rows], place: side === "next" ? place : said.previous, away: false };
    block.many = block.lines.filter((line) => line.dataset.pk).length;
    const edge = side === "next" ? this.blocks.at(-1) : this.blocks[0];
    this.once(side === "next" ? edge : block, side === "next" ? block : edge);
    this.places[side] = said[side];
    if (side === "next") {
      this.blocks.push(block);
      edge.body.after(body);
    } else {
      const before = this.box.scrollHeight;
      this.blocks.unshift(block);
      edge.body.before(body);
      this.box.scrollTop += this.box.scrollHeight - before;
      this.fromTop = !said.previous;
    }
    this.all = undefined;
    if (this.blocks.length === 2) {
      this.watch.observe(edge.body);
    }
    this.watch.observe(body);
    this.shown += block.many;
    this.table.dispatchEvent(new CustomEvent("pm:rows", { bubbles: true, detail: block.lines }));
    this.count(side === "next" ? block : undefined);
  }

  // A group that went on is not announced twice.
  once(first, second) {
    const heads = first.lines.filter((line) => !line.dataset.pk);
    const [head] = second.lines;
    if (head && !head.dataset.pk && heads.at(-1)?.textContent === head.textContent) {
      head.remove();
      second.lines.shift();
    }
  }

  // Columns stay as wide as they are: they would jump with every block, and cost a layout of all.
  pin() {
    if (this.pinned) {
      return;
    }
    this.pinned = true;
    const columns = this.table.querySelectorAll("col");
    const widths = [...this.table.tHead.rows[0].cells].map((cell) => Math.ceil(cell.getBoundingClientRect().width));
    widths.forEach((width, at) => (columns[at].width = width));
    this.table.style.width = `${widths.reduce((sum, width) => sum + width, 0)}px`;
    this.table.classList.add("is-pinned");
  }

  // Where each row stands in the whole list, for those who hear it.
  number(only) {
    if (!this.fromTop || this.grouped) {
      this.table.removeAttribute("aria-rowcount");
      return;
    }
    let at = 2; // the head is the first row
    for (const block of this.blocks) {
      if (!only || block === only) {
        block.lines.forEach((line, place) => line.setAttribute("aria-rowindex", at + place));
      }
      at += block.lines.length;
    }
    this.table.setAttribute("aria-rowcount", this.total ? this.total + 1 : -1);
  }

  count(only) {
    this.number(only);
    const shown = this.shown.toLocaleString(document.documentElement.lang || undefined);
    this.say(this.places.next || this.places.previous ? `${shown} of ${this.totalWords} shown` : `All ${shown} shown`);
    const total = this.bulk?.querySelector("[data-total]");
    if (total && this.totalWords) {
      total.textContent = this.totalWords;
    }
    const next = this.querySelector("a[rel=next]");
    if (next) {
      next.hidden = !this.places.next;
      next.href = `?${this.address(this.places.next)}`;
    }
  }

  say(words) {
    if (this.label) {
      this.label.textContent = words;
    }
  }

  // Rows that are chosen and out of sight are sent with the others.
  send({ formData }) {
    this.blocks.filter((block) => block.away).forEach((block) => {
      block.lines.forEach((line) => {
        const box = line.querySelector("input[name=pk]");
        if (box?.checked) {
          formData.append("pk", box.value);
        }
      });
    });
  }

  address(after) {
    const query = new URLSearchParams(this.dataset.here);
    if (after) {
      query.set("after", after);
    }
    return query;
  }

  // The block and the row at the upper edge of the window, kept for reloading and going back.
  keep() {
    if (!this.isConnected) {
      return;
    }
    const edge = this.box.getBoundingClientRect().top + this.table.tHead.offsetHeight;
    const block = this.blocks.find(({ body }) => body.getBoundingClientRect().bottom > edge + 1) ?? this.blocks[0];
    const row = block.lines.find((line) => line.isConnected && line.dataset.pk && line.getBoundingClientRect().bottom > edge + 1);
    const address = new URL(window.location.href);
    address.searchParams.delete("before");
    if (block.place) {
      address.searchParams.set("after", block.place);
    } else {
      address.searchParams.delete("after");
    }
    const state = { ...window.history.state, [STATE]: row === this.rows[0] ? undefined : row?.dataset.pk };
    window.history.replaceState(state, "", address);
  }

  async restore() {
    const pk = window.history.state?.[STATE];
    if (!pk) {
      return;
    }
    await this.more("next"); // the row may be the last of those that came, and goes to the top
    const row = this.rows.find((each) => each.dataset.pk === pk);
    if (row && row !== this.rows[0]) {
      this.show(row);
      this.box.scrollTop += row.getBoundingClientRect().top - this.box.getBoundingClientRect().top - this.table.tHead.offsetHeight;
    }
  }
}

customElements.define("pm-more", PmMore);
