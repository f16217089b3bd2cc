// Files for a comment: chosen, dropped or pasted, they are uploaded at once and a picture is written
// into the text. Without it the chosen files travel with the form.
class PmAttach extends HTMLElement {
  connectedCallback() {
    if (this.ready) {
      return;
    }
    this.ready = true;
    this.text = this.querySelector("textarea");
    this.files = this.querySelector(".attach-files");
    this.status = this.querySelector(".attach-status");
    this.chosen = this.querySelector("input[type=file]");
    this.chosen?.addEventListener("change", () => {
      this.upload(this.chosen.files);
    });
    this.addEventListener("paste", (event) => {
      if (event.clipboardData?.files.length) {
        event.preventDefault();
        this.upload(event.clipboardData.files);
      }
    });
    this.addEventListener("dragover", (event) => {
      if (event.dataTransfer?.types.includes("Files")) {
        event.preventDefault();
        this.classList.add("is-over");
      }
    });
    this.addEventListener("dragleave", () => this.classList.remove("is-over"));
    this.addEventListener("drop", (event) => {
      this.classList.remove("is-over");
      if (event.dataTransfer?.files.length) {
        event.preventDefault();
        this.upload(event.dataTransfer.files);
      }
    });
  }

  async upload(files) {
    const body = new FormData();
    [...files].forEach((file) => body.append("upload", file, file.name || "pasted.png"));
    this.status.textContent = "";
    this.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(this.dataset.src, {
        method: "POST",
        body,
        headers: {
          "HX-Request": "true",
          "X-CSRFToken": this.closest("form").querySelector("[name=csrfmiddlewaretoken]").value,
        },
      });
      const said = await answer.text();
      if (answer.ok && !answer.redirected) {
        this.take(said);
      } else {
        this.status.textContent = answer.status === 422 ? said : "The file could not be uploaded. Try again.";
      }
    } catch {
      this.status.textContent = "The server could not be reached. Nothing was uploaded; try again.";
    }
    this.removeAttribute("aria-busy");
    if (this.chosen) {
      this.chosen.value = "";
    }
  }

  take(html) {
    const before = this.files.children.length;
    this.files.insertAdjacentHTML("beforeend", html);
    for (const file of [...this.files.children].slice(before)) {
      if (file.dataset.written) {
        const gap = this.text.selectionStart > 0 && !/\s$/.test(this.text.value.slice(0, this.text.selectionStart));
        const written = `${gap ? "\n" : ""}${file.dataset.written}\n`;
        this.text.setRangeText(written, this.text.selectionStart, this.text.selectionEnd, "end");
      }
    }
    this.text.focus();
  }
}

customElements.define("pm-attach", PmAttach);
