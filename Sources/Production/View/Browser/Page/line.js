// A line, as it is now. Everything is set as text, never as markup: whatever a reader or a batch is called.
import { texts } from "/line-texts.js";

const byId = (id) => document.getElementById(id);
const SVG = "http://www.w3.org/2000/svg";
let language = localStorage.getItem("language") ?? (navigator.language.startsWith("zh") ? "zh" : "en");
// For this tab only: whoever closes it has left.
let token = sessionStorage.getItem("line-token");
let picture = null;
let isConnected = false;
let stopAsked = 0;

const say = (key, ...values) => values.reduce((text, value, index) => text.replace(`{${index}}`, value), texts[language][key]);
const words = (both) => (both ? both[language] ?? both.en : "");

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  if (text !== undefined) made.textContent = text;
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  return made;
}

function duration(seconds) {
  if (seconds === null || seconds === undefined) return say("unknown");
  if (seconds < 60) return say("seconds", Math.round(seconds));
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? say("minutes", minutes) : say("hours", Math.floor(minutes / 60), minutes % 60);
}

// A list is changed where it differs: who reads it with a screen reader is not told of what stayed.
function setList(list, items) {
  const old = [...list.children].map((item) => item.outerHTML).join();
  if (old !== items.map((item) => item.outerHTML).join()) list.replaceChildren(...items);
}

function setText(id, text) { if (byId(id).textContent !== String(text)) byId(id).textContent = text; }

function showNow() {
  const phase = isConnected ? picture.phase : "offline";
  const todos = isConnected ? picture.lanes.filter((lane) => lane.todo) : [];
  const trouble = isConnected && picture.ledgerTrouble;
  const isUrgent = todos.length > 0 || trouble;
  document.body.dataset.state = isUrgent ? "todo" : phase;
  let text = isConnected ? say("phase")[phase] ?? phase : say("offline");
  if (trouble) text = words(picture.ledgerTrouble);
  else if (phase === "ended" && picture.end) text += language === "zh" ? `：${words(picture.end)}` : `: ${words(picture.end)}`;
  else if (phase === "running" && !isUrgent) text += language === "zh" ? `，${say("nothing")}` : `. ${say("nothing")}.`;
  setText("phase", text);
  setList(byId("todos"), todos.map((lane) => {
    const item = element("li", undefined, { class: lane.todo.kind });
    item.append(element("strong", say("todo", lane.number)), element("span", words(lane.todo.texts)));
    return item;
  }));
}

function showFigures() {
  const counts = picture.counts;
  const left = counts ? counts.waiting + counts.inWork : null;
  const rejected = picture.rejects.reduce((sum, reject) => sum + (reject.of === "chip" ? reject.count : 0), 0);
  setText("made", counts?.made ?? say("unknown"));
  setText("left", left ?? say("unknown"));
  setText("rejected", counts?.rejected ?? say("unknown"));
  setText("rejected-chips", rejected ? `· ${rejected} ${say("of").chip}` : "");
  setText("rate", picture.cardsPerMinute > 0 ? picture.cardsPerMinute.toFixed(1) : say("unknown"));
  setText("time", picture.phase === "ended" ? say("unknown") : duration(picture.secondsLeft));
  const total = counts ? counts.made + counts.rejected + left : 0;
  const share = (number) => (total ? (number / total) * 100 : 0);
  byId("bar-made").style.width = `${share(counts?.made ?? 0)}%`;
  byId("bar-rejected").style.width = `${share(counts?.rejected ?? 0)}%`;
  byId("bar").setAttribute("aria-valuenow", Math.round(share(counts ? total - left : 0)));
  byId("bar").setAttribute("aria-label", say("made"));
}

function laneItem(lane) {
  const state = lane.todo ? "todo" : lane.state;
  const item = element("li", undefined, { class: `lane ${state}` });
  const head = element("p", undefined, { class: "head" });
  head.append(element("strong", say("lane", lane.number)), element("span", lane.reader, { class: "reader" }));
  item.append(head, element("p", lane.todo ? words(lane.todo.texts) : words(lane.stateTexts), { class: "what" }));
  const facts = [];
  if (lane.sequence) facts.push(say("card", lane.sequence, lane.row ?? "?"));
  if (lane.chip) facts.push(say("chip", lane.chip));
  facts.push(say("counts", lane.made, lane.rejected));
  if (lane.steps > 0) {
    const bar = element("progress", undefined, { max: lane.steps, value: lane.step, "aria-label": say("lane", lane.number) });
    item.append(bar);
  }
  item.append(element("p", facts.join(language === "zh" ? "，" : ", "), { class: "more" }));
  return item;
}

function draw(name, attributes, text) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  return made;
}

