// Keeps a copy of the screen's page, so that a reload without a network shows it.
// The server puts KEEPS in front: the release's mark, the page's address, the files.
// It touches no POST: what visitors tapped is the outbox's affair.

const CACHE = `kiosk-screen-${KEEPS.mark}`;
const OURS = "kiosk-screen-";
const PATIENCE = 3000; // a line that answers later than this is as good as none

// Pages that were copies: their files are copies too, of one release and at once.
const copied = new Set();
const FRESH = { cache: "no-cache", credentials: "same-origin" };

// The screen's page of this very release: not the page of a screen without a window,
// not what a portal puts in its place, not the page that the next release's files need.
function isOurs(answer, text) {
  return answer.ok && !answer.redirected && text.includes(`data-version="${KEEPS.mark}`);
}

async function keepPage(answer) {
  const copy = answer.clone();
  const text = await answer.clone().text();
  if (!isOurs(answer, text)) return [];
  const cache = await caches.open(CACHE);
  await cache.put(KEEPS.page, copy);
  return [...text.matchAll(/(?:src|href)="(\/(?:static|assets)\/[^"]+)"/g)].map((found) => found[1]);
}

async function keepFile(address) {
  const cache = await caches.open(CACHE);
  if (await cache.match(address)) return;
  const answer = await fetch(address, FRESH);
  if (!answer.ok) throw new Error(address);
  await cache.put(address, answer);
}

// All or nothing: half a release would be a page that does not work.
async function install() {
  const named = await keepPage(await fetch(KEEPS.page, FRESH));
  await Promise.all([...KEEPS.files, ...named].map(keepFile));
  await self.skipWaiting();
}

async function activate() {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith(OURS) && name !== CACHE);
  await Promise.all(old.map((name) => caches.delete(name)));
  await self.clients.claim();
}

async function kept(address) {
  const cache = await caches.open(CACHE);
  return cache.match(address);
}

// The network's answer, or undefined when it fails, errs or takes too long.
function inTime(answering) {
  const tooLong = new Promise((resolve) => {
    setTimeout(resolve, PATIENCE);
  });
  const good = answering.then((answer) => (answer.status < 500 ? answer : undefined));
  return Promise.race([good.catch(() => undefined), tooLong]);
}

async function freshOr(event, copyOf, onCopy) {
  const answering = fetch(event.request);
  const answer = await inTime(answering);
  if (answer !== undefined) return answer;
  const copy = await kept(copyOf);
  if (copy === undefined) return answering;
  onCopy?.();
  return copy;
}

async function page(event) {
  const answer = await freshOr(event, KEEPS.page, () => copied.add(event.resultingClientId));
  if (answer.ok) event.waitUntil(keepPage(answer.clone()).catch(() => {}));
  return answer;
}

async function file(event, address) {
  const copy = await kept(address);
  if (copy !== undefined) return copy;
  const answer = await fetch(event.request);
  if (answer.ok) {
    const cache = await caches.open(CACHE);
    event.waitUntil(cache.put(address, answer.clone()).catch(() => {}));
  }
  return answer;
}

// Another page of the screen's, and no network: back to the one that works.
async function elsewhere(event) {
  try {
    return await fetch(event.request);
  } catch (broken) {
    if (await kept(KEEPS.page)) return Response.redirect(KEEPS.page);
    throw broken;
  }
}

function answerTo(event, { pathname, search }) {
  const address = pathname + search;
  if (event.request.mode === "navigate") {
    return pathname === KEEPS.page ? page(event) : elsewhere(event);
  }
  if (!pathname.startsWith("/assets/") && !pathname.startsWith("/static/")) return null;
  const forGood = pathname.startsWith("/assets/") || search.startsWith("?v=");
  if (forGood || copied.has(event.clientId)) return file(event, address);
  return freshOr(event, address);
}

self.addEventListener("install", (event) => event.waitUntil(install()));
self.addEventListener("activate", (event) => event.waitUntil(activate()));
self.addEventListener("fetch", (event) => {
  const where = new URL(event.request.url);
  if (event.request.method !== "GET" || where.origin !== location.origin) return;
  const answer = answerTo(event, where);
  if (answer !== null) event.respondWith(answer);
});
