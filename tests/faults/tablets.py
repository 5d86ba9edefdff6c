"""A screen in a real browser behind a bad line: its outbox is driven, time is moved."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import BrowserContext, Page
from sqlalchemy import select

from kiosk.extensions import reading
from kiosk.models import Device, DeviceGap, DeviceReport, Rating, Window
from kiosk.web.access import DEVICE_COOKIE
from tests.faults.bad_line import BadLine
from tests.faults.moved_clock import MovedClock
from tests.recount import check_tallies
from tests.screens import Screen
from tests.waiting import until

OUTBOX = "/static/js/tablet/outbox.js"
NOWHERE = "/nowhere"
"""A page of our own address without a script: what a test imports is alone there."""
_SETTINGS = ("address", "device", "window", "sequence")
_OPEN = """async ([module, settings]) => {
  const ask = window.fetch;
  window.flights = new Set();
  window.fetch = (...what) => {
    const flight = ask(...what);
    flights.add(flight);
    flight.catch(() => {}).then(() => flights.delete(flight));
    return flight;
  };
  window.settings = settings;
  window.box = await (await import(module)).openOutbox(settings);
  window.told = [];
  for (const name of ["kept", "refused", "unpaired"]) {
    box.addEventListener(name, ({detail}) => told.push([name, detail?.id ?? null]));
  }
}"""
# Whoever moves time must let the disk finish first, and what is on its way to the
# server and back: either would look too slow.
_SETTLED = """async () => {
  await box.contents();
  await Promise.allSettled([...flights]);
  await box.contents();
}"""
_PUT = """async (parts) => {
  const event = await box.put(parts);
  await box.contents();
  return event;
}"""
_TIME_MOVES_BY = timedelta(seconds=15)
"""Two clocks that are moved in steps on a busy machine agree no better."""
_STEP = 2000
"""Milliseconds by which time moves while an outbox is being emptied."""

Event = dict[str, Any]
NEVER_WRONG = timedelta(0)


@dataclass
class Tablet:
    """A page with an open outbox; it remembers what the outbox acknowledged."""

    page: Page
    line: BadLine
    clock: MovedClock
    """The server's; time passes there as it passes here."""
    wrong_by: timedelta = NEVER_WRONG
    """How far the screen's own clock is ahead of the server's."""
    confirmed: list[Event] = field(default_factory=list)
    """Events that `put` gave back, which is what the visitor is thanked for."""

    def put(self, **parts: object) -> Event:
        """Put an event; return it as soon as the outbox says that it is safe."""
        event: Event = self.page.evaluate(_PUT, parts)
        self.confirmed.append(event)
        return event

    def tap(self) -> Event:
        """Tap another level than the last time, so that no two taps are merged."""
        level = 1 + len(self.confirmed) % 5
        return self.put(kind="rating", level=level)

    @property
    def waiting(self) -> int:
        return int(self.page.evaluate("box.waiting"))

    def contents(self) -> dict[str, Any]:
        """Return ids that wait and ids that are set aside, each in their order."""
        found: dict[str, Any] = self.page.evaluate(
            """async () => {
              const {waiting, setAside} = await box.contents();
              return {waiting: waiting.map(({id}) => id),
                      setAside: setAside.map(({event}) => event.id)};
            }"""
        )
        return found

    def forward(self, **time: float) -> None:
        """Let time pass on the screen; what falls due is done once."""
        was_cut = self.line.cut
        # Nothing may arrive between the one clock's move and the other's.
        self.line.cut = True
        passed = round(1000 * timedelta(**time).total_seconds())
        self.page.clock.fast_forward(passed)
        if not was_cut:
            self.tell_server()
            self.line.cut = False

    def step(self) -> None:
        """Let a moment pass, but not while an answer is on its way."""
        self.page.clock.run_for(_STEP)
        self.tell_server()
        until(lambda: self.line.busy == 0)
        self.page.evaluate(_SETTLED)

    def tell_server(self) -> None:
        """Let it be the same time at the server as on the screen."""
        # Not added up on either side: a moved clock loses a little each time.
        shown = self.page.evaluate("Date.now()") / 1000
        self.clock.show(datetime.fromtimestamp(shown, UTC) - self.wrong_by)

    def step_until_asked(self, times: int, most: int = 300) -> None:
        """Let time pass until the outbox has tried to deliver so many times more."""
        goal = len(self.line.deliveries) + times
        for _ in range(most):
            if len(self.line.deliveries) >= goal:
                return
            self.step()
        raise AssertionError(f"the outbox did not try {times} times more")

    def step_until_empty(self, most: int = 1000) -> None:
        """Let time pass until nothing waits."""
        for _ in range(most):
            if self.waiting == 0:
                return
            self.step()
        raise AssertionError(f"{self.waiting} events still wait")


