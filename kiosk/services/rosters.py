"""Rosters of many days: brought as a file, or the roster of one day copied on."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain.roster_list import (
    LINES_MOST,
    RosterList,
    RosterRow,
    parse_roster_list,
)
from kiosk.domain.shift_errors import (
    BadgeNotKnown,
    DaysTooMany,
    NothingToCopy,
    WindowNotKnown,
)
from kiosk.domain.shifts import Span, day_span, moment_on
from kiosk.domain.window_list import LineError
from kiosk.models import Shift
from kiosk.queries.calendar import work_calendar
from kiosk.services.list_files import read_list
from kiosk.services.rating_rows import Hall
from kiosk.services.records import Book
from kiosk.services.shifts import Planned, Wanted, add_shifts, plan_shifts

COPIED_MOST = timedelta(days=62)
"""How far ahead a day's roster is copied at once."""
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Reach:
    """Whose roster somebody keeps: windows by number, day by day, clerks by badge.

    A window that moves to another unit tomorrow is another's to keep from then on.
    """

    windows: Mapping[date, Mapping[str, int]]
    clerks: Mapping[str, int]

    def window(self, day: date, number: str) -> int | None:
        """Return the window that has a number on a day, if it is to be kept."""
        return self.windows.get(day, {}).get(number)

    def holds(self, day: date, window_id: int) -> bool:
        """Whether a window is to be kept on a day."""
        return window_id in self.windows.get(day, {}).values()


def read_roster(data: bytes, file_name: str, hall: Hall, today: date) -> RosterList:
    """Read a CSV or XLSX file into shifts and errors by line.

    Raises a refusal of kiosk.domain.sheets or kiosk.domain.list_columns.
    """
    return read_list(
        data,
        file_name,
        LINES_MOST,
        lambda lines: parse_roster_list(lines, hall.zone, today),
    )


def import_roster(
    records: Book, hall: Hall, rows: Sequence[RosterRow], reach: Reach
) -> tuple[Planned, list[LineError]]:
    """Let the shifts of a list hold; with an error in any line, none of them does."""
    lines: list[tuple[int, Wanted]] = []
    errors: list[LineError] = []
    for row in rows:
        window_id = reach.window(row.day, row.number)
        clerk_id = reach.clerks.get(row.badge)
        if window_id is None:
            errors.append(LineError(row.line, WindowNotKnown(number=row.number)))
        if clerk_id is None:
            errors.append(LineError(row.line, BadgeNotKnown(badge=row.badge)))
        if window_id is not None and clerk_id is not None:
            lines.append((row.line, Wanted(clerk_id, window_id, row.span)))
    if errors:
        return Planned(0, 0), errors
    return plan_shifts(records, hall, lines, "import")


def copy_roster(
    records: Book, hall: Hall, day: date, last: date, reach: Reach
) -> Planned:
    """Let the planned shifts of a day hold on the working days after it, up to `last`.

    What was signed on is no plan and is not copied. Raises DaysTooMany,
    NothingToCopy, TimeLeftOut, and what add_shifts does; then nothing is copied.
    """
    if not day < last <= day + COPIED_MOST:
        raise DaysTooMany(most=COPIED_MOST.days)
    pattern = _planned(records.session, hall, day, reach)
    if not pattern:
        raise NothingToCopy
    days = [day + timedelta(days=n) for n in range(1, (last - day).days + 1)]
    today = records.now.astimezone(hall.zone).date()
    known = work_calendar(records.session, hall.centre_id, day, last)
    working = [each for each in days if known.is_working_day(each) and each >= today]
    wanted = [
        _on(hall, each, one)
        for each in working
        for one in pattern
        if reach.holds(each, one.window_id)
    ]
    return add_shifts(records, hall, wanted, "roster")


def _planned(session: Session, hall: Hall, day: date, reach: Reach) -> list[Wanted]:
    span = day_span(day, hall.zone)
    clerks: Collection[int] = set(reach.clerks.values())
    rows = session.execute(
        select(Shift.clerk_id, Shift.window_id, Shift.starts_at, Shift.ends_at)
        .where(
            Shift.centre_id == hall.centre_id,
            Shift.superseded_at.is_(None),
            Shift.starts_at >= span.start,
            Shift.starts_at < span.end,
            Shift.source != "sign-on",
        )
        .order_by(Shift.window_id, Shift.starts_at)
    )
    return [
        Wanted(row.clerk_id, row.window_id, Span(row.starts_at, row.ends_at))
        for row in rows
        if reach.holds(day, row.window_id) and row.clerk_id in clerks
    ]


def _on(hall: Hall, day: date, one: Wanted) -> Wanted:
    """Return a shift at the same times of the clock on another day."""
    start = one.span.start.astimezone(hall.zone)
    end = one.span.end.astimezone(hall.zone)
    last = day + _DAY * (end.date() - start.date()).days
    span = Span(
        moment_on(day, start.time(), hall.zone), moment_on(last, end.time(), hall.zone)
    )
    return Wanted(one.clerk_id, one.window_id, span)
