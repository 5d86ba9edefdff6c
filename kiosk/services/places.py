"""Windows, units and service types: taken in from lists, one by one, and re-placed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.orm import Session

from kiosk.domain.sheets import Sheet
from kiosk.domain.tokens import new_window_code
from kiosk.domain.window_headings import TITLE_ROWS_MOST, find_headings
from kiosk.domain.window_list import (
    LINES_MOST,
    WINDOWS_MOST,
    NoHeadings,
    NumberTaken,
    TooManyRows,
    TwoLists,
    WindowList,
    WindowRow,
    parse_window_list,
)
from kiosk.models import Installation, Placement, ServiceType, Unit, Window
from kiosk.services.sheets import read_sheets
from kiosk.services.tallies import raise_version


@dataclass(frozen=True, slots=True)
class WindowImport:
    """How many windows of a list were new, altered, or as they had been."""

    added: int
    changed: int
    unchanged: int


@dataclass(frozen=True, slots=True)
class _Kept:
    """A window that is open, with the placement that holds for it."""

    id: int
    number: str
    name: str
    location: str
    phone: str
    placement_id: int
    starts_on: date
    unit: str
    service_type: str


@dataclass(slots=True)
class _Plan:
    """What a list makes necessary, with units and service types still by name."""

    ids: dict[str, int]
    """Windows by number: the open ones, and in the end the new ones too."""
    added: list[WindowRow] = field(default_factory=list)
    worded: list[dict[str, Any]] = field(default_factory=list)
    begun: list[tuple[str, str, str]] = field(default_factory=list)
    """New placements: window number, unit, service type."""
    amended: list[tuple[int, str, str]] = field(default_factory=list)
    """Placements that began today: key, unit, service type."""
    ended: list[int] = field(default_factory=list)
    changed: int = 0
    unchanged: int = 0

    def counts(self) -> WindowImport:
        """Return what the caller is told."""
        return WindowImport(len(self.added), self.changed, self.unchanged)


def read_window_list(data: bytes, file_name: str) -> WindowList:
    """Read a CSV or XLSX file into windows and errors by line.

    In a workbook the list is the one visible sheet with all needed headings, else
    the first with any. Raises a refusal of kiosk.domain.sheets or, for the file as
    a whole, of kiosk.domain.window_list.
    """
    sheet = _the_list(read_sheets(data, file_name, LINES_MOST))
    if not sheet.complete:
        raise TooManyRows(most=WINDOWS_MOST)
    return parse_window_list(sheet.lines)


def import_windows(
    session: Session,
    centre_id: int,
    rows: Sequence[WindowRow],
    today: date,
    now: datetime,
) -> WindowImport:
    """Take a list of windows into a centre; the same list again changes nothing.

    rows: with numbers that differ. today: the centre's day at `now`.
    Units and service types are found or made by name. A number that is open already
    keeps its code and takes over name, location and phone; another unit or service
    type is a new placement from today, or alters the one that began today. Windows
    that the list leaves out stay. The number of statements does not depend on the
    number of rows, the batches of large inserts apart.
    """
    plan = _plan(session, centre_id, rows, today)
    _carry_out(session, centre_id, plan, today, now)
    return plan.counts()


def add_window(
    session: Session, centre_id: int, row: WindowRow, today: date, now: datetime
) -> Window:
    """Open a window and return it; the very same one again is not opened twice.

    Raises NumberTaken when an open window has the number and differs.
    """
    plan = _plan(session, centre_id, [row], today)
    if plan.changed:
        raise NumberTaken(number=row.number)
    _carry_out(session, centre_id, plan, today, now)
    return session.get_one(Window, plan.ids[row.number])


def _the_list(sheets: Sequence[Sheet]) -> Sheet:
    found = [(sheet, find_headings(sheet.lines)) for sheet in sheets]
    some = [(sheet, headings) for sheet, headings in found if headings is not None]
    whole = [sheet for sheet, headings in some if not headings.missing()]
    if len(whole) > 1:
        raise TwoLists(first=whole[0].name, second=whole[1].name)
    for sheet in [*whole, *(sheet for sheet, _ in some)]:
        return sheet
    raise NoHeadings(most=TITLE_ROWS_MOST + 1)


def _plan(
    session: Session, centre_id: int, rows: Iterable[WindowRow], today: date
) -> _Plan:
    # One list at a time: names of units and codes of windows are looked up before
    # they are inserted. The weaker lock lets ratings, which only refer, pass.
    session.execute(select(Installation.id).with_for_update(key_share=True))
    kept = _kept_windows(session, centre_id, today)
    plan = _Plan({number: old.id for number, old in kept.items()})
    for row in rows:
        old = kept.get(row.number)
        if old is None:
            plan.added.append(row)
            plan.begun.append((row.number, row.unit, row.service_type or row.unit))
        else:
            _compare(plan, row, old, today)
    return plan


def _kept_windows(session: Session, centre_id: int, today: date) -> dict[str, _Kept]:
    rows = session.execute(
        select(
            Window.id,
            Window.number,
            Window.name,
            Window.location,
            Window.phone,
            Placement.id.label("placement_id"),
            Placement.starts_on,
            Unit.name.label("unit"),
            ServiceType.name.label("service_type"),
        )
        .join(Placement, Placement.window_id == Window.id)
        .join(Unit, Unit.id == Placement.unit_id)
        .join(ServiceType, ServiceType.id == Placement.service_type_id)
        .where(
            Window.centre_id == centre_id,
            or_(Window.closed_on.is_(None), Window.closed_on > today),
            or_(Placement.ends_on.is_(None), Placement.ends_on > today),
        )
        # The last of a number wins: the window that goes on, its latest placement.
        .order_by(Window.closed_on.is_(None), Placement.starts_on)
    )
    return {row.number: _Kept(**row._asdict()) for row in rows}


def _compare(plan: _Plan, row: WindowRow, old: _Kept, today: date) -> None:
    words = {
        "name": row.name,
        "location": old.location if row.location is None else row.location,
        "phone": old.phone if row.phone is None else row.phone,
    }
    same_unit = row.unit == old.unit
    kind = row.service_type or (old.service_type if same_unit else row.unit)
    reworded = (old.name, old.location, old.phone) != tuple(words.values())
    moved = not same_unit or kind != old.service_type
    if reworded:
        plan.worded.append({"id": old.id, **words})
    if moved and old.starts_on < today:
        plan.ended.append(old.placement_id)
        plan.begun.append((row.number, row.unit, kind))
    elif moved:
        plan.amended.append((old.placement_id, row.unit, kind))
    plan.changed += reworded or moved
    plan.unchanged += not (reworded or moved)


def _carry_out(
    session: Session, centre_id: int, plan: _Plan, today: date, now: datetime
) -> None:
    if not plan.added and not plan.changed:
        return
    places = [*plan.begun, *plan.amended]
    units = _ids(session, Unit, centre_id, [unit for _, unit, _ in places])
    kinds = _ids(session, ServiceType, centre_id, [kind for _, _, kind in places])
    plan.ids |= _insert_windows(session, centre_id, plan.added, today)
    begun = [
        {
            "window_id": plan.ids[number],
            "unit_id": units[unit],
            "service_type_id": kinds[kind],
            "starts_on": today,
        }
        for number, unit, kind in plan.begun
    ]
    amended = [
        {"id": key, "unit_id": units[unit], "service_type_id": kinds[kind]}
        for key, unit, kind in plan.amended
    ]
    ended = [{"id": key, "ends_on": today} for key in plan.ended]
    for statement, values in (
        (update(Window), plan.worded),
        (update(Placement), ended),
        (update(Placement), amended),
        (insert(Placement), begun),
    ):
        if values:
            session.execute(statement, values)
    raise_version(session.connection(), centre_id, now)


def _ids(
    session: Session,
    model: type[Unit | ServiceType],
    centre_id: int,
    names: Iterable[str],
) -> dict[str, int]:
    """Return the keys of the centre's names; missing ones are made, in order."""
    known = select(model.name, model.id).where(model.centre_id == centre_id)
    ids = dict(session.execute(known).tuples().all())
    missing = [name for name in dict.fromkeys(names) if name not in ids]
    if missing:
        made = [{"centre_id": centre_id, "name": name} for name in missing]
        session.execute(insert(model), made)
        ids = dict(session.execute(known).tuples().all())
    return ids


def _insert_windows(
    session: Session, centre_id: int, rows: Sequence[WindowRow], today: date
) -> dict[str, int]:
    if not rows:
        return {}
    values = [
        {
            "centre_id": centre_id,
            "code": code,
            "number": row.number,
            "name": row.name,
            "location": row.location or "",
            "phone": row.phone or "",
            "opened_on": today,
        }
        for row, code in zip(rows, _new_codes(session, len(rows)), strict=True)
    ]
    returned = insert(Window).returning(Window.number, Window.id)
    return dict(session.execute(returned, values).tuples().all())


def _new_codes(session: Session, count: int) -> set[str]:
    """Return unused codes: of 20,000 random ones, two are equal in one list of 67."""
    taken = set(session.scalars(select(Window.code)))
    fresh: set[str] = set()
    while len(fresh) < count:
        fresh |= {new_window_code()} - taken
    return fresh