def settings_of(screen: Screen) -> dict[str, object]:
    """Return what the page of a paired screen tells its outbox."""
    with reading() as session:
        device = session.get_one(Device, screen.device_id)
        window = session.get_one(Window, device.window_id)
        return {
            "address": "/tablet/ratings",
            "device": device.code,
            "window": window.code,
            "sequence": device.last_sequence,
        }


def open_tablet(
    context: BrowserContext,
    line: BadLine,
    clock: MovedClock,
    screen: Screen,
    wrong_by: timedelta = NEVER_WRONG,
) -> Tablet:
    """Open the outbox of a screen in a page of its own, whose clock tests move."""
    page = context.new_page()
    page.clock.install(time=clock.now() + wrong_by)
    open_outbox(page, line, screen)
    return Tablet(page, line, clock, wrong_by)


def another_tab(tablet: Tablet) -> Tablet:
    """Open the same screen once more, in another tab of its browser."""
    page = tablet.page.context.new_page()
    page.goto(tablet.line.url + NOWHERE)
    told = {name: tablet.page.evaluate(f"settings.{name}") for name in _SETTINGS}
    page.evaluate(_OPEN, [OUTBOX, told])
    return Tablet(page, tablet.line, tablet.clock, tablet.wrong_by)


def open_outbox(page: Page, line: BadLine, screen: Screen) -> None:
    """Make a page the screen's, and leave its outbox in `box`."""
    cookie = {"name": DEVICE_COOKIE, "value": screen.secret, "url": line.url}
    page.context.add_cookies([cookie])
    page.goto(line.url + NOWHERE)
    page.evaluate(_OPEN, [OUTBOX, settings_of(screen)])


# What must hold afterwards


def kept_ratings() -> list[Rating]:
    """Return the ratings as they were kept, first come first."""
    with reading() as session:
        return list(session.scalars(select(Rating).order_by(Rating.id)))


def check_all_once_in_order(confirmed: Sequence[Event]) -> None:
    """Assert that the rows are the confirmed taps: all, once, in their order."""
    kept = [(str(row.event_id), row.sequence, row.level) for row in kept_ratings()]
    told = [(each["id"], each["sequence"], each["level"]) for each in confirmed]
    assert len(kept) == len(told), f"{len(kept)} kept of {len(told)} confirmed"
    wrong = [pair for pair in zip(kept, told, strict=True) if pair[0] != pair[1]]
    assert not wrong, f"not in the order of the taps: {len(wrong)} from {wrong[0]}"
    check_no_gap_and_no_clone()
    check_tallies()


def check_all_at_their_time(confirmed: Sequence[Event]) -> None:
    """Assert that each rating is kept at its tap's moment, nothing in doubt."""
    kept = kept_ratings()
    wrong = [
        abs(row.tapped_at - datetime.fromisoformat(event["tapped_at"]))
        for row, event in zip(kept, confirmed, strict=True)
    ]
    assert max(wrong) < _TIME_MOVES_BY
    assert not any(row.time_uncertain for row in kept)


def check_no_gap_and_no_clone() -> None:
    """Assert that no sequence number is missing, and none came twice."""
    with reading() as session:
        assert session.scalars(select(DeviceGap.first)).all() == []
        clones = session.scalars(select(DeviceReport.cloned_at)).all()
    assert set(clones) <= {None}
