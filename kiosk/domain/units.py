"""Units as a tree: who stands under whom, and a list of them as offices keep it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.exported_words import as_typed
from kiosk.domain.free_text import clean_text
from kiosk.domain.sheets import Line
from kiosk.domain.window_headings import Headings, filled, find_headings
from kiosk.domain.window_list import (
    CellEmpty,
    CellFormula,
    CellTooLong,
    ColumnMissing,
    ColumnTwice,
    LineError,
)

UNIT_MOST = 100
"""Characters of a unit's name."""
DEPTH_MOST = 8
"""Levels of the tree; ministries manage with fewer."""
UNIT_HEADINGS: Mapping[str, Sequence[str]] = {
    "unit": (
        *("单位名称", "单位", "部门名称", "部门", "unit", "unitname", "department"),
    ),
    "parent": (
        *("上级单位", "上级部门", "上级", "主管单位", "主管部门"),
        *("parent", "parentunit", "parentdepartment"),
    ),
}
_COLUMNS = {"unit": "unit 单位", "parent": "parent 上级单位"}
"""The columns of a list of units, in the words of the manual."""
Key = TypeVar("Key", int, str)


class UnitNameTaken(RuleBroken):
    """Two units of a centre would have the same name."""

    code = "unit_name_taken"
    text = sentence("There is a unit with the name %(unit)s already.")


class UnitInItself(RuleBroken):
    """A unit would stand under itself, or under one of its own."""

    code = "unit_in_itself"
    text = sentence(
        "%(unit)s cannot stand under %(parent)s: that is the unit itself or one below "
        "it. Please choose another one."
    )


class UnitTooDeep(RuleBroken):
    """The tree would have too many levels."""

    code = "unit_too_deep"
    text = sentence(
        "Units can stand in %(most)d levels, and here there would be more. Please "
        "choose a unit higher up."
    )


class UnitHasEnded(RuleBroken):
    """A unit that has ended is given something new."""

    code = "unit_ended"
    text = sentence(
        "The unit %(unit)s has ended. Please choose another one, or resume it first."
    )


class UnitInUse(RuleBroken):
    """A unit is to end while something still belongs to it."""

    code = "unit_in_use"
    text = sentence(
        "Something still belongs to this unit: open windows %(windows)d, clerks "
        "%(clerks)d, units below it %(units)d. Please move or end these first."
    )


class UnitUnknown(RuleBroken):
    """No unit, or none that can be chosen, was chosen."""

    code = "unit_unknown"
    text = sentence("Please choose one of the units.")


class UnitTwice(RuleBroken):
    """A list names one unit in two lines."""

    code = "unit_twice"
    text = sentence("Lines %(first)d and %(second)d name the same unit %(unit)s.")


class ParentUnknown(RuleBroken):
    """The unit above is neither in the list nor in the centre."""

    code = "parent_unknown"
    text = sentence(
        "There is no unit %(parent)s. Please add it to the list, or leave the cell "
        "empty for a unit at the top."
    )


class NoUnitHeadings(RuleBroken):
    """No row looks like the headings of a list of units."""

    code = "unit_headings_missing"
    text = sentence(
        "No row with headings was found. The list needs the columns unit and parent "
        "(单位, 上级单位)."
    )


