"""Units of a centre as a tree, as far as whoever asks may see it."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, or_, select
from sqlalchemy.orm import Session

from kiosk.domain.policy import Scope
from kiosk.domain.units import in_tree_order
from kiosk.models import Clerk, Placement, Posting, Unit, Window


@dataclass(frozen=True, kw_only=True)
class UnitLine:
    """A unit in its place in the tree."""

    id: int
    name: str
    parent_id: int | None
    """None: at the top, or the one above is not for whoever asks."""
    parent: str
    """Name of the one above, or ""."""
    ended_on: date | None
    level: int
    """From 0, among those that are shown."""
    windows: int
    """Open windows of this very unit on the day."""
    clerks: int


def unit_lines(
    reader: Connection | Session, centre_id: int, on: date, scope: Scope
) -> list[UnitLine]:
    """Return the units of the scope, each below the one it belongs to, by name.

    In three statements. Of a unit above the scope not even the name is told.
    """
    rows = reader.execute(
        select(Unit.id, Unit.name, Unit.parent_id, Unit.ended_on).where(
            Unit.centre_id == centre_id
        )
    ).all()
    shown = {row.id: row for row in rows if scope.holds(row.id)}
    names = {key: row.name for key, row in shown.items()}
    parents = {key: row.parent_id for key, row in shown.items()}
    windows = _windows(reader, centre_id, on)
    clerks = _clerks(reader, centre_id, on)
    return [
        UnitLine(
            id=key,
            name=names[key],
            parent_id=parents[key] if parents[key] in shown else None,
            parent=names.get(parents[key] or 0, ""),
            ended_on=shown[key].ended_on,
            level=level,
            windows=windows.get(key, 0),
            clerks=clerks.get(key, 0),
        )
        for key, level in in_tree_order(parents, names)
    ]


def _windows(reader: Connection | Session, centre_id: int, on: date) -> dict[int, int]:
    rows = reader.execute(
        select(Placement.unit_id, func.count(Window.id))
        .join(Window, Window.id == Placement.window_id)
        .where(
            Window.centre_id == centre_id,
            or_(Window.closed_on.is_(None), Window.closed_on > on),
            Placement.starts_on <= on,
            or_(Placement.ends_on.is_(None), Placement.ends_on > on),
        )
        .group_by(Placement.unit_id)
    )
    return dict(rows.tuples().all())


def _clerks(reader: Connection | Session, centre_id: int, on: date) -> dict[int, int]:
    rows = reader.execute(
        select(Posting.unit_id, func.count(Clerk.id))
        .join(Clerk, Clerk.id == Posting.clerk_id)
        .where(
            Clerk.centre_id == centre_id,
            or_(Clerk.ended_on.is_(None), Clerk.ended_on > on),
            Posting.starts_on <= on,
            or_(Posting.ends_on.is_(None), Posting.ends_on > on),
        )
        .group_by(Posting.unit_id)
    )
    return dict(rows.tuples().all())
