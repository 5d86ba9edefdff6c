"""People served at a window in a day: counted by press, or entered from a list."""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session

from kiosk.domain.served import SERVED_MOST, ServedFull, check_served_day
from kiosk.models import ServedDay, ServedPress, table_of
from kiosk.services.records import Book
from kiosk.services.upsert import as_text

SERVED_NOTE = "served"
"""Kind of the ledger's entries about numbers that were entered by hand."""
_KEPT = timedelta(days=1)
"""How long a press is remembered after its day: a tab may send it again."""
_day = table_of(ServedDay)
_press = table_of(ServedPress)


@dataclass(frozen=True, slots=True)
class Press:
    """One press of "next visitor": who pressed, where, and its one-time id."""

    id: UUID
    clerk_id: int
    window_id: int
    day: date
    """The centre's day."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A day's number as somebody read it off a list."""

    window_id: int
    day: date
    n: int
    """0 to SERVED_MOST."""


def count_served(session: Session, press: Press) -> bool:
    """Count one person served; return whether this press is new.

    The same press again counts nothing, also after it was taken back. Whether the
    clerk is on duty there is for whoever calls to see. Raises ServedFull.
    """
    row = {
        "press": press.id,
        "clerk_id": press.clerk_id,
        "window_id": press.window_id,
        "day": press.day,
        "undone": False,
    }
    if session.execute(_NEW_PRESS, row).first() is None:
        return False
    count_one(session, press.window_id, press.day)
    session.execute(
        delete(ServedPress).where(
            ServedPress.clerk_id == press.clerk_id,
            ServedPress.day < press.day - _KEPT,
        )
    )
    return True


def take_back_press(session: Session, clerk_id: int, press: UUID, today: date) -> bool:
    """Take one of a clerk's own presses of today back; return whether it counted.

    Twice, it is taken back once; one of an earlier day or of somebody else stays.
    """
    window_id = session.scalars(
        update(ServedPress)
        .where(
            ServedPress.press == press,
            ServedPress.clerk_id == clerk_id,
            ServedPress.day == today,
            ServedPress.undone.is_(False),
        )
        .values(undone=True)
        .returning(ServedPress.window_id)
    ).one_or_none()
    if window_id is None:
        return False
    uncount_one(session, window_id, today)
    return True


def count_one(session: Session, window_id: int, day: date) -> None:
    """Add one person to a window's number of a day. Raises ServedFull."""
    where = {"window_id": window_id, "day": day}
    session.execute(_BEGIN_DAY, {**where, "n": 0})
    risen = session.scalars(
        update(ServedDay)
        .filter_by(**where)
        .where(ServedDay.n < SERVED_MOST)
        .values(n=ServedDay.n + 1)
        .returning(ServedDay.n)
    ).one_or_none()
    if risen is None:
        raise ServedFull(most=SERVED_MOST)


def uncount_one(session: Session, window_id: int, day: date) -> None:
    """Take one person off a window's number of a day, where there is one to take."""
    session.execute(
        update(ServedDay)
        .where(
            ServedDay.window_id == window_id,
            ServedDay.day == day,
            # A number that was entered since may be 0; none is ever negative.
            ServedDay.n > 0,
        )
        .values(n=ServedDay.n - 1)
    )


def enter_served(records: Book, centre_id: int, entry: Entry, today: date) -> bool:
    """Set a window's number of a day; return whether it is another one than before.

    The ledger tells who entered what in place of what. Presses that come later are
    counted on top. Raises ServedDayClosed.
    """
    check_served_day(entry.day, today)
    session = records.session
    where = {"window_id": entry.window_id, "day": entry.day}
    session.execute(_BEGIN_DAY, {**where, "n": 0})
    kept = select(ServedDay).filter_by(**where)
    row = session.scalars(kept.with_for_update()).one()
    before = row.n
    if before == entry.n:
        return False
    row.n = entry.n
    told = {**where, "was": before, "served": entry.n}
    records.note(centre_id, SERVED_NOTE, told)
    return True


_NEW_PRESS = as_text(
    _press,
    sqlite.insert(_press).on_conflict_do_nothing().returning(_press.c.id),
    _press.c.id,
)
_BEGIN_DAY = as_text(_day, sqlite.insert(_day).on_conflict_do_nothing())
