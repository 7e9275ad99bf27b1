// Talking to the agent: requests with the page's session, events, and the key that makes this browser a counter.

export class Problem extends Error {
  constructor(status, json) {
    super(json?.title ?? `HTTP ${status}`);
    this.status = status;
    this.code = json?.code ?? "";
    this.texts = json?.texts;
    this.json = json;
  }
}

// Whether the SAM did not do it because nobody has given a PIN that it takes.
export const wantsPIN = (error) => isOf(error, /^sam\.(pinNeeded|wrongPIN|refusedBefore|lastTry)$/);

// Whether an error, or what lies under it, has such a code.
export const isOf = (error, codes) => [error.code, error.json?.cause, ...(error.json?.causes ?? [])].some((code) => codes.test(code ?? ""));

// Nobody answered at all.
export class Unreachable extends Error {}

let counter = null;
let administration = sessionStorage.getItem("administration");
let lost = () => {};

// Called where this browser is no counter (any more).
export function whenLost(act) { lost = act; }
export const isCounter = () => counter !== null;
export const isAdministrator = () => administration !== null;

async function send(method, path, { body, session, headers = {}, signal } = {}) {
  const own = { ...headers };
  if (session) own.Authorization = `Bearer ${session}`;
  if (body !== undefined) own["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(path, { method, headers: own, signal, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    throw new Unreachable(error.message);
  }
  if (answer.ok) return answer;
  let json;
  try { json = await answer.json(); } catch { json = undefined; }
  throw new Problem(answer.status, json);
}

async function json(answer) { return answer.status === 204 ? null : answer.json(); }

// What anybody of this machine may ask.
export async function ask(path) { return json(await send("GET", path)); }

// As the counter. A session ends with the agent: the key opens a new one, and a request that was refused did nothing.
export async function askAsCounter(method, path, options = {}) {
  if (!counter) throw new Problem(401, { code: "agent.counterUnknown" });
  try {
    return await send(method, path, { ...options, session: counter });
  } catch (error) {
    if (!(error instanceof Problem) || !["agent.tokenRefused", "agent.pageOnly"].includes(error.code)) throw error;
    if (!await openCounter()) {
      lost();
      throw error;
    }
    return send(method, path, { ...options, session: counter });
  }
}

export async function askJSON(method, path, options) { return json(await askAsCounter(method, path, options)); }

// As the administrator, who typed the page code.
export async function administer(method, path, body) {
  try {
    return await json(await send(method, path, { body, session: administration }));
  } catch (error) {
    if (error.code === "agent.pageOnly" || error.code === "agent.tokenNeeded") forgetAdministration();
    throw error;
  }
}

export async function enter(code) {
  const answer = await json(await send("POST", "/v1/page/session", { body: { code } }));
  administration = answer.session;
  sessionStorage.setItem("administration", administration);
}

function forgetAdministration() {
  administration = null;
  sessionStorage.removeItem("administration");
}

export async function leave() {
  try { await administer("DELETE", "/v1/page/session"); } finally { forgetAdministration(); }
}

// MARK: The counter's key

const base64 = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));

function store(mode, act) {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("healthcard-counter", 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore("counter");
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const change = opening.result.transaction("counter", mode);
      const request = act(change.objectStore("counter"));
      change.oncomplete = () => { opening.result.close(); resolve(request.result); };
      change.onerror = () => { opening.result.close(); reject(change.error); };
    };
  });
}

// Opens a session with the key that lies in this browser: false where there is none that the agent knows.
export async function openCounter() {
  counter = null;
  let own;
  try { own = await store("readonly", (place) => place.get("own")); } catch { return false; }
  if (!own) return false;
  const { challenge } = await json(await send("POST", "/v1/page/challenges"));
  const statement = `healthcard-agent counter\n${location.host}\n${challenge}`;
  const signature = await crypto.subtle.sign(
    { name: "ECDSA", hash: "SHA-256" }, own.key, new TextEncoder().encode(statement));
  try {
    const answer = await json(await send("POST", "/v1/page/session", {
      body: { counter: own.id, challenge, signature: base64(signature) } }));
    counter = answer.session;
    return true;
  } catch (error) {
    if (error.code !== "agent.counterUnknown") throw error;
    return false;
  }
}

// Makes a key that cannot be copied out, and lets the administrator admit its public half.
export async function becomeCounter() {
  const pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign", "verify"]);
  const key = base64(await crypto.subtle.exportKey("spki", pair.publicKey));
  const token = await administer("POST", "/v1/page/counters", { name: browserName(), key });
  await store("readwrite", (place) => place.put({ id: token.id, key: pair.privateKey, until: token.expires }, "own"));
  await openCounter();
  return token;
}

export async function ownCounter() {
  try { return await store("readonly", (place) => place.get("own")); } catch { return undefined; }
}

export async function stopBeingCounter() {
  counter = null;
  await store("readwrite", (place) => place.delete("own"));
}

function browserName() {
  const agent = navigator.userAgent;
  const [, product, version] = /(Firefox|Edg|Chrome|Safari)\/(\d+)/.exec(agent) ?? [];
  const system = /Windows|Mac OS|Android|Linux/.exec(agent)?.[0] ?? "";
  const name = { Chrome: "Chromium", Edg: "Edge" }[product] ?? product ?? "Browser";
  return [name, version, system].filter(Boolean).join(" ");
}

// MARK: Events

export function listen(kinds, act, state) {
  const source = new EventSource("/v1/events");
  for (const kind of kinds) source.addEventListener(kind, (event) => act(kind, JSON.parse(event.data)));
  source.addEventListener("open", () => state(true));
  source.addEventListener("error", () => {
    state(false);
    // A refusal ends it for good, a line that broke does not.
    if (source.readyState === EventSource.CLOSED) setTimeout(() => listen(kinds, act, state), 2000);
  });
}
