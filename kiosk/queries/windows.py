"""Windows as their unit and the hall manage them: open or closed, guide and past."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select
from sqlalchemy.orm import Session, aliased

from kiosk.domain.guides import Guide, guide_of
from kiosk.domain.policy import Scope
from kiosk.models import Placement, ServiceType, TallyDay, Unit, Window
from kiosk.queries.places import in_scope

_REDIRECTIONS_MOST = 20
"""Successors that themselves closed; a longer chain is a mistake."""


@dataclass(frozen=True, kw_only=True)
class WindowLine:
    """A window of a list, open or closed, where it belongs (or last belonged)."""

    id: int
    code: str
    number: str
    name: str
    location: str
    phone: str
    code_only: bool
    """The screen shows the code only: another authority's evaluator stands there."""
    unit: str
    unit_id: int
    service_type: str
    guide: Guide
    opened_on: date
    closed_on: date | None
    """First day it is no longer open; may lie ahead."""
    successor_id: int | None

    def is_open(self, on: date) -> bool:
        """Whether it is open on a day, or will be later."""
        return self.closed_on is None or self.closed_on > on


@dataclass(frozen=True)
class PlacementLine:
    """Where a window belonged, from when to when; None: not for whoever asks."""

    id: int
    unit: str | None
    service_type: str | None
    starts_on: date
    ends_on: date | None
    """First day it no longer holds."""


@dataclass(frozen=True)
class ClosedWindow:
    """A closed window as the public meets it, and where to go instead."""

    number: str
    name: str
    closed_on: date
    successor: WindowLine | None


def window_lines(
    reader: Connection | Session, centre_id: int, on: date, scope: Scope
) -> list[WindowLine]:
    """Return all windows that belong into the scope on a day, by number."""
    rows = reader.execute(
        _lines(on)
        .where(Window.centre_id == centre_id, in_scope(scope))
        .order_by(Window.number, Window.id)
    )
    return [_line(row) for row in rows]


def window_line(
    reader: Connection | Session, window_id: int, on: date, scope: Scope
) -> WindowLine | None:
    """Return the window with this key if it belongs into the scope, or None."""
    row = reader.execute(
        _lines(on).where(Window.id == window_id, in_scope(scope))
    ).one_or_none()
    return None if row is None else _line(row)


def window_placements(
    reader: Connection | Session, window_id: int, scope: Scope
) -> list[PlacementLine]:
    """Return a window's placements, the first one first.

    Of those outside the scope only the days are told: a manager learns that a window
    came from elsewhere, not from where.
    """
    rows = reader.execute(
        select(
            Placement.id,
            Placement.unit_id,
            Unit.name.label("unit"),
            ServiceType.name.label("service_type"),
            Placement.starts_on,
            Placement.ends_on,
        )
        .join(Unit, Unit.id == Placement.unit_id)
        .join(ServiceType, ServiceType.id == Placement.service_type_id)
        .where(Placement.window_id == window_id)
        .order_by(Placement.starts_on)
    )
    return [
        PlacementLine(
            row.id,
            row.unit if scope.holds(row.unit_id) else None,
            row.service_type if scope.holds(row.unit_id) else None,
            row.starts_on,
            row.ends_on,
        )
        for row in rows
    ]


def ratings_of(
    reader: Connection | Session, window_ids: Sequence[int]
) -> dict[int, int]:
    """Return how many ratings of each window are kept, whatever their state."""
    counts = TallyDay.c1 + TallyDay.c2 + TallyDay.c3 + TallyDay.c4 + TallyDay.c5
    rows = reader.execute(
        select(TallyDay.window_id, func.sum(counts))
        .where(TallyDay.window_id.in_(window_ids))
        .group_by(TallyDay.window_id)
    )
    found = {window_id: int(count) for window_id, count in rows}
    return {window_id: found.get(window_id, 0) for window_id in window_ids}


def guide_of_window(reader: Connection | Session, window_id: int) -> Guide:
    """Return a window's service guide. Raises NoResultFound for none."""
    row = reader.execute(select(*_GUIDE).where(Window.id == window_id)).one()
    return guide_of(row._asdict())


def closed_window(
    reader: Connection | Session, on: date, *, code: str = "", window_id: int = 0
) -> ClosedWindow | None:
    """Return the window with this code or key if it is closed on a day, or None.

    A successor that closed as well is followed to its own.
    """
    which = Window.code == code if code else Window.id == window_id
    row = reader.execute(_lines(on).where(which)).one_or_none()
    if row is None or row.closed_on is None or row.closed_on > on:
        return None
    line = _line(row)
    following = line.successor_id
    for _ in range(_REDIRECTIONS_MOST):
        found = reader.execute(_lines(on).where(Window.id == following)).one_or_none()
        if found is None:
            break
        next_line = _line(found)
        if next_line.is_open(on):
            return ClosedWindow(line.number, line.name, row.closed_on, next_line)
        following = next_line.successor_id
    return ClosedWindow(line.number, line.name, row.closed_on, None)


_GUIDE = (Window.handles, Window.takes, Window.documents, Window.promises)


def _lines(on: date) -> Select[Any]:
    """Return each window once: with the placement of the day, else the nearest one."""
    other = aliased(Placement)
    own = select(func.max(other.starts_on)).where(
        other.window_id == Window.id, other.starts_on <= on
    )
    first = select(func.min(other.starts_on)).where(other.window_id == Window.id)
    starts_on = func.coalesce(
        own.correlate(Window).scalar_subquery(),
        first.correlate(Window).scalar_subquery(),
    )
    return (
        select(
            Window.id,
            Window.code,
            Window.number,
            Window.name,
            Window.location,
            Window.phone,
            Window.code_only,
            *_GUIDE,
            Window.opened_on,
            Window.closed_on,
            Window.successor_id,
            Unit.name.label("unit"),
            Unit.id.label("unit_id"),
            ServiceType.name.label("service_type"),
        )
        .join(Placement, Placement.window_id == Window.id)
        .join(Unit, Unit.id == Placement.unit_id)
        .join(ServiceType, ServiceType.id == Placement.service_type_id)
        .where(Placement.starts_on == starts_on)
    )


def _line(row: Row[Any]) -> WindowLine:
    values = row._asdict()
    own = {each.name for each in fields(WindowLine)} - {"guide"}
    return WindowLine(guide=guide_of(values), **{name: values[name] for name in own})
