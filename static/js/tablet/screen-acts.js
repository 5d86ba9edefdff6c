// Full screen, a new start of the page, and the ways to other pages. A page cannot
// close the browser it runs in: how that is done stands beside it in words.

import { serverAnswers } from "./server-answers.js";

export function startScreenActs(corner, say) {
  const act = (name) => corner.querySelector(`[data-op="${name}"]`);

  function show() {
    const full = Boolean(document.fullscreenElement);
    act("fill").hidden = full || !document.fullscreenEnabled;
    act("unfill").hidden = !full;
  }

  // Left while the server is away, the screen would stay blank until it is back.
  async function leave(go) {
    say("");
    if (await serverAnswers(corner.dataset.alive)) go();
    else say("offline");
  }

  act("fill").addEventListener("click", async () => {
    corner.close();
    try {
      await document.documentElement.requestFullscreen({ navigationUI: "hide" });
    } catch {
      // The system forbids it; the self-test page says so.
    }
  });
  act("unfill").addEventListener("click", () => document.exitFullscreen());
  act("reload").addEventListener("click", () => leave(() => location.reload()));
  for (const link of corner.querySelectorAll("[data-op-away]")) {
    link.addEventListener("click", (press) => {
      press.preventDefault();
      leave(() => location.assign(link.href));
    });
  }
  document.addEventListener("fullscreenchange", show);
  show();
}
