"""Units: added, renamed, moved in their tree, ended, and taken in from lists.

One act at a time: two moves that together would make a ring meet at the lock, and
the second is refused. A unit is never deleted; ratings keep it by its key.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from kiosk.domain.errors import FieldMissing
from kiosk.domain.free_text import clean_text
from kiosk.domain.units import (
    UNIT_HEADINGS,
    UNIT_MOST,
    NoUnitHeadings,
    UnitHasEnded,
    UnitInItself,
    UnitInUse,
    UnitLinesWrong,
    UnitList,
    UnitNameTaken,
    UnitRow,
    check_place,
    check_unit_list,
    parse_unit_list,
)
from kiosk.domain.window_headings import find_headings
from kiosk.domain.window_list import LINES_MOST, LineError
from kiosk.models import Clerk, Placement, Posting, Unit, Window
from kiosk.services.places import lock_places
from kiosk.services.records import Book
from kiosk.services.sheets import read_sheets


@dataclass(frozen=True, slots=True)
class UnitImport:
    """How many units of a list were new, moved, or as they had been."""

    added: int
    moved: int
    unchanged: int


def add_unit(records: Book, centre_id: int, name: str, parent_id: int | None) -> int:
    """Make a unit and return its key; the very same one again is not made twice.

    Raises FieldMissing, UnitNameTaken, UnitHasEnded or UnitTooDeep.
    """
    named = _name(name)
    units = _locked(records.session, centre_id)
    same = [unit for unit in units.values() if unit.name == named]
    if same and (same[0].parent_id != parent_id or same[0].ended_on is not None):
        raise UnitNameTaken(unit=named)
    if same:
        return same[0].id
    if parent_id is not None:
        _refuse_ended(units[parent_id])
        check_place(_parents(units), 0, parent_id)
    row = {"centre_id": centre_id, "name": named, "parent_id": parent_id}
    [key] = records.add(Unit, centre_id, [row])
    return key


def rename_unit(records: Book, centre_id: int, unit_id: int, name: str) -> None:
    """Give a unit another name; the ledger keeps both.

    Raises FieldMissing or UnitNameTaken.
    """
    named = _name(name)
    units = _locked(records.session, centre_id)
    if any(each.name == named for key, each in units.items() if key != unit_id):
        raise UnitNameTaken(unit=named)
    records.change(Unit, centre_id, unit_id, {"name": named})


def move_unit(
    records: Book, centre_id: int, unit_id: int, parent_id: int | None
) -> None:
    """Put a unit under another one, or to the top.

    Raises UnitInItself, UnitTooDeep or UnitHasEnded.
    """
    units = _locked(records.session, centre_id)
    if parent_id is not None:
        _refuse_ended(units[parent_id])
        try:
            check_place(_parents(units), unit_id, parent_id)
        except UnitInItself as ring:
            names = {"unit": units[unit_id].name, "parent": units[parent_id].name}
            raise UnitInItself(**names) from ring
    records.change(Unit, centre_id, unit_id, {"parent_id": parent_id})


def end_unit(records: Book, centre_id: int, unit_id: int, today: date) -> None:
    """End a unit from today; its past stays with it. Raises UnitInUse."""
    units = _locked(records.session, centre_id)
    if units[unit_id].ended_on is not None:
        return
    below = sum(
        each.parent_id == unit_id and each.ended_on is None for each in units.values()
    )
    windows = _open_windows(records.session, unit_id, today)
    clerks = _clerks(records.session, unit_id, today)
    if windows or clerks or below:
        raise UnitInUse(windows=windows, clerks=clerks, units=below)
    records.change(Unit, centre_id, unit_id, {"ended_on": today})


def resume_unit(records: Book, centre_id: int, unit_id: int) -> None:
    """Let a unit that was ended go on. Raises UnitHasEnded when the one above has."""
    units = _locked(records.session, centre_id)
    above = units[unit_id].parent_id
    if above is not None:
        _refuse_ended(units[above])
    records.change(Unit, centre_id, unit_id, {"ended_on": None})


def read_unit_list(data: bytes, file_name: str) -> UnitList:
    """Read a CSV or XLSX file into units and errors by line.

    Raises NoUnitHeadings, or a refusal of kiosk.domain.sheets.
    """
    for sheet in read_sheets(data, file_name, LINES_MOST):
        if find_headings(sheet.lines, UNIT_HEADINGS) is not None:
            return parse_unit_list(sheet.lines)
    raise NoUnitHeadings


def import_units(records: Book, centre_id: int, rows: Sequence[UnitRow]) -> UnitImport:
    """Take a list of units into a centre; the same list again changes nothing.

    Units are found or made by name and put under the one that the list states; those
    that it leaves out stay. Raises UnitLinesWrong with the lines that cannot be so.
    """
    units = _locked(records.session, centre_id)
    names = {key: unit.name for key, unit in units.items()}
    ended = {unit.name for unit in units.values() if unit.ended_on is not None}
    going_on = {
        unit.name: None if unit.parent_id is None else names[unit.parent_id]
        for unit in units.values()
        if unit.ended_on is None
    }
    errors = [
        LineError(row.line, UnitHasEnded(unit=name))
        for row in rows
        for name in (row.name, row.parent)
        if name in ended
    ]
    errors = errors or check_unit_list(rows, going_on)
    if errors:
        raise UnitLinesWrong(errors)
    new = [row for row in rows if row.name not in going_on]
    moved = [
        row
        for row in rows
        if row.name in going_on and (going_on[row.name] or "") != row.parent
    ]
    keys = {name: key for key, name in names.items()}
    made = [{"centre_id": centre_id, "name": row.name} for row in new]
    keys |= dict(
        zip((row.name for row in new), records.add(Unit, centre_id, made), strict=True)
    )
    places = {
        keys[row.name]: {"parent_id": keys[row.parent] if row.parent else None}
        for row in [*new, *moved]
    }
    records.change_many(Unit, centre_id, places)
    return UnitImport(len(new), len(moved), len(rows) - len(new) - len(moved))


def _name(typed: str) -> str:
    name = clean_text(typed)
    if not 0 < len(name) <= UNIT_MOST:
        raise FieldMissing(most=UNIT_MOST)
    return name


def _locked(session: Session, centre_id: int) -> dict[int, Unit]:
    """Return the centre's units by key, as nobody else changes them now."""
    lock_places(session)
    query = select(Unit).where(Unit.centre_id == centre_id)
    found = session.scalars(query, execution_options={"populate_existing": True})
    return {unit.id: unit for unit in found}


