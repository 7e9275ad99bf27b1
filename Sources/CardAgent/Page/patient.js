// What a card says, on the screen and on paper. "Could not be read" never looks like "none".
import { byId, button, currentLanguage, element, fill, itemName, list, meaning, say, whyUnread } from "/parts.js";

export const alertItems = ["asthma", "heartDisease", "cardiocerebrovascular", "epilepsy", "coagulationDisorder", "diabetes",
  "glaucoma", "dialysis", "organTransplant", "organLoss", "prosthesis", "pacemaker"];

// "waiting" until it was asked for; "unread" where nothing of it is known; else "read".
export function standing(shown, section) {
  if (shown.document[section] !== undefined) return "read";
  if (!shown.asked.has(section)) return "waiting";
  return "unread";
}

const flaws = (shown, section) => shown.unreadable.filter((flaw) => flaw.section === section);
const flaw = (shown, section, item) => flaws(shown, section).find((one) => one.item === item);
const why = (shown, section) => whyUnread(flaws(shown, section)[0]?.code ?? shown.failed[section]);

function unreadMark(shown, section) {
  return element("p", { class: "unread", text: say("unread.why", { why: why(shown, section) }) });
}

// MARK: What kills

function kill(id, title, state, content) {
  return element("section", { id, class: `kill ${state}`, "aria-labelledby": `${id}-title` },
    element("h2", { id: `${id}-title`, text: say(title) }), ...content);
}

function partly(lines) {
  return lines.map((text) => element("p", { class: "unread", text: say("kill.part", { why: text }) }));
}

function allergies(shown) {
  const state = standing(shown, "allergies");
  if (state === "waiting") return kill("allergies", "kill.allergies", "wait", [element("p", { text: say("kill.reading") })]);
  const missing = flaws(shown, "allergies").map((one) => whyUnread(one.code));
  const entries = shown.document.allergies ?? [];
  if (state === "unread") return kill("allergies", "kill.allergies", "open", [unreadMark(shown, "allergies")]);
  if (!entries.length) {
    return missing.length ? kill("allergies", "kill.allergies", "open", [unreadMark(shown, "allergies")])
      : kill("allergies", "kill.allergies", "none", [element("p", { text: say("kill.noAllergies") })]);
  }
  const rows = entries.map((entry) => element("li", { text: entry.allergen ?? say("unread") },
    entry.allergyReaction ? element("small", { text: entry.allergyReaction }) : null));
  return kill("allergies", "kill.allergies", "there", [element("ul", {}, ...rows), ...partly([...new Set(missing)])]);
}

export function alertsOf(shown) {
  const clinical = shown.document.clinical ?? {};
  const found = alertItems.filter((name) => clinical[name] === true).map((name) => itemName(name));
  if (clinical.otherAlert) found.push(clinical.otherAlert);
  if (!shown.kiosk && shown.document.special?.psychiatric === true) found.push(itemName("psychiatric"));
  return found;
}

function alerts(shown) {
  const states = ["clinical", "special"].map((section) => standing(shown, section));
  if (states.includes("waiting")) return kill("alerts", "kill.alerts", "wait", [element("p", { text: say("kill.reading") })]);
  if (states[0] === "unread") return kill("alerts", "kill.alerts", "open", [unreadMark(shown, "clinical")]);
  const missing = [...alertItems, "otherAlert"].filter((name) => flaw(shown, "clinical", name)).map((name) => itemName(name));
  if (!shown.kiosk && (states[1] === "unread" || flaw(shown, "special", "psychiatric"))) missing.push(itemName("psychiatric"));
  const found = alertsOf(shown);
  if (found.length) {
    return kill("alerts", "kill.alerts", "there",
      [element("ul", {}, ...found.map((text) => element("li", { text }))), ...partly(missing)]);
  }
  if (missing.length) return kill("alerts", "kill.alerts", "open", [element("p", { class: "unread", text: `${say("unread")}${say("colon")}${list(missing)}` })]);
  return kill("alerts", "kill.alerts", "none", [element("p", { text: say("kill.noAlerts") })]);
}

