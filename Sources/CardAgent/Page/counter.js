// The counter: what is in the readers decides what is shown. One card at a time, and nothing of it once it has gone.
import { ask, askAsCounter, askJSON, becomeCounter, enter, isCounter, listen, openCounter, Unreachable, wantsPIN, whenLost } from "/agent.js";
import { endClock, startClock } from "/clock.js";
import { button, byId, currentLanguage, element, fill, fillAnew, firstLanguage, forget, loadTexts, notice, problemText, retell, say, setMeanings, speak } from "/parts.js";
import { showPatient, verificationMark } from "/patient.js";
import { first, hasVisits, isGone, readPhoto, readSections, readVisits, rest, unread } from "/reading.js";
import { addAllergy, addVisit, closeForm, dropForm, editDetails, failure, isOpen, isWriting, showCode, showVisit, whenChanged } from "/forms.js";
import { changePhoto } from "/photo.js";
import { setUpSettings, showSettings, waitingWishes } from "/settings.js";

const model = {
  // The agent: "starting", "on", "gone".
  agent: "starting",
  settings: null,
  sam: null,
  readers: null,
  pinWanted: false,
  // What is shown of a card, and of which.
  shown: null,
  // Why nothing is shown though a card was there: "removed", "pulled", "cleared", or a problem.
  ending: null,
  // The card with this token was cleared or could not be read: it is not read again by itself.
  spent: null,
  inDoubt: false,
  inSettings: false,
};

// MARK: What the page is in

function situation() {
  if (model.agent === "starting") return "starting";
  if (model.agent === "gone") return "gone";
  if (!isCounter()) return "door";
  if (!model.readers) return "starting";
  if (model.readers.service !== "running") return "service";
  const readers = model.readers.readers;
  const sam = readers.find((reader) => reader.role === "sam");
  if (!readers.some((reader) => reader.role !== "sam")) return "noReader";
  if (model.sam?.isConfigured && sam?.state !== "sam") return "noSAM";
  if (model.pinWanted) return "pin";
  if (model.shown) return model.shown.stage === "reading" ? "reading" : "patient";
  if (model.ending?.problem) return problemState(model.ending.problem);
  if (readers.some((reader) => reader.role !== "sam" && reader.state === "mute")) return "mute";
  return model.ending?.kind ?? "wait";
}

function problemState(problem) {
  const code = problem.code ?? "";
  if (/notAHealthCard|answerToReset/.test(code)) return "foreign";
  if (/notGenuine/.test(code)) return "notGenuine";
  if (/\.blocked$/.test(code)) return "blocked";
  return "trouble";
}

const looks = {
  starting: ["reading", ""], gone: ["agent-gone", "bad"], door: ["door", ""], service: ["service", "bad"], noReader: ["no-reader", "warn"],
  noSAM: ["no-sam", "warn"], pin: ["pin", "warn"], wait: ["insert", ""], reading: ["reading", ""], mute: ["mute", "warn"], foreign: ["foreign", "bad"],
  notGenuine: ["trouble", "bad"], blocked: ["blocked", "bad"], pulled: ["pulled", "warn"], removed: ["pulled", ""], cleared: ["cleared", ""], trouble: ["trouble", "bad"],
};

function show() {
  const now = situation();
  document.body.dataset.situation = now;
  const isPatient = now === "patient";
  byId("counter").hidden = model.inSettings;
  byId("settings").hidden = !model.inSettings;
  byId("to-settings").setAttribute("aria-pressed", String(model.inSettings));
  byId("code-form").hidden = now === "door" || now === "starting" || now === "gone" || model.inSettings;
  byId("patient").hidden = !isPatient;
  byId("state").hidden = isPatient;
  showReaderState();
  if (isPatient) showPatient(model.shown, { uncover, visit: openVisit });
  else { byId("patient").replaceChildren(); showState(now); }
  showActs(isPatient);
  document.title = say("title");
  if (model.inSettings) showSettings();
}

function showState(now) {
  const place = byId("state");
  const [drawing, sort] = looks[now];
  place.className = `state ${sort}`;
  place.querySelector("use").setAttribute("href", `/pictures.svg#${drawing}`);
  const set = (selector, text) => { const part = place.querySelector(selector); if (part.textContent !== text) part.textContent = text; };
  set(".sentence", say(`state.${now}`));
  set(".hint", now === "trouble" ? problemText(model.ending.problem) : say(`state.${now}.hint`));
  byId("door-form").hidden = now !== "door";
  byId("pin-form").hidden = now !== "pin";
  const acts = [];
  const again = (key) => acts.push(button(key, () => { model.spent = null; model.ending = null; look(); }, { class: "main", id: "again" }));
  if (now === "cleared") again("state.show");
  if (["trouble", "notGenuine", "foreign"].includes(now) && cardTokens().length) again("state.again");
  fill(byId("state-acts"), ...acts);
}

