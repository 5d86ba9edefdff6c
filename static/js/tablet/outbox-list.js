// What the outbox holds, for staff: when and of which kind, never what was answered.

const ROWS = 20; // of thousands that wait, the oldest say enough

function moment(text) {
  const at = new Date(text);
  const two = (number) => String(number).padStart(2, "0");
  return `${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}`;
}

function kindOf(event) {
  return event.kind === "rating" && event.revises ? "correction" : event.kind;
}

export function startList(corner, outbox) {
  const { content } = corner.querySelector("[data-op-row]");
  const list = (name) => corner.querySelector(`[data-op-list="${name}"]`);

  function row(event) {
    const made = content.firstElementChild.cloneNode(true);
    made.dataset.id = event.id;
    made.querySelector("[data-op-at]").textContent = moment(event.tapped_at);
    for (const each of made.querySelectorAll("[data-op-kind]")) each.hidden = each.dataset.opKind !== kindOf(event);
    return made;
  }

  function asideRow({ event, error, message }) {
    const made = row(event);
    const again = made.querySelector("[data-op-again]");
    made.querySelector("[data-op-why]").textContent = message || error;
    again.addEventListener("click", () => outbox.sendAgain(event.id));
    again.hidden = false;
    return made;
  }

  async function sendAll() {
    const { setAside } = await outbox.contents();
    for (const { event } of setAside) await outbox.sendAgain(event.id);
    outbox.flush();
  }

  corner.querySelector('[data-op="send"]').addEventListener("click", sendAll);
  return ({ waiting, setAside }) => {
    list("waiting").replaceChildren(...waiting.slice(0, ROWS).map(row));
    list("aside").replaceChildren(...setAside.slice(0, ROWS).map(asideRow));
    for (const [name, held] of [["waiting", waiting], ["aside", setAside]]) {
      corner.querySelector(`[data-op-section="${name}"]`).hidden = held.length === 0;
      corner.querySelector(`[data-op-more="${name}"]`).hidden = held.length <= ROWS;
    }
  };
}
