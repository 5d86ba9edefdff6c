"""A hall for faults: a server whose clock is moved, a bad line, a screen behind it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext

from kiosk.clock import utc_now
from tests.faults.bad_line import BadLine
from tests.faults.broken_outboxes import break_outbox
from tests.faults.moved_clock import MovedClock
from tests.faults.tablets import NEVER_WRONG, Tablet, open_tablet
from tests.screens import Screen, pair_screen
from tests.server import RealServer


@dataclass
class Hall:
    """All that stands between a finger and the database."""

    server: RealServer
    line: BadLine
    clock: MovedClock
    screen: Screen
    browser: Browser
    contexts: list[BrowserContext] = field(default_factory=list)

    def tablet(
        self, *, broken: str | None = None, wrong_by: timedelta = NEVER_WRONG
    ) -> Tablet:
        """Open the screen's outbox in a browser profile of its own.

        `broken`: the promise that its scripts break. `wrong_by`: how far its clock
        is ahead of ours.
        """
        # A worker's copy of a script would come in the way of a broken one.
        context = self.browser.new_context(service_workers="block")
        self.contexts.append(context)
        if broken is not None:
            break_outbox(context, broken)
        return open_tablet(context, self.line, self.clock, self.screen, wrong_by)


@contextmanager
def open_hall(
    database_url: str,
    folder: Path,
    browser: Browser,
    application: str = "tests.faults.moved_clock:app",
    **environment: str,
) -> Iterator[Hall]:
    """Yield a hall on a database that has its installation already."""
    clock = MovedClock(folder / "clock")
    screen = pair_screen("A001", utc_now() - timedelta(minutes=1))
    with (
        RealServer(
            folder,
            application=application,
            begun=True,
            KIOSK_DATABASE_URL=database_url,
            KIOSK_CLOCK_FILE=str(clock.file),
            **environment,
        ) as server,
        BadLine(server) as line,
    ):
        hall = Hall(server, line, clock, screen, browser)
        try:
            yield hall
        finally:
            for context in hall.contexts:
                context.close()
