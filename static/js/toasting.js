// Saying what was done, with a way back where there is one: as the server's own toasts look.
export const toast = (text, level, token, undo) => {
  const line = Object.assign(document.createElement("pm-toast"), { className: `toast-line toast-${level}` });
  line.append(Object.assign(document.createElement("span"), { className: "toast-text", textContent: text }));
  if (undo) {
    const form = Object.assign(document.createElement("form"), { method: "post", action: undo });
    [["csrfmiddlewaretoken", token], ["next", location.pathname + location.search]].forEach(([name, value]) => {
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
    });
    form.append(Object.assign(document.createElement("button"), { className: "toast-undo", type: "submit", textContent: "Undo" }));
    line.append(form);
  }
  line.append(Object.assign(document.createElement("button"), { className: "toast-close", type: "button", textContent: "Dismiss" }));
  document.getElementById("toasts").append(line);
};
