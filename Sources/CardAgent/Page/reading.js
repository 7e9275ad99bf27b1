// Reads a card part by part into what is shown of it: what kills first.
import { askAsCounter, askJSON, isOf, Problem, Unreachable } from "/agent.js";
import { draw, element, problemText } from "/parts.js";

export const first = ["holder", "clinical", "special", "allergies"];
export const rest = ["issuer", "validity", "address", "contacts", "occupation", "documents", "immunizations"];

// What is known of a card that has just been put in: nothing.
export function unread(token, settings) {
  return {
    token, document: {}, unreadable: [], failed: {}, asked: new Set(), photo: "waiting", visits: "waiting", verification: null, verifying: false,
    stage: "reading", isTest: false, uncovered: false, unveiled: false, kiosk: settings?.preset === "kiosk", facility: settings?.facilityName,
  };
}

// Whether the card that was asked is not there any more.
const goneCodes = ["agent.cardGone", "agent.otherCard", "agent.noSuchCard"];
export const isGone = (error) => goneCodes.includes(error.code) || isOf(error, /cardRemoved|pcsc\.(noCard|removedCard)/);

export async function readSections(shown, sections, signal) {
  const answer = await askAsCounter("GET", `/v1/cards/${shown.token}?sections=${sections.join(",")}&visits=none`, { signal });
  shown.isTest = answer.headers.get("HealthCard-Test-Card") === "true";
  const { unreadable = [], mainIndex: _, ...found } = await answer.json();
  for (const section of sections) {
    shown.asked.add(section);
    delete shown.document[section];
    if (found[section] !== undefined) shown.document[section] = found[section];
  }
  shown.unreadable = [...shown.unreadable.filter((one) => !sections.includes(one.section)), ...unreadable];
}

export async function readPhoto(shown, signal) {
  try {
    const answer = await askAsCounter("GET", `/v1/cards/${shown.token}/photo`, { signal });
    const canvas = element("canvas");
    await draw(await answer.blob(), canvas);
    shown.photo = canvas;
  } catch (error) {
    if (error.name === "AbortError" || error instanceof Unreachable) throw error;
    if (isGone(error)) throw error;
    shown.photo = error.code === "agent.noPhoto" ? "none" : "unread";
  }
}

export async function readVisits(shown, signal) {
  try {
    shown.visits = await askJSON("GET", `/v1/cards/${shown.token}/visits`, { signal });
  } catch (error) {
    if (!(error instanceof Problem) || isGone(error)) throw error;
    shown.visits = "unread";
    shown.visitsProblem = problemText(error);
  }
}

export const hasVisits = (shown) => Boolean(shown.visits?.outpatient?.length || shown.visits?.inpatient?.length);