function blood(shown) {
  const state = standing(shown, "clinical");
  if (state === "waiting") return kill("blood", "kill.blood", "wait", [element("p", { text: say("kill.reading") })]);
  if (state === "unread") return kill("blood", "kill.blood", "open", [unreadMark(shown, "clinical")]);
  const { bloodABO, bloodRh } = shown.document.clinical;
  const missing = ["bloodABO", "bloodRh"].filter((name) => flaw(shown, "clinical", name));
  if (!bloodABO && !bloodRh) {
    return missing.length ? kill("blood", "kill.blood", "open", [element("p", { class: "unread", text: say("unread") })])
      : kill("blood", "kill.blood", "none", [element("p", { text: say("kill.noBlood") })]);
  }
  return kill("blood", "kill.blood", "known", [
    element("p", { class: "blood", text: meaning("clinical.bloodABO", bloodABO) || say("unread") },
      element("small", { text: bloodRh ? ` RH ${meaning("clinical.bloodRh", bloodRh)}` : "" })),
    ...missing.map((name) => element("p", { class: "unread", text: `${itemName(name)}${say("colon")}${say("unread")}` }))]);
}

// MARK: Who it is

// Completed years, months below two years, days below a month; of the clock of this machine.
export function age(birth, today = new Date()) {
  const parts = /^(\d{4})-(\d\d)-(\d\d)$/.exec(birth ?? "");
  if (!parts) return say("who.ageUnknown");
  const [year, month, day] = parts.slice(1).map(Number);
  let months = (today.getFullYear() - year) * 12 + today.getMonth() + 1 - month;
  if (today.getDate() < day) months -= 1;
  if (months < 0) return say("who.ageUnknown");
  if (months >= 24) return say("who.age", { n: Math.floor(months / 12) });
  if (months >= 1) return say("who.months", { n: months });
  return say("who.days", { n: Math.round((Date.UTC(today.getFullYear(), today.getMonth(), today.getDate()) - Date.UTC(year, month - 1, day)) / 86_400_000) });
}

export const masked = (number) => number.length > 7 ? number.slice(0, 3) + "*".repeat(number.length - 7) + number.slice(-4) : "*".repeat(number.length);
const maskedPhone = (text) => text.length > 7 ? text.slice(0, 3) + "*".repeat(text.length - 7) + text.slice(-4) : "*".repeat(text.length);

function value(shown, section, name, path = `${section}.${name}`, hide = (text) => text) {
  if (flaw(shown, section, name)) {
    const part = shown.document[section]?.[name];
    return element("dd", {}, element("span", { class: "unread", text: part === undefined ? say("unread") : `${part} (${say("who.damaged")})` }));
  }
  const found = shown.document[section]?.[name];
  if (found === undefined) return null;
  return element("dd", { text: hide(meaning(path, found)) });
}

// Rows of label and value; sections that were not read say so once.
function facts(shown, rows) {
  const box = element("dl", { class: "facts" });
  const told = new Set();
  for (const [section, name, hide] of rows) {
    const state = standing(shown, section);
    if (state !== "read") {
      if (told.has(section)) continue;
      told.add(section);
      box.append(element("dt", { text: itemName(name, `${section}.${name}`) }), element("dd", {},
        element("span", { class: state === "unread" ? "unread" : "soft", text: state === "unread" ? say("unread.why", { why: why(shown, section) }) : say("kill.reading") })));
      continue;
    }
    const cell = value(shown, section, name, `${section}.${name}`, hide);
    if (cell) box.append(element("dt", { text: itemName(name, `${section}.${name}`) }), cell);
  }
  return box;
}

function portrait(shown) {
  const box = element("div", { id: "portrait", class: shown.photo === "unread" ? "unread" : "" });
  if (shown.photo instanceof HTMLCanvasElement) {
    shown.photo.setAttribute("role", "img");
    shown.photo.setAttribute("aria-label", say("who.photo"));
    box.append(shown.photo);
  } else {
    box.append(element("span", { text: { none: say("who.noPhoto"), unread: say("unread"), waiting: say("who.photoReading") }[shown.photo] }));
  }
  return box;
}

