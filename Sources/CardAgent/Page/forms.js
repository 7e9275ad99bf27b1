// Dialogs that change a card. Each field has the library's checks beside it; nothing is written unless all of them pass.
import { askAsCounter, askJSON, isOf, Problem, wantsPIN } from "/agent.js";
import { button, byId, element, inWords, itemName, notice, problemText, say, tableOf } from "/parts.js";
import { visitRows } from "/patient.js";

let open = null;

export const isOpen = () => open !== null;
export const isWriting = () => open?.writing === true;
// What to say of a write that failed, once its card has gone too.
export const failure = () => open?.failed;

// The card went: what was typed for one person must never reach another's card.
export function dropForm() {
  if (!open || open.keeps) return false;
  const wasForm = open.isForm;
  open.dialog.close();
  return wasForm;
}

// Closes what is shown of a card too.
export function closeForm() { open?.dialog.close(); }

function dialog(title, body, foot, options = {}) {
  closeForm();
  const heading = element("h2", { id: "dialog-title", text: title });
  const form = element("form", { method: "dialog", autocomplete: "off", novalidate: true },
    element("div", { class: "head" }, heading),
    // What is only read is scrolled by keyboard too.
    element("div", { class: "body", ...(options.isForm ? {} : { tabindex: "0", role: "group", "aria-labelledby": "dialog-title" }) }, ...body),
    element("div", { class: "foot" }, ...foot));
  const box = element("dialog", { "aria-labelledby": "dialog-title" }, form);
  const back = document.activeElement;
  const own = { dialog: box, ...options };
  box.addEventListener("close", () => {
    box.remove();
    own.closed?.();
    if (open === own) open = null;
    // The bar may have been made anew meanwhile.
    (document.contains(back) ? back : byId(back?.id) ?? byId("main"))?.focus();
  });
  box.addEventListener("cancel", (event) => { if (own.writing) event.preventDefault(); });
  document.body.append(box);
  open = own;
  box.showModal();
  return own;
}

// MARK: Fields

// One field of a form: `name` is the path that checks and changes know it by.
export class Field {
  constructor(name, label, { value = "", type = "text", needed = false, table, wide = false, pattern, mode, path = name } = {}) {
    this.name = name;
    this.before = value;
    const id = `field-${name.replace(/[^a-zA-Z0-9]/g, "-")}`;
    const entries = table ?? tableOf(path);
    this.input = entries
      ? element("select", { id }, element("option", { value: "", text: say("form.none") }),
        ...entries.map((entry) => element("option", { value: entry.code, text: `${entry.code} ${inWords(entry)}` })))
      : element("input", { id, type, autocomplete: "off", spellcheck: "false", inputmode: mode, step: type === "datetime-local" ? 1 : undefined, pattern });
    this.input.value = value;
    this.input.setAttribute("aria-describedby", `${id}-problem`);
    if (needed) this.input.setAttribute("aria-required", "true");
    this.problem = element("p", { id: `${id}-problem`, class: "problem", role: "status" });
    this.box = element("div", { class: wide ? "field wide" : "field" },
      element("label", { for: id, text: label, class: needed ? "needed" : "" }), this.input, this.problem);
  }

  get value() {
    const text = this.input.value.trim();
    // A browser leaves the seconds out where they are 0; the card has them.
    return this.input.type === "datetime-local" && /T\d\d:\d\d$/.test(text) ? `${text}:00` : text;
  }

  get isChanged() { return this.value !== this.before; }

  tell(text) {
    this.problem.textContent = text;
    if (text) this.input.setAttribute("aria-invalid", "true"); else this.input.removeAttribute("aria-invalid");
  }
}

// Checks as somebody leaves a field; `body` makes the question of one field, `all` that of the form.
class Form {
  constructor(title, fields, groups, { body, all, save, extra = [] }) {
    this.fields = fields;
    this.body = body;
    this.all = all;
    this.save = save;
    this.status = element("p", { class: "notice", role: "status" });
    this.main = element("button", { type: "submit", class: "main", text: say("form.save") });
    this.cancel = button("form.cancel", () => this.own.dialog.close());
    this.own = dialog(title, [...extra, ...groups], [this.status, this.cancel, this.main], { isForm: true });
    for (const field of fields) field.input.addEventListener("change", () => this.check([field]));
    this.own.dialog.querySelector("form").addEventListener("submit", (event) => { event.preventDefault(); this.submit(); });
    fields[0]?.input.focus();
  }

