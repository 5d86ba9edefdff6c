// Starts the keeper of the page's copy where the browser has service workers (https
// or this machine itself), and takes the page of a new release when nobody is there.

const TAKEN = "kiosk-release-taken";
const SECOND_TRY = 10 * 60 * 1000;

export async function startWorker(address) {
  if (!("serviceWorker" in navigator)) return false;
  try {
    const scope = new URL(address, location.href).pathname.replace(/\/worker\.js$/, "");
    const registration = await navigator.serviceWorker.register(address, { scope });
    // The page stays open for weeks; nobody else would look for a new release.
    setInterval(() => registration.update().catch(() => {}), 60 * 60 * 1000);
    return true;
  } catch {
    return false; // forbidden in this browser; taps are kept without it
  }
}

function version() {
  return document.querySelector("#head")?.dataset.version;
}

const loaded = version();

// The server may be between two releases and give the old page once more: the same
// release is not asked for again at once, or the screen would do nothing but reload.
function triedLately(wanted) {
  try {
    const lately = sessionStorage.getItem(TAKEN) === wanted && performance.now() < SECOND_TRY;
    sessionStorage.setItem(TAKEN, wanted);
    return lately;
  } catch {
    return performance.now() < SECOND_TRY;
  }
}

// To be called after each heartbeat and whenever the screen becomes free.
export function reloadWhenIdle(isIdle) {
  const wanted = version();
  if (!loaded || !wanted || wanted === loaded || !isIdle()) return false;
  if (triedLately(wanted)) return false;
  location.reload();
  return true;
}
