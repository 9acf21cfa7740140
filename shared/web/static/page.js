// Small comforts for every page; nothing here is needed for a page to work.
(() => {
  "use strict";

  // After a refused form, screen readers and the keyboard start at what has to be corrected.
  document.querySelector("[data-focus]")?.focus();

  // A second press while the first is on its way would send the form twice. The server recognises that too;
  // this only spares people the doubt. The attribute is taken back when the page comes from the back button.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.getAttribute("method") === "dialog" || event.defaultPrevented) return;
    if (form.classList.contains("is-sending")) {
      event.preventDefault();
      return;
    }
    form.classList.add("is-sending");
    setTimeout(() => form.classList.remove("is-sending"), 10000);
  });
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll(".is-sending")) form.classList.remove("is-sending");
  });
})();
