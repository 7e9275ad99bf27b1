// First collection at the counter: batches, drafts, and the form of one application.
import { ApplicationForm, element } from "/collect-form.js";
import { texts } from "/collect-texts.js";

const byId = (id) => document.getElementById(id);
let language = localStorage.getItem("language") ?? (navigator.language.startsWith("zh") ? "zh" : "en");
// For this tab only: whoever closes it has left.
let session = sessionStorage.getItem("administration") ?? sessionStorage.getItem("session");
let overview = null;
let drafts = [];
let collected = new Map();
let open = null;
// What was typed and not saved when the session ended: it is there again once the code was given.
let pending = null;
const forms = new Map();

const say = (key, ...values) => values.reduce((text, value, index) => text.replace(`{${index}}`, value), texts[language][key]);

class Refusal extends Error {
  constructor(status, json) {
    const words = json?.texts?.[language] ?? {};
    super([words.what, words.hint].filter(Boolean).join(language === "zh" ? "；" : "; ") || `HTTP ${status}`);
    this.status = status;
    this.json = json;
  }
}

async function send(method, path, body, more = {}) {
  const headers = session ? { Authorization: `Bearer ${session}` } : {};
  if (body !== undefined) headers["Content-Type"] = "application/json";
  let answer;
  try {
    answer = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body), ...more });
  } catch {
    throw new Error(say("offline"));
  }
  if (answer.ok) return answer;
  const json = await answer.json().catch(() => undefined);
  if (["agent.pageOnly", "agent.tokenNeeded", "agent.tokenRefused"].includes(json?.code)) leave();
  throw new Refusal(answer.status, json);
}

async function ask(method, path, body, more) {
  const answer = await send(method, path, body, more);
  return answer.status === 204 ? null : answer.json();
}

const tell = (text = "") => { byId("message").textContent = text; };
const report = (text = "") => { byId("news").textContent = text; };

async function attempt(step) {
  tell();
  try {
    await step();
  } catch (error) {
    tell(error.message);
  }
}

// A button that does what cannot be taken back: it asks once more, in its own words.
function sureButton(text, question, act, attributes = {}) {
  const button = element("button", text, { type: "button", class: "danger", ...attributes });
  let until = 0;
  button.addEventListener("click", () => {
    if (Date.now() < until) return act();
    until = Date.now() + 5000;
    button.textContent = question;
    setTimeout(() => { button.textContent = text; }, 5000);
  });
  return button;
}

function button(text, act, attributes = {}) {
  const made = element("button", text, { type: "button", ...attributes });
  made.addEventListener("click", act);
  return made;
}

// MARK: Door

function showDoor() {
  byId("door").hidden = Boolean(session);
  byId("leave").hidden = !session;
  if (session) return;
  byId("list").hidden = true;
  byId("form").hidden = true;
  byId("foot").hidden = true;
}

async function enter(code) {
  const answer = await ask("POST", "/v1/page/session", { code });
  session = answer.session;
  sessionStorage.setItem("administration", session);
  showDoor();
  await showList();
  if (pending) await edit(pending.id);
}

function leave() {
  if (open?.isDirty || open?.saving) pending = { id: open.id, content: open.form.content };
  session = null;
  sessionStorage.removeItem("administration");
  sessionStorage.removeItem("session");
  closeForm();
  showDoor();
}

// MARK: Batches, drafts, applications

async function showList() {
  overview = await ask("GET", "/v1/collection");
  ({ drafts } = await ask("GET", "/v1/collection/drafts"));
  collected = new Map();
  for (const batch of overview.batches.filter((batch) => batch.state !== "unusable")) {
    collected.set(batch.name, (await ask("GET", `/v1/collection/batches/${batch.name}/applications`)).applications);
  }
  drawList();
}

function drawList() {
  if (!overview) return;
  byId("place").textContent = `· ${overview.institution}`;
  const list = byId("list");
  list.replaceChildren(batchPanel(), draftPanel(), ...overview.batches.filter((batch) => collected.get(batch.name)?.length).map(applicationPanel));
  list.hidden = Boolean(open);
}

function panel(title, id) {
  const made = element("section", undefined, { class: "panel", "aria-labelledby": id });
  made.append(element("h2", title, { id }));
  return made;
}

function batchPanel() {
  const made = panel(say("batches"), "batches-title");
  if (!overview.batches.length) {
    made.append(element("p", say("noBatches"), { class: "notice warn" }), element("p", overview.folder, { class: "soft" }));
    return made;
  }
  const grid = element("div", undefined, { class: "batches" });
  for (const batch of overview.batches) grid.append(batchCard(batch));
  made.append(grid);
  return made;
}

