// Sends taps one after another, in their order, until each is acknowledged.
// Only an answer that names the tap's own id counts: a captive portal says 200
// to everything. What is refused for good is set aside, not sent for ever.

const FIRST_WAIT = 500;
const LONGEST_WAIT = 15000;
const GIVE_UP = 20000; // one request, not the tap; the server waits up to 15 s
const FINAL = new Set([400, 409, 413, 422]);

export class Delivery extends EventTarget {
  #address;
  #queue = [];
  #busy = false;
  refused = [];

  constructor(address) {
    super();
    this.#address = address;
  }

  get waiting() {
    return this.#queue.length;
  }

  add(tap) {
    this.#queue.push(tap);
    this.#tell("change");
    this.#run();
  }

  async #run() {
    if (this.#busy) return;
    this.#busy = true;
    let wait = FIRST_WAIT;
    while (this.#queue.length > 0) {
      const tap = this.#queue[0];
      const outcome = await this.#send(tap);
      if (outcome === "later") {
        await new Promise((resume) => setTimeout(resume, wait * (0.5 + Math.random())));
        wait = Math.min(wait * 2, LONGEST_WAIT);
        continue;
      }
      wait = FIRST_WAIT;
      this.#queue.shift();
      if (outcome === "refused") this.refused.push(tap);
      this.#tell(outcome, tap);
      this.#tell("change");
    }
    this.#busy = false;
  }

  async #send(tap) {
    try {
      const answer = await fetch(this.#address, {
        method: "POST",
        headers: { "Content-Type": "application/json", Accept: "application/json" },
        body: JSON.stringify(tap),
        credentials: "same-origin",
        redirect: "error",
        signal: AbortSignal.timeout?.(GIVE_UP),
      });
      if (answer.status === 401) this.#tell("unpaired", tap);
      if (FINAL.has(answer.status)) return "refused";
      if (!answer.ok) return "later";
      const body = await answer.json();
      return body.id === tap.id ? "kept" : "later";
    } catch {
      return "later";
    }
  }

  #tell(name, tap) {
    this.dispatchEvent(new CustomEvent(name, { detail: tap }));
  }
}
