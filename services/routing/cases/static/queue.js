// Keys of a queue beyond keys.js: "a" acknowledges the chosen line, and the choice survives what arrives live.
(() => {
  "use strict";

  let chosen = "";

  const rows = () => [...document.querySelectorAll("[data-rows] tbody tr")];
  const current = () => document.querySelector("tr.is-chosen");

  const choose = (row) => {
    current()?.classList.remove("is-chosen");
    row?.classList.add("is-chosen");
    row?.scrollIntoView({ block: "nearest" });
    row?.querySelector("a")?.focus();
  };

  // The first press on "a" only shows which line it would be.
  const acknowledge = () => {
    const row = current();
    if (!row) return choose(rows().find((each) => each.querySelector("[data-acknowledge]")));
    row.querySelector("[data-acknowledge]")?.click();
  };

  document.addEventListener("keydown", (event) => {
    const isText = event.target.matches?.("input, textarea, select");
    const isOff = localStorage.getItem("haivan-keys-off") === "1";
    if (event.key !== "a" || event.ctrlKey || event.altKey || event.metaKey || isText || isOff) return;
    if (!document.querySelector("dialog[open]")) acknowledge();
  });

  new MutationObserver(() => {
    const row = current();
    if (row) chosen = row.id;
    else if (chosen) document.getElementById(chosen)?.classList.add("is-chosen");
  }).observe(document.getElementById("main"), { subtree: true, childList: true, attributes: true, attributeFilter: ["class"] });
})();