function batchCard(batch) {
  const card = element("article", undefined, { class: "panel batch" });
  if (batch.state === "unusable") {
    card.append(element("h3", `${batch.name}`), element("p", say("unusable"), { class: "mark bad" }), ...problemNotices(batch.problems));
    return card;
  }
  const colon = language === "zh" ? "：" : ": ";
  card.append(
    element("h3", `${say("batch")} ${batch.id}`), element("p", `${batch.issuerName} · ${say("issueDate")} ${batch.issueDate}`),
    element("p", say(batch.mode === "test" ? "testMode" : "formalMode"), { class: "soft" }),
    element("p", `${say("collectedCount")}${colon}${say("count", batch.applications)}`), ...problemNotices(batch.problems));
  const row = element("div", undefined, { class: "row" });
  if (batch.state === "handedOver") {
    row.append(element("span", say("handedOver"), { class: "mark good" }));
  } else {
    row.append(button(say("newApplication"), () => attempt(() => begin(batch.name)), { class: "main", "data-new": batch.name }));
    if (batch.applications) row.append(sureButton(say("handOver"), say("handOverSure"), () => attempt(() => handOver(batch.name)), { "data-hand-over": batch.name }));
  }
  card.append(row);
  return card;
}

function problemNotices(problems) {
  return problems.map((problem) => {
    const { what, hint } = problem.texts[language] ?? problem.texts.en;
    const words = [what, hint].filter(Boolean).join(language === "zh" ? "；" : "; ");
    return element("p", problem.field && problem.field !== "batch" ? `${problem.field}: ${words}` : words, { class: "notice bad" });
  });
}

function table(heads, rows) {
  const made = element("table");
  const head = element("tr");
  head.append(...heads.map((text) => element("th", text, { scope: "col" })));
  const top = element("thead");
  top.append(head);
  const body = element("tbody");
  for (const cells of rows) {
    const row = element("tr");
    for (const cell of cells) {
      const place = element("td", typeof cell === "string" ? cell : undefined);
      if (typeof cell !== "string") place.append(cell);
      row.append(place);
    }
    body.append(row);
  }
  made.append(top, body);
  return made;
}

const moment = (text) => (text ? new Date(text).toLocaleString(language === "zh" ? "zh-CN" : "en-GB", { dateStyle: "short", timeStyle: "short" }) : "");

function acts(...buttons) {
  const row = element("div", undefined, { class: "row" });
  row.append(...buttons);
  return row;
}

function draftPanel() {
  const made = panel(say("drafts"), "drafts-title");
  if (!drafts.length) {
    made.append(element("p", say("noDrafts"), { class: "soft" }));
    return made;
  }
  const discard = (draft) => sureButton(say("discard"), say("discardSure"), () => attempt(async () => {
    await ask("DELETE", `/v1/collection/drafts/${draft.id}`);
    await showList();
  }));
  made.append(table([say("name"), say("number"), say("batch"), say("collector"), say("time"), ""], drafts.map((draft) => {
    if (draft.state === "unreadable") {
      return [element("span", say("unreadable"), { class: "unread" }), "", "", "", "", acts(discard(draft))];
    }
    const resume = button(say("resume"), () => attempt(() => edit(draft.id)), { "data-draft": draft.id });
    return [draft.name || say("none"), draft.idNumber, draft.batch, draft.collector, moment(draft.saved), acts(resume, discard(draft))];
  })));
  return made;
}

function applicationPanel(batch) {
  const made = panel(`${say("collected")} · ${batch.id}`, `applications-${batch.name}`);
  const isOpen = batch.state === "open";
  made.append(table([say("row"), say("name"), say("number"), say("collector"), say("time"), ""], collected.get(batch.name).map((one) => {
    const path = `/v1/collection/batches/${batch.name}/applications/${one.id}`;
    const buttons = isOpen ? acts(
      button(say("correct"), () => attempt(async () => openForm(await ask("POST", `${path}/reopen`)))),
      sureButton(say("remove"), say("removeSure"), () => attempt(async () => {
        await ask("DELETE", path);
        await showList();
      }))) : "";
    return [String(one.row), one.name, one.idNumber, one.collector, moment(one.collected), buttons];
  })));
  return made;
}

async function handOver(batch) {
  const collector = sessionStorage.getItem("collector") || collected.get(batch).at(-1).collector;
  try {
    await ask("POST", `/v1/collection/batches/${batch}/handover`, { collector });
  } catch (error) {
    if (!error.json?.problems) throw error;
    const lines = error.json.problems.map((problem) => `${problem.field} ${(problem.texts[language] ?? problem.texts.en).what}`);
    throw new Error(`${error.message}\n${say("handover")} ${lines.join(" · ")}`);
  }
  report(say("handedOver"));
  await showList();
}

// MARK: One application

async function begin(batch) {
  report();
  await openForm(await ask("POST", "/v1/collection/drafts", { batch, collector: sessionStorage.getItem("collector") ?? "" }));
}

async function edit(id) {
  report();
  await openForm(await ask("GET", `/v1/collection/drafts/${id}`));
}

