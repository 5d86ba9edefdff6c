"""The working days of a period, one by one, as a page draws them."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from kiosk.domain.working_days import WorkCalendar

STRIP_MOST = 16
"""Days that a strip has room for; a longer period is told in words only."""


class DayKind(StrEnum):
    """What a day is in a period."""

    OFF = "off"
    USED = "used"
    NOW = "now"
    AHEAD = "ahead"
    DUE = "due"
    """The last one."""


@dataclass(frozen=True)
class StripDay:
    """A day of a period."""

    day: date
    kind: DayKind


def days_left(calendar: WorkCalendar, today: date, due: date) -> int:
    """Return the working days after today up to the last; negative: days behind."""
    first, last = sorted((today, due))
    days = sum(
        calendar.is_working_day(first + timedelta(days=n))
        for n in range(1, (last - first).days + 1)
    )
    return days if due >= today else -days


def strip(
    calendar: WorkCalendar, first: date, due: date, today: date
) -> list[StripDay]:
    """Return the days from the first to the last; none where there are too many."""
    length = (due - first).days + 1
    if not 0 < length <= STRIP_MOST:
        return []
    days = [first + timedelta(days=n) for n in range(length)]
    return [StripDay(day, _kind(calendar, day, due, today)) for day in days]


def _kind(calendar: WorkCalendar, day: date, due: date, today: date) -> DayKind:
    if day == due:
        return DayKind.DUE
    if not calendar.is_working_day(day):
        return DayKind.OFF
    if day == today:
        return DayKind.NOW
    return DayKind.USED if day < today else DayKind.AHEAD
