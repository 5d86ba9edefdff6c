// Brings htmx: from the CDN when that answers in time, else from this server.
// A script tag cannot do it: a CDN that hangs would blank the page, and htmx 2
// inserted between DOMContentLoaded and `complete` never initialises.

const PATIENCE_MS = 1500;
const REMEMBERED_MS = 24 * 60 * 60 * 1000;
const FAILED_AT = "kiosk-htmx-cdn-failed";

const { content, dataset } = document.querySelector('meta[name="kiosk-htmx"]');

function failedLately() {
  try {
    const age = Date.now() - Number(localStorage.getItem(FAILED_AT) ?? 0);
    return age >= 0 && age < REMEMBERED_MS;
  } catch {
    return false; // storage is forbidden here: each page asks again
  }
}

function remember(failed) {
  try {
    if (failed) localStorage.setItem(FAILED_AT, String(Date.now()));
    else localStorage.removeItem(FAILED_AT);
  } catch {
    // As above.
  }
}

async function cdnAnswers() {
  if (content !== "cdn" || failedLately()) return false;
  try {
    const answer = await fetch(dataset.url, {
      mode: "cors",
      integrity: dataset.integrity,
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    // The body too must come in time: headers alone bring no script.
    await answer.arrayBuffer();
    remember(!answer.ok);
    return answer.ok;
  } catch {
    remember(true);
    return false;
  }
}

function insert(fromCdn) {
  const script = document.createElement("script");
  script.src = fromCdn ? dataset.url : dataset.local;
  if (fromCdn) {
    script.integrity = dataset.integrity;
    script.crossOrigin = "anonymous";
    script.addEventListener("error", () => {
      remember(true);
      insert(false);
    });
  }
  document.head.append(script);
}

const fromCdn = await cdnAnswers();
if (document.readyState === "complete") insert(fromCdn);
else window.addEventListener("load", () => insert(fromCdn), { once: true });