  say(text, sort = "") {
    this.status.textContent = text;
    this.status.className = `notice ${sort}`;
  }

  // Whether nothing is wrong with these fields; what is wrong is told beside each.
  async check(fields, isWhole = false) {
    const question = isWhole ? this.all() : this.body(fields);
    for (const field of fields) field.tell("");
    if (!question) return true;
    let found;
    try {
      found = await askJSON("POST", "/v1/checks", { body: question });
    } catch (error) {
      this.say(problemText(error), "bad");
      return false;
    }
    const rest = [];
    for (const problem of found.problems) {
      const field = this.fields.find((one) => one.name === problem.item);
      if (field) field.tell(problemText(problem)); else rest.push(problemText(problem));
    }
    this.say(rest.join(say("clause")), "bad");
    if (isWhole && found.problems.length) {
      this.fields.find((one) => one.problem.textContent)?.input.focus();
      if (!rest.length) this.say(say("form.wrong"), "bad");
    }
    return found.problems.length === 0;
  }

  async submit() {
    if (this.own.writing || !await this.check(this.fields, true)) return;
    await write(this, () => this.save());
  }
}

// Runs what writes: the form stays until it is known what became of it.
async function write(form, act) {
  form.own.writing = true;
  form.main.disabled = true;
  form.cancel.disabled = true;
  form.say(say("form.writing"));
  try {
    if (form.pin?.value) await askAsCounter("PUT", "/v1/sam/pin", { body: { pin: form.pin.value } });
    const words = await act();
    form.own.writing = false;
    form.own.dialog.close();
    if (words) notice("written", words, { sort: "good", seconds: 20 });
  } catch (error) {
    form.own.writing = false;
    form.main.disabled = false;
    form.cancel.disabled = false;
    form.own.failed = () => interrupted(error);
    if (error instanceof Problem && isDoubt(error)) {
      form.own.dialog.close();
      acts.doubt();
    } else if (["agent.cardGone", "agent.otherCard", "agent.noSuchCard"].includes(error.code)) {
      form.own.dialog.close();
      notice("dropped", () => say("form.dropped"), { sort: "warn" });
    } else if (error.json?.report && isOf(error, /channel/i)) {
      // The card went in the middle of it: a form is of no use any more, what became of it is.
      form.own.dialog.close();
      notice("cut", form.own.failed, { sort: "bad" });
    } else if (wantsPIN(error)) askPIN(form, error);
    else form.say(problemText(error), "bad");
  }
}

// How far a write came that was cut short.
function interrupted(error) {
  const records = error.json?.report?.records;
  if (!records) return problemText(error);
  return say("form.cut", { n: records.filter((record) => record.outcome === "written").length, of: records.length });
}

// The SAM signs visits with its PIN only: whoever keeps it types it here, and what was filled in stays.
function askPIN(form, error) {
  if (!form.pin) {
    form.pin = element("input", { id: "form-pin", type: "password", inputmode: "numeric", autocomplete: "off", minlength: "4", maxlength: "16" });
    form.own.dialog.querySelector(".body").append(element("div", { class: "field" }, element("label", { for: "form-pin", text: say("pin.label") }), form.pin));
  }
  form.pin.value = "";
  form.pin.focus();
  form.say([say("state.pin"), problemText(error)].join(say("clause")), "warn");
}

const isDoubt = (error) => error.json?.inDoubt === true;

let acts = { doubt: () => {}, changed: async () => {} };
export function whenChanged(own) { acts = own; }

async function patch(shown, changes) {
  const answer = await askJSON("PATCH", `/v1/cards/${shown.token}`, {
    body: changes, headers: { "Idempotency-Key": crypto.randomUUID() } });
  await acts.changed(Object.keys(changes));
  return answer;
}

function group(title, fields, layout = "") {
  return element("fieldset", {}, element("legend", { text: title }), element("div", { class: `fields ${layout}` }, ...fields.map((field) => field.box)));
}

// MARK: Details

