// Copies what its field holds, and says so.
class PmCopy extends HTMLElement {
  connectedCallback() {
    this.querySelector("[data-copy]").addEventListener("click", () => this.copy());
  }

  async copy() {
    const field = this.querySelector("input");
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy");
    }
    this.querySelector("[data-copied]").textContent = "Copied.";
  }
}

customElements.define("pm-copy", PmCopy);
