// Brings whoever sent a form of this page back to it, instead of to the top. After an error the form
// is open again and filled as it was.
const KEPT = "pm-kept-form";
const UNTYPED = ["hidden", "submit", "button"];
const NO_NAMES = ["csrfmiddlewaretoken", "version"];

const typedIn = (form) => [...form.elements].filter((one) => one.name && !UNTYPED.includes(one.type));
const nameOf = (form) =>
  [...form.querySelectorAll("input[type=hidden]")]
    .filter((one) => !NO_NAMES.includes(one.name))
    .reduce((name, one) => `${name} ${one.name}=${one.value}`, form.getAttribute("action"));

class PmKept extends HTMLElement {
  connectedCallback() {
    const kept = JSON.parse(sessionStorage.getItem(KEPT) || "null");
    sessionStorage.removeItem(KEPT);
    if (kept?.page === location.pathname) {
      this.comeBack(kept);
    }
    this.addEventListener("submit", (event) => {
      const says = [...event.target.elements].some((one) => one.name && !NO_NAMES.includes(one.name));
      if (says && !event.defaultPrevented) {
        this.keep(event.target);
      }
    });
  }

  keep(form) {
    const values = typedIn(form).map((one) => [one.name, one.value, one.checked]);
    const { top } = form.getBoundingClientRect();
    const kept = { page: location.pathname, form: nameOf(form), values, top, scrolled: scrollY };
    sessionStorage.setItem(KEPT, JSON.stringify(kept));
  }

  comeBack({ form: name, values, top, scrolled }) {
    const form = [...this.querySelectorAll("form")].find((one) => nameOf(one) === name);
    if (!form) {
      scrollTo(0, scrolled);
      return;
    }
    if (document.querySelector("#toasts .toast-error")) {
      this.refill(form, values);
    }
    const closed = form.closest("details:not([open])")?.querySelector("summary");
    const place = closed || typedIn(form)[0] || form.querySelector("button");
    place?.focus({ preventScroll: true });
    scrollBy(0, (closed || form).getBoundingClientRect().top - top);
  }

  refill(form, values) {
    typedIn(form).forEach((field, number) => {
      const [name, value, checked] = values[number] || [];
      if (field.name !== name) {
        return;
      }
      if (["checkbox", "radio"].includes(field.type)) {
        field.checked = checked;
      } else {
        field.value = value;
      }
    });
    for (let more = form.closest("details"); more; more = more.parentElement.closest("details")) {
      more.open = true;
    }
  }
}

customElements.define("pm-kept", PmKept);
