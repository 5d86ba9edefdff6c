"""Who sits at which window from when to when: times of day, and what collides.

Rules: docs/rules.md, "Shifts". An end at or before the start is one of the next day.
On days when the clocks change, a time that does not exist is refused and of a time
that exists twice the first is meant, so that times of a day keep their order.
"""

import re
from bisect import bisect_left, insort
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kiosk.domain.shift_errors import (
    ClerkBusy,
    ClockUnreadable,
    DayUnreadable,
    ShiftTooLong,
    TimeLeftOut,
    WindowTaken,
)

LONGEST = timedelta(hours=16)
"""Longest shift that is believed; a longer one is a slip of the pen."""
LOOK_BACK = timedelta(days=2)
"""No shift began longer before a moment that it holds: a sign-on ends with its day."""
REASON_MOST = 200
_NEXT_DAY = timedelta(days=1)
_QUOTED_MOST = 20
_YEARS = range(2000, 2100)
"""Others are slips, and at the ends of the calendar some zones have no time."""
_DAY = re.compile(r"(\d{4})[-/.年](\d\d?)[-/.月](\d\d?)日?( 00:00(:00)?)?")
_CLOCK = re.compile(r"(\d\d?)[:：](\d\d)(:00)?")
_HOUR = 60
_MIDNIGHT_AFTER = 24 * _HOUR
"""24:00, in minutes of the day."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of time; `end` is the first moment outside."""

    start: datetime
    end: datetime

    def meets(self, other: "Span") -> bool:
        """Whether both share a moment."""
        return self.start < other.end and other.start < self.end

    def holds(self, moment: datetime) -> bool:
        """Whether a moment lies inside."""
        return self.start <= moment < self.end

    def words(self, zone: ZoneInfo) -> str:
        """Return day and times as a sentence quotes them: 2026-07-16 09:00–12:00."""
        start, end = self.start.astimezone(zone), self.end.astimezone(zone)
        if start.date() == end.date():
            return f"{start:%Y-%m-%d %H:%M}–{end:%H:%M}"
        return f"{start:%Y-%m-%d %H:%M} – {end:%Y-%m-%d %H:%M}"


@dataclass(frozen=True, slots=True)
class Sitting:
    """A clerk at a window for a time, with the words that a refusal names them by."""

    window_id: int
    clerk_id: int
    span: Span
    number: str = ""
    """Of the window."""
    who: str = ""


def parse_day(text: str) -> date:
    """Return the day that 2026-07-16, 2026/7/16 or 2026年7月16日 means.

    Raises DayUnreadable.
    """
    found = _DAY.fullmatch(text.strip())
    try:
        year, month, day = map(int, found.groups()[:3] if found else ())
        parsed = date(year, month, day)
    except ValueError as broken:
        raise DayUnreadable(given=text[:_QUOTED_MOST]) from broken
    if parsed.year not in _YEARS:
        raise DayUnreadable(given=text[:_QUOTED_MOST])
    return parsed


def parse_span(day: date, start: str, end: str, zone: ZoneInfo) -> Span:
    """Return the shift that begins on a day at `start`, such as 09:00 or 9:00.

    `end` may be 24:00. Raises ClockUnreadable, TimeLeftOut or ShiftTooLong.
    """
    begins, ends = _minutes(start), _minutes(end)
    if begins == _MIDNIGHT_AFTER:
        raise ClockUnreadable(given=start[:_QUOTED_MOST])
    last_day = day
    if ends <= begins or ends == _MIDNIGHT_AFTER:
        last_day, ends = day + _NEXT_DAY, ends % _MIDNIGHT_AFTER
    span = Span(
        moment_on(day, time(*divmod(begins, _HOUR)), zone),
        moment_on(last_day, time(*divmod(ends, _HOUR)), zone),
    )
    if span.end - span.start > LONGEST:
        raise ShiftTooLong(most=LONGEST // timedelta(hours=1))
    return span


def moment_on(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """Return the UTC time at which the clocks of a zone show `clock` on a day.

    Where they do so twice, the first. Raises TimeLeftOut where they never do.
    """
    moment = datetime.combine(day, clock, zone).astimezone(UTC)
    shown = moment.astimezone(zone)
    if (shown.date(), shown.time()) != (day, clock):
        raise TimeLeftOut(day=day.isoformat(), time=f"{clock:%H:%M}")
    return moment


def day_span(day: date, zone: ZoneInfo) -> Span:
    """Return a zone's day, of 23, 24 or 25 hours.

    Where midnight itself is left out, the day begins when the clocks go on.
    """
    return Span(_midnight(day, zone), _midnight(day + _NEXT_DAY, zone))


def day_end(now: datetime, zone: ZoneInfo) -> datetime:
    """Return the first moment after the day that a zone has now."""
    after = now.astimezone(zone).date() + _NEXT_DAY
    # Clocks put back over midnight pass it twice; then the second time ends the day.
    first = _midnight(after, zone)
    return first if first > now else _midnight(after, zone, fold=1)


def clerk_at(sittings: Iterable[Sitting], moment: datetime) -> int | None:
    """Return who sat there at a moment; of several the one who came last."""
    there = [each for each in sittings if each.span.holds(moment)]
    return max(there, key=lambda each: each.span.start).clerk_id if there else None


class Timetable:
    """The shifts that hold, by clerk and by window: what would collide with them."""

    def __init__(self, zone: ZoneInfo, sittings: Iterable[Sitting] = ()) -> None:
        """Begin with those that hold already; they are not held against each other."""
        self._zone = zone
        self._clerks: dict[int, list[Sitting]] = defaultdict(list)
        self._windows: dict[int, list[Sitting]] = defaultdict(list)
        for sitting in sittings:
            self._note(sitting)

    def take(self, new: Sitting) -> bool:
        """Note one more shift; return False for the very same one once more.

        Raises ClerkBusy or WindowTaken, which name the shift that is in the way.
        """
        other = _in_the_way(self._clerks[new.clerk_id], new.span)
        if other is not None:
            if (other.window_id, other.span) == (new.window_id, new.span):
                return False
            raise ClerkBusy(
                name=other.who, number=other.number, when=other.span.words(self._zone)
            )
        other = _in_the_way(self._windows[new.window_id], new.span)
        if other is not None:
            raise WindowTaken(
                name=other.who, number=other.number, when=other.span.words(self._zone)
            )
        self._note(new)
        return True

    def _note(self, sitting: Sitting) -> None:
        for shelf in (
            self._clerks[sitting.clerk_id],
            self._windows[sitting.window_id],
        ):
            insort(shelf, sitting, key=_start)


def _in_the_way(shelf: list[Sitting], span: Span) -> Sitting | None:
    """Return a sitting that meets the span; they are sorted and do not overlap."""
    place = bisect_left(shelf, span.start, key=_start)
    near = shelf[max(0, place - 1) : place + 1]
    return next((each for each in near if each.span.meets(span)), None)


def _start(sitting: Sitting) -> datetime:
    return sitting.span.start


def _minutes(text: str) -> int:
    found = _CLOCK.fullmatch(text.strip())
    if found and int(found[2]) < _HOUR:
        minutes = _HOUR * int(found[1]) + int(found[2])
        if minutes <= _MIDNIGHT_AFTER:
            return minutes
    raise ClockUnreadable(given=text[:_QUOTED_MOST])


def _midnight(day: date, zone: ZoneInfo, *, fold: int = 0) -> datetime:
    return datetime.combine(day, time(fold=fold), zone).astimezone(UTC)
