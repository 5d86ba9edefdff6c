// What this device can do. Each look gives "fine", "missing" or "unknown", and
// perhaps a figure or a name; what it means stands in the page, in both languages.

const SHORT = 720;
const LONG = 1200;
const APART = 2000; // milliseconds; the server's word is cut to whole seconds
const STORE = "kiosk-check";

const found = (good, note = "") => ({ state: good ? "fine" : "missing", note });

function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

async function storage() {
  const opening = indexedDB.open(STORE, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore("trial");
  const database = await done(opening);
  const written = Date.now();
  await new Promise((resolve, reject) => {
    const writing = database.transaction("trial", "readwrite", { durability: "strict" });
    writing.objectStore("trial").put(written, "at");
    writing.oncomplete = resolve;
    writing.onabort = writing.onerror = () => reject(writing.error);
  });
  const read = await done(database.transaction("trial").objectStore("trial").get("at"));
  database.close();
  await done(indexedDB.deleteDatabase(STORE));
  return found(read === written);
}

async function persistent() {
  const { storage: store } = navigator;
  return found(Boolean(store?.persist && ((await store.persisted()) || (await store.persist()))));
}

async function wake() {
  if (!navigator.wakeLock) return found(false);
  const lock = await navigator.wakeLock.request("screen");
  await lock.release();
  return found(true);
}

async function battery() {
  if (!navigator.getBattery) return found(false);
  const { level } = await navigator.getBattery();
  return found(true, `${Math.round(100 * level)} %`);
}

async function clock() {
  const asked = Date.now();
  const answer = await fetch(document.body.dataset.alive, { cache: "no-store" });
  const told = Date.parse(answer.headers.get("Date"));
  if (Number.isNaN(told)) return { state: "unknown", note: "" };
  const apart = (asked + Date.now()) / 2 - (told + 500);
  const sign = apart < 0 ? "−" : "+";
  return found(Math.abs(apart) <= APART, `${sign}${(Math.abs(apart) / 1000).toFixed(1)} s`);
}

function screenSize() {
  const [short, long] = [innerWidth, innerHeight].sort((a, b) => a - b);
  const touches = navigator.maxTouchPoints;
  return found(short >= SHORT && long >= LONG && touches > 0, `${innerWidth} × ${innerHeight}`);
}

// Voices come late: the list is empty until the browser has asked the system.
function voices() {
  return new Promise((resolve) => {
    const { speechSynthesis: speech } = window;
    if (!speech || speech.getVoices().length > 0) resolve(speech?.getVoices() ?? []);
    else {
      speech.addEventListener("voiceschanged", () => resolve(speech.getVoices()), { once: true });
      setTimeout(() => resolve(speech.getVoices()), 2000);
    }
  });
}

async function voice(language) {
  const own = (await voices()).find(({ lang }) => lang.toLowerCase().startsWith(language));
  return found(Boolean(own), own?.name);
}

function browser() {
  const [, version] = navigator.userAgent.match(/(?:Chrome|Firefox|Version)\/(\d+)/) ?? [];
  return found(true, version);
}

export const CHECKS = {
  browser,
  storage,
  persistent,
  clock,
  wake,
  battery,
  secure: () => found(isSecureContext, location.protocol),
  worker: () => found("serviceWorker" in navigator),
  screen: screenSize,
  fullscreen: () => found(document.fullscreenEnabled),
  "voice-zh": () => voice("zh"),
  "voice-en": () => voice("en"),
  htmx: () => found("htmx" in window),
};