function showReaderState() {
  const cards = cardTokens();
  const text = !model.readers || model.agent !== "on" ? "" : !model.readers.readers.some((reader) => reader.role !== "sam") ? say("reader.none") : say(cards.length ? "reader.card" : "reader.ready");
  byId("reader-state").textContent = text;
}

function showActs(isPatient) {
  const bar = byId("acts");
  bar.hidden = !isPatient || model.inSettings;
  const shown = bar.hidden ? null : model.shown;
  const others = shown ? cardReaders().filter((reader) => reader.card !== shown.token) : [];
  const isDone = shown?.stage === "done";
  fillAnew(bar, [shown?.token, isDone, shown?.kiosk, shown?.unveiled, others], () => {
    if (!shown) return [];
    const act = (key, id, step) => button(key, () => { if (model.shown) step(model.shown); }, { id, disabled: !isDone });
    const other = others.map((reader) => element("button", { type: "button", id: `card-${reader.card}`, text: say("reader.choose", { reader: reader.name }),
      onclick: () => { clear(null); read(reader.card); } }));
    const acts = shown.kiosk ? (shown.unveiled ? [] : [button("act.show", unveil, { class: "main", id: "act-show" })])
      : [act("act.edit", "act-edit", editDetails), act("act.allergy", "act-allergy", addAllergy), act("act.photo", "act-photo", changePhoto),
        act("act.visit", "act-visit", (card) => addVisit(card, model.settings)), act("act.verify", "act-verify", verify), act("act.print", "act-print", () => window.print())];
    return [...acts, element("span", { class: "grow" }), ...other, button("act.clear", () => clear("cleared"), { id: "act-clear" })];
  });
}

// MARK: Reading

const cardReaders = () => (model.readers?.readers ?? []).filter((reader) => reader.card);
const cardTokens = () => cardReaders().map((reader) => reader.card);

let reading = null;

// Puts an end to what is shown; `kind` says why.
function clear(kind, problem) {
  reading?.abort();
  reading = null;
  if (model.shown && kind === "cleared") model.spent = model.shown.token;
  model.shown = null;
  model.ending = problem ? { problem } : kind ? { kind } : null;
  closeForm();
  endClock();
  show();
}

async function read(token) {
  reading?.abort();
  const mine = new AbortController();
  reading = mine;
  const { signal } = mine;
  const shown = unread(token, model.settings);
  model.shown = shown;
  model.ending = null;
  forget("dropped");
  show();
  const current = () => reading === mine && model.shown === shown;
  try {
    if (model.inDoubt) await settle(token, signal);
    await readSections(shown, first, signal);
    if (!current()) return;
    shown.stage = "facts";
    model.pinWanted = false;
    show();
    performance.mark("facts");
    await readPhoto(shown, signal);
    if (!current()) return;
    show();
    performance.mark("photo");
    await readSections(shown, rest, signal);
    if (!current()) return;
    show();
    await readVisits(shown, signal);
    if (!current()) return;
    shown.stage = "done";
    show();
    beginClock();
    if (model.settings.verifyVisits && !shown.kiosk && hasVisits(shown)) await verify(shown, signal);
  } catch (error) {
    if (error.name === "AbortError" || !current()) return;
    failed(error, shown);
  }
}

// What became of a reading that did not come to its end.
function failed(error, shown) {
  if (error instanceof Unreachable) return;
  if (isGone(error)) return clear("pulled");
  model.spent = shown.token;
  if (wantsPIN(error)) {
    model.pinWanted = true;
    return clear(null);
  }
  // Of what was shown already the rest is marked; of what was not, the reason is the page.
  if (shown.stage === "reading") return clear(null, error);
  for (const section of [...first, ...rest]) if (shown.document[section] === undefined) { shown.asked.add(section); shown.failed[section] ??= error.code; }
  if (shown.photo === "waiting") shown.photo = "unread";
  if (shown.visits === "waiting") { shown.visits = "unread"; shown.visitsProblem = problemText(error); }
  shown.stage = "done";
  notice("reading", () => problemText(error), { sort: "bad" });
  show();
  beginClock();
}

async function verify(shown, signal) {
  shown.verifying = true;
  show();
  try {
    shown.verification = await askJSON("GET", `/v1/cards/${shown.token}/visits/verification`, { signal });
  } catch (error) {
    if (error.name === "AbortError") throw error;
    if (model.shown === shown) notice("verify", () => problemText(error), { sort: "bad" });
  }
  shown.verifying = false;
  if (model.shown === shown) show();
}

