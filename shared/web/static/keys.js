// Keyboard for consoles: a letter presses what carries it (data-key), "/" goes to the search field, "j" and "k"
// walk the rows of a table marked data-rows, Enter follows the row's first link, "?" explains.
// One-letter keys can be switched off (WCAG 2.1.4); the choice stays in this browser.
(() => {
  "use strict";

  const OFF = "haivan-keys-off";
  const help = document.getElementById("keys-help");
  const offBox = help?.querySelector("[data-keys-off]");
  const isOff = () => localStorage.getItem(OFF) === "1";

  const list = help?.querySelector("[data-keys-list]");
  for (const element of document.querySelectorAll("[data-key]")) {
    element.setAttribute("aria-keyshortcuts", element.dataset.key);
    if (!list) continue;
    const row = document.createElement("div");
    const term = document.createElement("dt");
    const key = document.createElement("kbd");
    const words = document.createElement("dd");
    key.textContent = element.dataset.key;
    words.textContent = [...element.childNodes].filter((node) => node.nodeName !== "KBD").map((node) => node.textContent).join("").trim();
    term.append(key);
    row.append(term, words);
    list.append(row);
  }

  if (offBox) {
    offBox.checked = isOff();
    offBox.addEventListener("change", () => localStorage.setItem(OFF, offBox.checked ? "1" : "0"));
  }

  const rows = () => [...document.querySelectorAll("[data-rows] tbody tr, tr[data-row]")];

  const walk = (by) => {
    const all = rows();
    if (!all.length) return;
    const at = all.findIndex((row) => row.classList.contains("is-chosen"));
    const next = all[Math.max(0, Math.min(all.length - 1, at + by))] ?? all[0];
    all[at]?.classList.remove("is-chosen");
    next.classList.add("is-chosen");
    next.scrollIntoView({ block: "nearest" });
    next.querySelector("a, button, input")?.focus();
  };

  const isTyping = (element) => element?.matches?.("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]");

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey || isTyping(event.target)) return;
    if (event.key === "?") return help?.showModal();
    if (isOff() || help?.open) return;
    if (event.key === "/") {
      const search = document.querySelector("input[type=search]");
      if (!search) return;
      event.preventDefault();
      search.focus();
    } else if (event.key === "j" || event.key === "k") {
      walk(event.key === "j" ? 1 : -1);
    } else {
      document.querySelector(`[data-key="${CSS.escape(event.key)}"]`)?.click();
    }
  });
})();
