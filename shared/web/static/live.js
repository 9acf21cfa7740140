// One live stream per page: <main data-live="/cases/stream">. Messages carry HTML; each top-level element of it
// replaces the element with the same id. An element that is new goes to the start of the element named by its
// data-into attribute (which may limit its children with data-keep). Without this file pages reload themselves.
(() => {
  "use strict";

  const clock = (time) =>
    new Intl.DateTimeFormat("vi-VN", { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: "Asia/Ho_Chi_Minh" })
      .format(time);

  const wall = document.querySelector("[data-clock]");
  if (wall) setInterval(() => (wall.textContent = clock(Date.now())), 1000);

  const SILENCE = 30000; // two missed heartbeats
  const FIRST_WAIT = 1000;
  const LONGEST_WAIT = 30000;

  const source = document.querySelector("[data-live]");
  if (!source || !window.EventSource) return;
  const status = document.getElementById("live-status");

  let stream = null;
  let lastHeard = Date.now();
  let lastId = "";
  let failures = 0;
  let retry = 0;
  let stalled = false;

  const say = (text, again) => {
    if (!status) return;
    status.textContent = text;
    status.classList.toggle("is-again", again);
    status.hidden = !text;
  };

  const heard = (event) => {
    lastHeard = Date.now();
    failures = 0;
    if (event?.lastEventId) lastId = event.lastEventId;
    if (!stalled) return;
    stalled = false;
    document.documentElement.classList.remove("is-stalled");
    say(status?.dataset.again ?? "", true);
    setTimeout(() => stalled || say("", false), 5000);
  };

  const checkSilence = () => {
    if (stalled || document.hidden || Date.now() - lastHeard <= SILENCE) return;
    stalled = true;
    document.documentElement.classList.add("is-stalled");
    say((status?.dataset.stalled ?? "").replace("{time}", clock(lastHeard)), false);
  };

  const place = (fresh) => {
    const old = document.getElementById(fresh.id);
    if (old) {
      if (old.isEqualNode(fresh)) return;
      const focused = old.contains(document.activeElement) ? document.activeElement.id : "";
      // Whoever is typing keeps what they typed.
      if (focused && document.activeElement.matches("input, textarea, select")) return;
      old.replaceWith(fresh);
      if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
    } else {
      const list = document.getElementById(fresh.dataset.into ?? "");
      if (!list) return;
      fresh.classList.add("is-new");
      list.prepend(fresh);
      const keep = Number(list.dataset.keep ?? 0);
      while (keep && list.children.length > keep) list.lastElementChild.remove();
    }
    window.htmx?.process(fresh);
  };

  const swap = (event) => {
    heard(event);
    const parsed = document.createElement("template");
    parsed.innerHTML = event.data;
    for (const fresh of [...parsed.content.children]) if (fresh.id) place(fresh);
  };

  // Everybody who was told to reload does not come back in the same moment.
  const reload = () => {
    close();
    setTimeout(() => location.reload(), Math.random() * 4000);
  };

  const close = () => {
    clearTimeout(retry);
    stream?.close();
    stream = null;
  };

  const again = () => {
    close();
    if (document.hidden) return;
    const longest = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** failures++);
    retry = setTimeout(open, longest * (0.5 + Math.random() / 2));
  };

  const open = () => {
    close();
    const url = new URL(source.dataset.live, location.href);
    if (lastId) url.searchParams.set("after", lastId);
    stream = new EventSource(url);
    stream.onopen = () => heard();
    stream.onmessage = swap;
    stream.addEventListener("beat", heard);
    stream.addEventListener("reload", reload);
    stream.onerror = again;
  };

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) return close();
    lastHeard = Date.now();
    open();
  });
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", (event) => event.persisted && open());
  setInterval(checkSilence, 1000);
  if (!document.hidden) open();
})();
