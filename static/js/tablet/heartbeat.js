// What a screen tells of itself with each request for its head: that request is its
// sign of life. Spans of time are told, never moments: a wrong clock then matters not.

import { offsetMs } from "./clock.js";

const LOOK_EVERY = 1000;

let drawnAt = performance.now();
let battery = null;

// Asked for once a second: a page that is hidden, or a screen whose drawing hangs,
// gets no frame, and the time since the last one grows.
function watchDrawing() {
  requestAnimationFrame(() => {
    drawnAt = performance.now();
  });
}

async function watchBattery() {
  try {
    battery = await navigator.getBattery?.();
  } catch {
    battery = null; // not told on plain http
  }
}

function browserName(agent) {
  const found = /(Firefox|Chrome)\/([0-9]+)/.exec(agent) ?? /(Version)\/([0-9]+)/.exec(agent);
  if (found === null) return "";
  const engine = { Firefox: "Firefox", Chrome: "Chromium", Version: "Safari" }[found[1]];
  return `${engine} ${found[2]}`;
}

const seconds = (milliseconds) => Math.max(0, Math.round(milliseconds / 1000));

function figures(outbox, version) {
  const offset = offsetMs();
  const told = {
    waiting: outbox.waiting,
    aside: outbox.setAside,
    drawn: seconds(performance.now() - drawnAt),
    storage: outbox.durable ? "disk" : "memory",
    version,
    browser: browserName(navigator.userAgent),
  };
  if (outbox.oldest !== null) told.oldest = seconds(Date.now() + (offset ?? 0) - outbox.oldest);
  if (offset !== null) told.offset = offset;
  if (battery) {
    told.battery = Math.round(100 * battery.level);
    told.charging = battery.charging ? 1 : 0;
  }
  return told;
}

export function startHeartbeat(outbox) {
  const { version } = document.getElementById("head").dataset; // of this page, not of a later head
  watchBattery();
  watchDrawing();
  setInterval(watchDrawing, LOOK_EVERY);
  document.body.addEventListener("htmx:configRequest", ({ detail }) => {
    if (detail.elt.id === "head") Object.assign(detail.parameters, figures(outbox, version));
  });
}
