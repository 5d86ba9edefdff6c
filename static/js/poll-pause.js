// The board asks only while somebody can see it and nothing is sliding. When the
// server fails it asks less and less often, and says since when data is missing.

const EVERY = 3000;
const LONGEST = 30000;
const QUIET = 10000; // a restart is over before this; longer is said

let failures = 0;
let notBefore = 0;
let answeredAt = Date.now();

const board = () => document.getElementById("board");
const ours = (event) => event.detail.elt === board() || event.detail.target === board();

function tellAge() {
  const missing = failures > 0 && Date.now() - answeredAt >= QUIET;
  const line = board().querySelector("[data-stale]");
  const time = line.querySelector("time");
  const timeZone = board().dataset.zone;
  const written = new Intl.DateTimeFormat("en-GB", { timeZone, hour: "2-digit", minute: "2-digit" });
  time.textContent = written.format(answeredAt);
  line.hidden = !missing;
}

function failed() {
  failures += 1;
  const wait = Math.min(EVERY * 2 ** failures, LONGEST);
  // Two hundred screens must not all come back in the same second.
  notBefore = Date.now() + wait * (0.75 + Math.random() / 2);
  setTimeout(tellAge, Math.max(0, answeredAt + QUIET - Date.now()));
}

function succeeded() {
  failures = 0;
  notBefore = 0;
  answeredAt = Date.now();
  tellAge();
}

document.body.addEventListener("htmx:beforeRequest", (event) => {
  const moving = document.documentElement.hasAttribute("data-moving");
  if (ours(event) && (document.hidden || moving || Date.now() < notBefore)) event.preventDefault();
});
document.body.addEventListener("htmx:configRequest", (event) => {
  event.detail.headers["If-None-Match"] = `W/"${board().dataset.mark}"`;
});
document.body.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status === 304) event.detail.shouldSwap = false;
});
document.body.addEventListener("htmx:afterRequest", (event) => {
  const { status } = event.detail.xhr;
  if (status === 200 || status === 304) succeeded();
  else failed();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) window.htmx?.trigger(board(), "look-now");
});