export function editDetails(shown) {
  const held = shown.document;
  const fields = {};
  const field = (section, name, options) => {
    // What was not read is not offered: nobody can change what they cannot see.
    if (held[section] === undefined) return [];
    const made = new Field(`${section}.${name}`, itemName(name), { value: held[section][name] ?? "", ...options });
    fields[made.name] = made;
    return [made];
  };
  const groups = [
    [say("edit.phones"), [1, 2].flatMap((n) => field("validity", `phone${n}`, { mode: "tel" }))],
    [say("edit.addresses"), [1, 2].flatMap((n) => [...field("address", `addressType${n}`), ...field("address", `address${n}`)]), "address"],
    [say("edit.contacts"), [1, 2, 3].flatMap((n) => [...field("contacts", `contactName${n}`, { needed: n === 1 }),
      ...field("contacts", `contactRelation${n}`, { needed: n === 1 }), ...field("contacts", `contactPhone${n}`, { mode: "tel", needed: n === 1 })]), "person"],
  ].filter(([, members]) => members.length);
  const changesOf = (chosen) => {
    const changes = {};
    for (const one of chosen.filter((one) => one.isChanged)) {
      const [section, name] = one.name.split(".");
      (changes[section] ??= {})[name] = one.value;
    }
    return Object.keys(changes).length ? changes : null;
  };
  const all = Object.values(fields);
  const form = new Form(say("edit.title"), all, groups.map(([title, members, layout]) => group(title, members, layout)), {
    body: (chosen) => { const changes = changesOf(chosen); return changes && { changes }; },
    all: () => { const changes = changesOf(all); return changes && { changes }; },
    save: async () => {
      const changes = changesOf(all);
      if (!changes) return () => say("form.nothing");
      const n = all.filter((one) => one.isChanged).length;
      await patch(shown, changes);
      return () => say("form.written", { n });
    },
  });
  return form;
}

// MARK: Allergies

export const allergyRoom = 3;

export function addAllergy(shown) {
  const held = shown.document.allergies;
  const isWhole = held !== undefined && !shown.unreadable.some((one) => one.section === "allergies");
  if (!isWhole) {
    return dialog(say("allergy.title"), [element("p", { class: "unread", text: say("allergy.unread") })],
      [button("form.close", () => closeForm(), { class: "main" })]);
  }
  const allergen = new Field("allergies.allergen", itemName("allergen"), { needed: true });
  const reaction = new Field("allergies.allergyReaction", itemName("allergyReaction"), { wide: true });
  const entry = () => ({ allergen: allergen.value, ...(reaction.value ? { allergyReaction: reaction.value } : {}) });
  const extra = [element("p", { text: say("allergy.help", { n: allergyRoom }) })];
  if (held.length >= allergyRoom) extra.push(element("p", { class: "notice warn", text: say("allergy.drops", { name: held.at(-1).allergen }) }));
  const fields = [allergen, reaction];
  const question = () => ({ changes: { allergies: [entry()] } });
  const form = new Form(say("allergy.title"), fields, [element("div", { class: "fields" }, allergen.box, reaction.box)], {
    extra, body: () => (allergen.value ? question() : null), all: question,
    save: async () => {
      // What the card's list begins with afterwards: the new one, then those that stay.
      await patch(shown, { allergies: [entry(), ...held.slice(0, allergyRoom - 1).map(({ allergen, allergyReaction }) => ({ allergen, ...(allergyReaction ? { allergyReaction } : {}) }))] });
      return () => say("form.written", { n: 1 });
    },
  });
  // The checks know the entry, the form its first field.
  allergen.name = "allergies.0";
  return form;
}

// MARK: Visits

function now() {
  const time = new Date();
  time.setMinutes(time.getMinutes() - time.getTimezoneOffset());
  return time.toISOString().slice(0, 19);
}