class UnitLinesWrong(RuleBroken):
    """Lines of a list do not fit the units that there are; `errors` says which."""

    code = "unit_lines_wrong"
    text = sentence("Some lines of the list cannot be taken.")

    def __init__(self, errors: Sequence[LineError]) -> None:
        super().__init__()
        self.errors = tuple(errors)


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit as a list states it."""

    line: int
    name: str
    parent: str
    """Name of the unit above; "" for one at the top."""


@dataclass(frozen=True, slots=True)
class UnitList:
    """The right rows, with names that differ, and what is wrong with the others."""

    rows: tuple[UnitRow, ...]
    errors: tuple[LineError, ...]


def check_place(parents: Mapping[Key, Key | None], unit: Key, parent: Key) -> None:
    """Refuse to put a unit under another where that makes a ring or too many levels.

    parents: the unit above each, None at the top, with `unit` where it is now (or not
    at all). Raises UnitInItself or UnitTooDeep; neither names a unit.
    """
    above = _line_up(parents, parent)
    if unit in above:
        raise UnitInItself(unit=unit, parent=parent)
    if len(above) + _height(parents, unit) > DEPTH_MOST:
        raise UnitTooDeep(most=DEPTH_MOST)


def in_tree_order(
    parents: Mapping[int, int | None], names: Mapping[int, str]
) -> Iterator[tuple[int, int]]:
    """Yield (unit, level from 0), each under the one it belongs to, by name.

    A unit whose parent is not among them stands at the top.
    """
    below: dict[int | None, list[int]] = {}
    for unit in sorted(parents, key=lambda unit: (names[unit], unit)):
        above = parents[unit]
        below.setdefault(above if above in parents else None, []).append(unit)
    waiting = [(unit, 0) for unit in reversed(below.get(None, ()))]
    while waiting:
        unit, level = waiting.pop()
        yield unit, level
        waiting += [(each, level + 1) for each in reversed(below.get(unit, ()))]


def parse_unit_list(table: Iterable[Line]) -> UnitList:
    """Read a table into units and errors by line. Raises NoUnitHeadings."""
    lines = list(filled(table))
    headings = find_headings(lines, UNIT_HEADINGS)
    if headings is None:
        raise NoUnitHeadings
    wrong: list[RuleBroken] = [
        ColumnMissing(column=name)
        for field, name in _COLUMNS.items()
        if field not in headings.columns
    ]
    wrong += [ColumnTwice(column=name) for name in headings.twice]
    if wrong:
        return UnitList((), tuple(LineError(headings.line, each) for each in wrong))
    title = lines[headings.at][1]
    body = [line for line in lines[headings.at + 1 :] if line[1] != title]
    return _read_body(body, headings)


def check_unit_list(
    rows: Sequence[UnitRow], parents: Mapping[str, str | None]
) -> list[LineError]:
    """Return what is wrong with a list beside the units there are, by line.

    parents: the unit above each that goes on, by name.
    """
    planned: dict[str, str | None] = dict(parents)
    planned |= {row.name: row.parent or None for row in rows}
    levels = _levels_below(planned, {row.name for row in rows})
    errors = []
    for row in rows:
        try:
            _check_row(row, planned, levels.get(row.name, 0))
        except RuleBroken as refusal:
            errors.append(LineError(row.line, refusal))
    return errors


def _check_row(row: UnitRow, planned: Mapping[str, str | None], below: int) -> None:
    if not row.parent:
        return
    if row.parent not in planned:
        raise ParentUnknown(parent=row.parent)
    if row.name in _line_up(planned, row.parent):
        raise UnitInItself(unit=row.name, parent=row.parent)
    if len(_line_up(planned, row.name)) + below > DEPTH_MOST:
        raise UnitTooDeep(most=DEPTH_MOST)


def _levels_below(
    planned: Mapping[str, str | None], listed: set[str]
) -> dict[str, int]:
    """Return how many levels hang below each unit that no line of the list names."""
    levels: dict[str, int] = {}
    for unit in planned.keys() - listed:
        for level, above in enumerate(_line_up(planned, unit)):
            levels[above] = max(level, levels.get(above, 0))
    return levels


def _line_up(parents: Mapping[Key, Key | None], unit: Key) -> list[Key]:
    """Return a unit and those above it; what is deeper than may be is cut off."""
    line = [unit]
    above = parents.get(unit)
    while above is not None and above not in line and len(line) <= DEPTH_MOST:
        line.append(above)
        above = parents.get(above)
    return line


def _height(parents: Mapping[Key, Key | None], unit: Key) -> int:
    """Return the levels of a unit and those below it."""
    lines = (_line_up(parents, each) for each in parents)
    return max((line.index(unit) + 1 for line in lines if unit in line), default=1)


def _read_body(body: Sequence[Line], headings: Headings) -> UnitList:
    rows: list[UnitRow] = []
    errors: list[LineError] = []
    first: dict[str, int] = {}
    for line, cells in body:
        values = {
            field: clean_text(cells[place]) if place < len(cells) else ""
            for field, place in headings.columns.items()
        }
        faults = list(_faults(values, headings.names))
        name = as_typed(values["unit"])
        if name and first.setdefault(name, line) != line:
            faults.append(UnitTwice(first=first[name], second=line, unit=name))
        errors += [LineError(line, fault) for fault in faults]
        if not faults:
            rows.append(UnitRow(line, name, as_typed(values["parent"])))
    return UnitList(tuple(rows), tuple(errors))


def _faults(
    values: Mapping[str, str], names: Mapping[str, str]
) -> Iterator[RuleBroken]:
    for field, value in values.items():
        if value.startswith("="):
            yield CellFormula(column=names[field])
        elif len(as_typed(value)) > UNIT_MOST:
            yield CellTooLong(column=names[field], most=UNIT_MOST)
    if not values["unit"]:
        yield CellEmpty(column=names["unit"])
