// Large type, language and contrast: one touch each, and back to the default
// when the visitor has gone.

const root = document.documentElement;
const LANGUAGE_TAGS = { zh: "zh-CN", en: "en" };

function setLanguage(name) {
  root.dataset.lang = name;
  root.lang = LANGUAGE_TAGS[name];
}

function press(button) {
  const kind = button.dataset.switch;
  if (kind === "lang") {
    setLanguage(root.dataset.lang === "zh" ? "en" : "zh");
    return;
  }
  const on = root.dataset[kind] === button.dataset.value;
  if (on) delete root.dataset[kind];
  else root.dataset[kind] = button.dataset.value;
  button.setAttribute("aria-pressed", String(!on));
}

export function startDisplay(buttons, onChange) {
  for (const button of buttons) {
    button.addEventListener("click", () => {
      press(button);
      onChange();
    });
  }
}

export function resetDisplay(buttons) {
  setLanguage(root.dataset.defaultLang);
  for (const button of buttons) {
    if (button.dataset.switch === "lang") continue;
    delete root.dataset[button.dataset.switch];
    button.setAttribute("aria-pressed", "false");
  }
}
