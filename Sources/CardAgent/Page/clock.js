// The clock runs while nobody does anything; it warns, and starts anew with any key or movement.
import { byId, forget, notice, retell, say } from "/parts.js";

let clock = 0;
let last = 0;
let secondsLeft = 0;
const warning = 10;

// `isBusy` keeps it from running; `ring` is called when the time is over. 0 seconds: never.
export function startClock(seconds, isBusy, ring) {
  endClock();
  last = Date.now();
  if (!seconds) return;
  clock = setInterval(() => {
    if (isBusy()) { last = Date.now(); return; }
    const left = Math.ceil(seconds - (Date.now() - last) / 1000);
    if (left <= 0) ring();
    else if (left <= warning) {
      secondsLeft = left;
      if (byId("notices").querySelector('[data-kind="clear"]')) retell();
      else notice("clear", () => say("clear.soon", { n: secondsLeft }), { sort: "warn" });
    }
  }, 500);
}

export function endClock() {
  clearInterval(clock);
  clock = 0;
  forget("clear");
}

function alive() {
  if (!clock) return;
  last = Date.now();
  forget("clear");
}

for (const kind of ["pointerdown", "pointermove", "keydown", "wheel"]) addEventListener(kind, alive, { passive: true });
