// Readers, pairing, rights and this browser's own: what the administrator of the counter looks after.
import { administer, enter, isAdministrator, leave, ownCounter, stopBeingCounter, isCounter } from "/agent.js";
import { button, byId, element, fill, notice, problemText, say } from "/parts.js";

let model;
let seek = () => {};

export function setUpSettings(own, changed) {
  model = own;
  seek = changed;
}

async function attempt(act) {
  try { await act(); } catch (error) { notice("settings", () => problemText(error), { sort: "bad" }); }
  await showSettings();
}

function panel(id, title, ...content) {
  return element("section", { class: "panel", "aria-labelledby": id }, element("h2", { id, text: say(title) }), ...content);
}

function readers() {
  const rows = (model.readers?.readers ?? []).map((reader) => {
    const isSAM = reader.role === "sam";
    const state = isSAM ? (reader.state === "sam" ? "samThere" : reader.state === "mute" ? "mute" : "samMissing") : reader.state;
    return element("tr", {}, element("td", { text: reader.name }), element("td", { text: say(`set.${state}`) }));
  });
  if (!rows.length) rows.push(element("tr", {}, element("td", { colspan: "2", text: say("set.noReaders") })));
  return panel("readers-title", "set.readers", element("p", { class: "soft", text: say(model.readers?.service === "stopped" ? "set.stopped" : "set.running") }),
    element("table", {}, element("thead", {}, element("tr", {}, element("th", { scope: "col", text: say("set.reader") }), element("th", { scope: "col", text: say("set.content") }))),
      element("tbody", { id: "readers" }, ...rows)));
}

async function thisCounter() {
  const own = isCounter() ? await ownCounter() : undefined;
  const { preset, clearSeconds } = model.settings ?? {};
  const clear = clearSeconds ? say("set.seconds", { n: clearSeconds }) : say("set.never");
  return panel("this-title", "set.this",
    element("p", { text: own ? `${say("set.isCounter")} ${say("set.until")} ${own.until.slice(0, 10)}` : say("set.notCounter") }),
    model.settings ? element("p", { class: "soft", text: say("set.preset", { preset: say(`set.preset.${preset}`), clear }) }) : null,
    own ? button("set.removeThis", async () => { await stopBeingCounter(); await seek(); }, { class: "danger", id: "remove-counter" }) : null);
}

function doorPanel() {
  const code = element("input", { id: "admin-code", type: "password", autocomplete: "off", spellcheck: "false", required: true });
  const form = element("form", { id: "admin-form", class: "row", autocomplete: "off" },
    element("div", { class: "field" }, element("label", { for: "admin-code", text: say("door.code") }), code),
    element("button", { type: "submit", class: "main", text: say("set.enter") }));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = code.value.trim();
    code.value = "";
    attempt(() => enter(text));
  });
  return panel("admin-title", "set.admin", element("p", { text: say("set.adminHelp") }), form);
}

const rightsOf = (rights) => rights.map((right) => say(`right.${right}`)).join(say("and"));

function pairingForm(pairing) {
  const boxes = pairing.rights.map((right) => {
    const box = element("input", { type: "checkbox", value: right });
    box.checked = true;
    return [box, element("label", { class: "choice" }, box, say(`right.${right}`))];
  });
  const number = element("input", { id: `number-${pairing.id}`, inputmode: "numeric", autocomplete: "off", maxlength: "7", required: true });
  const form = element("form", { class: "pairing", autocomplete: "off", "data-id": pairing.id },
    element("p", { class: "origin", text: pairing.holder }), element("p", { text: pairing.name }),
    element("fieldset", {}, element("legend", { text: say("set.rights") }), ...boxes.map(([, label]) => label)),
    element("div", { class: "field" }, element("label", { for: number.id, text: say("set.number") }), number),
    element("button", { type: "submit", class: "main", text: say("set.confirm") }),
    button("set.refuse", () => attempt(() => administer("POST", `/v1/pairings/${pairing.id}/refuse`))));
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const rights = boxes.filter(([box]) => box.checked).map(([box]) => box.value);
    attempt(() => administer("POST", `/v1/pairings/${pairing.id}/confirm`, { number: number.value, rights }));
  });
  return form;
}

async function inside() {
  const { pairings } = await administer("GET", "/v1/pairings");
  const { tokens } = await administer("GET", "/v1/tokens");
  // A form that somebody types into stays as it is.
  const language = document.documentElement.lang;
  const kept = new Map([...document.querySelectorAll("#settings .pairing")].map((form) => [form.dataset.id + form.lang, form]));
  const forms = pairings.map((pairing) => {
    const form = kept.get(pairing.id + language) ?? pairingForm(pairing);
    form.lang = language;
    return form;
  });
  const rows = tokens.map((token) => {
    const who = token.holder.endsWith(token.name) ? token.holder : `${token.holder} (${token.name})`;
    return element("tr", {}, element("td", { text: who }), element("td", { text: rightsOf(token.rights) }), element("td", { text: token.expires.slice(0, 10) }),
      element("td", {}, button("set.revoke", () => attempt(async () => { await administer("DELETE", `/v1/tokens/${token.id}`); await seek(); }), { class: "danger", "aria-label": `${say("set.revoke")} ${who}` })));
  });
  if (!rows.length) rows.push(element("tr", {}, element("td", { colspan: "4", text: say("set.noTokens") })));
  const hasSAM = model.readers?.readers.some((reader) => reader.role === "sam");
  return [
    panel("pairings-title", "set.pairings", element("p", { class: "soft", text: say("set.pairingHelp") }), element("div", { id: "pairings" }, ...(forms.length ? forms : [element("p", { text: say("set.noPairings") })]))),
    panel("tokens-title", "set.tokens", element("table", {}, element("thead", {}, element("tr", {}, ...["holder", "rights", "until"].map((key) => element("th", { scope: "col", text: say(`set.${key}`) })), element("td", {}))), element("tbody", { id: "tokens" }, ...rows))),
    hasSAM ? panel("sam-title", "set.sam", button("set.forget", () => attempt(async () => { await administer("DELETE", "/v1/sam/pin"); notice("settings", () => say("set.forgotten"), { sort: "good", seconds: 10 }); }), { id: "forget" })) : null,
    element("p", {}, button("set.close", () => attempt(leave), { id: "close" })),
  ];
}

// How many programs wait for an answer; nobody but the administrator is told.
export async function waitingWishes() {
  if (!isAdministrator()) return 0;
  try { return (await administer("GET", "/v1/pairings")).pairings.length; } catch { return 0; }
}

let turn = 0;
export async function showSettings() {
  const mine = ++turn;
  let content;
  try { content = isAdministrator() ? await inside() : [doorPanel()]; } catch { content = [doorPanel()]; }
  const own = await thisCounter();
  if (mine !== turn) return;
  fill(byId("settings"), button("settings.back", () => byId("to-settings").click(), { id: "back" }), own, readers(), ...content);
}