async function openForm(draft) {
  if (!forms.has(draft.batch)) forms.set(draft.batch, await ask("GET", `/v1/collection/batches/${draft.batch}/form`));
  const path = `/v1/collection/drafts/${draft.id}`;
  const isPending = pending?.id === draft.id;
  if (isPending) Object.assign(draft, pending.content);
  pending = null;
  open = { id: draft.id, path, isDirty: false, saving: null, timer: 0 };
  const take = (looked) => {
    open.form.take(looked);
    showFoot();
  };
  open.form = new ApplicationForm(byId("form"), forms.get(draft.batch), draft, language, {
    changed(isFinal) {
      open.isDirty = true;
      clearTimeout(open.timer);
      open.timer = setTimeout(save, isFinal ? 50 : 600);
      showFoot();
    },
    async takePhoto(jpeg, source) {
      await save();
      take(await ask("PUT", `${path}/photo`, { jpeg, source }));
    },
    async removePhoto() { take(await ask("DELETE", `${path}/photo`)); },
    async photo() { return (await send("GET", `${path}/photo`)).blob(); },
  });
  byId("list").hidden = true;
  byId("form").hidden = false;
  byId("foot").hidden = false;
  showFoot();
  window.scrollTo(0, 0);
  byId("form").querySelector("input, select").focus();
  if (isPending) {
    open.isDirty = true;
    await save();
  }
}

function closeForm() {
  open?.form?.close();
  clearTimeout(open?.timer);
  open = null;
  byId("form").hidden = true;
  byId("form").replaceChildren();
  byId("foot").hidden = true;
}

// One after the other: what comes while one is on its way is saved behind it.
async function save(more) {
  const current = open;
  if (!current) return;
  clearTimeout(current.timer);
  while (current.saving) await current.saving;
  if (!current.isDirty) return;
  current.isDirty = false;
  current.saving = (async () => {
    try {
      const { content } = current.form;
      sessionStorage.setItem("collector", content.collector);
      const looked = await ask("PUT", current.path, content, more);
      current.failure = "";
      if (current === open && !current.isDirty) current.form.take(looked);
    } catch (error) {
      current.isDirty = true;
      current.failure = error.message;
      current.timer = setTimeout(save, 3000);
    }
  })();
  showFoot();
  await current.saving;
  current.saving = null;
  if (current === open) showFoot();
}

function showFoot() {
  if (!open) return;
  const problems = open.form.draft.problems.length;
  const state = byId("draft-state");
  const text = open.failure ? say("notSaved") + open.failure : open.isDirty || open.saving ? say("saving") : say("saved");
  if (state.textContent !== text) state.textContent = text;
  const first = byId("first");
  first.hidden = !problems;
  first.textContent = problems ? `${say("problems", problems)} · ${say("firstProblem")}` : "";
}

async function submit() {
  await save();
  if (open.failure) throw new Error(say("notSaved") + open.failure);
  try {
    const kept = await ask("POST", `${open.path}/submit`);
    closeForm();
    await showList();
    report(say("done", kept.row));
    byId("main").focus();
    window.scrollTo(0, 0);
  } catch (error) {
    if (!error.json?.problems) throw error;
    open.form.take({ ...open.form.draft, problems: error.json.problems });
    open.form.focusFirst();
    showFoot();
    throw error;
  }
}

// MARK: The page

function speak(chosen) {
  language = chosen;
  localStorage.setItem("language", chosen);
  document.documentElement.lang = chosen === "zh" ? "zh-CN" : "en";
  document.title = say("title");
  for (const place of document.querySelectorAll("[data-text]")) place.textContent = say(place.dataset.text);
  byId("zh").setAttribute("aria-pressed", chosen === "zh");
  byId("en").setAttribute("aria-pressed", chosen === "en");
  tell();
  report();
  drawList();
  open?.form.speak(chosen);
  showFoot();
}

byId("zh").addEventListener("click", () => speak("zh"));
byId("en").addEventListener("click", () => speak("en"));
byId("leave").addEventListener("click", () => attempt(async () => {
  await save();
  await ask("DELETE", "/v1/page/session");
  leave();
}));
byId("door-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const code = byId("code").value.trim();
  byId("code").value = "";
  attempt(() => enter(code));
});
byId("form").addEventListener("submit", (event) => event.preventDefault());
byId("back").addEventListener("click", () => attempt(async () => {
  await save();
  closeForm();
  await showList();
}));
byId("first").addEventListener("click", () => open?.form.focusFirst());
byId("submit").addEventListener("click", () => attempt(submit));
document.addEventListener("visibilitychange", () => { if (document.hidden) save({ keepalive: true }); });
window.addEventListener("beforeunload", (event) => { if (open?.isDirty) event.preventDefault(); });

speak(texts[language] ? language : "en");
showDoor();
// The code comes behind #, which no server and no referrer is told; it leaves the address at once.
const code = location.hash.slice(1);
if (code) history.replaceState(null, "", "/collect");
attempt(async () => {
  if (code) await enter(code);
  else if (session) await showList();
});
