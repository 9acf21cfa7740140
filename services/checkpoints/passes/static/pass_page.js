// The officer's page: form → queue → verdict, and the three trays. Without this file the form works by itself.
(() => {
  "use strict";

  const form = document.getElementById("pass-form");
  if (!form || !window.indexedDB || !window.fetch) return;
  const queue = window.passQueue;
  const verdict = document.getElementById("pass-verdict");
  const next = document.getElementById("pass-next");
  const trays = document.getElementById("pass-trays");
  const asIs = document.getElementById("code-as-is");
  const language = document.documentElement.lang;
  const token = form.elements.csrf_token?.value ?? "";
  const field = (name) => form.elements[name];
  const typed = (name) => field(name)?.value.trim() || undefined;
  // The post's time, whatever zone the phone is set to.
  const hue = { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Ho_Chi_Minh" };
  let shown = null;
  let sent = 0;

  const element = (tag, text, className) => {
    const made = document.createElement(tag);
    if (text) made.textContent = text;
    if (className) made.className = className;
    return made;
  };

  const show = (title, tone, reasons) => {
    const section = element("section", "", `verdict is-${tone}`);
    section.append(element("h2", title));
    if (reasons.length) {
      const list = element("ul");
      list.append(...reasons.map((reason) => element("li", reason)));
      section.append(list);
    }
    verdict.replaceChildren(section);
    verdict.hidden = next.hidden = false;
    form.hidden = true;
    window.scrollTo(0, 0);
  };

  const showOutcome = (outcome) => {
    if (outcome.state === "sent") {
      const { answer } = outcome;
      show(answer[`title_${language}`], answer.tone, answer.reasons.map((reason) => reason[language]));
    } else if (outcome.state === "wrong") show(verdict.dataset.wrong, "warning", [outcome.reason]);
    else show(verdict.dataset.kept, "warning", [verdict.dataset.keptReason, trays.dataset[words(outcome.reason)] ?? ""].filter(Boolean));
    next.focus();
  };

  const words = (reason) => ({ "sign-in": "signIn" })[reason] ?? reason;

  // The hand code's own check character: what is mistyped is seen before anybody is stopped for it.
  const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
  const isCode = (text) => {
    const code = text.normalize("NFKC").toUpperCase().replace(/[\s\-._/]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1");
    if (code.length !== 10 || [...code].some((sign) => !ALPHABET.includes(sign))) return false;
    const sum = [...code].reverse().reduce((total, sign, place) => {
      const value = ALPHABET.indexOf(sign) * (place % 2 ? 2 : 1);
      return total + Math.floor(value / 32) + (value % 32);
    }, 0);
    return sum % 32 === 0;
  };

  const deviceId = () => {
    const known = localStorage.getItem("haivan-device") ?? `web-${Math.random().toString(36).slice(2, 10)}`;
    localStorage.setItem("haivan-device", known);
    return known;
  };

  const decimal = (text) => (text === undefined ? undefined : Number(text.replace(",", ".")));

  const bodyOf = () => {
    const who = { name: typed("name"), cccd: typed("cccd"), phone: typed("phone"), coming_from: typed("coming_from") };
    return {
      post: form.dataset.post,
      lane: Number(typed("lane") ?? 1),
      direction: field("direction").value,
      plate: typed("plate"),
      trailer: typed("trailer"),
      people: Number(typed("people") ?? 1),
      travellers: Object.values(who).some(Boolean) ? [who] : [],
      temperature: decimal(typed("temperature")),
      permit_code: typed("permit_code"),
      observed_at: new Date().toISOString(),
      device: deviceId(),
    };
  };

  const clear = () => {
    for (const name of ["plate", "trailer", "permit_code", "temperature", "name", "cccd", "phone", "coming_from"]) field(name).value = "";
    field("people").value = 1;
    field("code_as_is").checked = false;
    asIs.hidden = true;
    document.getElementById("pass-more").open = false;
  };

  const fill = (body) => {
    const [who = {}] = body.travellers;
    for (const name of ["plate", "trailer", "permit_code", "temperature", "people"]) field(name).value = body[name] ?? "";
    for (const name of ["name", "cccd", "phone", "coming_from"]) field(name).value = who[name] ?? "";
    for (const choice of form.querySelectorAll("[name=direction]")) choice.checked = choice.value === body.direction;
  };

  const start = () => {
    shown = null;
    verdict.hidden = next.hidden = true;
    verdict.replaceChildren();
    form.hidden = false;
    field("plate").focus();
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const code = typed("permit_code");
    if (code && !isCode(code) && !field("code_as_is").checked) {
      if (!asIs.querySelector("p")) asIs.prepend(element("p", asIs.dataset.doubt, "error"));
      asIs.hidden = false;
      field("permit_code").focus();
      return;
    }
    const item = await queue.add(bodyOf());
    shown = item.id;
    clear();
    show(verdict.dataset.sending, "warning", []);
    draw();
    await resend(item);
  });

  const resend = async (item) => {
    const outcome = await queue.attempt(item, token);
    if (outcome.state === "sent") sent += 1;
    if (shown === item.id) showOutcome(outcome);
    await draw();
  };

  next.addEventListener("click", start);

  for (const button of form.querySelectorAll("[data-step]")) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const people = field("people");
      people.value = Math.max(0, Math.min(100, Number(people.value || 0) + Number(button.dataset.step)));
    });
  }
  for (const name of ["plate", "permit_code", "trailer"]) {
    field(name).addEventListener("change", () => (field(name).value = field(name).value.toUpperCase()));
  }

  // Only the end of a plate is shown: enough to know which one it is, too little to read over a shoulder.
  const label = (item) => {
    const plate = (item.body.plate ?? "").replace(/[^0-9A-Za-z]/g, "");
    const time = new Date(item.at).toLocaleTimeString("vi-VN", hue);
    return `${time} · ${plate ? `…${plate.slice(-4).toUpperCase()}` : trays.dataset.foot}`;
  };

  const button = (text, press) => {
    const made = element("button", text, "button is-secondary");
    made.type = "button";
    made.addEventListener("click", press);
    return made;
  };

  const row = (item) => {
    const made = element("li");
    const reason = trays.dataset[words(item.reason)] ?? item.reason;
    made.append(element("p", `${label(item)} – ${reason}`));
    if (item.state === "unsent") made.append(button(trays.dataset.resend, () => resend(item)));
    else {
      made.append(
        button(trays.dataset.correct, async () => {
          await queue.remove(item.id);
          start();
          fill(item.body);
          draw();
        }),
        button(trays.dataset.drop, async () => {
          await queue.remove(item.id);
          draw();
        }),
      );
    }
    return made;
  };

  const drawTray = (id, items) => {
    const tray = document.getElementById(id);
    tray.hidden = items.length === 0;
    tray.querySelector("[data-count]").textContent = items.length;
    tray.querySelector("ul").replaceChildren(...items.map(row));
  };

  const draw = async () => {
    const items = await queue.all();
    const unsent = items.filter((item) => item.state === "unsent");
    drawTray("tray-unsent", unsent);
    drawTray("tray-wrong", items.filter((item) => item.state === "wrong"));
    document.querySelector("#tray-sent [data-count]").textContent = sent;
    trays.hidden = false;
    const waiting = document.getElementById("pass-waiting");
    waiting.hidden = unsent.length === 0;
    waiting.classList.toggle("is-bad", unsent.length > 0);
    waiting.textContent = waiting.dataset.words.replace("{count}", unsent.length);
  };

  const tick = () => {
    const clock = document.getElementById("pass-clock");
    clock.textContent = new Date().toLocaleTimeString("vi-VN", { ...hue, second: "2-digit" });
    const net = document.getElementById("pass-net");
    const text = navigator.onLine ? net.dataset.online : net.dataset.offline;
    if (net.textContent !== text) net.textContent = text;
    net.classList.toggle("is-bad", !navigator.onLine);
    clock.hidden = net.hidden = false;
  };

  const retry = async () => {
    const due = (await queue.all()).filter((item) => item.state === "unsent" && item.next <= Date.now());
    for (const item of due) await resend(item);
  };

  window.addEventListener("online", async () => {
    for (const item of await queue.all()) if (item.state === "unsent") await resend(item);
  });
  navigator.storage?.persist?.();
  setInterval(tick, 1000);
  setInterval(retry, 1000);
  tick();
  draw();
  form.dataset.ready = "yes";
})();