// After a change only what changed is read again.
async function changed(sections) {
  const shown = model.shown;
  if (!shown) return;
  try {
    if (sections.includes("photo")) { shown.photo = "waiting"; await readPhoto(shown); }
    if (sections.includes("visits")) { await readVisits(shown); await verify(shown); }
    const own = sections.filter((section) => first.includes(section) || rest.includes(section));
    if (own.length) await readSections(shown, own);
  } catch (error) {
    if (model.shown === shown) failed(error, shown);
    return;
  }
  if (model.shown === shown) show();
}

function doubt() {
  model.inDoubt = true;
  forget("dropped");
  notice("doubt", () => say("form.doubt"), { sort: "bad" });
}

// Asks a card that is back what became of the act that was cut short.
async function settle(token, signal) {
  try {
    const { outcome } = await askJSON("POST", `/v1/cards/${token}/settle`, { signal });
    model.inDoubt = false;
    notice("doubt", () => say(`form.settled.${outcome}`), { sort: outcome === "new" ? "good" : "warn" });
  } catch (error) {
    // It is another card: the doubt stays.
    if (error.code !== "agent.nothingInDoubt") throw error;
  }
}

// MARK: What a person does

function uncover() {
  model.shown.uncovered = !model.shown.uncovered;
  show();
}

let veil = 0;
function unveil() {
  const shown = model.shown;
  shown.unveiled = true;
  show();
  clearTimeout(veil);
  veil = setTimeout(() => { shown.unveiled = false; if (model.shown === shown) show(); }, 10_000);
}

function openVisit(row) {
  const shown = model.shown;
  const found = shown.verification?.find((one) => one.kind === row.kind && one.record === row.visit.record);
  showVisit(row, found, verificationMark(shown, row.kind, row.visit.record));
}

function beginClock() { startClock(model.settings?.clearSeconds, isWriting, () => clear("cleared")); }

// A scanner types: what nobody has aimed at a field goes to the field for codes.
addEventListener("keydown", (event) => {
  if (event.key.length !== 1 || event.key === " " || event.ctrlKey || event.altKey || event.metaKey || isOpen() || model.inSettings) return;
  if (event.target.closest?.("input, select, textarea") || byId("code-form").hidden || situation() === "pin") return;
  byId("code").focus();
});

byId("code-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const field = byId("code");
  const text = field.value;
  field.value = "";
  if (!text.trim()) return;
  try {
    showCode(await askJSON("POST", "/v1/codes", { body: { text } }));
  } catch (error) {
    notice("code", () => problemText(error), { sort: "bad" });
  }
});

byId("pin-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const pin = byId("pin").value;
  byId("pin").value = "";
  try {
    await askAsCounter("PUT", "/v1/sam/pin", { body: { pin } });
    notice("pin", () => say("pin.good"), { sort: "good", seconds: 10 });
    pinGiven();
  } catch (error) {
    notice("pin", () => problemText(error), { sort: "bad" });
  }
});

function pinGiven() {
  model.pinWanted = false;
  model.spent = null;
  look();
}

byId("door-form").addEventListener("submit", async (event) => {
  event.preventDefault();
  const code = byId("door-code").value.trim();
  byId("door-code").value = "";
  await setUp(code);
});

async function setUp(code) {
  try {
    await enter(code);
    if (!isCounter()) {
      const token = await becomeCounter();
      notice("door", () => say("door.done", { date: token.expires.slice(0, 10) }), { sort: "good", seconds: 20 });
    }
  } catch (error) {
    notice("door", () => problemText(error), { sort: "bad" });
  }
  look();
  showWishes();
}

document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  byId("main").focus();
});

byId("language").addEventListener("click", () => choose(currentLanguage() === "zh" ? "en" : "zh"));
byId("to-settings").addEventListener("click", () => {
  model.inSettings = !model.inSettings;
  show();
  byId("main").focus();
});

function choose(language) {
  speak(language);
  const other = byId("language");
  other.textContent = say("language.other");
  other.lang = language === "zh" ? "en" : "zh-CN";
  retell();
  // A form that is being filled in keeps its words: what was typed is worth more.
  show();
}

async function showWishes() {
  const count = await waitingWishes();
  byId("wishes").hidden = !count;
  byId("wishes").textContent = String(count);
  if (model.inSettings) showSettings();
}

// MARK: What the agent tells

