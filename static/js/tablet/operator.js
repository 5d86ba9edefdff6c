// The operator's corner: a PIN, then what staff may do at a screen. Nothing in it
// shows what a visitor answered, and it closes itself when nobody touches it.

import { startDayCount, takenToday } from "./day-count.js";
import { startTestTap } from "./operator-test.js";
import { startList } from "./outbox-list.js";
import { stretched } from "./pin.js";
import { startScreenActs } from "./screen-acts.js";
import { Tries } from "./tries.js";

const IDLE_AT_PIN = 20000; // a visitor who came here by mistake must not block the next
const IDLE_INSIDE = 60000;
const LOOK_AGAIN = 200;

class Corner {
  #dialog = document.querySelector("[data-operator]");
  #settings = this.#dialog.dataset;
  #tries = new Tries(Number(this.#settings.tries), Number(this.#settings.wait));
  #outbox;
  #showList;
  #typed = "";
  #idle = 0;
  #ticking = 0;
  #looking = 0;
  #opener = null;

  constructor(outbox) {
    const dialog = this.#dialog;
    const tell = (name) => this.#choose("told", name);
    this.#outbox = outbox;
    this.#showList = startList(dialog, outbox);
    startTestTap(this.#line("test"), outbox, tell);
    startScreenActs(dialog, tell);
    for (const key of this.#all("[data-op-key]")) key.addEventListener("click", () => this.#type(key.dataset.opKey));
    for (const kind of ["pointerdown", "keydown", "click"]) dialog.addEventListener(kind, () => this.#stayAwhile());
    dialog.addEventListener("keydown", ({ key }) => this.#type(key));
    dialog.addEventListener("close", () => this.#closed());
    this.#line("close").addEventListener("click", () => dialog.close());
    outbox.addEventListener("change", () => this.#changed());
  }

  open(opener) {
    this.#opener = opener;
    this.#typed = "";
    this.#showTyped();
    this.#say(this.#settings.salt ? "ask" : "none");
    this.#part("pin").hidden = false;
    this.#part("inside").hidden = true;
    this.#dialog.showModal();
    this.#tick();
    this.#stayAwhile();
  }

  get #inside() {
    return this.#dialog.open && !this.#part("inside").hidden;
  }

  #all(selector) {
    return [...this.#dialog.querySelectorAll(selector)];
  }

  #line(name) {
    return this.#dialog.querySelector(`[data-op="${name}"]`);
  }

  #part(name) {
    return this.#dialog.querySelector(`[data-op-part="${name}"]`);
  }

  // Of lines that stand for one another the named one is shown, or none.
  #choose(group, name) {
    for (const each of this.#all(`[data-op-${group}]`)) each.hidden = each.getAttribute(`data-op-${group}`) !== name;
  }

  #say(name) {
    this.#line("left").textContent = this.#tries.left;
    this.#choose("said", name);
  }

  #showTyped() {
    this.#all("[data-op-dot]").forEach((dot, at) => dot.toggleAttribute("data-typed", at < this.#typed.length));
  }

  #stayAwhile() {
    clearTimeout(this.#idle);
    const patience = this.#inside ? IDLE_INSIDE : IDLE_AT_PIN;
    this.#idle = setTimeout(() => this.#dialog.close(), patience);
  }

  #tick() {
    const seconds = this.#tries.waiting(Date.now());
    const pad = this.#line("pad");
    this.#line("seconds").textContent = seconds;
    if (seconds > 0) this.#say("locked");
    else if (pad.disabled) this.#say("ask");
    pad.disabled = seconds > 0;
    this.#ticking = setTimeout(() => this.#tick(), 500);
  }

  #type(key) {
    const { salt, digits } = this.#settings;
    if (!salt || this.#inside || this.#line("pad").disabled) return;
    if (key === "Backspace") this.#typed = this.#typed.slice(0, -1);
    else if (/^[0-9]$/.test(key) && this.#typed.length < Number(digits)) this.#typed += key;
    else return;
    this.#say("ask");
    this.#showTyped();
    // After the last dot is drawn: the check keeps a slow tablet busy for a moment.
    if (this.#typed.length === Number(digits)) setTimeout(() => this.#check(), 50);
  }

  #check() {
    const { salt, proof, rounds, digits } = this.#settings;
    if (this.#typed.length !== Number(digits)) return;
    const right = stretched(this.#typed, salt, Number(rounds)) === proof;
    this.#typed = "";
    this.#showTyped();
    if (right) this.#enter();
    else {
      this.#tries.wrong(Date.now());
      this.#say("wrong");
      clearTimeout(this.#ticking);
      this.#tick();
    }
  }

  async #enter() {
    this.#tries.right();
    clearTimeout(this.#ticking);
    this.#choose("told", "");
    await this.#showInside();
    this.#part("pin").hidden = true;
    this.#part("inside").hidden = false;
    this.#line("test").focus();
    this.#stayAwhile();
  }

  #changed() {
    if (!this.#inside) return;
    // Thousands may leave in a minute; each look reads all that is left.
    clearTimeout(this.#looking);
    this.#looking = setTimeout(() => this.#showInside(), LOOK_AGAIN);
  }

  async #showInside() {
    const contents = await this.#outbox.contents();
    this.#line("today").textContent = takenToday(contents);
    this.#line("waiting").textContent = contents.waiting.length;
    this.#line("aside").textContent = contents.setAside.length;
    this.#choose("durable", this.#outbox.durable ? "disk" : "memory");
    this.#showList(contents);
  }

  #closed() {
    clearTimeout(this.#idle);
    clearTimeout(this.#ticking);
    this.#typed = "";
    this.#opener?.focus();
  }
}

export function startCorner(outbox) {
  const corner = new Corner(outbox);
  startDayCount(outbox);
  for (const button of document.querySelectorAll("[data-operator-open]")) {
    button.addEventListener("click", () => corner.open(button));
  }
  document.querySelector("[data-operator]").dataset.listens = "";
}
