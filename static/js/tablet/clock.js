// What this screen knows about time. Its wall clock may be years off and may be set
// at any moment; its steady clock only runs, from an unknown beginning; the server's
// time is heard now and then. All three go along, and the server makes sense of them.

import { randomHex } from "./ids.js";

const run = randomHex(16); // names this run of the page: `ms` counts within it

let offset = null; // milliseconds the server is ahead of the wall clock

export function stamp() {
  return {
    tapped_at: new Date().toISOString(),
    run,
    ms: Math.round(performance.now()),
    offset,
  };
}

export function heard(serverTime) {
  const moment = Date.parse(serverTime);
  if (Number.isFinite(moment)) offset = Math.round(moment - Date.now());
}

export function offsetMs() {
  return offset;
}

// Epoch milliseconds of an event in the server's time, as well as can be told here.
export function timeOf(event) {
  if (event.run === run) {
    return Date.now() + (offset ?? 0) - (performance.now() - event.ms);
  }
  return Date.parse(event.tapped_at) + (event.offset ?? offset ?? 0);
}
