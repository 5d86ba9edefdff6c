// The screen at the window: question, tap, follow-up, thanks, and back for the next
// visitor. What was tapped is the outbox's affair; this is only what people see.

import { resetDisplay, startDisplay } from "../display.js";
import { receiptCode } from "../receipt.js";
import { heard } from "./clock.js";
import { ask as askFollowUp, clear as clearFollowUp, ticked } from "./follow-up.js";
import { startHeartbeat } from "./heartbeat.js";
import { Idle } from "./idle.js";
import { startLine } from "./line.js";
import { startCorner } from "./operator.js";
import { openOutbox } from "./outbox.js";
import { OwnCode } from "./own-code.js";
import { startSignOn } from "./sign-on.js";
import { startSleep } from "./sleep.js";
import { Speech } from "./speech.js";
import { startWake } from "./wake.js";
import { reloadWhenIdle, startWorker } from "./worker-start.js";

const MERGE_WITHIN = 5000;
const QUIET_FOR = 1200; // the disk usually answers sooner than "saving" can be read
const TROUBLE_AFTER = 8000;
const BAD_MOST = 2;

const all = (selector) => [...document.querySelectorAll(selector)];
const one = (selector) => document.querySelector(selector);
const settings = document.body.dataset;
const switches = all("[data-switch]");

class Screen {
  #outbox;
  #idle;
  #speech = new Speech(one("[data-speak]"), all("[data-say]"));
  #own = new OwnCode(settings.own, one("[data-own-code]"));
  #last = null; // the visitor's newest rating, while they may still change it
  #lastLevel = 0;
  #told = false; // whether that rating has its reasons
  #revising = null;
  #visit = 0; // counts visits: what comes back late belongs to nobody who is here
  #timers = [];

