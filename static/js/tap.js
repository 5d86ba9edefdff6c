// A tap becomes an event at the moment of the finger: id, sequence, time.

const KEY = "kiosk-sequence";

// Works on plain http too, where browsers give no crypto.randomUUID.
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, "$1-$2-$3-$4-$5");
}

// The server's number counts too: a wiped browser must not begin at 1 again.
function nextSequence(known) {
  const next = Math.max(Number(localStorage.getItem(KEY)) || 0, known) + 1;
  localStorage.setItem(KEY, String(next));
  return next;
}

export function makeTap(level, revises, knownSequence) {
  const tap = {
    id: newId(),
    sequence: nextSequence(knownSequence),
    tapped_at: new Date().toISOString(),
    level,
  };
  return revises ? { ...tap, revises } : tap;
}
