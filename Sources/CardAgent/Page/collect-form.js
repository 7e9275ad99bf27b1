// The form of one application, built of what the agent says of its batch. Everything is set as text, never as markup.
import { texts } from "/collect-texts.js";

// Which part of the form a section of the card is in.
const PARTS = {
  holder: "person", guardian: "guardian", address: "contact", contacts: "contacts", occupation: "life", documents: "papers",
  clinical: "clinical", special: "clinical", allergies: "allergies", immunizations: "immunizations", application: "application",
};
const ORDER = ["person", "documents", "photo", "guardian", "contact", "contacts", "papers", "payment", "life", "clinical", "allergies",
  "immunizations", "application", "other"];
// Numbers and dates are typed with digits; what a person reads first comes first.
const FIRST = ["idNumber", "name", "sex", "birthDate", "nation"];

export function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function partOf(field) {
  if (field.section === "validity") return field.name.startsWith("payment") ? "payment" : "contact";
  return PARTS[field.section] ?? "other";
}

export class ApplicationForm {
  // `saved` is called with what changed hands: nothing is kept here.
  constructor(place, form, draft, language, actions) {
    Object.assign(this, { place, form, draft, language, actions });
    this.values = { ...draft.values };
    this.documents = new Set(draft.documents);
    this.guardianDocuments = new Set(draft.guardianDocuments);
    this.touched = new Set(Object.keys(draft.values));
    this.shows = Boolean(draft.replaces);
    this.inputs = new Map();
    this.build();
  }

  say(key, ...values) { return values.reduce((text, value, index) => text.replace(`{${index}}`, value), texts[this.language][key]); }

  label(field) {
    const own = texts[this.language].labels;
    const plain = field.entry ? field.name.replace(/\d+$/, "") : field.name;
    const words = own[field.name] ?? own[plain] ?? (field.label || field.name);
    return field.entry ? `${words} ${field.entry}` : words;
  }

  // Draws everything anew: at the start, and in another language. What was typed stays.
  build() {
    const focused = document.activeElement?.id;
    this.inputs.clear();
    const parts = new Map(ORDER.map((name) => [name, []]));
    for (const field of this.form.fields) parts.get(partOf(field)).push(field);
    parts.get("person").sort((one, other) => rank(one) - rank(other));
    const panels = [];
    if (this.draft.replaces) panels.push(element("p", this.say("replaces"), { class: "notice warn" }));
    for (const [name, fields] of parts) {
      if (!fields.length && !["documents", "photo", "application"].includes(name)) continue;
      panels.push(this.panel(name, fields));
    }
    this.place.replaceChildren(...panels);
    this.showProblems();
    if (focused) document.getElementById(focused)?.focus();
  }

  panel(name, fields) {
    const panel = element("section", undefined, { class: "panel", "aria-labelledby": `part-${name}`, "data-part": name });
    panel.append(element("h2", texts[this.language].sections[name], { id: `part-${name}` }));
    if (name === "documents") panel.append(this.documentBoxes("documents", this.documents, this.say("documentsSeen")));
    else if (name === "photo") panel.append(this.photoPart());
    else if (name === "allergies" || name === "immunizations") panel.append(...this.entries(name, fields));
    else if (name === "contacts") panel.append(...this.entries(name, fields.map((field) => ({ ...field, group: Number(field.name.at(-1)) }))));
    else {
      if (name === "guardian") panel.append(element("p", "", { class: "note", id: "guardian-note" }));
      const grid = element("div", undefined, { class: "fields" });
      grid.append(...fields.filter((field) => field.kind !== "flag").map((field) => this.field(field)));
      panel.append(grid);
      const flags = fields.filter((field) => field.kind === "flag");
      if (flags.length) {
        const checks = element("div", undefined, { class: "checks" });
        checks.append(...flags.map((field) => this.flag(field)));
        panel.append(checks);
      }
      if (name === "guardian") panel.append(this.documentBoxes("guardianDocuments", this.guardianDocuments, this.say("guardianDocumentsSeen")));
      if (name === "application") grid.prepend(this.collectorField());
    }
    return panel;
  }

