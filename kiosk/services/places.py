"""Windows, units and service types: taken in from lists, one by one, and re-placed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import null, or_, select
from sqlalchemy.orm import Session

from kiosk.domain.guides import GUIDE_FIELDS
from kiosk.domain.tokens import new_code
from kiosk.domain.units import UnitHasEnded
from kiosk.domain.window_list import NumberTaken, WindowRow
from kiosk.models import Installation, Placement, ServiceType, Unit, Window
from kiosk.services.records import Book

_WORDS = ("name", "location", "phone", *GUIDE_FIELDS)
_SAID = (*_WORDS, "code_only")
"""What is said about a window; lists may leave out all but the name."""


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
    placement_id: int
    starts_on: date
    ends_on: date | None
    unit: str
    service_type: str
    said: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Begun:
    """A placement to be made, with its names still."""

    number: str
    unit: str
    kind: str
    ends_on: date | None = None
    """Where a later move is planned already."""


@dataclass(slots=True)
class _Plan:
    """What a list makes necessary, with units and service types still by name."""

    ids: dict[str, int]
    """Windows by number: the open ones, and in the end the new ones too."""
    added: list[WindowRow] = field(default_factory=list)
    worded: dict[int, dict[str, Any]] = field(default_factory=dict)
    """New words of windows by key."""
    begun: list[_Begun] = field(default_factory=list)
    amended: list[tuple[int, str, str]] = field(default_factory=list)
    """Placements that began today: key, unit, service type."""
    ended: list[int] = field(default_factory=list)
    changed: int = 0
    unchanged: int = 0

    def counts(self) -> WindowImport:
        """Return what the caller is told."""
        return WindowImport(len(self.added), self.changed, self.unchanged)


def import_windows(
    records: Book, centre_id: int, rows: Sequence[WindowRow], today: date
) -> WindowImport:
    """Take a list of windows into a centre; the same list again changes nothing.

    rows: with numbers that differ. today: the centre's day.
    Units and service types are found or made by name. A number that is open already
    keeps its code and takes over name, location, phone and guide; another unit or
    service type is a new placement from today, or alters the one that began today,
    until a move that is planned already. Windows that the list leaves out stay.
    The number of statements does not depend on the number of rows, the batches of
    large inserts apart. Raises UnitHasEnded.
    """
    plan = _plan(records.session, centre_id, rows, today)
    _carry_out(records, centre_id, plan, today)
    return plan.counts()


def add_window(records: Book, centre_id: int, row: WindowRow, today: date) -> Window:
    """Open a window and return it; the very same one again is not opened twice.

    Raises NumberTaken when an open window has the number and differs.
    """
    plan = _plan(records.session, centre_id, [row], today)
    if plan.changed:
        raise NumberTaken(number=row.number)
    _carry_out(records, centre_id, plan, today)
    return records.session.get_one(Window, plan.ids[row.number])


def lock_places(session: Session) -> None:
    """Let one act at a time change places: names and trees are looked up before.

    The weaker lock lets ratings, which only refer, pass.
    """
    session.execute(select(Installation.id).with_for_update(key_share=True))


def _plan(
    session: Session, centre_id: int, rows: Iterable[WindowRow], today: date
) -> _Plan:
    lock_places(session)
    kept = _kept_windows(session, centre_id, today)
    plan = _Plan({number: old.id for number, old in kept.items()})
    for row in rows:
        old = kept.get(row.number)
        if old is None:
            plan.added.append(row)
            kind = row.service_type or row.unit
            plan.begun.append(_Begun(row.number, row.unit, kind))
        else:
            _compare(plan, row, old, today)
    return plan


def _kept_windows(session: Session, centre_id: int, today: date) -> dict[str, _Kept]:
    said = [getattr(Window, name) for name in _SAID]
    rows = session.execute(
        select(
            Window.id,
            Window.number,
            Placement.id.label("placement_id"),
            Placement.starts_on,
            Placement.ends_on,
            Unit.name.label("unit"),
            ServiceType.name.label("service_type"),
            *said,
        )
        .join(Placement, Placement.window_id == Window.id)
        .join(Unit, Unit.id == Placement.unit_id)
        .join(ServiceType, ServiceType.id == Placement.service_type_id)
        .where(
            Window.centre_id == centre_id,
            or_(Window.closed_on.is_(None), Window.closed_on > today),
            or_(Placement.ends_on.is_(None), Placement.ends_on > today),
        )
        # The last of a number wins: the window that goes on, and of its placements
        # the one that holds today, else the next.
        .order_by(
            Window.closed_on.is_(None),
            Placement.starts_on <= today,
            Placement.starts_on.desc(),
        )
    )
    return {row.number: _kept(row._asdict()) for row in rows}


def _kept(values: dict[str, Any]) -> _Kept:
    said = {name: values.pop(name) for name in _SAID}
    return _Kept(said=said, **values)


def _compare(plan: _Plan, row: WindowRow, old: _Kept, today: date) -> None:
    stated = {name: getattr(row, name) for name in _SAID}
    said = {
        name: old.said[name] if new is None else new for name, new in stated.items()
    }
    same_unit = row.unit == old.unit
    kind = row.service_type or (old.service_type if same_unit else row.unit)
    reworded = said != old.said
    moved = not same_unit or kind != old.service_type
    if reworded:
        plan.worded[old.id] = said
    if moved and old.starts_on < today:
        plan.ended.append(old.placement_id)
        plan.begun.append(_Begun(row.number, row.unit, kind, old.ends_on))
    elif moved:
        plan.amended.append((old.placement_id, row.unit, kind))
    plan.changed += reworded or moved
    plan.unchanged += not (reworded or moved)


def _carry_out(records: Book, centre_id: int, plan: _Plan, today: date) -> None:
    if not plan.added and not plan.changed:
        return
    named = [(each.unit, each.kind) for each in plan.begun]
    named += [(unit, kind) for _, unit, kind in plan.amended]
    units = named_keys(records, Unit, centre_id, [unit for unit, _ in named])
    kinds = named_keys(records, ServiceType, centre_id, [kind for _, kind in named])
    plan.ids |= _insert_windows(records, centre_id, plan.added, today)
    begun = [
        {
            "window_id": plan.ids[each.number],
            "unit_id": units[each.unit],
            "service_type_id": kinds[each.kind],
            "starts_on": today,
            "ends_on": each.ends_on,
        }
        for each in plan.begun
    ]
    amended = {
        key: {"unit_id": units[unit], "service_type_id": kinds[kind]}
        for key, unit, kind in plan.amended
    }
    records.change_many(Window, centre_id, plan.worded)
    records.change_many(
        Placement, centre_id, {key: {"ends_on": today} for key in plan.ended}
    )
    records.change_many(Placement, centre_id, amended)
    records.add(Placement, centre_id, begun)


def named_keys(
    records: Book,
    model: type[Unit | ServiceType],
    centre_id: int,
    names: Sequence[str],
) -> dict[str, int]:
    """Return the keys of the centre's names; missing ones are made, in order.

    Raises UnitHasEnded.
    """
    ended = model.ended_on if model is Unit else null()
    known = select(model.name, model.id, ended).where(model.centre_id == centre_id)
    found = records.session.execute(known).all()
    over = {name for name, _, ended_on in found if ended_on is not None}
    for name in over.intersection(names):
        raise UnitHasEnded(unit=name)
    ids = {name: key for name, key, _ in found}
    missing = [name for name in dict.fromkeys(names) if name not in ids]
    made = [{"centre_id": centre_id, "name": name} for name in missing]
    return ids | dict(zip(missing, records.add(model, centre_id, made), strict=True))


def _insert_windows(
    records: Book, centre_id: int, rows: Sequence[WindowRow], today: date
) -> dict[str, int]:
    codes = _new_codes(records.session, len(rows))
    values = [
        {
            "centre_id": centre_id,
            "code": code,
            "number": row.number,
            "opened_on": today,
            "code_only": bool(row.code_only),
            **{name: getattr(row, name) or "" for name in _WORDS},
        }
        for row, code in zip(rows, codes, strict=True)
    ]
    keys = records.add(Window, centre_id, values)
    return {row.number: key for row, key in zip(rows, keys, strict=True)}


def _new_codes(session: Session, count: int) -> set[str]:
    """Return unused codes: of 20,000 random ones, two are equal in one list of 67."""
    taken = set(session.scalars(select(Window.code)))
    fresh: set[str] = set()
    while len(fresh) < count:
        fresh |= {new_code()} - taken
    return fresh
