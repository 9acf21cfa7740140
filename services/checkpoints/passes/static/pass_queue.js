// Passes that are not confirmed yet, in IndexedDB. Each has its id before the first attempt, and is sent with that id
// until the server has answered: a retry never makes a second pass. What is confirmed is deleted from the device.
window.passQueue = (() => {
  "use strict";

  const STORE = "passes";
  const FIRST_WAIT = 2000;
  const LONGEST_WAIT = 60000;
  const PATIENCE = 12000;
  const WRONG = new Set([400, 403, 404, 409, 413, 415, 422]);

  let opening;
  const open = () =>
    (opening ??= new Promise((resolve, reject) => {
      const request = indexedDB.open("haivan-passes", 1);
      request.onupgradeneeded = () => request.result.createObjectStore(STORE, { keyPath: "id" });
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    }));

  const run = async (mode, work) => {
    const database = await open();
    return new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode, { durability: "strict" });
      const request = work(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(request.result);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
    });
  };

  const put = (item) => run("readwrite", (store) => store.put(item));
  const remove = (id) => run("readwrite", (store) => store.delete(id));
  const all = async () => (await run("readonly", (store) => store.getAll())).sort((a, b) => a.at - b.at);

  // crypto.randomUUID needs a secure context; a post may reach the service over plain HTTP in a closed network.
  const newId = () => {
    if (crypto.randomUUID) return crypto.randomUUID();
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    bytes[6] = (bytes[6] & 15) | 64;
    bytes[8] = (bytes[8] & 63) | 128;
    const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
  };

  const wordsOf = async (response) => {
    const problem = await response.json().catch(() => ({}));
    const fields = (problem.errors ?? []).map((error) => error.detail ?? "").filter(Boolean);
    return { type: problem.type ?? "", text: fields.join(" ") || problem.detail || String(response.status) };
  };

  // → {state: "sent", answer} | {state: "unsent", reason} | {state: "wrong", reason}
  const send = async (item, token) => {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const response = await fetch("/api/v1/passes", {
        method: "POST",
        headers: { "Content-Type": "application/json", "Idempotency-Key": item.id, "X-CSRF-Token": token },
        body: JSON.stringify(item.body),
        signal: stop.signal,
      });
      if (response.ok) return { state: "sent", answer: await response.json() };
      const words = await wordsOf(response);
      if (response.status === 401) return { state: "unsent", reason: "sign-in" };
      if (words.type.endsWith("/form-expired") || words.type.endsWith("/foreign-origin")) return { state: "unsent", reason: "reload" };
      if (WRONG.has(response.status)) return { state: "wrong", reason: words.text };
      return { state: "unsent", reason: "server" };
    } catch {
      return { state: "unsent", reason: "network" };
    } finally {
      clearTimeout(timer);
    }
  };

  // Twice as long after each failure, a little apart by chance so that a whole post does not call at once.
  const waitAfter = (tries) => Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** Math.min(tries, 10)) * (0.75 + Math.random() / 2);

  const sending = new Set();

  const attempt = async (item, token) => {
    if (sending.has(item.id)) return { state: "unsent", reason: "new" };
    sending.add(item.id);
    try {
      const outcome = await send(item, token);
      if (outcome.state === "sent") await remove(item.id);
      else {
        const tries = item.tries + 1;
        await put({ ...item, state: outcome.state, reason: outcome.reason, tries, next: Date.now() + waitAfter(tries) });
      }
      return outcome;
    } finally {
      sending.delete(item.id);
    }
  };

  const add = async (body) => {
    const item = { id: newId(), body, state: "unsent", reason: "new", tries: 0, at: Date.now(), next: Date.now() + PATIENCE };
    await put(item);
    return item;
  };

  return { add, all, attempt, remove };
})();