def _parents(units: Mapping[int, Unit]) -> dict[int, int | None]:
    return {key: unit.parent_id for key, unit in units.items()}


def _refuse_ended(unit: Unit) -> None:
    if unit.ended_on is not None:
        raise UnitHasEnded(unit=unit.name)


def _open_windows(session: Session, unit_id: int, today: date) -> int:
    """Return how many windows belong to a unit now or by a move that is planned."""
    counted = (
        select(func.count(func.distinct(Window.id)))
        .join(Placement, Placement.window_id == Window.id)
        .where(
            Placement.unit_id == unit_id,
            or_(Placement.ends_on.is_(None), Placement.ends_on > today),
            or_(Window.closed_on.is_(None), Window.closed_on > today),
        )
    )
    return session.scalar(counted) or 0


def _clerks(session: Session, unit_id: int, today: date) -> int:
    """Return how many clerks belong to a unit, now or from a later day."""
    counted = (
        select(func.count(func.distinct(Clerk.id)))
        .join(Posting, Posting.clerk_id == Clerk.id)
        .where(
            Posting.unit_id == unit_id,
            or_(Posting.ends_on.is_(None), Posting.ends_on > today),
            or_(Clerk.ended_on.is_(None), Clerk.ended_on > today),
        )
    )
    return session.scalar(counted) or 0