function showChart() {
  const { seconds, made } = picture.history;
  const rates = made.slice(1).map((count, index) => Math.max(0, count - made[index]) * (60 / seconds));
  const most = Math.max(1, ...rates);
  const chart = draw("svg", { viewBox: "0 0 600 180", role: "img", "aria-label": say("chartText", Math.round(rates.at(-1) ?? 0)) });
  chart.append(draw("line", { x1: 40, y1: 150, x2: 596, y2: 150, class: "axis" }), draw("line", { x1: 40, y1: 10, x2: 596, y2: 10, class: "grid" }));
  chart.append(draw("text", { x: 34, y: 16, "text-anchor": "end" }, Math.round(most)), draw("text", { x: 34, y: 154, "text-anchor": "end" }, "0"));
  if (rates.length) {
    const step = 556 / Math.max(rates.length, 12);
    const left = 596 - step * rates.length;
    rates.forEach((rate, index) => {
      const height = (rate / most) * 140;
      chart.append(draw("rect", { x: left + index * step, y: 150 - height, width: Math.max(1, step - 1), height }));
    });
    if (rates.length > 4) chart.append(draw("text", { x: Math.max(40, left), y: 172 }, say("since", duration(rates.length * seconds))));
    chart.append(draw("text", { x: 596, y: 172, "text-anchor": "end" }, say("nowMark")));
  }
  byId("chart").replaceChildren(chart);
}

function showRejects() {
  const items = picture.rejects.map((reject) => {
    const item = element("li");
    item.append(element("strong", `${reject.count} ${say("of")[reject.of]}`), element("span", words(reject.texts)));
    return item;
  });
  setList(byId("rejects"), items.length ? items : [element("li", say("noRejects"), { class: "none" })]);
}

function showDesk() {
  const may = picture?.takesCommands && picture.phase !== "ended";
  byId("token-form").hidden = !may || Boolean(token);
  byId("commands").hidden = !may || !token;
  if (picture && !picture.takesCommands && picture.phase !== "ended") tell(say("readOnly"), true);
  byId("desk").hidden = !may && !byId("message").textContent;
  byId("pause").disabled = picture?.phase !== "running";
  byId("resume").disabled = !["pausing", "paused"].includes(picture?.phase);
  byId("stop").disabled = !["running", "pausing", "paused"].includes(picture?.phase);
  setText("stop", Date.now() < stopAsked ? say("stopSure") : say("stop"));
}

function show() {
  setText("connection", isConnected ? say("connected") : say("offline"));
  if (!picture) return;
  setText("batch", picture.batch);
  showNow();
  showFigures();
  setList(byId("lanes"), picture.lanes.length ? picture.lanes.map(laneItem) : [element("li", say("noLanes"))]);
  showChart();
  showRejects();
  showDesk();
}

function tell(text, isNote = false) {
  byId("message").className = isNote ? "note" : "";
  setText("message", text ?? "");
}

async function command(name) {
  tell();
  let answer;
  try {
    answer = await fetch(`/v1/line/${name}`, { method: "POST", headers: { Authorization: `Bearer ${token}` } });
  } catch {
    return tell(say("offline"));
  }
  if (answer.ok) return;
  if (answer.status === 401) leave();
  const problem = await answer.json().catch(() => ({}));
  tell(words(problem.texts) || String(answer.status));
}

function leave() {
  token = null;
  sessionStorage.removeItem("line-token");
  showDesk();
}

function enter(text) {
  token = text;
  sessionStorage.setItem("line-token", token);
  showDesk();
}

function speak(chosen) {
  language = chosen;
  localStorage.setItem("language", chosen);
  document.documentElement.lang = chosen === "zh" ? "zh-CN" : "en";
  document.title = say("title");
  for (const place of document.querySelectorAll("[data-text]")) place.textContent = say(place.dataset.text);
  byId("zh").setAttribute("aria-pressed", chosen === "zh");
  byId("en").setAttribute("aria-pressed", chosen === "en");
  tell();
  show();
}

function listen() {
  const events = new EventSource("/v1/line/events");
  events.addEventListener("line", (event) => {
    picture = JSON.parse(event.data);
    isConnected = true;
    if (picture.phase === "ended") events.close();
    show();
  });
  events.addEventListener("error", () => {
    if (picture?.phase === "ended") return;
    isConnected = false;
    if (picture) show(); else setText("connection", say("offline"));
  });
}

byId("zh").addEventListener("click", () => speak("zh"));
byId("en").addEventListener("click", () => speak("en"));
byId("token-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = byId("token").value.trim();
  byId("token").value = "";
  tell();
  enter(text);
  byId("pause").focus();
});
byId("pause").addEventListener("click", () => command("pause"));
byId("resume").addEventListener("click", () => command("resume"));
byId("stop").addEventListener("click", () => {
  if (Date.now() < stopAsked) {
    stopAsked = 0;
    command("stop");
  } else {
    stopAsked = Date.now() + 5000;
    setTimeout(showDesk, 5100);
  }
  showDesk();
});
byId("leave").addEventListener("click", leave);

speak(texts[language] ? language : "en");
listen();
// The token comes behind #, which no server and no referrer is told; it leaves the address at once.
const given = location.hash.slice(1);
if (given) {
  history.replaceState(null, "", "/");
  enter(given);
}
