// The time of day in the hall, by the server's clock: a screen's own may be wrong.

const clock = document.querySelector("[data-clock]");
const [time, date] = clock.children;
const timeZone = document.getElementById("board").dataset.zone;
const language = document.documentElement.lang === "en" ? "en-GB" : document.documentElement.lang;
const minutes = new Intl.DateTimeFormat(language, { timeZone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat(language, { timeZone, weekday: "long", month: "long", day: "numeric" });

let ahead = 0;

function tick() {
  const now = Date.now() + ahead;
  time.textContent = minutes.format(now);
  date.textContent = day.format(now);
  setTimeout(tick, 1000 - (now % 1000));
}

document.body.addEventListener("htmx:afterRequest", (event) => {
  const told = Date.parse(event.detail.xhr.getResponseHeader("Date") ?? "");
  // Whole seconds on the wire: smaller differences say nothing.
  if (Math.abs(told - Date.now()) > 2000) ahead = told - Date.now();
  else if (told) ahead = 0;
});

tick();
clock.hidden = false;
