"""Counts that keep scripts from the phone's form: rows that all workers share."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Table, delete, func, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningInsert

from kiosk.domain.intake import TALLIED, Origin
from kiosk.domain.limits import PHONE_KEPT, forgotten_before, minute_of
from kiosk.models import AddressMinute, PhoneDay, Rating, table_of
from kiosk.services.upsert import as_text

_minute = table_of(AddressMinute)
_phone = table_of(PhoneDay)
_rating = table_of(Rating)


def count_form(connection: Connection, address: bytes, now: datetime) -> int:
    """Count a form that an address sends; return how many came this minute."""
    row = {"address": address, "minute": minute_of(now), "n": 1}
    return int(connection.execute(_ADD_MINUTE, row).scalar_one())


def count_phone(
    connection: Connection, cookie: bytes, window_id: int, day: date
) -> int:
    """Count a phone's rating of a window; return how many it gave there that day."""
    row = {"phone": cookie, "window_id": window_id, "day": day, "n": 1}
    return int(connection.execute(_ADD_PHONE, row).scalar_one())


def printed_today(connection: Connection, window_id: int, day: date) -> int:
    """Return the ratings of a window's printed code on a day that are kept so far."""
    return int(
        connection.scalar(
            select(func.count())
            .select_from(_rating)
            .where(
                _rating.c.window_id == window_id,
                _rating.c.day == day,
                _rating.c.origin == Origin.PRINTED,
                _rating.c.state.in_(TALLIED),
            )
        )
        or 0
    )


def forget_passing(session: Session, now: datetime) -> None:
    """Drop the counts that are over."""
    first = forgotten_before(now)
    session.execute(delete(AddressMinute).where(AddressMinute.minute < first))
    today = (now - PHONE_KEPT).date()
    session.execute(delete(PhoneDay).where(PhoneDay.day < today))


def _add_one(table: Table) -> ReturningInsert[Any]:
    """Return "insert, or add to the count that is there", and the new count."""
    statement = sqlite.insert(table)
    return statement.on_conflict_do_update(
        index_elements=[column.name for column in table.primary_key],
        set_={"n": table.c.n + statement.excluded.n},
    ).returning(table.c.n)


_ADD_MINUTE = as_text(_minute, _add_one(_minute), _minute.c.n)
_ADD_PHONE = as_text(_phone, _add_one(_phone), _phone.c.n)
