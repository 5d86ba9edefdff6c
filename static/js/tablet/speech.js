// Reads out the question and the five levels in their order, where the device has a
// voice for the language that is shown; where it has none there is no button.
// What a finger presses is never spoken: the other side of the counter would hear it.

function shown(element) {
  const language = document.documentElement.dataset.lang;
  const parts = [...element.querySelectorAll(`.both > [lang|="${language}"]`)];
  const words = parts.length > 0 ? parts.map((part) => part.textContent) : [element.textContent];
  return words.join(" ").replace(/\s+/g, " ").trim();
}

export class Speech {
  #button;
  #spoken;
  #synthesis = globalThis.speechSynthesis;

  constructor(button, spoken) {
    this.#button = button;
    this.#spoken = spoken;
    if (!this.#synthesis || !button) return;
    button.addEventListener("click", () => this.#turn(!this.#on));
    document.addEventListener("focusin", ({ target }) => this.#follow(target));
    // Voices come late, and some systems tell of them only so.
    this.#synthesis.addEventListener?.("voiceschanged", () => this.offer());
    this.offer();
  }

  // Shown where it works; off, as each visitor finds it.
  offer() {
    if (!this.#button) return;
    this.#button.parentElement.hidden = !this.#voice();
    this.#button.setAttribute("aria-pressed", "false");
    this.stop();
  }

  stop() {
    this.#synthesis?.cancel();
  }

  get #on() {
    return this.#button.getAttribute("aria-pressed") === "true";
  }

  #turn(on) {
    this.#button.setAttribute("aria-pressed", String(on));
    this.stop();
    if (on) this.#spoken.forEach((element) => this.#say(shown(element)));
  }

  // Who goes by keyboard or switch hears where they are.
  #follow(target) {
    if (!this.#on || !target.matches(":focus-visible") || target === this.#button) return;
    const part = target.closest("label, button, a, h2");
    if (part === null) return;
    this.stop();
    this.#say(shown(part));
  }

  #voice() {
    const tag = document.documentElement.dataset.lang;
    const voices = this.#synthesis?.getVoices() ?? [];
    return voices.find(({ lang }) => lang.toLowerCase().startsWith(tag));
  }

  #say(words) {
    const voice = this.#voice();
    if (!voice) return;
    const said = new SpeechSynthesisUtterance(words);
    said.voice = voice;
    said.lang = voice.lang;
    this.#synthesis.speak(said);
  }
}
