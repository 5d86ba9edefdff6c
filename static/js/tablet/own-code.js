// The code that takes a visitor's own phone to "let someone call me". It is fetched
// ahead, so that it is there at once and for a while without a network; each serves
// one visitor.

const AGAIN = 60000;

export class OwnCode {
  #address;
  #place;
  #ready = null;
  #shown = false;
  #fetching = false;

  constructor(address, place) {
    this.#address = address;
    this.#place = place;
    this.#fetch();
  }

  // What a bad rating carries so that the code leads to it; undefined without one.
  get secret() {
    return this.#ready?.own;
  }

  show(wanted) {
    this.#place.textContent = "";
    this.#place.parentElement.hidden = !(wanted && this.#ready);
    if (!wanted || !this.#ready) return;
    this.#shown = true;
    const drawn = new DOMParser().parseFromString(this.#ready.svg, "image/svg+xml");
    this.#place.append(document.importNode(drawn.documentElement, true));
  }

  // The next visitor must not see or use this one's.
  next() {
    this.#place.textContent = "";
    if (this.#shown) this.#ready = null;
    this.#shown = false;
    if (this.#ready === null) this.#fetch();
  }

  async #fetch() {
    if (this.#fetching) return;
    this.#fetching = true;
    try {
      const answer = await fetch(this.#address, { headers: { Accept: "application/json" } });
      const found = answer.ok ? await answer.json() : {};
      if (found.own && found.reachable) this.#ready = found;
    } catch {
      // No network: the service desk's line stands alone until the next try.
      setTimeout(() => this.#ready ?? this.#fetch(), AGAIN);
    }
    this.#fetching = false;
  }
}