function who(shown, acts) {
  const box = element("section", { id: "who", class: "panel", "aria-label": say("who.title") },
    shown.isTest ? element("p", { id: "test", text: say("test") }) : null, portrait(shown));
  const holder = shown.document.holder;
  const state = standing(shown, "holder");
  if (state !== "read") {
    box.append(element("div", {}, state === "unread" ? unreadMark(shown, "holder") : element("p", { text: say("kill.reading") })));
    return box;
  }
  const broken = (name) => flaw(shown, "holder", name);
  const line = element("div", {});
  line.append(broken("name") || !holder.name
    ? element("p", { class: "name" }, element("span", { class: "unread", text: holder.name ? `${holder.name} (${say("who.damaged")})` : say("unread") }))
    : element("p", { class: "name", text: holder.name }));
  line.append(element("p", { text: [broken("sex") ? `${itemName("sex")}${say("colon")}${say("unread")}` : meaning("holder.sex", holder.sex), broken("birthDate") ? say("who.ageUnknown") : age(holder.birthDate), meaning("holder.nation", holder.nation)].filter(Boolean).join(" · ") }));
  line.append(element("p", { class: "soft", text: holder.birthDate ?? "" }));
  box.append(line);
  const number = element("p", { class: "number" });
  if (holder.idNumber) {
    number.append(element("span", { id: "number", text: shown.uncovered ? holder.idNumber : masked(holder.idNumber) }));
    if (broken("idNumber")) number.append(element("span", { class: "unread", text: say("who.damaged") }));
    if (!shown.kiosk) {
      number.append(button(shown.uncovered ? "who.hideNumber" : "who.showNumber", acts.uncover, { id: "uncover", "aria-pressed": String(shown.uncovered) }));
    }
  } else number.append(element("span", { class: broken("idNumber") ? "unread" : "soft", text: broken("idNumber") ? say("unread") : say("none") }));
  box.append(number);
  box.append(facts(shown, [["validity", "validUntil"], ["issuer", "issuerName"]]));
  return box;
}

// MARK: The rest

function contacts(shown) {
  const hide = shown.kiosk ? maskedPhone : undefined;
  const rows = [["validity", "phone1", hide], ["validity", "phone2", hide], ["address", "address1", shown.kiosk ? maskedPhone : undefined], ["address", "address2", shown.kiosk ? maskedPhone : undefined]];
  const box = element("section", { class: "panel", "aria-labelledby": "contact-title" }, element("h2", { id: "contact-title", text: say("contact.title") }), facts(shown, rows));
  const persons = element("dl", { class: "facts" });
  const state = standing(shown, "contacts");
  if (state === "read") {
    for (const n of [1, 2, 3]) {
      const given = shown.document.contacts;
      const names = [`contactName${n}`, `contactRelation${n}`, `contactPhone${n}`];
      const broken = names.some((name) => flaw(shown, "contacts", name));
      if (!broken && !names.some((name) => given[name])) continue;
      const text = [given[names[0]], meaning(`contacts.${names[1]}`, given[names[1]]), hide && given[names[2]] ? hide(given[names[2]]) : given[names[2]]].filter(Boolean).join(" · ");
      persons.append(element("dt", { text: itemName(names[0]) }), element("dd", {}, text, broken ? element("span", { class: "unread", text: say("unread") }) : null));
    }
    if (!persons.childElementCount) persons.append(element("dt", { text: say("contact.persons") }), element("dd", { text: say("none") }));
  } else {
    persons.append(element("dt", { text: say("contact.persons") }), element("dd", {}, element("span", { class: state === "unread" ? "unread" : "soft", text: state === "unread" ? say("unread.why", { why: why(shown, "contacts") }) : say("kill.reading") })));
  }
  box.append(persons);
  return box;
}

function payment(shown) {
  return element("section", { class: "panel", "aria-labelledby": "pay-title" }, element("h2", { id: "pay-title", text: say("pay.title") }),
    facts(shown, [["validity", "payment1"], ["validity", "payment2"], ["validity", "payment3"], ["documents", "healthRecordNumber", shown.kiosk ? masked : undefined],
      ["documents", "ncmsNumber", shown.kiosk ? masked : undefined], ["occupation", "occupation"], ["occupation", "education"], ["occupation", "maritalStatus"]]));
}

function immunizations(shown) {
  const box = element("section", { class: "panel", "aria-labelledby": "imm-title" }, element("h2", { id: "imm-title", text: say("imm.title") }));
  const state = standing(shown, "immunizations");
  const missing = flaws(shown, "immunizations");
  if (state === "waiting") box.append(element("p", { class: "soft", text: say("kill.reading") }));
  else if (state === "unread") box.append(unreadMark(shown, "immunizations"));
  else {
    const entries = shown.document.immunizations;
    if (entries.length) box.append(element("dl", { class: "facts" }, ...entries.flatMap((one) => [element("dt", { text: one.vaccinationDate ?? "—" }), element("dd", { text: one.vaccine ?? say("unread") })])));
    else if (!missing.length) box.append(element("p", { text: say("none") }));
    if (missing.length) box.append(unreadMark(shown, "immunizations"));
  }
  return box;
}