// Shows what the readers have now.
function look() {
  const tokens = cardTokens();
  if (model.shown && !tokens.includes(model.shown.token)) return gone(model.shown.token);
  // A problem, and a clearing, are those of a card; without it they say nothing any more.
  if (!model.shown && model.spent && !tokens.includes(model.spent)) { model.spent = null; if (model.ending?.problem || model.ending?.kind === "cleared") model.ending = null; }
  const next = cardReaders().find((reader) => reader.card !== model.spent);
  if (!model.shown && isCounter() && next && !model.pinWanted) return read(next.card);
  show();
}

function gone(token) {
  if (!model.shown || model.shown.token !== token) return;
  if (isWriting()) {
    // The answer to what was being written says what became of it.
    const shown = model.shown;
    const wait = setInterval(() => { 
      if (isWriting()) return;
      clearInterval(wait);
      const words = failure();
      if (words) notice("cut", words, { sort: "bad" });
      if (model.shown === shown) { clear("removed"); look(); }
    }, 100);
    return;
  }
  const words = failure();
  const wasForm = dropForm();
  if (words) notice("cut", words, { sort: "bad" });
  else if (wasForm) notice("dropped", () => say("form.dropped"), { sort: "warn" });
  clear(model.shown.stage === "reading" ? "pulled" : "removed");
  // There may be a card in another reader.
  if (cardTokens().length) look();
}

async function refresh() {
  try {
    const [settings, readers, sam] = await Promise.all([ask("/v1/counter"), ask("/v1/readers"), ask("/v1/sam")]);
    model.settings = settings;
    model.readers = readers;
    model.sam = sam;
    model.agent = "on";
    look();
  } catch (error) {
    if (error instanceof Unreachable) lost();
  }
}

function lost() {
  model.agent = "gone";
  // What nobody answers for any more must not stay on the screen.
  if (model.shown) clear(null);
  show();
}


async function heard(kind, event) {
  switch (kind) {
    case "card.inserted": {
      performance.mark("inserted");
      if (model.agent !== "on") return refresh();
      model.ending = null;
      const reader = model.readers?.readers.find((one) => one.name === event.reader);
      if (reader) Object.assign(reader, { state: "card", card: event.card });
      if (isOpen() && model.shown) show();
      else if (isCounter() && !model.pinWanted && reader) read(event.card);
      if (!reader) refresh();
      return;
    }
    case "card.removed": {
      const reader = model.readers?.readers.find((one) => one.name === event.reader);
      if (reader) { reader.state = "empty"; delete reader.card; }
      if (model.shown && model.shown.token === event.card) gone(event.card); else look();
      return;
    }
    case "sam.needsPIN":
      // A form that is open asks for it itself.
      if (model.shown) return;
      model.pinWanted = true;
      return show();
    case "sam.ready":
      if (model.pinWanted) pinGiven();
      return;
    case "pairing.changed": return showWishes();
    default: return refresh();
  }
}

const kinds = ["state", "service.started", "service.stopped", "reader.added", "reader.removed", "card.inserted", "card.removed", "card.mute", "sam.inserted",
  "sam.removed", "sam.needsPIN", "sam.ready", "pairing.changed", "agent.started", "agent.stopping"];

// Once the agent answers: its settings, its words, this browser's session.
async function meet() {
  const [settings, words] = await Promise.all([ask("/v1/counter"), ask("/v1/words")]);
  model.settings = settings;
  setMeanings(words);
  if (!isCounter()) await openCounter();
}

// The code comes behind #, which no server and no referrer is told; it leaves the address at once.
function takeCode() {
  const code = location.hash.slice(1);
  if (code) history.replaceState(null, "", "/");
  // A page code is 24 characters long.
  return code.length < 16 ? "" : code;
}

async function start() {
  await loadTexts("counter");
  choose(firstLanguage());
  whenLost(() => { clear(null); });
  whenChanged({ changed, doubt });
  setUpSettings(model, async () => { await openCounter(); clear(null); look(); });
  const code = takeCode();
  await meetAgain();
  if (code) await setUp(code);
  // The link was opened where the page is open already.
  addEventListener("hashchange", () => { const code = takeCode(); if (code) setUp(code); });
  listen(kinds, (kind, event) => { heard(kind, event).catch((error) => console.error(error.message)); }, async (isThere) => {
    if (!isThere) return lost();
    if (model.agent === "gone") { await meetAgain(); }
    refresh();
  });
}

async function meetAgain() {
  try {
    await meet();
    model.agent = "on";
    if (!localStorage.getItem("language")) choose(firstLanguage(model.settings.language));
    await refresh();
  } catch (error) {
    if (error instanceof Unreachable) lost(); else notice("start", () => problemText(error), { sort: "bad" });
  }
}

start();
