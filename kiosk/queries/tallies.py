"""Counts by window and day as arrays, and today's ratings by the hour."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, cast

import numpy as np
from sqlalchemy import Connection, CursorResult, Select, Table, func, or_, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from kiosk.domain.board import Period
from kiosk.domain.day_share import CHANNELS, IntArray
from kiosk.domain.intake import BUCKET_MINUTES, RatingState
from kiosk.domain.levels import Level
from kiosk.models import TallyBucket, TallyDay, Window, table_of

HOURS = 24
_BUCKETS_AN_HOUR = 60 // BUCKET_MINUTES
_COLUMNS = 4 + len(Level)
_FETCH = 500
_day = table_of(TallyDay)
_bucket = table_of(TallyBucket)
_window = table_of(Window)


@dataclass(frozen=True, eq=False)
class WindowCounts:
    """What was counted at some windows in a period, in the order of the windows.

    shown: ratings that scores and rates may tell, shape (windows, days, 2, 5):
    channel 0 is the tablet and 1 the phone, the last axis holds levels 1 to 5.
    live: all counted ratings of a window, shape (windows,).
    """

    shown: IntArray
    live: IntArray


def window_counts(
    reader: Connection | Session,
    centre_id: int,
    window_ids: Sequence[int],
    period: Period,
) -> WindowCounts:
    """Return the counts of a centre's windows in one statement.

    Windows of the centre that are not asked for are left out of the result.
    """
    shown = np.zeros((len(window_ids), period.days, CHANNELS, len(Level)), np.int64)
    live = np.zeros(len(window_ids), np.int64)
    cells = _cells(reader, centre_id, period)
    if cells.size and len(window_ids):
        order = np.argsort(window_ids)
        known = np.asarray(window_ids)[order]
        at = np.minimum(np.searchsorted(known, cells[0]), known.size - 1)
        asked = known[at] == cells[0]
        where, (_, day, channel, every, *by_level) = order[at[asked]], cells[:, asked]
        # Verified and unverified ratings share a cell, so cells are added to.
        np.add.at(shown, (where, day, channel), np.transpose(by_level))
        np.add.at(live, where, every)
    return WindowCounts(shown, live)


def ratings_by_hour(
    reader: Connection | Session, centre_id: int, day: date
) -> tuple[int, ...]:
    """Return the counted ratings of a day at open windows, one number an hour."""
    hours = [0] * HOURS
    rows = reader.execute(
        select(_bucket.c.bucket, func.sum(_bucket.c.n))
        .where(
            _bucket.c.window_id.in_(_open_windows(centre_id, day)),
            *_counted(_bucket, day, day),
        )
        .group_by(_bucket.c.bucket)
    )
    for bucket, n in rows:
        hours[bucket // _BUCKETS_AN_HOUR] += int(n)
    return tuple(hours)


def _cells(reader: Connection | Session, centre_id: int, period: Period) -> IntArray:
    """Return every cell as a column: window, day, channel and six counts.

    Days are numbered within the period; the counts are all counted ratings and
    then the shown ones by level 1 to 5. Shape (9, cells).
    """
    counts = [_day.c[f"c{level}"] for level in sorted(Level)]
    pending = [_day.c[f"p{level}"] for level in sorted(Level)]
    result = reader.execute(
        select(
            _day.c.window_id,
            _day.c.day,
            _day.c.channel,
            counts[0] + counts[1] + counts[2] + counts[3] + counts[4],
            *(c - p for c, p in zip(counts, pending, strict=True)),
        ).where(
            # Not a join: SQLite, without statistics, would walk all days of all
            # centres instead of the key's few days at each window.
            _day.c.window_id.in_(_open_windows(centre_id, period.last)),
            *_counted(_day, period.first, period.last),
        )
    )
    cursor = cast("CursorResult[Any]", result).cursor
    return _columns(cursor, _day_numbers(period))


def _day_numbers(period: Period) -> dict[date | str, int]:
    """Return each day's number; SQLite's driver hands days out as text."""
    numbers: dict[date | str, int] = {}
    for past in range(period.days):
        day = period.first + timedelta(days=past)
        numbers[day] = numbers[day.isoformat()] = past
    return numbers


def _columns(cursor: Any, numbers: dict[date | str, int]) -> IntArray:
    """Return the driver's own rows as columns, a few hundred at a time.

    A large centre has 36,000 cells. A Row for each would cost more than the
    statement, and all of them at once would set off the garbage collector.
    """
    parts = [np.zeros((_COLUMNS, 0), np.int64)]
    while rows := cursor.fetchmany(_FETCH):
        windows, days, *counts = zip(*rows, strict=True)
        past = [numbers[day] for day in days]
        parts.append(np.array([windows, past, *counts], np.int64))
    cursor.close()
    return np.concatenate(parts, axis=1)


def _open_windows(centre_id: int, on: date) -> Select[tuple[int]]:
    return select(_window.c.id).where(
        _window.c.centre_id == centre_id,
        or_(_window.c.closed_on.is_(None), _window.c.closed_on > on),
    )


def _counted(table: Table, first: date, last: date) -> tuple[ColumnElement[bool], ...]:
    return (
        table.c.day.between(first, last),
        table.c.state == int(RatingState.COUNTED),
    )
