// The way to sign on leaves the rating page; while the server is away it stays, and says so.

import { serverAnswers } from "./server-answers.js";

const SHOWN_FOR = 8000;

export function startSignOn(alive) {
  const link = document.querySelector("[data-sign-on]");
  const line = document.querySelector("[data-sign-on-later]");
  link.addEventListener("click", async (press) => {
    press.preventDefault();
    if (await serverAnswers(alive)) {
      location.assign(link.href);
      return;
    }
    line.hidden = false;
    setTimeout(() => {
      line.hidden = true;
    }, SHOWN_FOR);
  });
}
