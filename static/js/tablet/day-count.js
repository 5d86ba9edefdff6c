// How many ratings this screen took today: a count and nothing of what they say.
// The outbox forgets what is delivered, so those are counted as they leave it.

const KEY = "kiosk-day-count";

function dayOf(moment) {
  const at = new Date(moment);
  return `${at.getFullYear()}-${at.getMonth() + 1}-${at.getDate()}`;
}

const today = () => dayOf(Date.now());
// A second thought replaces a rating; it is no further visitor.
const counts = (event) => event.kind === "rating" && !event.revises && dayOf(event.tapped_at) === today();

function delivered() {
  try {
    const kept = JSON.parse(localStorage.getItem(KEY));
    return kept?.day === today() ? kept.count : 0;
  } catch {
    return 0; // storage is forbidden here: only what waits is counted
  }
}

export function startDayCount(outbox) {
  outbox.addEventListener("kept", ({ detail: event }) => {
    if (!counts(event)) return;
    try {
      localStorage.setItem(KEY, JSON.stringify({ day: today(), count: delivered() + 1 }));
    } catch {
      // As above.
    }
  });
}

export function takenToday({ waiting, setAside }) {
  const held = [...waiting, ...setAside.map(({ event }) => event)];
  return delivered() + held.filter(counts).length;
}
