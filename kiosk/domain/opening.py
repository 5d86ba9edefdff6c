"""When a hall is open, now and next: outside its hours screens sleep.

A hall whose hours nobody entered is always open. A day off of the calendar is closed
whatever its weekday; a weekend worked instead of another day opens as Mondays do,
unless it has hours of its own.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from kiosk.domain.working_days import Span, WorkCalendar

LOOK_AHEAD = timedelta(days=40)
"""How far the next opening is looked for: longer than any holiday."""


@dataclass(frozen=True)
class Opening:
    """Whether a hall is open, and since or until when."""

    is_open: bool
    since: datetime | None = None
    """When it opened today; None while closed, and where hours are not known."""
    next_at: datetime | None = None
    """When it opens again; None while open, and where no opening is near."""


ALWAYS_OPEN = Opening(is_open=True)


def opening_at(calendar: WorkCalendar, now: datetime, zone: ZoneInfo) -> Opening:
    """Return whether the hall is open at a moment.

    `calendar` holds the days from today to LOOK_AHEAD. A span holds from its opening
    on; at its closing the hall is closed.
    """
    if not any(calendar.hours.values()):
        return ALWAYS_OPEN
    local = now.astimezone(zone)
    day = local.date()
    for span in spans_on(calendar, day):
        if span.opens <= local.time() < span.closes:
            return Opening(is_open=True, since=_at(day, span, zone))
    return Opening(is_open=False, next_at=_next(calendar, now, zone))


def spans_on(calendar: WorkCalendar, day: date) -> tuple[Span, ...]:
    """Return the hours of a day, in their order; none on a day that is closed."""
    worked = calendar.exceptions.get(day)
    own = calendar.hours.get(day.weekday(), ())
    if worked is False:
        return ()
    if worked is True and not own:
        own = calendar.hours.get(0, ())
    return tuple(sorted(own, key=lambda span: span.opens))


def _next(calendar: WorkCalendar, now: datetime, zone: ZoneInfo) -> datetime | None:
    first = now.astimezone(zone).date()
    for ahead in range(LOOK_AHEAD.days + 1):
        day = first + timedelta(days=ahead)
        for span in spans_on(calendar, day):
            opens = _at(day, span, zone)
            if opens > now:
                return opens
    return None


def _at(day: date, span: Span, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, span.opens, zone)
