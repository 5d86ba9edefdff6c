// The first tap of a new screen: it goes the whole way of a rating and is not counted.

import { openOutbox } from "./outbox.js";

const PATIENCE = 4000;
const LEAVE_AFTER = 8000; // long enough to be read, and to see it on the phone

const settings = document.body.dataset;
const all = (name) => document.querySelectorAll(`[data-test="${name}"]`);
const button = document.querySelector("[data-test-tap]");
let sent = "";
let patience = 0;

function say(name) {
  clearTimeout(patience);
  for (const each of document.querySelectorAll("[role=status] [data-test]")) {
    if (each.dataset.test !== "memory") each.hidden = each.dataset.test !== name;
  }
  for (const each of all("ask")) each.hidden = name === "arrived";
}

function arrived() {
  say("arrived");
  const on = document.querySelector("[data-test-on]");
  on.classList.remove("k-btn--plain");
  on.focus();
  setTimeout(() => location.assign(on.href), LEAVE_AFTER);
}

async function tap(outbox) {
  button.disabled = true;
  say("sending");
  patience = setTimeout(say, PATIENCE, "waiting");
  try {
    ({ id: sent } = await outbox.put({ kind: "test" }));
  } catch {
    say("failed");
  }
  button.disabled = false;
}

async function start() {
  const { ratings: address, device, window: place, sequence } = settings;
  const outbox = await openOutbox({ address, device, window: place, sequence: Number(sequence) });
  for (const each of all("memory")) each.hidden = outbox.durable;
  button.addEventListener("click", () => tap(outbox));
  outbox.addEventListener("kept", ({ detail }) => {
    if (detail.id === sent) arrived();
  });
  outbox.addEventListener("refused", ({ detail }) => {
    if (detail.event.id === sent) say("failed");
  });
  outbox.addEventListener("unpaired", () => say("failed"));
  button.disabled = false;
}

start();
