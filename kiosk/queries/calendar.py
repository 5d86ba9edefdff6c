"""A centre's calendar, its opening hours and its periods."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from kiosk.domain.opening import LOOK_AHEAD, Opening, opening_at
from kiosk.domain.working_days import Span, WorkCalendar
from kiosk.models import CalendarDay, Centre, OpeningHours


@dataclass(frozen=True)
class DayLine:
    """A day that differs from its weekday."""

    id: int
    day: date
    working: bool
    name: str


@dataclass(frozen=True)
class CentreSettings:
    """What a centre's own page changes."""

    name: str
    time_zone: str
    region: str
    accept_days: int
    answer_days: int
    rectify_days: int


def calendar_days(
    reader: Connection | Session, centre_id: int, first: date, last: date
) -> list[DayLine]:
    """Return the days that differ from their weekday, first to last included."""
    rows = reader.execute(
        select(CalendarDay.id, CalendarDay.day, CalendarDay.working, CalendarDay.name)
        .where(CalendarDay.centre_id == centre_id, CalendarDay.day.between(first, last))
        .order_by(CalendarDay.day)
    )
    return [DayLine(*row) for row in rows]


def opening_hours(
    reader: Connection | Session, centre_id: int
) -> dict[int, tuple[Span, ...]]:
    """Return the spans of each weekday that has some, 0 Monday to 6 Sunday."""
    rows = reader.execute(
        select(OpeningHours.weekday, OpeningHours.opens, OpeningHours.closes)
        .where(OpeningHours.centre_id == centre_id)
        .order_by(OpeningHours.weekday, OpeningHours.opens)
    )
    found: dict[int, list[Span]] = defaultdict(list)
    for weekday, opens, closes in rows:
        found[weekday].append(Span(opens, closes))
    return {weekday: tuple(spans) for weekday, spans in found.items()}


def work_calendar(
    reader: Connection | Session, centre_id: int, first: date, last: date
) -> WorkCalendar:
    """Return days and hours of a centre, as far as between two days."""
    days = calendar_days(reader, centre_id, first, last)
    return WorkCalendar(
        {line.day: line.working for line in days}, opening_hours(reader, centre_id)
    )


def opening(
    reader: Connection | Session, centre_id: int, zone: ZoneInfo, now: datetime
) -> Opening:
    """Return whether a centre is open at a moment, and when it opens again."""
    today = now.astimezone(zone).date()
    calendar = work_calendar(reader, centre_id, today, today + LOOK_AHEAD)
    return opening_at(calendar, now, zone)


def years_without_calendar(
    reader: Connection | Session, centre_id: int, years: Sequence[int]
) -> list[int]:
    """Return those of the years in which no day differs from its weekday.

    No year of a Chinese office is like that: its calendar has not been entered.
    """
    return [
        year
        for year in years
        if not calendar_days(reader, centre_id, date(year, 1, 1), date(year, 12, 31))
    ]


def centre_settings(reader: Connection | Session, centre_id: int) -> CentreSettings:
    """Return what the centre's page shows."""
    row = reader.execute(
        select(
            Centre.name,
            Centre.time_zone,
            Centre.region,
            Centre.accept_days,
            Centre.answer_days,
            Centre.rectify_days,
        ).where(Centre.id == centre_id)
    ).one()
    return CentreSettings(*row)
