// A form on somebody else's page: drawn where its script stands, in a shadow, so that neither page
// dresses the other. It sets no cookie, stores nothing and loads nothing.
(() => {
  const FORM = __FORM__;
  const script = document.currentScript;
  const said = script ? { ...script.dataset } : {};

  // The product: as the page says it to the script, else as it says it to everybody.
  const product = () => {
    for (const name of ["sku", "handle", "gtin", "product"]) {
      if (said[name]) {
        return { [name]: said[name] };
      }
    }
    for (const block of document.querySelectorAll('script[type="application/ld+json"]')) {
      try {
        const rows = [JSON.parse(block.textContent)].flat().flatMap((row) => row["@graph"] ?? row);
        const found = rows.find((row) => row["@type"] === "Product" && row.sku);
        if (found) {
          return { sku: String(found.sku) };
        }
      } catch {
        // what cannot be read says nothing
      }
    }
    const marked = document.querySelector('[itemprop="sku"]');
    const sku = marked?.getAttribute("content") ?? marked?.textContent?.trim();
    return sku ? { sku } : {};
  };

  const make = (name, attributes = {}, ...children) => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  };

  const draw = () => {
    const host = make("div");
    const shadow = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(FORM.style);
    shadow.adoptedStyleSheets = [sheet];
    const state = make("p", { role: "status", "aria-live": "polite" });
    const text = make("textarea", { id: "text", name: "text", required: "", maxlength: FORM.most });
    const email = make("input", { id: "email", name: "email", type: "email", autocomplete: "email", maxlength: "254" });
    const trap = make("input", { id: "website", name: "website", tabindex: "-1", autocomplete: "off" });
    const send = make("button", { type: "submit" }, said.button ?? "Send");
    const optional = make("span", { class: "pm-quiet" }, " optional, for an answer");
    const form = make(
      "form",
      { "aria-labelledby": "title" },
      make("p", {}, make("label", { for: "text" }, said.question ?? "What should we know?"), text),
      make("p", {}, make("label", { for: "email" }, "E-mail", optional), email),
      make("p", { class: "pm-unseen", "aria-hidden": "true" }, make("label", { for: "website" }, "Leave this empty"), trap),
      state,
      send,
    );
    const box = make("section", { class: "pm-form", "aria-labelledby": "title" });
    if (said.theme) {
      box.dataset.theme = said.theme;
    }
    box.append(make("h2", { id: "title" }, said.title ?? FORM.title), form);
    shadow.append(box);
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      send.disabled = true;
      state.className = "pm-quiet";
      state.textContent = "Sending…";
      const body = { text: text.value, email: email.value, website: trap.value, ...product() };
      try {
        const answer = await fetch(FORM.url, {
          method: "POST",
          credentials: "omit",
          referrerPolicy: "no-referrer",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify(body),
        });
        const { message } = await answer.json();
        state.className = answer.ok ? "" : "pm-wrong";
        state.textContent = message;
        if (answer.ok) {
          form.reset();
        }
      } catch {
        state.className = "pm-wrong";
        state.textContent = "It could not be sent. Try again in a minute; your words are still here.";
      }
      send.disabled = false;
    });
    if (script?.isConnected && script.parentNode !== document.head) {
      script.after(host);
    } else {
      document.body.append(host);
    }
  };

  if (document.body) {
    draw();
  } else {
    document.addEventListener("DOMContentLoaded", draw);
  }
})();
