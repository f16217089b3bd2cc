// The entry: each element defines itself; what is left here concerns the whole page.
import "./elements/pm-theme.js";
import "./elements/pm-menu.js";
import "./elements/pm-keys.js";
import "./elements/pm-palette.js";
import "./elements/pm-toast.js";
import "./elements/pm-filters.js";
import "./elements/pm-freshness.js";
import "./elements/pm-bell.js";
import "./elements/pm-count.js";
import "./elements/pm-chart.js";
import "./elements/pm-tabs.js";
import "./elements/pm-select.js";
import "./elements/pm-mentions.js";
import "./elements/pm-attach.js";
import "./elements/pm-discussion.js";
import "./elements/pm-whole.js";

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) {
    const dialog = document.getElementById(opener.dataset.open);
    if (dialog && !dialog.open) {
      opener.closest("[popover]")?.hidePopover();
      dialog.showModal();
    }
  } else if (event.target instanceof HTMLDialogElement) {
    event.target.close();
  }
});

// Skipping leaves no #content in the address: forms would carry it on, and the next page would open
// there instead of in the field that is to have the focus.
document.querySelector(".skip-link")?.addEventListener("click", (event) => {
  const content = document.getElementById("content");
  if (content) {
    event.preventDefault();
    content.focus();
  }
});

// Unsafe requests of htmx carry the token of the page they are sent from.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (!["get", "head"].includes(detail.verb)) {
    const token = document.querySelector("input[name=csrfmiddlewaretoken]");
    if (token) {
      detail.headers["X-CSRFToken"] = token.value;
    }
  }
});

const failed = (text) => {
  const toast = document.createElement("pm-toast");
  toast.className = "toast-line toast-error";
  const words = document.createElement("span");
  words.className = "toast-text";
  words.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "toast-close";
  close.textContent = "Dismiss";
  toast.append(words, close);
  document.getElementById("toasts")?.append(toast);
};
document.addEventListener("htmx:sendError", () =>
  failed("The server could not be reached. Nothing was changed; try again."),
);
document.addEventListener("htmx:responseError", ({ detail }) => {
  const words = {
    403: "Your role does not allow this, or you were signed out. Nothing was changed.",
    404: "That is no longer there. Reload the page.",
    429: "That was too often. Wait a moment and try again.",
    503: "The database could not be reached. Nothing was changed; try again in a moment.",
  };
  failed(words[detail.xhr.status] || "That did not work. Nothing was changed; try again.");
});
