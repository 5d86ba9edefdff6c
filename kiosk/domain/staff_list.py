"""A list of clerks: from a table to rows, or errors by line.

A row with a day in 离岗日期 tells of somebody who has left and is not taken; so an
exported list can be brought back as it is.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kiosk.domain.answers import NO, YES
from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.list_columns import Column, NamedRow, read_rows
from kiosk.domain.sheets import Line
from kiosk.domain.shifts import parse_day
from kiosk.domain.staff import (
    BADGE_MOST,
    NAME_MOST,
    BadgeTwice,
    ClerkFacts,
    normal_badge,
)
from kiosk.domain.window_headings import TITLE_ROWS_MOST
from kiosk.domain.window_list import LineError

CLERKS_MOST = 5_000
LINES_MOST = CLERKS_MOST + TITLE_ROWS_MOST + 2
HEADINGS = {
    "zh": ("单位", "工号", "姓名", "同意公示姓名", "到岗日期", "离岗日期"),
    "en": ("unit", "badge", "name", "named", "from", "left"),
}
"""Headings of an export, in the order of its cells."""
CONSENT = {"zh": ("是", "否"), "en": ("yes", "no")}
_AGREED = YES | {"同意"}
_REFUSED = NO | {"不同意"}
_DAY_MOST = 20
COLUMNS = (
    Column(
        "unit",
        "unit 单位",
        frozenset({"单位", "单位名称", "部门", "部门名称", "所属单位", "所属部门",
                   "unit", "department", "unit单位"}),
        100,
    ),
    Column(
        "badge",
        "badge 工号",
        frozenset({"工号", "工牌号", "工作证号", "编号", "badge", "badgenumber",
                   "badge工号"}),
        BADGE_MOST,
    ),
    Column(
        "name",
        "name 姓名",
        frozenset({"姓名", "名字", "人员姓名", "name", "name姓名"}),
        NAME_MOST,
    ),
    Column(
        "named",
        "named 同意公示姓名",
        frozenset({"同意公示姓名", "公示姓名", "是否公示姓名", "named", "consent",
                   "named同意公示姓名"}),
        10,
    ),
    Column(
        "from",
        "from 到岗日期",
        frozenset({"到岗日期", "入职日期", "开始日期", "from", "start", "startedon",
                   "from到岗日期"}),
        _DAY_MOST,
        required=False,
    ),
    Column(
        "left",
        "left 离岗日期",
        frozenset({"离岗日期", "离职日期", "left", "endedon", "left离岗日期"}),
        _DAY_MOST,
        required=False,
    ),
)  # fmt: skip


class ConsentUnclear(RuleBroken):
    """A cell says neither yes nor no; nobody is named by mistake."""

    code = "consent_unclear"
    text = sentence(
        "“%(given)s” is neither yes nor no. Please write 是 or 否 (yes or no): whether "
        "visitors may read the name."
    )


@dataclass(frozen=True, slots=True)
class StaffRow:
    """One clerk as a list states it."""

    line: int
    unit: str
    facts: ClerkFacts
    starts_on: date | None
    """None: not stated."""


@dataclass(frozen=True, slots=True)
class StaffList:
    """The right rows, with badges that differ, and what is wrong with the others."""

    rows: tuple[StaffRow, ...]
    errors: tuple[LineError, ...]
    left: int
    """Rows of clerks who have left; they are not taken."""


def parse_staff_list(table: Iterable[Line]) -> StaffList:
    """Read a table into clerks and errors by line.

    Raises HeadingsMissing, ListEmpty or TooManyRows for the whole table.
    """
    named = read_rows(table, COLUMNS, CLERKS_MOST)
    rows: list[StaffRow] = []
    errors = list(named.errors)
    first: dict[str, int] = {}
    here = [row for row in named.rows if not row.cells.get("left")]
    for row in here:
        badge = normal_badge(row.cells["badge"])
        try:
            if first.setdefault(badge, row.line) != row.line:
                raise BadgeTwice(first=first[badge], second=row.line, badge=badge)
            rows.append(_staff_row(row, badge))
        except RuleBroken as refusal:
            errors.append(LineError(row.line, refusal))
    errors.sort(key=lambda error: error.line)
    return StaffList(tuple(rows), tuple(errors), len(named.rows) - len(here))


def _staff_row(row: NamedRow, badge: str) -> StaffRow:
    starts = row.cells.get("from", "")
    facts = ClerkFacts(row.cells["name"], badge, _consent(row.cells["named"]))
    return StaffRow(
        line=row.line,
        unit=row.cells["unit"],
        facts=facts,
        starts_on=parse_day(starts) if starts else None,
    )


def _consent(given: str) -> bool:
    said = given.casefold()
    if said not in _AGREED | _REFUSED:
        raise ConsentUnclear(given=given)
    return said in _AGREED
