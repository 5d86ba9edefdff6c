// On the wall ten places stand at a time and the pages turn; elsewhere all of
// them are one list. Whoever is using the page is not turned away from it.

const TURN = 12000;
const LEFT_ALONE = 60000; // a pointer parked on the wall must not stop it
const wall = matchMedia(document.querySelector('link[href*="board-wall"]').media);

let turns = 0;
let lastTouched = -LEFT_ALONE;

function shown(parts) {
  return parts.length > 0 ? turns % parts.length : 0;
}

function arrange() {
  const pages = [...document.querySelectorAll("[data-page]")];
  const groups = [...document.querySelectorAll("[data-group]")];
  for (const parts of [pages, groups]) {
    parts.forEach((part, at) => {
      part.hidden = wall.matches && at !== shown(parts);
    });
  }
  for (const page of pages) {
    // One axis for all that stand together: ten on the wall, everybody in a list.
    const axis = wall.matches ? page.dataset.axis : page.parentElement.dataset.axis;
    for (const range of page.querySelectorAll(".range")) range.setAttribute("viewBox", `0 -4 ${axis} 20`);
  }
  document.querySelectorAll("[data-turn]").forEach((link, at) => {
    if (at === shown(pages)) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  });
}

function appear() {
  const style = getComputedStyle(document.documentElement);
  const duration = parseFloat(style.getPropertyValue("--m-swap")) || 0;
  for (const part of document.querySelectorAll("[data-page], [data-group]")) {
    if (!part.hidden) part.animate([{ opacity: 0 }, { opacity: 1 }], { duration });
  }
}

function turnTo(next) {
  turns = next;
  arrange();
  appear();
}

setInterval(() => {
  const resting = performance.now() - lastTouched > LEFT_ALONE;
  const moving = document.documentElement.hasAttribute("data-moving");
  const several = document.querySelectorAll("[data-page], [data-group]").length > 1;
  if (wall.matches && several && resting && !moving && !document.hidden) turnTo(turns + 1);
}, TURN);

for (const kind of ["pointermove", "pointerdown", "wheel", "keydown"]) {
  document.addEventListener(kind, () => { lastTouched = performance.now(); }, { passive: true });
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-turn]");
  if (!link || !wall.matches) return;
  event.preventDefault();
  turnTo(Number(link.dataset.turn) - 1);
});

wall.addEventListener("change", arrange);
document.body.addEventListener("htmx:afterSettle", arrange);
arrange();
