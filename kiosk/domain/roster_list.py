"""A roster as a list: who sits at which window, from when to when, row by row."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from kiosk.domain.errors import RuleBroken
from kiosk.domain.list_columns import Column, NamedRow, read_rows
from kiosk.domain.sheets import Line
from kiosk.domain.shift_errors import DayOver
from kiosk.domain.shifts import Span, parse_day, parse_span
from kiosk.domain.staff import BADGE_MOST, normal_badge
from kiosk.domain.window_headings import TITLE_ROWS_MOST
from kiosk.domain.window_list import LineError

SHIFTS_MOST = 5_000
LINES_MOST = SHIFTS_MOST + TITLE_ROWS_MOST + 2
HEADINGS = {
    "zh": ("日期", "窗口编号", "工号", "开始", "结束", "姓名"),
    "en": ("date", "window", "badge", "from", "to", "name"),
}
"""Headings of an export; the name is for people, an import does not look at it."""
COLUMNS = (
    Column("day", "date 日期", frozenset({"日期", "date", "day", "date日期"}), 20),
    Column(
        "number",
        "window 窗口编号",
        frozenset({"窗口编号", "窗口号", "窗口", "window", "windownumber",
                   "window窗口编号"}),
        20,
    ),
    Column(
        "badge",
        "badge 工号",
        frozenset({"工号", "工牌号", "badge", "badgenumber", "badge工号"}),
        BADGE_MOST,
    ),
    Column(
        "start",
        "from 开始",
        frozenset({"开始", "开始时间", "上班", "from", "start", "from开始"}),
        20,
    ),
    Column(
        "end",
        "to 结束",
        frozenset({"结束", "结束时间", "下班", "to", "end", "to结束"}),
        20,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class RosterRow:
    """One shift as a list states it."""

    line: int
    number: str
    badge: str
    day: date
    """The centre's day on which it begins."""
    span: Span


@dataclass(frozen=True, slots=True)
class RosterList:
    """The rows that can be read, and what is wrong with the others."""

    rows: tuple[RosterRow, ...]
    errors: tuple[LineError, ...]


def parse_roster_list(table: Iterable[Line], zone: ZoneInfo, today: date) -> RosterList:
    """Read a table into shifts and errors by line; days before `today` are wrong.

    Raises HeadingsMissing, ListEmpty or TooManyRows for the whole table.
    """
    named = read_rows(table, COLUMNS, SHIFTS_MOST)
    rows: list[RosterRow] = []
    errors = list(named.errors)
    for row in named.rows:
        try:
            rows.append(_roster_row(row, zone, today))
        except RuleBroken as refusal:
            errors.append(LineError(row.line, refusal))
    errors.sort(key=lambda error: error.line)
    return RosterList(tuple(rows), tuple(errors))


def _roster_row(row: NamedRow, zone: ZoneInfo, today: date) -> RosterRow:
    day = parse_day(row.cells["day"])
    if day < today:
        raise DayOver(day=day.isoformat())
    return RosterRow(
        line=row.line,
        number=row.cells["number"],
        badge=normal_badge(row.cells["badge"]),
        day=day,
        span=parse_span(day, row.cells["start"], row.cells["end"], zone),
    )
