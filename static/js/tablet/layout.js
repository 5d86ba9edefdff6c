// How the outbox lies on disk, and the way there from each earlier layout. A step
// carries every entry over; it runs inside the transaction that changes the layout,
// so a crash in the middle leaves the earlier one whole.

const FIRST_RELEASE_COUNTER = "kiosk-sequence";

// Before there was an outbox, the numbers were counted in the page's own storage.
function oldCounter() {
  try {
    return Number(localStorage.getItem(FIRST_RELEASE_COUNTER)) || 0;
  } catch {
    return 0;
  }
}

const STEPS = [
  // 1: events by their number, and one counter.
  (database) => {
    database.createObjectStore("events", { keyPath: "sequence" });
    const meta = database.createObjectStore("meta");
    if (oldCounter() > 0) meta.put(oldCounter(), "sequence");
  },
  // 2: events in the order they were made, whichever pairing numbered them; those
  // refused for good apart; a counter for each pairing, begun at the old one.
  (database, transaction) => {
    const waiting = database.createObjectStore("waiting", { autoIncrement: true });
    database.createObjectStore("refused", { keyPath: "event.id" });
    transaction.objectStore("events").openCursor().onsuccess = ({ target }) => {
      const cursor = target.result;
      if (cursor === null) {
        database.deleteObjectStore("events");
        return;
      }
      waiting.add(cursor.value);
      cursor.continue();
    };
  },
];

export const LAYOUT = STEPS.length;

export function migrate(database, transaction, from) {
  for (const step of STEPS.slice(from)) step(database, transaction);
}