  // Repeated things: those that are filled, one empty one, and a button for more.
  entries(name, fields) {
    const groups = new Map();
    for (const field of fields) {
      const number = field.entry ?? field.group;
      if (!groups.has(number)) groups.set(number, []);
      groups.get(number).push(field);
    }
    const place = element("div");
    let shown = 0;
    const show = (members) => {
      const grid = element("div", undefined, { class: shown ? "fields entry" : "fields" });
      grid.append(...members.map((field) => this.field(field)));
      place.append(grid);
      shown += 1;
      return grid;
    };
    const rest = [...groups.values()];
    const last = rest.findLastIndex((members) => members.some((field) => this.values[field.name]));
    const least = Math.max(1, last + 1, this.entriesShown?.[name] ?? 0);
    for (const members of rest.splice(0, least)) show(members);
    const more = element("button", this.say("add"), { type: "button" });
    more.hidden = !rest.length;
    more.addEventListener("click", () => {
      const grid = show(rest.shift());
      this.entriesShown = { ...this.entriesShown, [name]: shown };
      more.hidden = !rest.length;
      this.showProblems();
      grid.querySelector("input, select").focus();
    });
    return [place, more];
  }

  field(field) {
    const id = `field-${field.name}`;
    const box = element("div", undefined, { class: /^address\d/.test(field.name) ? "field wide" : "field" });
    const label = element("label", this.label(field), { for: id });
    if (field.required) label.className = "needed";
    const input = field.kind === "code" || field.kind === "choice" ? this.choices(field) : element("input", undefined, { type: "text" });
    input.id = id;
    input.autocomplete = "off";
    input.spellcheck = false;
    if (field.required) input.setAttribute("aria-required", "true");
    if (field.kind === "date") input.placeholder = this.say("dateHint");
    if (field.kind === "idNumber") input.inputMode = "text";
    input.value = this.values[field.name] ?? "";
    const problem = element("p", "", { class: "problem", id: `${id}-problem` });
    input.setAttribute("aria-describedby", problem.id);
    input.addEventListener("input", () => this.change(field.name, input.value));
    input.addEventListener("change", () => {
      this.touched.add(field.name);
      this.change(field.name, input.value, true);
    });
    input.addEventListener("blur", () => {
      if (!this.touched.has(field.name) && !input.value) return;
      this.touched.add(field.name);
      this.showProblems();
    });
    box.append(label, input, problem);
    this.inputs.set(field.name, { input, problem, label: this.label(field) });
    return box;
  }

  choices(field) {
    const select = element("select");
    select.append(element("option", this.say("none"), { value: "" }));
    if (field.kind === "choice") {
      for (const word of field.words) select.append(element("option", texts[this.language].words[word] ?? word, { value: word }));
      return select;
    }
    for (const { code, label, english } of this.form.codeTables[field.table]?.codes ?? []) {
      const words = this.language === "en" ? english ?? label : label;
      select.append(element("option", `${code} ${words}`, { value: code }));
    }
    // A code of a table that is known to be incomplete, and one that was entered elsewhere.
    const value = this.values[field.name];
    if (value && ![...select.options].some((option) => option.value === value)) select.append(element("option", value, { value }));
    return select;
  }

  flag(field) {
    const label = element("label", undefined, { class: "choice" });
    const input = element("input", undefined, { type: "checkbox", id: `field-${field.name}` });
    input.checked = this.values[field.name] === "true";
    input.addEventListener("change", () => this.change(field.name, input.checked ? "true" : "", true));
    label.append(input, this.label(field));
    return label;
  }

  documentBoxes(name, chosen, title) {
    const set = element("fieldset", undefined, { id: `field-${name}`, tabindex: "-1", "aria-describedby": `field-${name}-problem` });
    const legend = element("legend", title);
    if (name === "documents") legend.className = "needed";
    const checks = element("div", undefined, { class: "checks" });
    for (const { code, label, english } of this.form.codeTables.documentType?.codes ?? []) {
      const box = element("label", undefined, { class: "choice" });
      const input = element("input", undefined, { type: "checkbox", value: code });
      input.checked = chosen.has(code);
      input.addEventListener("change", () => {
        if (input.checked) chosen.add(code); else chosen.delete(code);
        this.touched.add(name);
        this.actions.changed(true);
      });
      box.append(input, this.language === "en" ? english ?? label : label);
      checks.append(box);
    }
    const problem = element("p", "", { class: "problem", id: `field-${name}-problem` });
    const field = element("div", undefined, { class: "field" });
    field.append(problem);
    set.append(legend, checks, field);
    this.inputs.set(name, { input: set, problem, label: title });
    return set;
  }

