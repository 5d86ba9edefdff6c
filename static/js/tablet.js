// The screen at the window: question, tap, thanks, and back for the next visitor.

import { Delivery } from "./delivery.js";
import { resetDisplay, startDisplay } from "./display.js";
import { receiptCode } from "./receipt.js";
import { makeTap } from "./tap.js";

const MERGE_WITHIN = 5000;
const QUIET_FOR = 1200; // an answer usually comes sooner than "saving" can be read
const TROUBLE_AFTER = 8000;
const LEAVE_AFTER = 45; // seconds a changed display waits for its visitor

const all = (selector) => [...document.querySelectorAll(selector)];
const one = (selector) => document.querySelector(selector);
const settings = document.body.dataset;
const switches = all("[data-switch]");
const delivery = new Delivery(settings.ratings);

let last = null; // the visitor's newest tap, while they may still change it
let revising = null;
let timers = [];

function after(milliseconds, act) {
  timers.push(setTimeout(act, milliseconds));
}

function stopTimers() {
  timers.forEach(clearTimeout);
  timers = [];
}

function show(name) {
  for (const panel of all("[data-panel]")) panel.hidden = panel.dataset.panel !== name;
  one("main").inert = false;
}

function ask(again) {
  one('[data-when="fresh"]').hidden = again;
  one('[data-when="again"]').hidden = !again;
  show("ask");
}

function start() {
  stopTimers();
  last = revising = null;
  resetDisplay(switches);
  document.activeElement?.blur();
  ask(false);
}

function countDown(seconds, act) {
  one("[data-seconds]").textContent = seconds;
  one("[data-bar]").style.inlineSize = `${(100 * seconds) / stay()}%`;
  if (seconds === 0) act();
  else after(1000, () => countDown(seconds - 1, act));
}

function stay() {
  const elder = document.documentElement.dataset.view === "elder";
  return Number(elder ? settings.elderStay : settings.stay);
}

function thank(tap) {
  stopTimers();
  one("[data-receipt]").textContent = receiptCode(tap.id);
  show("thanks");
  one('[data-panel="thanks"] h2').focus();
  countDown(stay(), start);
}

function tapped(level) {
  const tap = makeTap(level, revising?.id, Number(settings.sequence));
  const age = Date.parse(tap.tapped_at) - Date.parse(revising?.tapped_at ?? 0);
  if (revising?.level === level && age < MERGE_WITHIN) {
    thank(revising); // the same opinion once more: nothing new to send
    return;
  }
  stopTimers();
  last = tap;
  revising = null;
  one("main").inert = true; // the tiles stay, but a second finger finds no target
  after(QUIET_FOR, () => show("saving"));
  after(TROUBLE_AFTER, () => {
    show("trouble");
    after(1000 * stay(), start);
  });
  delivery.add(tap);
}

delivery.addEventListener("kept", ({ detail: tap }) => {
  if (tap.id === last?.id) thank(tap);
});
for (const name of ["refused", "unpaired"]) {
  delivery.addEventListener(name, ({ detail: tap }) => {
    if (tap.id !== last?.id) return;
    stopTimers();
    show("refused");
    after(1000 * stay(), start);
  });
}
delivery.addEventListener("change", () => {
  // One on its way is no news; more mean that the line is down.
  const stuck = delivery.waiting > 1 || one('[data-panel="trouble"]').hidden === false;
  one("[data-waiting]").hidden = !stuck || delivery.waiting === 0;
  one("[data-count]").textContent = delivery.waiting;
});

for (const tile of all("[data-level]")) {
  tile.addEventListener("click", () => tapped(Number(tile.dataset.level)));
}
one("[data-redo]").addEventListener("click", () => {
  stopTimers();
  revising = last;
  ask(true);
  after(1000 * stay(), start);
});
one("[data-staff]").addEventListener("click", (press) => {
  if (delivery.waiting > 0) press.preventDefault(); // leaving would lose what waits
});
startDisplay(switches, () => {
  stopTimers();
  after(1000 * LEAVE_AFTER, start);
});
start();
