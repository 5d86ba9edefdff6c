// The outbox: what a visitor tapped is written down here before the screen says thank
// you, and leaves only against the server's acknowledgement of that very event.

import { stamp, timeOf } from "./clock.js";
import { newId } from "./ids.js";
import { Sender } from "./sender.js";
import { Store } from "./store.js";

const LOOK_EVERY = 60000;
const SIBLINGS = "kiosk-outbox"; // other tabs of this screen

// Those that may not go now, and all that build on them, stay where they are.
function inTurn(entries, most, without) {
  const left = new Set(without);
  const turn = [];
  for (const entry of entries) {
    const { id, revises, rating } = entry.event;
    if (left.has(id) || left.has(revises) || left.has(rating)) left.add(id);
    else if (turn.length < most) turn.push(entry);
  }
  return turn;
}

class Outbox extends EventTarget {
  #store = new Store();
  #sender;
  #siblings = "BroadcastChannel" in globalThis ? new BroadcastChannel(SIBLINGS) : null;
  #loose = new Map(); // id -> event that the disk did not take, and who waits for it
  #apart = []; // of these, the ones refused for good
  #reached = new Map(); // device -> its highest number known, the server's included
  #seen = { waiting: 0, refused: 0, first: undefined };
  #looked = false; // whether #seen is what the disk says
  #durable = true;
  device;
  window;

  constructor({ address, device, window, sequence }) {
    super();
    this.device = device;
    this.window = window;
    this.#reached.set(device, Number(sequence) || 0);
    this.#sender = new Sender(address, {
      take: (most, without) => this.#take(most, without),
      settle: (kept, refused) => this.#settle(kept, refused),
    });
  }

  static async open(settings) {
    const outbox = new Outbox(settings);
    outbox.#listen();
    // Asked for, so that a full disk does not make the browser clear ours.
    navigator.storage?.persist?.().catch(() => {});
    await outbox.#look();
    outbox.flush();
    return outbox;
  }

  // False while events are held in memory only: a reload would lose them.
  get durable() {
    return this.#durable;
  }

  get waiting() {
    return this.#seen.waiting + this.#loose.size;
  }

  get setAside() {
    return this.#seen.refused + this.#apart.length;
  }

  // When the oldest waiting event was made: epoch milliseconds, the server's time.
  get oldest() {
    const [loose] = this.#loose.values();
    const first = this.#seen.first ?? loose?.event;
    return first === undefined ? null : timeOf(first);
  }

  // Resolves with the event once it is safe: on disk, or, while the disk fails, with
  // the server. Rejects only in that second case, when the server refused it.
  async put(parts) {
    const { device, window } = this;
    const draft = { ...parts, id: newId(), ...stamp(), device, window };
    let given = null;
    const reached = () => this.#reached.get(device) ?? 0;
    const make = (sequence) => {
      given = sequence;
      this.#reached.set(device, Math.max(reached(), sequence));
      return { ...draft, sequence };
    };
    try {
      const event = await this.#store.add(device, reached(), make);
      this.#seen = { ...this.#seen, waiting: this.#seen.waiting + 1 };
      this.#durable = true;
      this.#wrote();
      return event;
    } catch {
      return this.#hold(make(given ?? reached() + 1));
    }
  }

  async contents() {
    const loose = [...this.#loose.values()].map(({ event }) => event);
    const onDisk = await this.#store.contents().catch(() => ({ waiting: [], refused: [] }));
    return {
      waiting: [...onDisk.waiting, ...loose],
      setAside: [...onDisk.refused, ...this.#apart],
    };
  }

  // Puts an event that was refused for good at the end of what waits.
  async sendAgain(id) {
    const index = this.#apart.findIndex(({ event }) => event.id === id);
    if (index >= 0) {
      const [{ event }] = this.#apart.splice(index, 1);
      this.#hold(event).catch(() => {}); // "refused" tells it once more
      return true;
    }
    const found = await this.#store.sendAgain(id);
    this.#wrote();
    return found;
  }

  flush() {
    this.#sender.hurry();
  }

  #listen() {
    for (const name of ["heard", "unpaired"]) {
      this.#sender.addEventListener(name, ({ detail }) => this.#tell(name, detail));
    }
    this.#store.addEventListener("outdated", () => this.#tell("outdated"));
    this.#store.addEventListener("open", () => {
      this.#wrote();
      this.flush();
    });
    const lookAgain = () => {
      this.#look();
      this.#sender.start(); // a tab that wrote may be closed before it could send
    };
    this.#siblings?.addEventListener("message", lookAgain);
    setInterval(lookAgain, LOOK_EVERY); // whatever was missed waits no longer
    addEventListener("online", () => this.flush());
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.flush();
    });
  }

  #wrote() {
    this.#siblings?.postMessage(null);
    this.#adopt();
    this.#look();
    this.#sender.start();
  }

  #hold(event) {
    this.#durable = false;
    const safe = new Promise((resolve, reject) => {
      this.#loose.set(event.id, { event, resolve, reject });
    });
    this.#tell("change");
    this.#sender.hurry();
    return safe;
  }

  // The disk works again: what it missed is written down after all.
  async #adopt() {
    const late = [...this.#loose.values()];
    if (late.length === 0) return;
    const events = late.map(({ event }) => event);
    try {
      await this.#store.adopt(events);
    } catch {
      return;
    }
    for (const { event, resolve } of late) {
      this.#loose.delete(event.id);
      resolve(event);
    }
    this.#look();
  }

  // Throws while the disk fails: what lies there is not to be forgotten, but tried
  // again. What the disk did not take goes even then.
  async #take(most, without) {
    const loose = [...this.#loose.values()].map(({ event }) => ({ event }));
    // Whoever was told to stand aside may stand before the others.
    const reach = most + 8 * without.size;
    const onDisk = await this.#store.take(reach).catch((error) => {
      if (loose.length === 0) throw error;
      return [];
    });
    if (!this.#looked) this.#look();
    return inTurn([...onDisk, ...loose], most, without);
  }

  async #settle(kept, refused) {
    const onDisk = ({ key }) => key !== undefined;
    if ([...kept, ...refused].some(onDisk)) {
      await this.#store.settle(kept.filter(onDisk), refused.filter(onDisk));
    }
    for (const { event } of kept) {
      this.#letGo(event)?.resolve(event);
      this.#tell("kept", event);
    }
    for (const { key, event, error, message } of refused) {
      const refusal = { event, error, message };
      if (key === undefined) this.#apart.push(refusal);
      this.#letGo(event)?.reject(Object.assign(new Error(message), refusal));
      this.#tell("refused", refusal);
    }
    this.#siblings?.postMessage(null);
    await this.#look();
  }

  #letGo({ id }) {
    const held = this.#loose.get(id);
    this.#loose.delete(id);
    return held;
  }

  async #look() {
    try {
      this.#seen = await this.#store.look();
      this.#looked = true;
      this.#durable = this.#loose.size === 0;
    } catch {
      this.#looked = false;
      this.#durable = false;
    }
    this.#tell("change");
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

export function openOutbox(settings) {
  return Outbox.open(settings);
}
