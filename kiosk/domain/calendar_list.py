"""A calendar as offices keep it: days that differ from their weekday, from a list."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kiosk.domain.answers import NO, YES
from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.exported_words import as_typed
from kiosk.domain.free_text import clean_text
from kiosk.domain.sheets import Line
from kiosk.domain.window_headings import Headings, filled, find_headings
from kiosk.domain.window_list import ColumnMissing, ColumnTwice, LineError

NAME_MOST = 60
FIRST_YEAR, LAST_YEAR = 2000, 2100
CALENDAR_HEADINGS: Mapping[str, Sequence[str]] = {
    "day": ("日期", "day", "date"),
    "working": ("是否工作日", "工作日", "是否上班", "working", "workingday"),
    "name": ("名称", "说明", "节日", "name", "holiday"),
}
_COLUMNS = {"day": "date 日期", "working": "working 是否工作日"}
_WORKED = YES | {"班", "上班", "工作日", "working"}
_OFF = NO | {"休", "休息", "放假", "off"}
_FORMATS = ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%Y%m%d")


class NotADay(RuleBroken):
    """A cell or field is no day of the calendar."""

    code = "day_invalid"
    text = sentence("Please give a day such as 2026-10-01, from 2000 to 2100.")


class NotYesOrNo(RuleBroken):
    """It is not said whether a day is worked."""

    code = "working_invalid"
    text = sentence("Please say 是 (worked) or 否 (off).")


class DayNameTooLong(RuleBroken):
    """The name of a day exceeds what the calendar shows."""

    code = "day_name_too_long"
    text = sentence("The name of a day has at most %(most)d characters.")


class DayTwice(RuleBroken):
    """A list names one day in two lines."""

    code = "day_twice"
    text = sentence("Lines %(first)d and %(second)d name the same day %(day)s.")


class NoCalendarHeadings(RuleBroken):
    """No row looks like the headings of a calendar."""

    code = "calendar_headings_missing"
    text = sentence(
        "No row with headings was found. The list needs the columns date and working "
        "(日期, 是否工作日)."
    )


@dataclass(frozen=True, slots=True)
class DayRow:
    """A day as a list states it."""

    day: date
    working: bool
    name: str


@dataclass(frozen=True, slots=True)
class CalendarList:
    """The right rows, each day once, and what is wrong with the others."""

    rows: tuple[DayRow, ...]
    errors: tuple[LineError, ...]


def parse_day(typed: str) -> date:
    """Return a day from one of the usual ways of writing it, or raise NotADay."""
    text = as_typed(typed.strip()).partition(" ")[0]
    for pattern in _FORMATS:
        try:
            # A day alone has no zone; only its date is taken.
            found = datetime.strptime(text, pattern).date()  # noqa: DTZ007
        except ValueError:
            continue
        if FIRST_YEAR <= found.year <= LAST_YEAR:
            return found
    raise NotADay


def parse_calendar_list(table: Iterable[Line]) -> CalendarList:
    """Read a table into days and errors by line. Raises NoCalendarHeadings."""
    lines = list(filled(table))
    headings = find_headings(lines, CALENDAR_HEADINGS)
    if headings is None:
        raise NoCalendarHeadings
    wrong: list[RuleBroken] = [
        ColumnMissing(column=name)
        for field, name in _COLUMNS.items()
        if field not in headings.columns
    ]
    wrong += [ColumnTwice(column=name) for name in headings.twice]
    if wrong:
        return CalendarList((), tuple(LineError(headings.line, each) for each in wrong))
    return _read_body(lines[headings.at + 1 :], headings)


def _read_body(body: Sequence[Line], headings: Headings) -> CalendarList:
    rows: list[DayRow] = []
    errors: list[LineError] = []
    first: dict[date, int] = {}
    for line, cells in body:
        values = {
            field: clean_text(cells[place]) if place < len(cells) else ""
            for field, place in headings.columns.items()
        }
        try:
            row = _row(values)
            if first.setdefault(row.day, line) != line:
                raise DayTwice(first=first[row.day], second=line, day=row.day)
        except RuleBroken as refusal:
            errors.append(LineError(line, refusal))
        else:
            rows.append(row)
    return CalendarList(tuple(rows), tuple(errors))


def _row(values: Mapping[str, str]) -> DayRow:
    day = parse_day(values["day"])
    said = values["working"].casefold()
    if said not in _WORKED | _OFF:
        raise NotYesOrNo
    return DayRow(day, said in _WORKED, day_name(values.get("name", "")))


def day_name(typed: str) -> str:
    """Return the name of a day as it is kept, or raise DayNameTooLong."""
    name = as_typed(clean_text(typed))
    if len(name) > NAME_MOST:
        raise DayNameTooLong(most=NAME_MOST)
    return name