  collectorField() {
    const box = element("div", undefined, { class: "field" });
    const label = element("label", this.say("collector"), { for: "field-collector", class: "needed" });
    const input = element("input", undefined, { id: "field-collector", type: "text", autocomplete: "off", maxlength: "60", "aria-describedby": "field-collector-problem" });
    input.value = this.draft.collector;
    input.addEventListener("input", () => {
      this.draft.collector = input.value;
      this.actions.changed();
    });
    input.addEventListener("change", () => {
      this.touched.add("collector");
      this.actions.changed(true);
    });
    const problem = element("p", "", { class: "problem", id: "field-collector-problem" });
    box.append(label, input, problem);
    this.inputs.set("collector", { input, problem, label: this.say("collector") });
    return box;
  }

  // MARK: Photo

  photoPart() {
    const part = element("div", undefined, { class: "photo" });
    const canvas = element("canvas", undefined, { width: this.form.photo.width, height: this.form.photo.height, role: "img" });
    const video = element("video", undefined, { playsinline: "", "aria-label": this.say("camera") });
    video.muted = true;
    video.hidden = true;
    const buttons = element("div", undefined, { class: "row" });
    const camera = element("button", this.say("camera"), { type: "button", id: "camera" });
    const take = element("button", this.say("take"), { type: "button", class: "main", id: "take" });
    const cancel = element("button", this.say("cancel"), { type: "button" });
    const remove = element("button", this.say("removePhoto"), { type: "button" });
    const file = element("input", undefined, { type: "file", accept: "image/jpeg,image/png,image/webp,image/bmp", id: "photo-file" });
    const fileLabel = element("label", this.say("file"), { for: "photo-file" });
    const problem = element("p", "", { class: "problem", id: "field-photo-problem", role: "alert" });
    const note = element("p", "", { class: "note" });
    const field = element("div", undefined, { class: "field", id: "field-photo", tabindex: "-1" });
    [take.hidden, cancel.hidden] = [true, true];
    let stream = null;
    const stop = () => {
      for (const track of stream?.getTracks() ?? []) track.stop();
      stream = null;
      video.srcObject = null;
      [video.hidden, take.hidden, cancel.hidden, camera.hidden] = [true, true, true, false];
    };
    this.stopCamera = stop;
    camera.addEventListener("click", async () => {
      try {
        stream = await navigator.mediaDevices.getUserMedia({ video: { width: { ideal: 1280 }, height: { ideal: 960 } }, audio: false });
        video.srcObject = stream;
        [video.hidden, take.hidden, cancel.hidden, camera.hidden] = [false, false, false, true];
        await video.play();
        take.focus();
      } catch (error) {
        stop();
        problem.textContent = this.say("noCamera", error?.message ?? "");
      }
    });
    cancel.addEventListener("click", () => {
      stop();
      camera.focus();
    });
    take.addEventListener("click", async () => {
      const bitmap = await createImageBitmap(video);
      stop();
      await send(bitmap, "camera");
    });
    file.addEventListener("change", async () => {
      if (!file.files.length) return;
      try {
        await send(await createImageBitmap(file.files[0], { imageOrientation: "from-image" }), "file");
      } catch (error) {
        problem.textContent = error.message;
      }
      file.value = "";
    });
    remove.addEventListener("click", async () => {
      await this.actions.removePhoto();
      this.showPhoto();
    });
    const send = async (bitmap, source) => {
      problem.textContent = "";
      try {
        await this.actions.takePhoto(await encoded(bitmap), source);
        this.touched.add(this.form.photo.field);
      } catch (error) {
        problem.textContent = error.message;
      }
      this.showPhoto();
    };
    buttons.append(camera, take, cancel, remove);
    field.append(element("p", this.say("photoHelp"), { class: "note" }), buttons, fileLabel, file, problem, note);
    part.append(canvas, field, video);
    this.photo = { canvas, note, remove };
    this.inputs.set(this.form.photo.field, { input: field, problem, label: this.say("photo") });
    this.showPhoto();
    return part;
  }

