"""Look-ups of centre and open windows, as plain values."""

from dataclasses import dataclass
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Row, Select, func, or_, select, true
from sqlalchemy.orm import Session

from kiosk.domain.policy import Scope
from kiosk.models import Centre, Placement, ServiceType, Unit, Window

WHOLE_CENTRE = Scope()
"""For commands and for what the public sees anyway; pages of signed-in people pass
the scope of whoever asks."""


@dataclass(frozen=True)
class CentreView:
    """The hall: its name and the zone of its days."""

    id: int
    code: str
    name: str
    zone: ZoneInfo


@dataclass(frozen=True)
class WindowView:
    """A window with the unit and service type it belongs to on a day."""

    id: int
    centre_id: int
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
    service_type_id: int
    zone: ZoneInfo


def only_centre(reader: Connection | Session) -> CentreView | None:
    """Return the installation's first centre, or None before `init`."""
    row = reader.execute(
        select(Centre.id, Centre.code, Centre.name, Centre.time_zone)
        .order_by(Centre.id)
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    return CentreView(row.id, row.code, row.name, ZoneInfo(row.time_zone))


def in_scope(scope: Scope) -> ColumnElement[bool]:
    """Return the condition that a placement lies inside a scope."""
    if scope.units is None:
        return true()
    return Placement.unit_id.in_(sorted(scope.units))


def open_windows(
    reader: Connection | Session,
    centre_id: int,
    on: date,
    scope: Scope = WHOLE_CENTRE,
) -> list[WindowView]:
    """Return the windows open on a day whose unit lies in the scope, by number."""
    rows = reader.execute(
        _windows(on)
        .where(Window.centre_id == centre_id, in_scope(scope))
        .order_by(Window.number, Window.id)
    )
    return [_view(row) for row in rows]


def window_by_code(
    reader: Connection | Session, code: str, on: date
) -> WindowView | None:
    """Return the open window with this address code, or None."""
    row = reader.execute(_windows(on).where(Window.code == code)).one_or_none()
    return None if row is None else _view(row)


def window_by_number(
    reader: Connection | Session, centre_id: int, number: str, on: date
) -> WindowView | None:
    """Return the centre's open window with this number, or None."""
    row = reader.execute(
        _windows(on).where(Window.centre_id == centre_id, Window.number == number)
    ).one_or_none()
    return None if row is None else _view(row)


def window_by_id(
    reader: Connection | Session,
    window_id: int,
    on: date,
    scope: Scope = WHOLE_CENTRE,
) -> WindowView | None:
    """Return the open window with this key if its unit lies in the scope, or None."""
    row = reader.execute(
        _windows(on).where(Window.id == window_id, in_scope(scope))
    ).one_or_none()
    return None if row is None else _view(row)


def count_windows(reader: Connection | Session) -> int:
    """Return how many windows exist, closed ones included."""
    return reader.scalar(select(func.count(Window.id))) or 0


def _windows(on: date) -> Select[Any]:
    return (
        select(
            Window.id,
            Window.centre_id,
            Window.code,
            Window.number,
            Window.name,
            Window.location,
            Window.phone,
            Window.code_only,
            Unit.name.label("unit"),
            Unit.id.label("unit_id"),
            ServiceType.name.label("service_type"),
            ServiceType.id.label("service_type_id"),
            Centre.time_zone,
        )
        .join(Centre, Centre.id == Window.centre_id)
        .join(Placement, Placement.window_id == Window.id)
        .join(Unit, Unit.id == Placement.unit_id)
        .join(ServiceType, ServiceType.id == Placement.service_type_id)
        .where(
            or_(Window.closed_on.is_(None), Window.closed_on > on),
            Placement.starts_on <= on,
            or_(Placement.ends_on.is_(None), Placement.ends_on > on),
        )
    )


def _view(row: Row[Any]) -> WindowView:
    values = row._asdict()
    return WindowView(zone=ZoneInfo(values.pop("time_zone")), **values)
