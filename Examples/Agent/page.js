// A page of another origin that reads cards through healthcard-agent (Docs/agent.md): pairs once, waits, reads.
// ?agent=http://127.0.0.1:8327 names the agent.
const agent = new URLSearchParams(location.search).get("agent") ?? "http://127.0.0.1:8327";
const state = document.getElementById("state");
const place = document.getElementById("card");

async function ask(method, path, { token, body } = {}) {
  const headers = {};
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body) headers["Content-Type"] = "application/json";
  const answer = await fetch(agent + path, { method, headers, body: body && JSON.stringify(body) });
  const json = answer.status === 204 ? null : await answer.json();
  if (!answer.ok) throw Object.assign(new Error(json.texts.en.what), { code: json.code });
  return json;
}

async function pair() {
  const wish = await ask("POST", "/v1/pairings", { body: { name: "Example page", rights: ["read-holder"] } });
  state.textContent = `Type ${wish.number} on the agent's page.`;
  for (;;) {
    const pairing = await ask("GET", `/v1/pairings/${wish.id}`, { token: wish.secret });
    if (pairing.token) return pairing.token;
    if (pairing.state === "refused") throw new Error("refused");
    await new Promise((done) => setTimeout(done, 1000));
  }
}

async function show(token, card) {
  try {
    const read = await ask("GET", `/v1/cards/${card}?sections=holder&visits=none`, { token });
    place.textContent = JSON.stringify(read.holder, null, 2);
    state.textContent = "Card read.";
  } catch (error) { state.textContent = `${error.code}: ${error.message}`; }
}

async function run() {
  let token = localStorage.getItem("healthcard");
  if (!token) {
    token = await pair();
    localStorage.setItem("healthcard", token);
  }
  // A browser lets a page set no header of a WebSocket: the token goes as a subprotocol.
  const socket = new WebSocket(`${agent.replace("http", "ws")}/v1/events`, ["healthcard.events.v1", `healthcard.token.${token}`]);
  socket.onmessage = ({ data }) => {
    const event = JSON.parse(data);
    if (event.type === "card.inserted") show(token, event.card);
    if (event.type === "card.removed") { place.textContent = ""; state.textContent = "No card."; }
    if (event.type === "state") for (const reader of event.readers) if (reader.card) show(token, reader.card);
  };
  socket.onopen = () => { state.textContent = "Waiting for a card."; };
  socket.onclose = () => { state.textContent = "No connection to the agent."; };
}

run().catch((error) => { state.textContent = error.message; });
