// Three buttons that choose light, dark or the system's theme.
const CHOICES = [
  ["light", "Light"],
  ["dark", "Dark"],
  ["auto", "System"],
];

class PmTheme extends HTMLElement {
  connectedCallback() {
    this.replaceChildren(
      ...CHOICES.map(([theme, label]) => {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = label;
        button.addEventListener("click", () => {
          window.pmTheme.set(theme);
          this.show();
        });
        button.dataset.theme = theme;
        return button;
      }),
    );
    this.show();
  }

  show() {
    for (const button of this.children) {
      button.setAttribute("aria-pressed", String(button.dataset.theme === window.pmTheme.get()));
    }
  }
}

customElements.define("pm-theme", PmTheme);