  async showPhoto() {
    const { canvas, note, remove } = this.photo;
    remove.hidden = !this.draft.hasPhoto;
    note.textContent = this.say(this.draft.hasPhoto ? "cardPhoto" : "noPhoto");
    canvas.setAttribute("aria-label", note.textContent);
    const context = canvas.getContext("2d");
    context.clearRect(0, 0, canvas.width, canvas.height);
    if (!this.draft.hasPhoto) return;
    const bitmap = await createImageBitmap(await this.actions.photo());
    [canvas.width, canvas.height] = [bitmap.width, bitmap.height];
    context.drawImage(bitmap, 0, 0);
  }

  // MARK: Values and problems

  change(name, value, isFinal = false) {
    this.values[name] = value;
    this.actions.changed(isFinal);
  }

  get content() {
    const filled = Object.fromEntries(Object.entries(this.values).filter(([, value]) => value !== ""));
    return { values: filled, documents: [...this.documents].sort(), guardianDocuments: [...this.guardianDocuments].sort(), collector: this.draft.collector };
  }

  // What the agent found. A field that somebody types into keeps what is typed.
  take(draft) {
    const collector = this.draft.collector;
    this.draft = { ...draft, collector };
    for (const [name, value] of Object.entries(draft.suggestions ?? {})) {
      const entry = this.inputs.get(name);
      if (!entry || this.values[name] || this.touched.has(name)) continue;
      this.values[name] = value;
      entry.input.value = value;
      this.touched.add(name);
      this.actions.changed(true);
    }
    this.showProblems();
  }

  // What is still empty is no mistake yet, until somebody wants to save.
  isShown(problem) {
    const isEmpty = ["valueMissing", "guardianMissing", "photoMissing", "documentsMissing", "guardianDocumentsMissing", "collectorMissing"].includes(problem.code);
    // What was typed since the agent has looked is not empty any more.
    if (isEmpty && this.values[problem.field]) return false;
    return this.shows || !isEmpty || this.touched.has(problem.field);
  }

  showProblems() {
    const byField = new Map();
    for (const problem of this.draft.problems) {
      if (!this.isShown(problem) || byField.has(problem.field)) continue;
      byField.set(problem.field, problem);
    }
    for (const [name, { input, problem }] of this.inputs) {
      const found = byField.get(name);
      const words = found ? this.words(found) : "";
      if (problem.textContent !== words) problem.textContent = words;
      if (input.matches("input, select")) {
        if (found) input.setAttribute("aria-invalid", "true"); else input.removeAttribute("aria-invalid");
      }
    }
    const note = document.getElementById("guardian-note");
    if (note) {
      const years = this.form.guardianBelowYears;
      note.textContent = this.say(this.draft.guardianNeeded ? "guardianNeeded" : "guardianNotNeeded", years);
      note.className = this.draft.guardianNeeded ? "notice warn" : "note";
    }
  }

  words(problem) {
    const { what, hint } = problem.texts[this.language] ?? problem.texts.en;
    return [what, hint].filter(Boolean).join(this.language === "zh" ? "；" : "; ");
  }

  // The first field, in the order of the page, that something stands against.
  focusFirst() {
    this.shows = true;
    this.showProblems();
    const names = new Set(this.draft.problems.map((problem) => problem.field));
    const entries = [...this.inputs].filter(([name]) => names.has(name)).map(([, entry]) => entry.input);
    entries.sort((one, other) => (one.compareDocumentPosition(other) & Node.DOCUMENT_POSITION_FOLLOWING ? -1 : 1));
    entries[0]?.focus();
    entries[0]?.scrollIntoView({ block: "center" });
  }

  speak(language) {
    this.language = language;
    this.stopCamera?.();
    this.build();
  }

  close() { this.stopCamera?.(); }
}

function rank(field) {
  const place = FIRST.indexOf(field.name);
  return place < 0 ? FIRST.length : place;
}

// A JPEG of a size that any clinic's network carries; the agent fits it to the card.
async function encoded(bitmap) {
  const scale = Math.min(1, 1200 / Math.max(bitmap.width, bitmap.height));
  const canvas = element("canvas", undefined, { width: Math.round(bitmap.width * scale), height: Math.round(bitmap.height * scale) });
  const context = canvas.getContext("2d");
  context.fillStyle = "#fff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.92));
  const bytes = new Uint8Array(await blob.arrayBuffer());
  let text = "";
  for (let index = 0; index < bytes.length; index += 8192) text += String.fromCharCode(...bytes.subarray(index, index + 8192));
  return btoa(text);
}
