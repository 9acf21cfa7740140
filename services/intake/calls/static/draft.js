// Keeps what the call-taker types: every two seconds, if anything changed, and once more when the page is left.
// The form carries its own token; the server keeps the draft sealed and gives it back when the page is loaded again.
(() => {
  "use strict";

  const form = document.querySelector("form[data-draft]");
  if (!form) return;
  const status = form.querySelector(".draft-status");
  const EVERY = 2000;

  const written = () => new URLSearchParams(new FormData(form));
  let kept = String(written());
  let isSaving = false;
  let isSent = false;

  const say = (text, failed) => {
    status.textContent = text;
    status.classList.toggle("is-failed", failed);
  };
  const clock = () => new Intl.DateTimeFormat("vi-VN", { timeStyle: "medium", timeZone: "Asia/Ho_Chi_Minh" }).format(Date.now());

  const save = async (options = {}) => {
    const now = String(written());
    if (isSaving || isSent || now === kept) return;
    isSaving = true;
    try {
      const answer = await fetch(form.dataset.draft, {
        method: "POST",
        headers: { "X-CSRF-Token": form.elements.csrf_token.value, "Content-Type": "application/x-www-form-urlencoded" },
        body: now,
        ...options,
      });
      if (!answer.ok) throw new Error(String(answer.status));
      kept = now;
      say(`${status.dataset.saved} ${clock()}`, false);
    } catch {
      say(status.dataset.failed, true);
    } finally {
      isSaving = false;
    }
  };

  form.addEventListener("submit", () => (isSent = true));
  window.addEventListener("pageshow", () => (isSent = false));
  document.addEventListener("visibilitychange", () => document.hidden && save({ keepalive: true }));
  window.addEventListener("pagehide", () => save({ keepalive: true }));
  setInterval(save, EVERY);

  // A digit chooses the kind from anywhere (keys.js); the next Tab then leads to the words.
  const kinds = [...form.elements.kind];
  for (const kind of kinds) kind.addEventListener("change", () => kind.focus());
  if (kinds.some((kind) => kind.checked)) form.elements.words.focus();
  else kinds[0].focus();
})();
