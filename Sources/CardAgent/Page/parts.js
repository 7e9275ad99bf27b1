// What all views are made of. Everything is set as text, never as markup: whatever a card, a reader or a program says.

const texts = {};
let language = "zh";
// What codes and items are called, from the agent.
let meanings = { items: {}, tables: {}, unreadable: {} };

export const byId = (id) => document.getElementById(id);
export const currentLanguage = () => language;

// Both languages are there from the beginning, so that switching needs no reload.
export async function loadTexts(file) {
  await Promise.all(["zh", "en"].map(async (name) => {
    const answer = await fetch(`/${file}-${name}.json`);
    texts[name] = { ...texts[name], ...await answer.json() };
  }));
}

export function setMeanings(words) { meanings = words; }

export function speak(chosen) {
  language = texts[chosen] ? chosen : "en";
  localStorage.setItem("language", language);
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  for (const place of document.querySelectorAll("[data-text]")) place.textContent = say(place.dataset.text);
}

export function firstLanguage(preferred) {
  const own = localStorage.getItem("language");
  if (own === "zh" || own === "en") return own;
  if (preferred === "zh" || preferred === "en") return preferred;
  return navigator.language.startsWith("zh") ? "zh" : "en";
}

// A text by its key; {name} is replaced by values.name, as text.
export function say(key, values = {}) {
  const text = texts[language]?.[key];
  if (text === undefined) return key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

export const hasText = (key) => texts[language]?.[key] !== undefined;
export const list = (parts) => parts.join(say("and"));
export const inWords = (pair) => pair?.[language] ?? "";

// What an item is called: the page's own name for it, else the profile's.
export function itemName(name, path = name) {
  return hasText(`item.${name}`) ? say(`item.${name}`) : inWords(meanings.items[path]) || name;
}

export const tableOf = (path) => meanings.tables[meanings.items[path]?.table];

export function meaning(path, value) {
  if (value === undefined || value === null) return "";
  if (value === true) return language === "zh" ? "是" : "yes";
  if (value === false) return language === "zh" ? "否" : "no";
  const table = tableOf(path);
  if (table) return inWords(table.find((entry) => entry.code === String(value))) || String(value);
  return String(value).replace("T", " ");
}

// Why something was not read, without saying again that it was not.
export function whyUnread(code) {
  const words = inWords(meanings.unreadable[code]) || code || say("unread.notAsked");
  const beginning = `${say("unread")}${say("colon")}`;
  return words.toLowerCase().startsWith(beginning.toLowerCase()) ? words.slice(beginning.length) : words;
}

export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === false || value === null) continue;
    if (key === "text") made.textContent = value;
    else if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : value);
  }
  made.append(...children.filter((child) => child !== undefined && child !== null));
  return made;
}

export function button(key, act, attributes = {}) {
  return element("button", { type: "button", text: say(key), onclick: act, ...attributes });
}

export function picture(name) {
  const space = "http://www.w3.org/2000/svg";
  const drawing = document.createElementNS(space, "svg");
  drawing.setAttribute("aria-hidden", "true");
  const use = document.createElementNS(space, "use");
  use.setAttribute("href", `/pictures.svg#${name}`);
  drawing.append(use);
  return drawing;
}

// Puts new content in a place; what had the focus keeps it where it is still there. `made` says what the content is made of:
// where that is as before, nothing is replaced under somebody's finger.
export function fillAnew(place, made, children) {
  const mark = JSON.stringify([language, made]);
  if (place.dataset.made === mark) return;
  place.dataset.made = mark;
  fill(place, ...children());
}

export function fill(place, ...children) {
  const focused = place.contains(document.activeElement) ? document.activeElement.id : "";
  place.replaceChildren(...children.filter((child) => child !== undefined && child !== null));
  if (focused) byId(focused)?.focus();
}

// A notice stays until it is answered, replaced by one of the same kind, or its time is over. `words` makes its text, in
// whatever language the page speaks then.
const told = new Map();
export function notice(kind, words, { sort = "", seconds = 0 } = {}) {
  forget(kind);
  const text = element("span", { text: words() });
  const box = element("p", { class: `notice ${sort}`, "data-kind": kind }, text,
    element("span", { class: "row" }, button("form.close", () => box.remove())));
  told.set(box, { text, words });
  byId("notices").append(box);
  if (seconds) setTimeout(() => box.remove(), seconds * 1000);
}

// After the language has changed, and when what they count has.
export function retell() {
  for (const [box, { text, words }] of told) {
    if (!box.isConnected) { told.delete(box); continue; }
    const now = words();
    if (text.textContent !== now) text.textContent = now;
    box.querySelector("button").textContent = say("form.close");
  }
}

export function forget(kind) {
  for (const old of byId("notices").querySelectorAll(`[data-kind="${kind}"]`)) old.remove();
}

// What went wrong, in the language of the page.
export function problemText(problem) {
  const said = problem?.texts?.[language] ?? {};
  return [said.what, said.hint].filter(Boolean).join(say("clause")) || problem?.message || "";
}

// The picture of a JPEG's bytes on a canvas: no address of it exists that another page could ask for.
export async function draw(blob, canvas) {
  const bitmap = await createImageBitmap(blob);
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  canvas.getContext("2d").drawImage(bitmap, 0, 0);
  bitmap.close();
}