export function addVisit(shown, settings) {
  const own = (name, options = {}) => new Field(name, itemName(name), { path: `outpatient.${name}`, needed: true, ...options });
  const part = (groupName, name, key, options = {}) => new Field(`${groupName}[1].${name}`, itemName(key), { path: `outpatient.${groupName}.${name}`, needed: groupName === "symptoms", ...options });
  const time = now();
  const where = [
    own("facilityName", { value: settings.facilityName ?? "" }), own("facilityCode", { value: settings.facilityCode ?? "" }),
    own("department", { value: settings.department ?? "" }), own("visitTime", { value: time, type: "datetime-local" }),
    own("outpatientNumber"), own("payment", { value: shown.document.validity?.payment1 ?? "" })];
  const symptom = [
    part("symptoms", "name", "symptomName"), part("symptoms", "code", "symptomCode"),
    part("symptoms", "onsetTime", "onsetTime", { type: "datetime-local" }), part("symptoms", "durationMinutes", "durationMinutes", { mode: "numeric" }),
    part("symptoms", "diagnosisName", "diagnosisName"), part("symptoms", "diagnosisCode", "diagnosisCode"),
    part("symptoms", "diagnosedDate", "diagnosedDate", { value: time.slice(0, 10), type: "date" })];
  const drug = [part("drugs", "name", "drugName"), part("drugs", "days", "drugDays", { mode: "numeric" }), part("drugs", "frequency", "drugFrequency")];
  const fields = [...where, ...symptom, ...drug];
  const isNumber = (name) => /durationMinutes|days$/.test(name);
  const visitOf = (chosen) => {
    const visit = {};
    for (const one of chosen) {
      if (!one.value) continue;
      const value = isNumber(one.name) && /^\d{1,9}$/.test(one.value) ? Number(one.value) : one.value;
      const inGroup = /^(\w+)\[1\]\.(\w+)$/.exec(one.name);
      if (inGroup) ((visit[inGroup[1]] ??= [{}])[0])[inGroup[2]] = value; else visit[one.name] = value;
    }
    return visit;
  };
  return new Form(say("visit.title"), fields, [group(say("visit.where"), where), group(say("visit.diagnosis"), symptom), group(say("visit.drug"), drug)], {
    extra: [element("p", { text: say("visit.help") })],
    // Of one field alone only what it says is wrong, not what is missing besides.
    body: () => null,
    all: () => ({ kind: "outpatient", visit: visitOf(fields) }),
    save: async () => {
      const answer = await askAsCounter("POST", `/v1/cards/${shown.token}/visits/outpatient`, {
        body: visitOf(fields), headers: { "Idempotency-Key": crypto.randomUUID() } });
      const { record } = await answer.json();
      await acts.changed(["visits"]);
      return () => say("visit.written", { n: record });
    },
  });
}

export function showVisit(row, found, mark) {
  const body = [element("p", { class: "row" }, mark)];
  if (found && !found.trusted) {
    body.push(element("div", { class: "notice bad" }, element("h3", { text: say("visits.problems") }),
      element("ul", {}, ...inWords(found.texts).map((text) => element("li", { text })))));
  }
  body.push(element("p", { class: "soft", text: say("visits.limits") }));
  body.push(element("dl", { class: "facts" }, ...visitRows(row.kind, row.visit).flatMap(([label, text]) => [element("dt", { text: label }), element("dd", { text })])));
  return dialog(`${say(`visits.${row.kind}`)} · ${row.time.slice(0, 10)}`, body, [button("form.close", () => closeForm(), { class: "main" })]);
}

// MARK: Codes

export function showCode(code) {
  const isCode = ["static", "dynamic", "temporary"].includes(code.kind);
  const sentence = say(`code.${code.kind}`, { prefix: code.prefix, service: inWords(code.serviceWords), reason: inWords(code.reasonWords) });
  const rows = [
    ["code.id", code.id], ["code.number", code.number], ["code.issuer", code.issuer],
    ["code.validity", code.hasValidity === undefined ? undefined : say(code.hasValidity ? "code.validityThere" : "code.validityNone")],
    ["code.payment", code.hasPayment ? say("code.paymentThere") : undefined]].filter(([, text]) => text !== undefined);
  const body = [element("p", { class: `notice ${isCode ? "good" : "warn"}`, id: "code-kind", text: sentence })];
  if (isCode) body.push(element("p", { class: "notice warn", text: say("code.notVerified") }));
  if (code.mayBePayment) body.push(element("p", { text: say("code.mayBePayment") }));
  if (rows.length) body.push(element("dl", { class: "facts" }, ...rows.flatMap(([key, text]) => [element("dt", { text: say(key) }), element("dd", { text })])));
  if (code.normalized.length) body.push(element("p", { class: "soft", text: say("code.changed", { list: code.normalized.map((name) => say(`code.${name}`)).join(say("and")) }) }));
  // A code is of a phone: it stays whatever happens to a card.
  return dialog(say("code.title"), body, [button("form.close", () => closeForm(), { class: "main" })], { keeps: true });
}

export { dialog, patch, write };
