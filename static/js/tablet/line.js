// The state of the line, for staff: what waits is said in words once it is no news of
// a moment, and a device that cannot keep anything is said at once.

const NO_NEWS = 3000;

export function startLine(outbox) {
  const line = document.querySelector("[data-waiting]");
  const count = document.querySelector("[data-count]");
  const memory = document.querySelector("[data-memory]");
  let timer = 0;

  const tell = () => {
    count.textContent = outbox.waiting;
    memory.hidden = outbox.durable;
    if (outbox.waiting === 0) {
      clearTimeout(timer);
      timer = 0;
      line.hidden = true;
    } else if (timer === 0) {
      timer = setTimeout(() => {
        line.hidden = outbox.waiting === 0;
      }, NO_NEWS);
    }
  };
  outbox.addEventListener("change", tell);
  tell();
}
