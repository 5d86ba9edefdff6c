// Wrong PINs of this screen: after some of them it waits. Kept over a new start of
// the page, so that pressing "load again" is no way around it.

const KEY = "kiosk-operator-tries";

export class Tries {
  #most;
  #wait; // milliseconds
  #kept = { wrong: 0, until: 0 };

  constructor(most, seconds) {
    this.#most = most;
    this.#wait = 1000 * seconds;
    try {
      this.#kept = { ...this.#kept, ...JSON.parse(localStorage.getItem(KEY)) };
    } catch {
      // Forbidden or damaged: this page counts for itself.
    }
  }

  get left() {
    return this.#most - this.#kept.wrong;
  }

  // Seconds until the next try. A clock that was set back must not lock for years.
  waiting(now) {
    const rest = this.#kept.until - now;
    return rest > 0 && rest <= this.#wait ? Math.ceil(rest / 1000) : 0;
  }

  wrong(now) {
    const wrong = this.#kept.wrong + 1;
    const full = wrong >= this.#most;
    this.#keep(full ? { wrong: 0, until: now + this.#wait } : { wrong, until: 0 });
  }

  right() {
    this.#keep({ wrong: 0, until: 0 });
  }

  #keep(state) {
    this.#kept = state;
    try {
      localStorage.setItem(KEY, JSON.stringify(state));
    } catch {
      // As above.
    }
  }
}
