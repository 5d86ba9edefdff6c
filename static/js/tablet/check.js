// The self-test: looks at each thing, and says when the device is fit for a window.

import { CHECKS } from "./device-checks.js";

const PATIENCE = 6000;
const LEAVE_AFTER = 300000; // a screen that somebody walked away from goes back
const lines = [...document.querySelectorAll("[data-check]")];
// What fails because nothing answered says nothing of the device.
const NEEDS_NETWORK = new Set(["clock"]);

function late(name) {
  return new Promise((resolve) => {
    setTimeout(() => resolve({ state: "unknown", note: "" }), PATIENCE, name);
  });
}

async function look(line) {
  const name = line.dataset.check;
  const { state, note } = await Promise.race([
    Promise.resolve()
      .then(CHECKS[name])
      .catch(() => ({ state: NEEDS_NETWORK.has(name) ? "unknown" : "missing", note: "" })),
    late(name),
  ]);
  line.dataset.state = state;
  line.querySelector("[data-note]").textContent = note ?? "";
}

function say(verdict) {
  for (const each of document.querySelectorAll("[data-verdict]")) each.hidden = each.dataset.verdict !== verdict;
}

async function leave() {
  try {
    const answer = await fetch(document.body.dataset.alive, { cache: "no-store" });
    if (answer.ok) location.assign(document.body.dataset.screen);
  } catch {
    // Leaving now would leave the screen blank.
  }
  setTimeout(leave, LEAVE_AFTER);
}

async function start() {
  say("looking");
  await Promise.all(lines.map(look));
  const fit = lines.every(({ dataset }) => !("needed" in dataset) || dataset.state === "fine");
  say(fit ? "fit" : "unfit");
  document.body.dataset.looked = "";
  setTimeout(leave, LEAVE_AFTER);
}

// htmx is deferred, as this module is: both have run when the page is complete.
if (document.readyState === "complete") start();
else window.addEventListener("load", start, { once: true });
