// The agent's own page. Everything is set as text, never as markup: whatever a reader, an origin or a program is called.
import { texts } from "/texts.js";

const byId = (id) => document.getElementById(id);
let language = localStorage.getItem("language") ?? (navigator.language.startsWith("zh") ? "zh" : "en");
// For this tab only: whoever closes it has left.
let session = sessionStorage.getItem("session");
let readers = null;
let unfinished = [];

const say = (key) => texts[language][key];

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function tell(text) { byId("message").textContent = text ?? ""; }

async function ask(method, path, body) {
  const headers = {};
  // What anybody of this machine may see is asked for as anybody: a session that has ended must not hide it.
  if (session && path !== "/v1/readers" && path !== "/v1/status") headers.Authorization = `Bearer ${session}`;
  if (body !== undefined) headers["Content-Type"] = "application/json";
  const answer = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  if (answer.status === 204) return null;
  const json = await answer.json();
  if (answer.ok) return json;
  if (json.code === "agent.pageOnly") leave();
  const words = json.texts?.[language] ?? {};
  throw new Error([words.what, words.hint].filter(Boolean).join(language === "zh" ? "；" : "; "));
}

async function attempt(step) {
  tell();
  try { await step(); } catch (error) { tell(error.message); }
}

function showReaders() {
  const rows = byId("readers");
  rows.replaceChildren();
  if (!readers) return;
  byId("state").textContent = say(readers.service);
  for (const reader of readers.readers) {
    const row = element("tr");
    const isSAM = reader.role === "sam";
    const state = isSAM && reader.state === "empty" ? "noSAM" : reader.state;
    row.append(element("td", reader.name), element("td", say("state")[state] ?? reader.state));
    rows.append(row);
  }
  if (!readers.readers.length) {
    const row = element("tr");
    row.append(element("td", say("noReaders"), { colspan: "2" }));
    rows.append(row);
  }
  byId("pin-section").hidden = !readers.readers.some((reader) => reader.role === "sam");
}

function showUnfinished() {
  byId("unfinished-section").hidden = !unfinished.length;
  byId("unfinished").replaceChildren(...unfinished.map((act) => {
    const row = element("tr");
    const time = new Date(act.time).toLocaleString(language === "zh" ? "zh-CN" : "en-GB");
    row.append(element("td", time), element("td", say("acts")[act.act] ?? act.act), element("td", act.texts[language].what));
    return row;
  }));
}

function rightsOf(rights) { return rights.map((right) => say("right")[right] ?? right).join(language === "zh" ? "、" : ", "); }

function pairingForm(pairing) {
  const form = element("form", undefined, { class: "pairing", autocomplete: "off" });
  const origin = element("p", pairing.holder, { class: "origin" });
  const name = element("p", pairing.name);
  const choice = element("fieldset");
  for (const right of pairing.rights) {
    const label = element("label");
    const box = element("input", undefined, { type: "checkbox", value: right });
    box.checked = true;
    label.append(box, ` ${say("right")[right] ?? right}`);
    choice.append(label);
  }
  const label = element("label", say("number") + " ");
  const number = element("input", undefined, { inputmode: "numeric", autocomplete: "off", maxlength: "7", size: "8" });
  number.required = true;
  label.append(number);
  const yes = element("button", say("confirm"), { type: "submit" });
  const no = element("button", say("refuse"), { type: "button" });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    attempt(async () => {
      const rights = [...choice.querySelectorAll("input:checked")].map((box) => box.value);
      try {
        await ask("POST", `/v1/pairings/${pairing.id}/confirm`, { number: number.value, rights });
      } finally { await showInside(); }
    });
  });
  no.addEventListener("click", () => attempt(async () => {
    await ask("POST", `/v1/pairings/${pairing.id}/refuse`);
    await showInside();
  }));
  form.append(origin, name, choice, label, yes, no);
  return form;
}

