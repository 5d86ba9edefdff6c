// Outside the opening hours the screen sleeps: dim, calm, with the next opening. A
// touch wakes it for one visitor, because people are still served after the hour.

const AWAKE_FOR = 60000;

export function startSleep(isFree) {
  const cover = document.querySelector("[data-sleep]");
  const opens = cover.querySelector("[data-opens]");
  let awakeUntil = 0;

  const look = () => {
    const head = document.getElementById("head");
    const line = head.querySelector(".k-asleep");
    const asleep = Boolean(head.dataset.asleep) && Date.now() >= awakeUntil && isFree();
    if (asleep && line !== null) opens.replaceChildren(...line.cloneNode(true).childNodes);
    cover.hidden = !asleep;
  };
  cover.addEventListener("click", () => {
    awakeUntil = Date.now() + AWAKE_FOR;
    look();
  });
  for (const kind of ["pointerdown", "keydown"]) {
    document.addEventListener(kind, () => {
      if (cover.hidden) awakeUntil = Date.now() + AWAKE_FOR;
    });
  }
  document.body.addEventListener("htmx:afterSettle", look);
  setInterval(look, 5000);
  look();
}
