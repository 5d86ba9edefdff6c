// A row that changes places slides there, one at a time, and the rows between
// make way. Nothing moves where the system asks for less motion.

const MOST_STEPS = 4; // a longer procession would not end before the next change

let placesBefore = null;

function rows() {
  return [...document.querySelectorAll("#board [data-window]")];
}

// The longest part of `order` that already rises: those rows stand still.
function resting(order) {
  const best = order.map(() => ({ length: 1, from: -1 }));
  order.forEach((value, at) => {
    for (let earlier = 0; earlier < at; earlier += 1) {
      if (order[earlier] < value && best[earlier].length + 1 > best[at].length) {
        best[at] = { length: best[earlier].length + 1, from: earlier };
      }
    }
  });
  const still = new Set();
  let at = best.reduce((top, each, index) => (each.length > best[top].length ? index : top), 0);
  while (at >= 0 && order.length > 0) {
    still.add(order[at]);
    at = best[at].from;
  }
  return still;
}

// The orders the rows pass through, from the old one to 0, 1, 2 …
function orders(start) {
  const still = resting(start);
  const movers = start.filter((row) => !still.has(row)).sort((a, b) => a - b);
  const passed = [start];
  for (const mover of movers) {
    const next = passed.at(-1).filter((row) => row !== mover);
    const placed = new Set([...still, ...movers.filter((row) => row < mover)]);
    const before = next.findIndex((row) => placed.has(row) && row > mover);
    next.splice(before < 0 ? next.length : before, 0, mover);
    passed.push(next);
  }
  return passed.length > MOST_STEPS + 1 ? [start, passed.at(-1)] : passed;
}

function tops(order, heights) {
  const top = [];
  let sum = 0;
  for (const row of order) {
    top[row] = sum;
    sum += heights[row];
  }
  return top;
}

function slide(visible, start, duration, easing) {
  const heights = visible.map((row) => row.getBoundingClientRect().height);
  const final = tops(visible.map((_, at) => at), heights);
  const stations = orders(start).map((order) => tops(order, heights));
  const still = resting(start);
  return visible.flatMap((row, at) => {
    const away = stations.map((station) => station[at] - final[at]);
    if (away.every((distance) => distance === 0)) return [];
    row.toggleAttribute("data-moves", !still.has(at));
    return row.animate(
      away.map((distance) => ({ transform: `translateY(${distance}px)`, easing })),
      { duration: duration * (stations.length - 1) },
    );
  });
}

async function move() {
  if (placesBefore === null) return;
  const style = getComputedStyle(document.documentElement);
  const duration = parseFloat(style.getPropertyValue("--m-place")) || 0;
  const before = (row) => placesBefore.get(row.dataset.window) ?? Infinity;
  const visible = rows().filter((row) => !row.closest("[hidden]"));
  const start = visible.map((_, at) => at).sort((a, b) => before(visible[a]) - before(visible[b]) || a - b);
  placesBefore = null;
  if (duration === 0 || start.every((row, at) => row === at)) return;
  const running = slide(visible, start, duration, style.getPropertyValue("--ease").trim());
  document.documentElement.toggleAttribute("data-moving", true);
  await Promise.allSettled(running.map((animation) => animation.finished));
  document.documentElement.toggleAttribute("data-moving", false);
  for (const row of visible) row.removeAttribute("data-moves");
}

document.body.addEventListener("htmx:beforeSwap", () => {
  placesBefore = new Map(rows().map((row, at) => [row.dataset.window, at]));
});
document.body.addEventListener("htmx:afterSettle", move);
