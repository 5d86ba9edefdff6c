// The outbox on disk. An event is kept when its transaction is complete, and "strict"
// asks the browser to wait until the disk has it, not only the operating system.

import { LAYOUT, migrate } from "./layout.js";

const NAME = "kiosk-outbox";
const PATIENCE = 4000; // a disk that does not answer must not keep a visitor waiting
const OLD_COUNTER = "sequence";

function answerOf(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function inTime(promise, giveUp) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      giveUp?.();
      reject(new DOMException("", "TimeoutError"));
    }, PATIENCE);
    promise.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

export class Store extends EventTarget {
  #opening = null;
  #late = false; // the opening took longer than anybody waits

  // Resolves at `complete` only: before it, a crash would undo what was written.
  async #do(names, mode, durability, act) {
    const database = await this.#connection();
    const transaction = this.#begin(database, names, mode, durability);
    const ended = new Promise((resolve, reject) => {
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error ?? new Error("aborted"));
    });
    const stop = () => {
      try {
        transaction.abort();
      } catch {
        // It is being committed already.
      }
    };
    const work = Promise.resolve(act((name) => transaction.objectStore(name))).catch((error) => {
      stop();
      throw error;
    });
    const [made] = await inTime(Promise.all([work, ended]), stop);
    return made;
  }

  #begin(database, names, mode, durability) {
    try {
      return database.transaction(names, mode, { durability });
    } catch (error) {
      this.#opening = null; // closed without a word; the next event opens it anew
      throw error;
    }
  }

  #connection() {
    if (this.#opening === null) {
      this.#late = false;
      this.#opening = this.#open();
      this.#opening.catch(() => {
        this.#opening = null; // the next event tries anew
      });
    }
    if (this.#late) return Promise.reject(new DOMException("", "TimeoutError"));
    return inTime(this.#opening, () => {
      this.#late = true;
    });
  }

  async #open() {
    const request = indexedDB.open(NAME, LAYOUT); // throws where storage is forbidden
    request.onupgradeneeded = ({ oldVersion }) => {
      migrate(request.result, request.transaction, oldVersion);
    };
    const database = await answerOf(request).catch((error) => {
      if (error.name === "VersionError") this.#tell("outdated");
      throw error;
    });
    this.#late = false;
    const gone = () => {
      database.close();
      this.#opening = null;
    };
    database.onclose = gone; // somebody cleared the browser's data
    database.onversionchange = () => {
      gone(); // else the newer page in another tab would wait for this one
      this.#tell("outdated");
    };
    this.#tell("open");
    return database;
  }

  #tell(name) {
    this.dispatchEvent(new Event(name));
  }

  // The number is given in the transaction that keeps the event: no number is used
  // twice, by whichever tab, and none is left out when the write fails.
  add(device, floor, make) {
    return this.#do(["meta", "waiting"], "readwrite", "strict", async (store) => {
      const meta = store("meta");
      const own = await answerOf(meta.get(device));
      const counted = own ?? (await answerOf(meta.get(OLD_COUNTER))) ?? 0;
      const sequence = Math.max(counted, floor) + 1;
      const event = make(sequence);
      meta.put(sequence, device);
      if (own === undefined) meta.delete(OLD_COUNTER);
      store("waiting").add(event);
      return event;
    });
  }

  // Takes in events that were made while the disk failed; they have their numbers.
  adopt(events) {
    return this.#do(["meta", "waiting"], "readwrite", "strict", async (store) => {
      for (const event of events) {
        store("waiting").add(event);
        const counted = (await answerOf(store("meta").get(event.device))) ?? 0;
        store("meta").put(Math.max(counted, event.sequence), event.device);
      }
    });
  }

  take(most) {
    return this.#do(["waiting"], "readonly", "default", async (store) => {
      const [keys, events] = await Promise.all([
        answerOf(store("waiting").getAllKeys(null, most)),
        answerOf(store("waiting").getAll(null, most)),
      ]);
      return keys.map((key, index) => ({ key, event: events[index] }));
    });
  }

  // A removal that a power cut undoes costs one more sending, and nothing else.
  settle(kept, refused) {
    return this.#do(["waiting", "refused"], "readwrite", "relaxed", async (store) => {
      for (const { key, event, error, message } of refused) {
        store("refused").put({ event, error, message });
        store("waiting").delete(key);
      }
      for (const { key } of kept) store("waiting").delete(key);
    });
  }

  sendAgain(id) {
    return this.#do(["waiting", "refused"], "readwrite", "strict", async (store) => {
      const found = await answerOf(store("refused").get(id));
      if (found === undefined) return false;
      store("waiting").add(found.event);
      store("refused").delete(id);
      return true;
    });
  }

  look() {
    return this.#do(["waiting", "refused"], "readonly", "default", async (store) => {
      const [waiting, refused, [first]] = await Promise.all([
        answerOf(store("waiting").count()),
        answerOf(store("refused").count()),
        answerOf(store("waiting").getAll(null, 1)),
      ]);
      return { waiting, refused, first };
    });
  }

  contents() {
    return this.#do(["waiting", "refused"], "readonly", "default", async (store) => {
      const [waiting, refused] = await Promise.all([
        answerOf(store("waiting").getAll()),
        answerOf(store("refused").getAll()),
      ]);
      return { waiting, refused };
    });
  }
}
