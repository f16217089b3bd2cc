// Runs before the first paint: the chosen theme, or the system's.
(() => {
  let chosen = "auto";
  try {
    chosen = localStorage.getItem("pm-theme") || "auto";
  } catch {
    chosen = "auto";
  }
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const apply = () => {
    const theme = chosen === "auto" ? (dark.matches ? "dark" : "light") : chosen;
    document.documentElement.dataset.bsTheme = theme;
    document.dispatchEvent(new CustomEvent("pm:theme", { detail: theme }));
  };
  dark.addEventListener("change", apply);
  window.pmTheme = {
    get: () => chosen,
    set(theme) {
      chosen = theme;
      try {
        localStorage.setItem("pm-theme", theme);
      } catch {
        // A browser that keeps nothing still shows the theme on this page.
      }
      apply();
    },
  };
  apply();
})();
