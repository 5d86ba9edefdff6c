// Keeps the screen lit where the browser can: on https and localhost. The system
// takes the lock away when the page is hidden, so it is asked for again afterwards.
// A screen that sleeps outside the opening hours may go dark.

let lock = null;

function asleep() {
  return Boolean(document.getElementById("head")?.dataset.asleep);
}

async function keepAwake() {
  if (document.hidden || asleep()) {
    await lock?.release();
    lock = null;
    return;
  }
  if (lock && !lock.released) return;
  try {
    lock = await navigator.wakeLock.request("screen");
  } catch {
    // A low battery or the system's own rule forbids it; the next occasion comes.
  }
}

export function startWake() {
  if (!navigator.wakeLock) return;
  document.addEventListener("visibilitychange", keepAwake);
  document.body.addEventListener("htmx:afterSettle", keepAwake);
  keepAwake();
}
