"""What the templates of the calendar are given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kiosk.domain.calendar_list import NAME_MOST
from kiosk.queries.calendar import DayLine
from kiosk.web.forms import Form

_ANNOUNCED_FROM = 10
"""Month from which the next year's holidays are usually announced: October."""


@dataclass(frozen=True, kw_only=True)
class Cell:
    """A day of the year's view."""

    day: date
    working: bool
    special: bool
    """Whether it differs from its weekday."""
    name: str
    today: bool


@dataclass(frozen=True)
class Month:
    """A month, in weeks from Monday; None where a week reaches into another month."""

    first: date
    weeks: Sequence[Sequence[Cell | None]]


@dataclass(frozen=True, kw_only=True)
class CalendarPage:
    """A year, and the form that changes a day."""

    form: Form
    year: int
    months: Sequence[Month]
    lines: Sequence[DayLine]
    missing: Sequence[int]
    """Years that are needed and empty."""
    known: bool
    """Whether the library knows the year that is shown."""
    answer_days: int
    answer_by: datetime
    """When a bad rating of this moment would have to be answered."""
    may_edit: bool
    done: str
    """What was just done: `day`, `filled`, `unknown`, `imported` or ""."""
    name_most: int = NAME_MOST


def asked_years(day: date) -> tuple[int, ...]:
    """Return the years whose calendar is needed on a day."""
    if day.month < _ANNOUNCED_FROM:
        return (day.year,)
    return (day.year, day.year + 1)
