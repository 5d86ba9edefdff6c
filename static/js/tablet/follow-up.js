// The reasons after a tap. The large view has boxes of its own; whichever are on the
// screen count, and nothing of them is left for the next visitor.

const form = (side) => document.querySelector(`[data-follow="${side}"]`);

export function ask(side) {
  form(side).reset();
}

export function clear() {
  for (const each of document.querySelectorAll("[data-follow]")) each.reset();
}

export function ticked(side) {
  const boxes = form(side)?.querySelectorAll("input:checked") ?? [];
  return [...boxes].filter((box) => box.offsetParent !== null).map((box) => Number(box.value));
}