async function showInside() {
  byId("door").hidden = Boolean(session);
  byId("inside").hidden = !session;
  if (!session) return;
  const { pairings } = await ask("GET", "/v1/pairings");
  const place = byId("pairings");
  // A form that somebody types into stays as it is.
  const kept = new Map([...place.querySelectorAll("form")].map((form) => [form.dataset.id, form]));
  place.replaceChildren(...pairings.map((pairing) => {
    const form = kept.get(pairing.id + language) ?? pairingForm(pairing);
    form.dataset.id = pairing.id + language;
    return form;
  }));
  if (!pairings.length) place.append(element("p", say("noPairings")));
  const { tokens } = await ask("GET", "/v1/tokens");
  const rows = byId("tokens");
  rows.replaceChildren(...tokens.map((token) => {
    const row = element("tr");
    const revoke = element("button", say("revoke"), { type: "button" });
    revoke.addEventListener("click", () => attempt(async () => {
      await ask("DELETE", `/v1/tokens/${token.id}`);
      await showInside();
    }));
    const cell = element("td");
    cell.append(revoke);
    const who = token.holder.endsWith(token.name) ? token.holder : `${token.holder} (${token.name})`;
    row.append(element("td", who), element("td", rightsOf(token.rights)), element("td", token.expires.slice(0, 10)), cell);
    return row;
  }));
  if (!tokens.length) {
    const row = element("tr");
    row.append(element("td", say("noTokens"), { colspan: "4" }));
    rows.append(row);
  }
}

function leave() {
  session = null;
  sessionStorage.removeItem("session");
  byId("door").hidden = false;
  byId("inside").hidden = true;
}

async function enter(code) {
  const answer = await ask("POST", "/v1/page/session", { code });
  session = answer.session;
  sessionStorage.setItem("session", session);
  await showInside();
}

function speak(chosen) {
  language = chosen;
  localStorage.setItem("language", chosen);
  document.documentElement.lang = chosen === "zh" ? "zh-CN" : "en";
  document.title = `${say("title")} · healthcard-agent`;
  for (const place of document.querySelectorAll("[data-text]")) place.textContent = say(place.dataset.text);
  showReaders();
  showUnfinished();
  attempt(showInside);
}

function listen() {
  const events = new EventSource("/v1/events");
  const look = async () => {
    readers = await ask("GET", "/v1/readers");
    showReaders();
  };
  for (const kind of ["state", "service.started", "service.stopped", "reader.added", "reader.removed", "card.inserted",
    "card.removed", "card.mute", "sam.inserted", "sam.removed"]) events.addEventListener(kind, () => attempt(look));
  const lookBack = async () => {
    unfinished = (await ask("GET", "/v1/status")).unfinishedActs;
    showUnfinished();
  };
  for (const kind of ["state", "act.unfinished", "act.settled"]) events.addEventListener(kind, () => attempt(lookBack));
  events.addEventListener("pairing.changed", () => attempt(showInside));
  events.addEventListener("error", () => { byId("state").textContent = say("offline"); });
}

byId("zh").addEventListener("click", () => speak("zh"));
byId("en").addEventListener("click", () => speak("en"));
byId("door-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const code = byId("code").value.trim();
  byId("code").value = "";
  attempt(() => enter(code));
});
byId("pin-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const pin = byId("pin").value;
  byId("pin").value = "";
  attempt(async () => {
    await ask("PUT", "/v1/sam/pin", { pin });
    tell(say("pinGood"));
  });
});
byId("forget").addEventListener("click", () => attempt(async () => {
  await ask("DELETE", "/v1/sam/pin");
  tell(say("pinForgotten"));
}));
byId("close").addEventListener("click", () => attempt(async () => {
  await ask("DELETE", "/v1/page/session");
  leave();
}));

speak(texts[language] ? language : "en");
listen();
// The code comes behind #, which no server and no referrer is told; it leaves the address at once.
const code = location.hash.slice(1);
if (code) {
  history.replaceState(null, "", "/");
  attempt(() => enter(code));
}
