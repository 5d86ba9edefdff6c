"""The centre's calendar and hours: filled from a library, edited, taken from lists."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta

import chinese_calendar
from sqlalchemy import select

from kiosk.domain.calendar_list import (
    CALENDAR_HEADINGS,
    CalendarList,
    DayRow,
    NoCalendarHeadings,
    parse_calendar_list,
)
from kiosk.domain.window_headings import find_headings
from kiosk.domain.working_days import SATURDAY, Span
from kiosk.models import CalendarDay, Centre, OpeningHours
from kiosk.services.records import Book
from kiosk.services.sheets import read_sheets

LINES_MOST = 5_000
USUAL_HOURS = {
    weekday: (Span(time(9, 0), time(17, 30)),) for weekday in range(SATURDAY)
}
"""What a new centre begins with."""


@dataclass(frozen=True, slots=True)
class CalendarChange:
    """How many days were new, different, or as they had been."""

    added: int
    changed: int
    unchanged: int


def known_year(year: int) -> list[DayRow] | None:
    """Return a year's days that differ from their weekday, or None where unknown.

    Holidays and exchanged working days as the State Council announced them; the
    library ends with the last year that has been announced.
    """
    rows = []
    day = date(year, 1, 1)
    try:
        while day.year == year:
            working = bool(chinese_calendar.is_workday(day))
            if working != (day.weekday() < SATURDAY):
                rows.append(DayRow(day, working, _holiday_name(day)))
            day += timedelta(days=1)
    except NotImplementedError:
        return None
    return rows


def fill_calendar(
    records: Book, centre_id: int, years: Iterable[int]
) -> tuple[CalendarChange, list[int]]:
    """Take the known days of years; return what changed, and the unknown years.

    Days that were entered or changed by hand stay as they are.
    """
    added = unchanged = 0
    unknown = []
    for year in years:
        known = known_year(year)
        if known is None:
            unknown.append(year)
            continue
        there = _days(records, centre_id)
        fresh = [row for row in known if row.day not in there]
        records.add(CalendarDay, centre_id, [_values(centre_id, row) for row in fresh])
        added += len(fresh)
        unchanged += len(known) - len(fresh)
    return CalendarChange(added, 0, unchanged), unknown


def read_calendar(data: bytes, file_name: str) -> CalendarList:
    """Read a CSV or XLSX file into days and errors by line.

    Raises a refusal of kiosk.domain.sheets, or NoCalendarHeadings.
    """
    for sheet in read_sheets(data, file_name, LINES_MOST):
        if find_headings(sheet.lines, CALENDAR_HEADINGS) is not None:
            return parse_calendar_list(sheet.lines)
    raise NoCalendarHeadings


def import_calendar(
    records: Book, centre_id: int, rows: Sequence[DayRow]
) -> CalendarChange:
    """Take days of a list; the same list again changes nothing.

    A day that is as its weekday is struck out where it stood.
    """
    added = changed = 0
    there = _days(records, centre_id)
    for row in rows:
        outcome = _set(records, centre_id, row, there.get(row.day))
        added += outcome == "added"
        changed += outcome == "changed"
    return CalendarChange(added, changed, len(rows) - added - changed)


def set_day(records: Book, centre_id: int, row: DayRow) -> str:
    """Say how a day is: `added`, `changed` or `unchanged` is what became of it."""
    return _set(records, centre_id, row, _days(records, centre_id).get(row.day))


def _set(records: Book, centre_id: int, row: DayRow, old: int | None) -> str:
    usual = row.working == (row.day.weekday() < SATURDAY)
    if old is None:
        if usual:
            return "unchanged"
        records.add(CalendarDay, centre_id, [_values(centre_id, row)])
        return "added"
    if usual:
        records.strike(CalendarDay, centre_id, old)
        return "changed"
    values = {"working": row.working, "name": row.name}
    altered = records.change(CalendarDay, centre_id, old, values)
    return "changed" if altered else "unchanged"


def set_hours(
    records: Book, centre_id: int, hours: Mapping[int, Sequence[Span]]
) -> None:
    """Make these the centre's opening hours; weekdays left out are closed."""
    wanted = {
        (weekday, span.opens): span.closes
        for weekday, spans in hours.items()
        for span in spans
    }
    rows = records.session.execute(
        select(OpeningHours.id, OpeningHours.weekday, OpeningHours.opens).where(
            OpeningHours.centre_id == centre_id
        )
    ).all()
    for key, weekday, opens in rows:
        closes = wanted.pop((weekday, opens), None)
        if closes is None:
            records.strike(OpeningHours, centre_id, key)
        else:
            records.change(OpeningHours, centre_id, key, {"closes": closes})
    fresh = [
        {"centre_id": centre_id, "weekday": weekday, "opens": opens, "closes": closes}
        for (weekday, opens), closes in sorted(wanted.items())
    ]
    records.add(OpeningHours, centre_id, fresh)


def begin_calendar(records: Book, centre_id: int, year: int) -> None:
    """Give a new centre the usual hours and the days of this year and the next."""
    set_hours(records, centre_id, USUAL_HOURS)
    fill_calendar(records, centre_id, (year, year + 1))


def _days(records: Book, centre_id: int) -> dict[date, int]:
    # One calendar is changed at a time: a day must not be entered twice.
    records.session.execute(
        select(Centre.id).where(Centre.id == centre_id).with_for_update(key_share=True)
    )
    rows = records.session.execute(
        select(CalendarDay.day, CalendarDay.id).where(
            CalendarDay.centre_id == centre_id
        )
    )
    return dict(rows.tuples().all())


def _values(centre_id: int, row: DayRow) -> dict[str, object]:
    return {
        "centre_id": centre_id,
        "day": row.day,
        "working": row.working,
        "name": row.name,
    }


def _holiday_name(day: date) -> str:
    """Return what a day is off for, or what a weekend is worked for."""
    _, name = chinese_calendar.get_holiday_detail(day)
    return str(chinese_calendar.Holiday(name).chinese) if name else ""