  constructor(outbox) {
    this.#outbox = outbox;
    this.#idle = new Idle(one("[data-idle]"), () => this.start());
    for (const tile of all("[data-level]")) {
      tile.addEventListener("click", () => this.#tapped(Number(tile.dataset.level)));
    }
    for (const button of all("[data-redo]")) button.addEventListener("click", () => this.#redo());
    for (const button of all("[data-finish]")) button.addEventListener("click", () => this.#finish());
    for (const button of all("[data-extend]")) button.addEventListener("click", () => this.#countDown());
    for (const box of all("[data-follow] input")) box.addEventListener("change", () => this.#countDown());
    startDisplay(switches, () => {
      this.#speech.offer();
      this.#idle.watch();
    });
  }

  // Ready for the next visitor: nothing of the last one is left.
  start() {
    this.#stop();
    this.#visit += 1;
    this.#last = this.#revising = null;
    this.#lastLevel = 0;
    this.#told = false;
    clearFollowUp();
    this.#own.next();
    resetDisplay(switches);
    this.#speech.offer();
    document.activeElement?.blur();
    this.#show("ask");
    this.#again(false);
    this.takeNews();
  }

  // Nobody is in the middle of anything.
  get free() {
    return this.#last === null && document.body.dataset.step === "ask" && !this.#idle.watching;
  }

  // The head says where the screen stands now and which release the server runs.
  takeNews() {
    const { device, window } = one("#head").dataset;
    if (!this.free) return;
    if (device && window) Object.assign(this.#outbox, { device, window });
    const changed = Boolean(one("[data-code-only]")) !== Boolean(one("#head").dataset.codeOnly);
    if (changed && one("#head").dataset.now) location.reload();
    else reloadWhenIdle(() => this.free);
  }

  #after(milliseconds, act) {
    this.#timers.push(setTimeout(act, milliseconds));
  }

  #stop() {
    this.#timers.forEach(clearTimeout);
    this.#timers = [];
    this.#idle.stop();
    this.#speech.stop();
  }

  #show(name) {
    document.body.dataset.step = name;
    for (const panel of all("[data-panel]")) panel.hidden = panel.dataset.panel !== name;
    one("[data-tiles]")?.removeAttribute("disabled");
  }

  #again(again) {
    for (const line of all("[data-when]")) line.hidden = (line.dataset.when === "again") !== again;
  }

  #tapped(level) {
    const { revises, merged } = this.#meaning(level);
    this.#stop();
    if (merged) {
      if (this.#told) this.#thank();
      else this.#follow(level);
      return;
    }
    const visit = this.#visit;
    // The tiles stay, but a second finger finds no target.
    one("[data-tiles]").disabled = true;
    this.#after(QUIET_FOR, () => this.#show("saving"));
    this.#after(TROUBLE_AFTER, () => {
      this.#show("trouble");
      this.#after(1000 * Number(settings.stay), () => this.start());
    });
    const own = level <= BAD_MOST ? this.#own.secret : undefined;
    this.#outbox.put({ kind: "rating", level, ...(revises && { revises }), ...(own && { own }) }).then(
      (event) => this.#kept(visit, event, level),
      () => this.#refused(visit),
    );
  }

  // The same opinion once more, within moments, is nothing new to send.
  #meaning(level) {
    const revised = this.#revising;
    this.#revising = null;
    if (revised === null) return {};
    const age = Date.now() - Date.parse(revised.tapped_at);
    if (this.#lastLevel === level && age >= 0 && age < MERGE_WITHIN) return { merged: true };
    return { revises: revised.id };
  }

  #kept(visit, event, level) {
    if (visit !== this.#visit) return;
    this.#last = event;
    this.#lastLevel = level;
    this.#told = false;
    this.#follow(level);
  }

  #refused(visit) {
    if (visit !== this.#visit) return;
    this.#stop();
    this.#show("refused");
    this.#after(1000 * Number(settings.stay), () => this.start());
  }

  #follow(level) {
    this.#stop();
    const side = level <= BAD_MOST ? "bad" : "good";
    askFollowUp(side);
    this.#own.show(side === "bad");
    for (const line of all("[data-offline]")) line.hidden = navigator.onLine !== false && this.#outbox.waiting <= 1;
    this.#show(side);
    one(`[data-panel="${side}"] h2`).focus({ preventScroll: true });
    this.#countDown();
  }

  #finish() {
    const reasons = ticked(document.body.dataset.step);
    if (reasons.length > 0) {
      const { id: rating } = this.#last;
      const list = Number(settings.list);
      this.#told = true;
      // Kept or not, the visitor has been thanked: nothing is said of it any more.
      this.#outbox.put({ kind: "reasons", rating, list, reasons }).catch(() => {});
    }
    this.#thank();
  }

  #thank() {
    this.#stop();
    one("[data-receipt]").textContent = receiptCode(this.#last.id);
    this.#show("thanks");
    one('[data-panel="thanks"] h2').focus({ preventScroll: true });
    this.#countDown();
  }

  #redo() {
    this.#stop();
    this.#revising = this.#last;
    clearFollowUp();
    this.#show("ask");
    this.#again(true);
    this.#idle.watch();
  }

  // Tells in words how long the panel stays, and what then happens by itself.
  #countDown() {
    this.#timers.forEach(clearTimeout);
    this.#timers = [];
    const { step } = document.body.dataset;
    const elder = document.documentElement.dataset.view === "elder";
    const whole = Number(step === "thanks" ? settings.stay : settings[`${step}Stay`]) * (elder ? 2 : 1);
    const leave = () => (step === "thanks" ? this.start() : this.#finish());
    const tick = (left) => {
      for (const place of all(`[data-panel="${step}"] [data-seconds]`)) place.textContent = left;
      for (const bar of all(`[data-panel="${step}"] [data-bar]`)) bar.style.transform = `scaleX(${left / whole})`;
      if (left <= 0) leave();
      else this.#after(1000, () => tick(left - 1));
    };
    tick(whole);
  }
}

async function begin() {
  const outbox = await openOutbox({
    address: settings.ratings,
    device: settings.device,
    window: settings.window,
    sequence: Number(settings.sequence),
  });
  const screen = new Screen(outbox);
  startLine(outbox);
  startHeartbeat(outbox);
  startCorner(outbox);
  startWake();
  startSignOn(settings.alive);
  startSleep(() => screen.free);
  startWorker(settings.worker);
  // Only a head that was just fetched tells the time: the first may be a kept copy.
  document.body.addEventListener("htmx:afterSettle", ({ target }) => {
    if (target.id !== "head") return;
    heard(target.dataset.now);
    outbox.flush();
    screen.takeNews();
  });
  outbox.addEventListener("outdated", () => screen.free && location.reload());
  screen.start();
  // A tap that nobody hears must not look taken: only now do the tiles answer.
  document.documentElement.dataset.ready = "";
}

begin();
