"""One window changes: its words, its number, its place, its closing.

Every act locks the places of the installation, refuses, and writes through the Book.
None of them rewrites a day that has passed. Raises LookupError for a window that does
not exist: whoever calls has looked it up within the scope of whoever asks.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kiosk.domain.placements import (
    ClosesBefore,
    DayOutOfReach,
    Held,
    MovePlanned,
    SuccessorUnfit,
    WindowHasClosed,
    check_start,
    holding,
    planned_move,
)
from kiosk.domain.units import UnitHasEnded
from kiosk.domain.window_list import NumberTaken
from kiosk.models import Placement, ServiceType, Unit, Window
from kiosk.services.places import lock_places, named_keys
from kiosk.services.records import Book


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a window moves: a unit by key, a service type by name."""

    unit_id: int
    service_type: str


def edit_window(
    records: Book, window_id: int, words: Mapping[str, str | bool], today: date
) -> None:
    """Change name, location, phone or guide, cleaned, or what its screen shows.

    Raises WindowHasClosed.
    """
    window = _open(records.session, window_id, today)
    records.change(Window, window.centre_id, window_id, words)


def renumber_window(
    records: Book, window_id: int, number: str, today: date, *, why: str = ""
) -> None:
    """Give a window another number; code and ratings stay with it.

    Raises NumberTaken or WindowHasClosed.
    """
    window = _open(records.session, window_id, today)
    _refuse_number(records.session, window, number, today)
    records.change(Window, window.centre_id, window_id, {"number": number}, why=why)


def move_window(
    records: Book, window_id: int, where: Destination, starts_on: date, today: date
) -> None:
    """Place a window under another unit or service type from a day on.

    The same again changes nothing; a move from the very day on which another began
    takes its place. Raises DayOutOfReach, WindowHasClosed, ClosesBefore, MovePlanned
    or UnitHasEnded.
    """
    session = records.session
    window = _open(session, window_id, today)
    check_start(starts_on, today)
    if window.closed_on is not None and starts_on >= window.closed_on:
        raise ClosesBefore(day=window.closed_on.isoformat())
    held = _placements(session, window_id)
    ahead = planned_move(held, today)
    if ahead is not None and ahead.starts_on != starts_on:
        raise MovePlanned(day=ahead.starts_on.isoformat())
    before = holding(held, starts_on)
    if before is None:
        first = held[0].starts_on.isoformat()
        raise DayOutOfReach(first=first, last=first)
    _refuse_ended(session, window.centre_id, where.unit_id)
    kinds = named_keys(records, ServiceType, window.centre_id, [where.service_type])
    place = {
        "unit_id": where.unit_id,
        "service_type_id": kinds[where.service_type],
    }
    _place(records, window, before, place, starts_on)


def take_back_move(records: Book, window_id: int, today: date) -> None:
    """Give up a move that is planned for a later day; without one nothing happens."""
    session = records.session
    window = _open(session, window_id, today)
    held = _placements(session, window_id)
    ahead = planned_move(held, today)
    if ahead is None:
        return
    before = held[held.index(ahead) - 1]
    records.strike(Placement, window.centre_id, ahead.id, why="move taken back")
    until = {"ends_on": ahead.ends_on}
    records.change(Placement, window.centre_id, before.id, until)


def close_window(
    records: Book,
    window_id: int,
    closes_on: date,
    successor_id: int | None,
    today: date,
) -> None:
    """Close a window from a day on; its ratings stay, and it may name a successor.

    Until it has closed, the day can be changed. Raises DayOutOfReach,
    WindowHasClosed or SuccessorUnfit.
    """
    session = records.session
    # Closed today, it can still be told where its visitors go now.
    window = _open(session, window_id, today, today_counts=True)
    check_start(closes_on, today)
    if successor_id is not None:
        successor = session.get(Window, successor_id)
        if successor is None or not _follows(window, successor):
            raise SuccessorUnfit
    closing = {"closed_on": closes_on, "successor_id": successor_id}
    records.change(Window, window.centre_id, window_id, closing)


def close_windows(
    records: Book, centre_id: int, window_ids: Iterable[int], today: date, why: str
) -> int:
    """Close windows of a centre from today; return how many were open until now."""
    session = records.session
    lock_places(session)
    still_open = session.scalars(
        select(Window.id).where(
            Window.centre_id == centre_id,
            Window.id.in_(list(window_ids)),
            or_(Window.closed_on.is_(None), Window.closed_on > today),
        )
    )
    closing = {key: {"closed_on": today} for key in still_open}
    return records.change_many(Window, centre_id, closing, why=why)


def reopen_window(records: Book, window_id: int, today: date) -> None:
    """Undo a closing that is planned or was made today.

    Raises WindowHasClosed on a later day, NumberTaken when its number is in use.
    """
    window = _open(records.session, window_id, today, today_counts=True)
    if window.closed_on is None:
        return
    _refuse_number(records.session, window, window.number, today)
    opened = {"closed_on": None, "successor_id": None}
    records.change(Window, window.centre_id, window_id, opened)


def _open(
    session: Session, window_id: int, today: date, *, today_counts: bool = False
) -> Window:
    """Return a window that may still be changed, behind the lock of places."""
    lock_places(session)
    # What a transaction before this one read may have changed since.
    window = session.get(Window, window_id, populate_existing=True)
    if window is None:
        raise LookupError(f"no window {window_id}")
    closed_on = window.closed_on
    if closed_on is None or closed_on > today or (today_counts and closed_on == today):
        return window
    raise WindowHasClosed(day=closed_on.isoformat())


def _refuse_number(session: Session, window: Window, number: str, today: date) -> None:
    other = session.scalar(
        select(Window.id)
        .where(
            Window.centre_id == window.centre_id,
            Window.number == number,
            Window.id != window.id,
            or_(Window.closed_on.is_(None), Window.closed_on > today),
        )
        .limit(1)
    )
    if other is not None:
        raise NumberTaken(number=number)


def _refuse_ended(session: Session, centre_id: int, unit_id: int) -> None:
    unit = session.get(Unit, unit_id, populate_existing=True)
    if unit is None or unit.centre_id != centre_id:
        raise LookupError(f"no unit {unit_id}")
    if unit.ended_on is not None:
        raise UnitHasEnded(unit=unit.name)


def _follows(window: Window, successor: Window) -> bool:
    """Whether a window can be named as the successor of another."""
    return (
        successor.id != window.id
        and successor.centre_id == window.centre_id
        and successor.closed_on is None
    )


def _placements(session: Session, window_id: int) -> list[Held]:
    rows = session.execute(
        select(
            Placement.id,
            Placement.unit_id,
            Placement.service_type_id,
            Placement.starts_on,
            Placement.ends_on,
        )
        .where(Placement.window_id == window_id)
        .order_by(Placement.starts_on)
    )
    return [Held(*row) for row in rows]


def _place(
    records: Book, window: Window, before: Held, place: Mapping[str, Any], day: date
) -> None:
    """Let a place hold from a day on, to the end of the one that held before."""
    if place == {
        "unit_id": before.unit_id,
        "service_type_id": before.service_type_id,
    }:
        return
    centre_id = window.centre_id
    if before.starts_on == day:
        records.change(Placement, centre_id, before.id, place)
        return
    records.change(Placement, centre_id, before.id, {"ends_on": day})
    begun = {
        "window_id": window.id,
        "starts_on": day,
        "ends_on": before.ends_on,
        **place,
    }
    records.add(Placement, centre_id, [begun])