export function visitsOf(shown) {
  const outpatient = (shown.visits?.outpatient ?? []).map((visit) => ({ kind: "outpatient", visit, time: visit.visitTime ?? "", place: visit.facilityName, department: visit.department, what: visit.symptoms?.[0]?.diagnosisName ?? visit.symptoms?.[0]?.name }));
  const inpatient = (shown.visits?.inpatient ?? []).map((visit) => ({ kind: "inpatient", visit, time: visit.admissionDate ?? "", place: visit.hospitalName, department: visit.admissionDepartment, what: visit.diagnoses?.[0]?.name }));
  return [...outpatient, ...inpatient].sort((one, other) => other.time.localeCompare(one.time));
}

export function verificationMark(shown, kind, record) {
  if (shown.verifying) return element("span", { class: "mark warn", text: say("visits.checking") });
  const found = shown.verification?.find((one) => one.kind === kind && one.record === record);
  if (!found) return element("span", { class: "mark warn", text: say("visits.open") });
  return element("span", { class: `mark ${found.trusted ? "good" : "bad"}`, text: say(found.trusted ? "visits.good" : "visits.bad") });
}

function visits(shown, acts) {
  const box = element("section", { class: "panel", "aria-labelledby": "visits-title" }, element("h2", { id: "visits-title", text: say("visits.title") }));
  if (shown.visits === "waiting") box.append(element("p", { class: "soft", text: say("visits.wait") }));
  else if (shown.visits === "unread") box.append(element("p", { class: "unread", text: say("unread.why", { why: shown.visitsProblem }) }));
  else {
    const rows = visitsOf(shown);
    const missing = shown.visits.unreadable ?? [];
    if (!rows.length && !missing.length) box.append(element("p", { text: say("visits.none") }));
    box.append(...rows.map((row) => element("button", { type: "button", class: "visit", id: `visit-${row.kind}-${row.visit.record}`, onclick: () => acts.visit(row) },
      element("span", { class: "what", text: [row.time.slice(0, 10), row.what].filter(Boolean).join(" ") || say("unread") }),
      verificationMark(shown, row.kind, row.visit.record),
      element("small", { text: [say(`visits.${row.kind}`), row.place, row.department].filter(Boolean).join(" · ") }))));
    box.append(...missing.map((one) => element("p", { class: "unread", text: say("unread.why", { why: whyUnread(one.code) }) })));
  }
  return box;
}

// Label and value of all that a visit says.
export function visitRows(kind, visit) {
  const rows = [];
  const add = (path, name, found, place) => {
    if (["signature", "samCertificate", "record"].includes(name)) return;
    rows.push([`${itemName(name, path)}${place}`, meaning(path, found)]);
  };
  for (const [name, found] of Object.entries(visit)) {
    if (Array.isArray(found)) {
      found.forEach((group, index) => {
        for (const [member, inner] of Object.entries(group)) {
          const path = `${kind}.${name}.${member}`;
          rows.push([`${itemName(path, path)} ${found.length > 1 ? index + 1 : ""}`.trim(), meaning(path, inner)]);
        }
      });
    } else add(`${kind}.${name}`, name, found, "");
  }
  return rows;
}

export function showPatient(shown, acts) {
  const place = byId("patient");
  place.classList.toggle("blurred", shown.kiosk && !shown.unveiled);
  place.inert = shown.kiosk && !shown.unveiled;
  const time = new Date().toLocaleString(currentLanguage() === "zh" ? "zh-CN" : "en-GB");
  fill(place,
    element("div", { class: "on-paper" }, element("h2", { text: say("print.title") }), element("p", { text: say("print.made", { time, facility: shown.facility || say("print.here") }) })),
    element("div", { id: "kills" }, allergies(shown), alerts(shown), blood(shown)),
    element("div", { id: "columns" },
      element("div", { class: "column" }, who(shown, acts)),
      element("div", { class: "column" }, contacts(shown), payment(shown)),
      element("div", { class: "column" }, visits(shown, acts), immunizations(shown))));
}

