// A test tap goes the whole way of a rating and is not counted.

const PATIENCE = 4000;

export function startTestTap(button, outbox, say) {
  let sent = "";
  let patience = 0;

  function settle(name) {
    clearTimeout(patience);
    say(name);
  }

  button.addEventListener("click", async () => {
    settle("sending");
    patience = setTimeout(say, PATIENCE, "waiting");
    try {
      ({ id: sent } = await outbox.put({ kind: "test" }));
    } catch {
      settle("failed");
    }
  });
  outbox.addEventListener("kept", ({ detail }) => {
    if (detail.id === sent) settle("arrived");
  });
  outbox.addEventListener("refused", ({ detail }) => {
    if (detail.event.id === sent) settle("failed");
  });
}
