"""When a tap was really made, told by a screen whose clock may be wrong.

Three ways of telling: the screen's wall clock, set right by how wrong it is now; the
same, set right by how wrong it was at the tap; and its steady clock, which nobody
sets but which stands still while the machine sleeps and begins anew with each page.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from kiosk.domain.intake import CLOCK_SLACK, EDGE_YEARS, is_doubtful


@dataclass(frozen=True)
class Clocks:
    """A screen's clocks at one moment."""

    wall: datetime
    run: str
    """Names the run of the page within which `steady` counts."""
    steady: timedelta
    ahead: timedelta | None = None
    """How far our clock was ahead of the wall clock, when last heard; None: never."""


def time_of_tap(
    tap: Clocks, sent: Clocks, received_at: datetime, last_contact: datetime
) -> datetime:
    """Return our time of a tap, from the screen's clocks at the tap and at sending.

    While the wall clock is as wrong as it was, it is believed. If it was set in
    between, the steady clock comes first. The first time that lies between the
    last contact and the arrival is taken; where none does, the wall clock's, which
    intake then marks as uncertain.
    """
    ahead = received_at - sent.wall
    by_wall = _moved(tap.wall, ahead)
    was_set = tap.ahead is not None and abs(tap.ahead - ahead) > CLOCK_SLACK
    told = list(_other_ways(tap, sent, received_at))
    for moment in [*told, by_wall] if was_set else [by_wall, *told]:
        if not is_doubtful(moment, received_at, last_contact):
            return moment
    return by_wall


def _other_ways(tap: Clocks, sent: Clocks, received_at: datetime) -> Iterator[datetime]:
    if tap.run == sent.run and tap.steady <= sent.steady:
        yield received_at - (sent.steady - tap.steady)
    if tap.ahead is not None:
        yield _moved(tap.wall, tap.ahead)


def _moved(wall: datetime, ahead: timedelta) -> datetime:
    """Return the sum, or `wall` itself where that is no time in every zone."""
    try:
        moved = wall + ahead
    except OverflowError:
        return wall
    return wall if moved.year in EDGE_YEARS else moved
