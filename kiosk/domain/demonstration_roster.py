"""Who serves in the invented hall: sixty clerks who change windows every Monday.

Names are made of the sixty cyclical signs, so that nobody takes them for real.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from kiosk.domain.demonstration_hall import hall_windows
from kiosk.domain.shifts import LONGEST, Span, day_span, moment_on

PLANNED_DAYS = 14
"""Days after the last for which the roster is planned already."""
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_FIRST_BADGE = 1001
_NOT_NAMED = 7
"""Every seventh clerk has not consented to be named."""
PIN = "2580"
"""With it every clerk of the demonstration signs on; the page says so."""
_BEGINS, _ENDS = time(8, 30), time(17, 30)
_SATURDAY = 5
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class HallClerk:
    """A clerk of the demonstration as a list of clerks would state them."""

    name: str
    badge: str
    named: bool
    unit: str


@cache
def hall_clerks() -> tuple[HallClerk, ...]:
    """Return as many clerks as there are windows, those of a unit side by side."""
    return tuple(
        HallClerk(
            name=f"示例{_STEMS[place % 10]}{_BRANCHES[place % 12]}",
            badge=str(_FIRST_BADGE + place),
            named=place % _NOT_NAMED != _NOT_NAMED // 2,
            unit=window.unit,
        )
        for place, window in enumerate(hall_windows())
    )


@cache
def clerks_in_week(week: int) -> tuple[int, ...]:
    """Return the place of each window's clerk in `hall_clerks()`; see `week_of`."""
    units: dict[str, list[int]] = {}
    for place, window in enumerate(hall_windows()):
        units.setdefault(window.unit, []).append(place)
    order = [0] * len(hall_windows())
    for places in units.values():
        for at, place in enumerate(places):
            order[place] = places[(at + week) % len(places)]
    return tuple(order)


def week_of(day: date) -> int:
    """Return a number that changes every Monday."""
    return (day.toordinal() - 1) // 7


def duty_days(first: date, last: date) -> list[date]:
    """Return the working days, the last day whatever it is, and those planned."""
    span = (last - first).days + 1 + PLANNED_DAYS
    days = [first + past * _DAY for past in range(span)]
    return [day for day in days if day == last or day.weekday() < _SATURDAY]


def duty_span(day: date, now: datetime, zone: ZoneInfo) -> Span:
    """Return the shift of a day; that of the last day holds the moment `now`.

    Whoever looks at the demonstration at night finds somebody on duty all the same.
    """
    usual = Span(moment_on(day, _BEGINS, zone), moment_on(day, _ENDS, zone))
    whole = day_span(day, zone)
    if usual.holds(now) or not whole.holds(now):
        return usual
    local = now.astimezone(zone).replace(minute=0, second=0, microsecond=0)
    start = min(usual.start, local.astimezone(UTC))
    end = min(whole.end, start + LONGEST) if now >= usual.end else usual.end
    return Span(start, min(end, start + LONGEST))


def opened(opened_on: Sequence[date], day: date) -> list[int]:
    """Return the places of the windows that are open on a day."""
    return [place for place, first in enumerate(opened_on) if first <= day]
