// The reasons after a tap. The large view has boxes of its own; whichever are on the
// screen count, and nothing of them is left for the next visitor.

const group = (side) => document.querySelector(`[data-follow="${side}"]`);

function untick(boxes) {
  for (const box of boxes.querySelectorAll("input")) box.checked = false;
}

export function ask(side) {
  untick(group(side));
}

export function clear() {
  for (const each of document.querySelectorAll("[data-follow]")) untick(each);
}

export function ticked(side) {
  const boxes = group(side)?.querySelectorAll("input:checked") ?? [];
  return [...boxes].filter((box) => box.offsetParent !== null).map((box) => Number(box.value));
}
