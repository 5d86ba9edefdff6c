"""A list of windows as offices keep it: from a table to rows, or errors by line.

Above the headings stand up to ten title rows. A blank unit takes the unit above
(merged cells). The service type may be missing as a column, never as a cell.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from kiosk.domain.answers import NO, YES
from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.exported_words import as_typed
from kiosk.domain.free_text import clean_text
from kiosk.domain.guides import GUIDE_FIELDS, GUIDE_MOST
from kiosk.domain.sheets import Line
from kiosk.domain.window_headings import (
    REQUIRED,
    TITLE_ROWS_MOST,
    Headings,
    filled,
    find_headings,
)

WINDOWS_MOST = 20_000
LINES_MOST = WINDOWS_MOST + TITLE_ROWS_MOST + 1
"""Filled lines that a list can have: titles, headings, windows."""

_LENGTHS = {
    "unit": 100,
    "number": 20,
    "name": 100,
    "service_type": 100,
    "location": 100,
    "phone": 40,
    **dict.fromkeys(GUIDE_FIELDS, GUIDE_MOST),
    "code_only": 10,
}
_FAILED_FORMULAS = {"#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!"}


class NoHeadings(RuleBroken):
    """No row looks like the headings of a list of windows."""

    code = "headings_missing"
    text = sentence(
        "No row with headings was found among the first %(most)d rows. The list needs "
        "the columns unit, window and name (单位, 窗口编号, 窗口名称)."
    )


class TwoLists(RuleBroken):
    """More than one sheet holds a list, and a choice would be a guess."""

    code = "lists_several"
    text = sentence(
        "Both sheets %(first)s and %(second)s hold a list of windows. Please put "
        "everything into one sheet, or save each sheet as a file."
    )


class NoWindows(RuleBroken):
    """Headings, and nothing below them."""

    code = "windows_missing"
    text = sentence("There is no window below the headings.")


class TooManyRows(RuleBroken):
    """The list is longer than any hall."""

    code = "rows_too_many"
    text = sentence(
        "The list has more than %(most)d rows. Please split it into several files."
    )


class ColumnMissing(RuleBroken):
    """A column that every list needs has no heading."""

    code = "column_missing"
    text = sentence("The column %(column)s is missing.")


class ColumnTwice(RuleBroken):
    """Two columns bear the same heading."""

    code = "column_twice"
    text = sentence("There are two columns %(column)s. Please keep one.")


class CellEmpty(RuleBroken):
    """A required cell is blank."""

    code = "cell_empty"
    text = sentence("%(column)s is empty. Please fill it in.")


class TypeEmpty(RuleBroken):
    """A window without a service type, in a list that has the column."""

    code = "type_empty"
    text = sentence(
        "%(column)s is empty. It decides which windows are compared with each other; "
        "please fill it in."
    )


class CellTooLong(RuleBroken):
    """A cell exceeds what is kept."""

    code = "cell_too_long"
    text = sentence("%(column)s is too long: at most %(most)d characters fit.")


class CellFormula(RuleBroken):
    """A formula or its failure, where a value belongs."""

    code = "cell_formula"
    text = sentence(
        "%(column)s holds a formula. Please paste its result there as a value."
    )


class CodeOnlyUnclear(RuleBroken):
    """A cell says neither yes nor no."""

    code = "code_only_unclear"
    text = sentence(
        "“%(given)s” in %(column)s is neither yes nor no. Please write 是 or 否 (yes "
        "or no)."
    )


class NumberTwice(RuleBroken):
    """Two lines of one file claim the same window number."""

    code = "number_twice"
    text = sentence("Lines %(first)d and %(second)d have the same number %(number)s.")


class NumberTaken(RuleBroken):
    """A window to be added has the number of another one."""

    code = "number_taken"
    text = sentence("There is another open window with the number %(number)s.")


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowRow:
    """One window as a list or a form states it; None: not stated, keep what is."""

    unit: str
    number: str
    name: str
    service_type: str | None = None
    """None: the list has no such column; a new window then takes the unit's name."""
    location: str | None = None
    phone: str | None = None
    handles: str | None = None
    takes: str | None = None
    documents: str | None = None
    promises: str | None = None
    code_only: bool | None = None
    """Another authority's evaluator stands there: the screen shows the code only."""


