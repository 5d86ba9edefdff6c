"""From the finger on the glass to the painted thank-you, on a slow screen's processor.

A real Chromium whose processor is slowed to a quarter, a real server; measured in the
page itself, from the pointer event to the end of the frame that shows the panel.
"""

import math
import shutil
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from bench.instances import new_installation, pair_screens
from bench.report import Goal, Report, Table
from bench.rounds import Plan
from bench.servers import Server, start_ours
from kiosk.web.access import DEVICE_COOKIE

SLOWER = 4
"""How many times slower the page's processor is made than this machine's."""
TAPS = 60
BOUND = 100.0
"""Milliseconds that feel like at once."""
_WARM = 3
_PATIENCE = 30_000
_MEASURE = """() => {
  window.took = [];
  let begun = null;
  addEventListener("pointerdown", ({target, timeStamp}) => {
    if (target.closest("[data-level]")) begun = timeStamp;
  }, true);
  new MutationObserver(() => {
    const {step} = document.body.dataset;
    if (begun === null || !["good", "bad", "thanks"].includes(step)) return;
    const from = begun;
    begun = null;
    requestAnimationFrame(() => {
      // The message is delivered when the frame has been handed over.
      const painted = new MessageChannel();
      painted.port1.onmessage = () => took.push(performance.now() - from);
      painted.port2.postMessage(null);
    });
  }).observe(document.body, {attributeFilter: ["data-step"]});
  document.body.dataset.stay = "0"; // the next visitor comes at once
}"""


def run(plan: Plan, folder: Path) -> Report:
    """Tap online and offline; then count what arrived."""
    report = Report(f"Thanks: tap to painted thank-you, processor {SLOWER} x slower")
    path = _browser()
    if path is None:
        report.notes.append("NOT MEASURED: no Chromium found")
        return report
    with new_installation(folder / "ours", 1):
        [secret] = pair_screens(1)
    server = start_ours(folder / "ours", KIOSK_HTMX="local")
    taps = plan.repeats(TAPS) if not plan.quick else 2 * _WARM
    try:
        with _screen(server, secret, path) as page:
            online = _tapped(page, taps)
            page.context.set_offline(True)
            offline = _tapped(page, taps)
            page.context.set_offline(False)
            _wait_until_kept(page, folder / "ours", 2 * taps)
    finally:
        server.stop()
    report.tables.append(_table({"online": online, "offline": offline}))
    report.goals = [
        Goal("p95 online", _percentile(online, 0.95), BOUND, "ms"),
        Goal("p95 offline", _percentile(offline, 0.95), BOUND, "ms"),
        Goal("thanked for but not kept", 2 * taps - _rows(folder / "ours"), 0, "taps"),
    ]
    report.rounds = [{"online": online, "offline": offline}]
    return report


def _browser() -> str | None:
    names = ("chromium", "chromium-browser", "google-chrome")
    return next((found for name in names if (found := shutil.which(name))), None)


@contextmanager
def _screen(server: Server, secret: str, browser: str) -> Iterator[Page]:
    address = f"http://127.0.0.1:{server.port}"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=browser, args=["--no-sandbox", "--disable-gpu"]
        )
        context = chromium.new_context(
            viewport={"width": 1280, "height": 800}, has_touch=True
        )
        context.add_cookies([{"name": DEVICE_COOKIE, "value": secret, "url": address}])
        page = context.new_page()
        page.goto(f"{address}/tablet")
        page.locator("html[data-ready]").wait_for(timeout=_PATIENCE)
        page.evaluate(_MEASURE)
        # Outside the opening hours it sleeps, and the first touch only wakes it.
        if page.locator("[data-sleep]").is_visible():
            page.locator("[data-sleep]").tap()
        slowed = context.new_cdp_session(page)
        slowed.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
        for number in range(_WARM):
            _tap(page, number)
        yield page
        chromium.close()


def _tapped(page: Page, taps: int) -> list[float]:
    """Tap so many times, each as a new visitor; return the milliseconds."""
    page.evaluate("took.length = 0")
    for number in range(taps):
        _tap(page, number)
    took: list[float] = page.evaluate("took")
    return took


def _tap(page: Page, number: int) -> None:
    before = page.evaluate("took.length")
    page.locator(f'[data-level="{1 + number % 5}"]').tap()
    page.wait_for_function("(before) => took.length > before", arg=before)
    page.locator("[data-finish]:visible").tap()
    page.locator('body[data-step="ask"]').wait_for(timeout=_PATIENCE)


def _wait_until_kept(page: Page, folder: Path, taps: int) -> None:
    """Give the outbox time to deliver what was tapped offline."""
    page.evaluate("dispatchEvent(new Event('online'))")
    end = time.monotonic() + _PATIENCE / 1000
    while _rows(folder) < taps and time.monotonic() < end:
        page.wait_for_timeout(100)


def _table(taken: dict[str, list[float]]) -> Table:
    rows = [
        [
            name,
            str(len(took)),
            *(f"{_percentile(took, part):.1f}" for part in (0.5, 0.95, 1.0)),
        ]
        for name, took in taken.items()
    ]
    return Table(["screen", "taps", "p50 ms", "p95 ms", "longest ms"], rows)


def _percentile(values: list[float], part: float) -> float:
    """Return the smallest value that this part of all does not exceed."""
    return sorted(values)[max(0, math.ceil(part * len(values)) - 1)]


def _rows(folder: Path) -> int:
    with closing(sqlite3.connect(folder / "kiosk.db")) as connection:
        [(rows,)] = connection.execute("SELECT count(*) FROM rating").fetchall()
    return int(rows) - _WARM
