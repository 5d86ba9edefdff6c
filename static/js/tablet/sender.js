// Sends what waits, in order and in batches, until the server has acknowledged each
// event by its own id and receipt: a captive portal says 200 to everything.

import { receiptCode } from "../receipt.js";
import { heard, stamp } from "./clock.js";

const MOST = 50; // events in a batch, as the server takes them
const GIVE_UP = 20000; // one request, not the event; the server waits up to 15 s
const FIRST_WAIT = 1000;
const LONGEST_WAIT = 60000;
const LOCK = "kiosk-outbox";
const TRIES_ALONE = 3;
// These may be the fault of what was sent; all others are the line's.
const ABOUT_CONTENT = new Set([400, 409, 413, 415, 422, 500]);

// Sorts a batch by what the answer says of each event's own id.
function sorted(batch, results) {
  const about = new Map();
  for (const each of Array.isArray(results) ? results : []) about.set(each?.id, each);
  const kept = [];
  const refused = [];
  for (const entry of batch) {
    const said = about.get(entry.event.id);
    if (said === undefined) continue;
    if (said.receipt === receiptCode(entry.event.id)) kept.push(entry);
    else if (typeof said.error === "string" && said.receipt === undefined) {
      refused.push({ ...entry, error: said.error, message: String(said.message ?? "") });
    }
  }
  return { kept, refused };
}

async function post(address, events) {
  const { tapped_at: sent_at, run, ms } = stamp();
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), GIVE_UP);
  try {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json" },
      body: JSON.stringify({ run, ms, sent_at, events }),
      credentials: "same-origin",
      cache: "no-store",
      redirect: "error",
      signal: patience.signal,
    });
    if (answer.status !== 200) return { status: answer.status };
    return { status: 200, body: await answer.json() };
  } catch {
    return { status: 0, slow: patience.signal.aborted };
  } finally {
    clearTimeout(timer);
  }
}

// `box` gives entries with take(most, without) and gets them back with settle().
export class Sender extends EventTarget {
  #address;
  #box;
  #most = MOST;
  #wait = FIRST_WAIT;
  #running = false;
  #again = false;
  #resume = null;
  #tries = 0; // of one event alone
  #without = new Set(); // ids that fail alone while the line works

  constructor(address, box) {
    super();
    this.#address = address;
    this.#box = box;
  }

  // Something new waits: begin, unless a failure is being waited out.
  start() {
    this.#again = true;
    this.#run();
  }

  // The line is back, or somebody stands there and waits: wait no longer.
  hurry() {
    this.#wait = FIRST_WAIT;
    this.start();
    this.#resume?.();
  }

  async #run() {
    if (this.#running) return;
    this.#running = true;
    while (this.#again) {
      this.#again = false;
      const outcome = await this.#attempt();
      if (outcome === "empty") continue;
      this.#again = true;
      if (outcome === "sent") this.#wait = FIRST_WAIT;
      else await this.#pause();
    }
    this.#running = false;
  }

  async #pause() {
    const time = this.#wait * (0.5 + Math.random() / 2);
    this.#wait = Math.min(this.#wait * 2, LONGEST_WAIT);
    await new Promise((resolve) => {
      const timer = setTimeout(resolve, time);
      this.#resume = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.#resume = null;
  }

  // Two tabs may send at once without harm; where they can, they take turns.
  async #attempt() {
    let begun = null;
    const round = () => {
      begun ??= this.#round().catch(() => "later");
      return begun;
    };
    if (navigator.locks === undefined) return round();
    const patience = new AbortController();
    const timer = setTimeout(() => patience.abort(), GIVE_UP);
    const held = () => {
      clearTimeout(timer);
      return round();
    };
    try {
      return await navigator.locks.request(LOCK, { signal: patience.signal }, held);
    } catch {
      return round(); // the other tab hangs, or locks are forbidden here
    }
  }

  async #round() {
    const batch = await this.#box.take(this.#most, this.#without);
    if (batch.length === 0) return this.#nothingElse();
    if (this.#suspected && !(await this.#lineWorks())) return "later";
    const { status, slow, body } = await post(this.#address, batch.map(({ event }) => event));
    const { kept, refused } = sorted(batch, body?.results);
    if (kept.length + refused.length === 0) {
      if (status === 401) this.#unpaired();
      if (slow || ABOUT_CONTENT.has(status)) await this.#blame(batch);
      return "later";
    }
    heard(body.now);
    this.dispatchEvent(new CustomEvent("heard", { detail: body.now }));
    this.#most = Math.min(this.#most * 2, MOST);
    this.#tries = 0;
    await this.#box.settle(kept, refused);
    return "sent";
  }

  #unpaired() {
    this.#wait = LONGEST_WAIT;
    this.dispatchEvent(new CustomEvent("unpaired"));
  }

  get #suspected() {
    return this.#tries >= TRIES_ALONE;
  }

  // An empty batch goes all the way to the database and back.
  async #lineWorks() {
    const { status, body } = await post(this.#address, []);
    if (status === 401) this.#unpaired();
    return status === 200 && Array.isArray(body?.results);
  }

  // Smaller batches first. An event that fails alone steps aside only when the line
  // works right before and right after it: else it is the line that fails, and the
  // order must not suffer, even if the line comes back at this very moment.
  async #blame([{ event }, ...others]) {
    if (others.length > 0) {
      this.#most = Math.ceil(others.length / 2);
    } else if (!this.#suspected) {
      this.#tries += 1;
    } else if (await this.#lineWorks()) {
      this.#without.add(event.id);
      this.#tries = 0;
    }
  }

  // All that is left stepped aside: its turn again, after a while.
  #nothingElse() {
    if (this.#without.size === 0) return "empty";
    this.#without.clear();
    this.#tries = 0;
    return "later";
  }
}
