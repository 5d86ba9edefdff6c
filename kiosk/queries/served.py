"""People served, as clerks counted them, beside the counted ratings of these days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

import numpy as np
from sqlalchemy import ColumnElement, Connection, func, select
from sqlalchemy.orm import Session, aliased

from kiosk.domain.board import Period
from kiosk.domain.day_share import IntArray
from kiosk.domain.intake import RatingState
from kiosk.domain.served import Response
from kiosk.domain.shifts import LOOK_BACK
from kiosk.models import ServedDay, ServedPress, Shift, TallyDay, Window
from kiosk.queries.places import WindowView, window_by_id

_RATINGS = TallyDay.c1 + TallyDay.c2 + TallyDay.c3 + TallyDay.c4 + TallyDay.c5


@dataclass(frozen=True)
class Counter:
    """A clerk's counter: the window where they are on duty, and its day's number."""

    window: WindowView
    served: int


@dataclass(frozen=True)
class LastPress:
    """What a clerk counted last today and can take back."""

    press: UUID
    number: str
    """Of the window."""


def counter_of(
    reader: Connection | Session, clerk_id: int, now: datetime, today: date
) -> Counter | None:
    """Return the counter of the open window where a clerk is on duty now, or None.

    Of several clerks at a window the one who came last is on duty.
    """
    other = aliased(Shift)
    later = (
        select(other.id)
        .where(
            other.window_id == Shift.window_id,
            *_holds(other, now),
            (other.starts_at > Shift.starts_at)
            | ((other.starts_at == Shift.starts_at) & (other.id > Shift.id)),
        )
        .exists()
    )
    window_id = reader.scalar(
        select(Shift.window_id)
        .where(Shift.clerk_id == clerk_id, *_holds(Shift, now), ~later)
        .order_by(Shift.starts_at.desc(), Shift.id.desc())
        .limit(1)
    )
    window = None if window_id is None else window_by_id(reader, window_id, today)
    if window is None:
        return None
    return Counter(window, served_on(reader, window.id, today))


def served_on(reader: Connection | Session, window_id: int, day: date) -> int:
    """Return how many people a window served on a day; 0 where nobody counted."""
    n = reader.scalar(
        select(ServedDay.n).where(
            ServedDay.window_id == window_id, ServedDay.day == day
        )
    )
    return n or 0


def last_press(
    reader: Connection | Session, clerk_id: int, today: date
) -> LastPress | None:
    """Return the newest of a clerk's presses of today that counts, or None."""
    row = reader.execute(
        select(ServedPress.press, Window.number)
        .join(Window, Window.id == ServedPress.window_id)
        .where(
            ServedPress.clerk_id == clerk_id,
            ServedPress.day == today,
            ServedPress.undone.is_(False),
        )
        .order_by(ServedPress.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else LastPress(*row)


def responses_of(
    reader: Connection | Session, window_id: int, period: Period
) -> dict[date, Response]:
    """Return a window's response by day, of days with people served, in order."""
    counted = (
        select(func.sum(_RATINGS))
        .where(
            TallyDay.window_id == ServedDay.window_id,
            TallyDay.day == ServedDay.day,
            TallyDay.state == int(RatingState.COUNTED),
        )
        .correlate(ServedDay)
        .scalar_subquery()
    )
    rows = reader.execute(
        select(ServedDay.day, func.coalesce(counted, 0), ServedDay.n)
        .where(
            ServedDay.window_id == window_id,
            ServedDay.day.between(period.first, period.last),
            ServedDay.n > 0,
        )
        .order_by(ServedDay.day)
    )
    return {day: Response(int(ratings), n) for day, ratings, n in rows}


def served_counts(
    reader: Connection | Session,
    centre_id: int,
    window_ids: Sequence[int],
    period: Period,
) -> IntArray:
    """Return people served, shape (windows, days) in the order of the windows.

    One statement; windows of the centre that are not asked for are left out.
    """
    served = np.zeros((len(window_ids), period.days), np.int64)
    at = {window_id: place for place, window_id in enumerate(window_ids)}
    rows = reader.execute(
        select(ServedDay.window_id, ServedDay.day, ServedDay.n)
        .join(Window, Window.id == ServedDay.window_id)
        .where(
            Window.centre_id == centre_id,
            ServedDay.day.between(period.first, period.last),
        )
    )
    for window_id, day, n in rows:
        if window_id in at:
            served[at[window_id], (day - period.first).days] = n
    return served


def _holds(shift: type[Shift], now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        shift.superseded_at.is_(None),
        shift.starts_at <= now,
        # Where nobody is, the look-up would else go through all shifts there were.
        shift.starts_at > now - LOOK_BACK,
        shift.ends_at > now,
    )
