// A screen that somebody walked away from goes back to the start: after a visible
// warning, which one touch anywhere puts off (WCAG 2.2.1: at least twenty seconds).

const QUIET_SECONDS = 25;
const WARNING_SECONDS = 20;

export class Idle {
  #cover;
  #seconds;
  #leave;
  #timer = 0;
  watching = false;

  constructor(cover, leave) {
    this.#cover = cover;
    this.#seconds = cover.querySelector("[data-idle-seconds]");
    this.#leave = leave;
    // At the end of the touch, not at its beginning: the rest of it would fall on a face.
    cover.addEventListener("click", () => this.watch());
    for (const kind of ["pointerdown", "keydown"]) {
      document.addEventListener(kind, () => this.watching && cover.hidden && this.watch(), { capture: true });
    }
  }

  watch() {
    this.stop();
    this.watching = true;
    this.#timer = setTimeout(() => this.#warn(WARNING_SECONDS), 1000 * QUIET_SECONDS);
  }

  stop() {
    clearTimeout(this.#timer);
    this.watching = false;
    this.#cover.hidden = true;
  }

  #warn(left) {
    if (left <= 0) {
      this.stop();
      this.#leave();
      return;
    }
    this.#cover.hidden = false;
    this.#seconds.textContent = left;
    this.#timer = setTimeout(() => this.#warn(left - 1), 1000);
  }
}