@dataclass(frozen=True, slots=True)
class LineError:
    """What is wrong with a line of the file, counted from 1."""

    line: int
    refusal: RuleBroken


@dataclass(frozen=True, slots=True)
class WindowList:
    """The right rows, with numbers that differ, and what is wrong with the others."""

    rows: tuple[WindowRow, ...]
    errors: tuple[LineError, ...]


def parse_window_list(table: Iterable[Line]) -> WindowList:
    """Read a table into windows and errors by line.

    A missing or doubled column is an error in the line of the headings, and no row
    is then read. Raises NoHeadings, NoWindows or TooManyRows for the whole table.
    """
    lines = list(islice(filled(table), LINES_MOST + 1))
    if len(lines) > LINES_MOST:
        raise TooManyRows(most=WINDOWS_MOST)
    headings = find_headings(lines)
    if headings is None:
        raise NoHeadings(most=TITLE_ROWS_MOST + 1)
    wrong: list[RuleBroken] = [ColumnMissing(column=c) for c in headings.missing()]
    wrong += [ColumnTwice(column=name) for name in headings.twice]
    if wrong:
        return WindowList((), tuple(LineError(headings.line, each) for each in wrong))
    title = lines[headings.at][1]
    # Lists made for print repeat their headings on every page.
    body = [line for line in lines[headings.at + 1 :] if line[1] != title]
    if not body:
        raise NoWindows
    if len(body) > WINDOWS_MOST:
        raise TooManyRows(most=WINDOWS_MOST)
    return _read_body(body, headings)


def window_row(fields: Mapping[str, str], names: Mapping[str, str]) -> WindowRow:
    """Return the window that a form states, or raise the first of what is wrong.

    fields: values by field name of WindowRow. names: what the form calls them; a
    field without a name there is not read.
    """
    values: dict[str, Any] = dict(window_words(fields, names))
    return WindowRow(**values)


def window_words(fields: Mapping[str, str], names: Mapping[str, str]) -> dict[str, str]:
    """Return some words of a window, cleaned, or raise the first of what is wrong.

    fields and names: as for `window_row`. A service guide keeps its lines.
    """
    values = {field: _cleaned(field, fields.get(field, "")) for field in names}
    for refusal in _faults(values, names):
        raise refusal
    return values


def _read_body(body: Sequence[Line], headings: Headings) -> WindowList:
    rows: list[WindowRow] = []
    errors: list[LineError] = []
    first: dict[str, int] = {}
    unit = ""
    for line, cells in body:
        values = {
            field: _cleaned(field, cells[place]) if place < len(cells) else ""
            for field, place in headings.columns.items()
        }
        # A wrong unit is carried on like a right one: the windows below it would
        # else move, silently, to the unit above it.
        unit = values["unit"] = values["unit"] or unit
        faults = _faults(values, headings.names)
        number = as_typed(values["number"])
        if number and first.setdefault(number, line) != line:
            faults.append(NumberTwice(first=first[number], second=line, number=number))
        errors += [LineError(line, fault) for fault in faults]
        if not faults:
            # Not before: with the apostrophe of our own exports they are no formula.
            words = {field: as_typed(value) for field, value in values.items()}
            said = words.pop("code_only", None)
            only = None if said is None else said.casefold() in YES
            rows.append(WindowRow(code_only=only, **words))
    return WindowList(tuple(rows), tuple(errors))


def _cleaned(field: str, value: str) -> str:
    return clean_text(value, lines=field in GUIDE_FIELDS)


def _faults(values: Mapping[str, str], names: Mapping[str, str]) -> list[RuleBroken]:
    faults = [_fault(field, name, values[field]) for field, name in names.items()]
    return [fault for fault in faults if fault is not None]


def _fault(field: str, name: str, value: str) -> RuleBroken | None:
    if value.startswith("=") or value in _FAILED_FORMULAS:
        return CellFormula(column=name)
    if not value and field in REQUIRED:
        return CellEmpty(column=name)
    if not value and field == "service_type":
        return TypeEmpty(column=name)
    if len(as_typed(value)) > _LENGTHS[field]:
        return CellTooLong(column=name, most=_LENGTHS[field])
    if field == "code_only" and value.casefold() not in YES | NO | {""}:
        return CodeOnlyUnclear(given=value, column=name)
    return None
