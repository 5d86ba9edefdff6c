"""A browser with a profile on disk that is killed while somebody taps."""

import os
import signal
import subprocess
from collections import Counter
from collections.abc import Generator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from playwright.sync_api import Browser, Page

from tests.faults.broken_outboxes import break_outbox
from tests.faults.halls import Hall
from tests.faults.tablets import kept_ratings, open_outbox
from tests.journeys.conftest import ARGUMENTS, find_browser
from tests.waiting import PATIENCE, until

DELIVERY_PATIENCE = 10.0
"""Seconds that the last start has for what still waits."""
_TAP = """(level) => {
  box.put({kind: "rating", level}).then(({id}) => confirmed(id));
}"""


@dataclass
class KilledScreen:
    """The browser of a screen; each start finds what the last one had written."""

    hall: Hall
    profile: Path
    broken: str | None = None
    taps: int = 0
    confirmed: set[str] = field(default_factory=set)
    """Events that the page was told are safe, before it was killed."""
    _process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.kill()

    def start(self) -> Page:
        """Start the browser, as a screen that is switched on; return its page."""
        self._port_file.unlink(missing_ok=True)
        self._process = subprocess.Popen(
            [
                find_browser(),
                *ARGUMENTS,
                "--headless=new",
                f"--user-data-dir={self.profile}",
                "--remote-debugging-port=0",
                "about:blank",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        context = self._connected().contexts[0]
        page = context.new_page()
        if self.broken is not None:
            break_outbox(context, self.broken)
        page.expose_function("confirmed", self.confirm)
        open_outbox(page, self.hall.line, self.hall.screen)
        return page

    def kill(self) -> None:
        """Kill the browser and all its processes at once, as a power cut would."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(PATIENCE)
        self._process = None

    def tap(self, page: Page) -> None:
        """Tap without waiting for what comes of it."""
        self.taps += 1
        page.evaluate(_TAP, 1 + self.taps % 5)

    def confirm(self, event: str) -> None:
        """Take down that the page was told an event is safe."""
        self.confirmed.add(event)

    @property
    def _port_file(self) -> Path:
        return self.profile / "DevToolsActivePort"

    def _connected(self) -> Browser:
        until(lambda: self._port_file.exists() and "\n" in self._port_file.read_text())
        port = self._port_file.read_text().splitlines()[0]
        kind = self.hall.browser.browser_type
        return kind.connect_over_cdp(f"http://127.0.0.1:{port}")


# Moments to die in; each is given before the taps, and returned to after them.

Moment = Generator[None, None, None]


def at_once(_screen: KilledScreen, _page: Page) -> Moment:
    """The finger has just left the glass."""
    yield


def when_confirmed(screen: KilledScreen, page: Page) -> Moment:
    """The page has just been told that an event is safe."""
    known = len(screen.confirmed)
    yield
    until(lambda: _heard(page) and len(screen.confirmed) > known)


def when_committed(screen: KilledScreen, page: Page) -> Moment:
    """The server has kept an event, and its answer is on the way."""
    line = screen.hall.line
    known, line.delay = line.commits, lambda: 0.5
    yield
    until(lambda: _heard(page) and line.commits > known)


def when_answered(_screen: KilledScreen, page: Page) -> Moment:
    """An answer has just come."""
    yield
    until(lambda: page.evaluate("told.length") > 0)


MOMENTS = (at_once, when_confirmed, when_committed, when_answered)


def _heard(page: Page) -> bool:
    """Let the page's news in; always true."""
    page.evaluate("0")
    return True


def die_and_start_again(screen: KilledScreen, times: int) -> None:
    """Kill the browser so many times while taps are under way; then let it deliver."""
    for number in range(times):
        screen.hall.line.good()
        page = screen.start()
        moment = MOMENTS[number % len(MOMENTS)](screen, page)
        next(moment)
        for _ in range(1 + number % 3):
            screen.tap(page)
        next(moment, None)
        screen.kill()
    screen.hall.line.good()
    screen.start()
    # What is lost never comes: then the check says so.
    with suppress(AssertionError):
        until(lambda: screen.confirmed <= _ids_kept(), DELIVERY_PATIENCE)
    screen.kill()


def check_confirmed_once_and_others_at_most_once(screen: KilledScreen) -> None:
    """Assert that no tap is there twice, and no confirmed one is missing."""
    kept = kept_ratings()
    # Each tap has a number of its own, whatever id it was sent with.
    numbers = Counter(row.sequence for row in kept)
    twice = [number for number, times in numbers.items() if times > 1]
    assert twice == [], f"{len(twice)} taps are there twice"
    assert len(kept) <= screen.taps
    lost = screen.confirmed - _ids_kept()
    assert len(lost) == 0, f"{len(lost)} of {len(screen.confirmed)} confirmed are lost"


def _ids_kept() -> set[str]:
    return {str(row.event_id) for row in kept_ratings()}
