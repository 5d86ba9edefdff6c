"""What the rules about holds look at: new ratings, their day, and what is usual."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import Connection, Row, func, select
from sqlalchemy.orm import Session

from kiosk.domain.bursts import BUCKETS, PAST_DAYS, Usual, closed_buckets
from kiosk.domain.day_share import BoolArray
from kiosk.domain.hold_states import HoldState
from kiosk.domain.holds import Rule, WindowDay
from kiosk.domain.intake import Channel, Origin, RatingState
from kiosk.domain.opening import spans_on
from kiosk.models import (
    Centre,
    Hold,
    Rating,
    ServedDay,
    TallyBucket,
    TallyDay,
    Window,
)
from kiosk.queries.calendar import work_calendar

OVERLAP = 1_000
"""Keys looked at once more: with many writers a smaller key may come in later."""
FIRST_LOOK = 50_000
"""Keys looked at after a start: what came in while nobody looked."""
_DAY = timedelta(days=1)
_LOOKED_AT = (RatingState.COUNTED, RatingState.HELD)


@dataclass(frozen=True)
class Mark:
    """How far the ratings have been looked at."""

    last: int
    """Greatest key."""
    count: int
    """Ratings among the last OVERLAP keys: grows where one came in late."""


@dataclass(frozen=True, order=True)
class Cell:
    """A window, channel and day with new ratings."""

    centre_id: int
    window_id: int
    day: date
    channel: int


@dataclass(frozen=True)
class OpenHold:
    """Held ten minutes that wait for people; what still comes joins them."""

    bucket: int
    rule: str


@dataclass(frozen=True, eq=False)
class Looked:
    """What the rules are given of a cell, and what is held there already."""

    day: WindowDay
    counting: frozenset[int]
    """Ten minutes with ratings that count and that nobody decided on."""
    waiting: tuple[OpenHold, ...]
    orphans: bool
    """Whether ratings are held that no hold names, as those of withdrawn screens."""


def newest(reader: Connection | Session) -> Mark:
    """Return how far there are ratings now: the one read while nothing happens."""
    last = int(reader.scalar(select(func.max(Rating.id))) or 0)
    count = reader.scalar(
        select(func.count()).select_from(Rating).where(Rating.id > last - OVERLAP)
    )
    return Mark(last, int(count or 0))


def new_cells(
    reader: Connection | Session, before: Mark | None, now: Mark
) -> list[Cell]:
    """Return where ratings came in since `before`; past ratings from files aside."""
    since = now.last - FIRST_LOOK if before is None else before.last - OVERLAP
    rows = reader.execute(
        select(Window.centre_id, Rating.window_id, Rating.day, Rating.channel)
        .distinct()
        .join(Window, Window.id == Rating.window_id)
        .where(
            Rating.id > since,
            Rating.origin != Origin.HISTORY,
            Rating.state.in_(_LOOKED_AT),
        )
    )
    return sorted(Cell(*row) for row in rows)


def look_at(reader: Connection | Session, cell: Cell) -> Looked:
    """Return a cell's ratings that nobody decided on, and what is usual there."""
    zone = reader.execute(
        select(Centre.time_zone).where(Centre.id == cell.centre_id)
    ).scalar_one()
    rows = reader.execute(
        select(Rating.bucket, Rating.tapped_at, Rating.state, Rating.hold_id).where(
            Rating.window_id == cell.window_id,
            Rating.day == cell.day,
            Rating.channel == cell.channel,
            Rating.state.in_(_LOOKED_AT),
            Rating.origin != Origin.HISTORY,
        )
    ).all()
    counting = [
        row for row in rows if row.state == RatingState.COUNTED and row.hold_id is None
    ]
    held = [row for row in rows if row.state == RatingState.HELD]
    return Looked(
        day=_window_day(reader, cell, [*counting, *held], ZoneInfo(zone)),
        counting=frozenset(row.bucket for row in counting),
        waiting=_open_holds(reader, cell),
        orphans=any(row.hold_id is None for row in held),
    )


def usual_of(reader: Connection | Session, cell: Cell) -> Usual:
    """Return the counted ratings of the last earlier days that had any."""
    counts = TallyDay.c1 + TallyDay.c2 + TallyDay.c3 + TallyDay.c4 + TallyDay.c5
    of_window = (
        TallyDay.window_id == cell.window_id,
        TallyDay.channel == cell.channel,
        TallyDay.state == RatingState.COUNTED,
    )
    days = reader.execute(
        select(TallyDay.day, func.sum(counts))
        .where(*of_window, TallyDay.day < cell.day)
        .group_by(TallyDay.day)
        .having(func.sum(counts) > 0)
        .order_by(TallyDay.day.desc())
        .limit(PAST_DAYS)
    ).all()
    by_bucket = np.zeros(BUCKETS, np.int64)
    if days:
        sums = reader.execute(
            select(TallyBucket.bucket, func.sum(TallyBucket.n))
            .where(
                TallyBucket.window_id == cell.window_id,
                TallyBucket.day.between(days[-1][0], cell.day - _DAY),
                TallyBucket.channel == cell.channel,
                TallyBucket.state == RatingState.COUNTED,
            )
            .group_by(TallyBucket.bucket)
        )
        for bucket, n in sums:
            by_bucket[bucket] = int(n)
    return Usual(by_bucket, np.array([int(n) for _, n in days], np.int64))


def _open_holds(reader: Connection | Session, cell: Cell) -> tuple[OpenHold, ...]:
    """Return the held ten minutes of a cell that wait, the first made first."""
    rows = reader.execute(
        select(Hold.bucket, Hold.rule)
        .where(*_of(cell), Hold.state == HoldState.OPEN, Hold.bucket.is_not(None))
        .order_by(Hold.id)
    )
    return tuple(OpenHold(*row) for row in rows)


def _window_day(
    reader: Connection | Session, cell: Cell, rows: list[Row[Any]], zone: ZoneInfo
) -> WindowDay:
    tapped = [_seconds(row.tapped_at, cell.day, zone) for row in rows]
    return WindowDay(
        channel=Channel(cell.channel),
        bucket=np.array([row.bucket for row in rows], np.int64),
        tapped=np.array(tapped, np.int64),
        usual=usual_of(reader, cell),
        closed=_closed(reader, cell),
        verified=_verified(reader, cell),
        served=_served(reader, cell),
        decided=_decided(reader, cell),
    )


def _seconds(moment: datetime, day: date, zone: ZoneInfo) -> int:
    """Return a moment in seconds of wall time from the midnight of a day."""
    local = moment.astimezone(zone)
    clock = local.hour * 3600 + local.minute * 60 + local.second
    return (local.date() - day).days * 24 * 3600 + clock


def _closed(reader: Connection | Session, cell: Cell) -> BoolArray | None:
    calendar = work_calendar(reader, cell.centre_id, cell.day, cell.day)
    if not any(calendar.hours.values()):
        return None
    return closed_buckets(spans_on(calendar, cell.day))


def _verified(reader: Connection | Session, cell: Cell) -> int:
    counts = TallyDay.c1 + TallyDay.c2 + TallyDay.c3 + TallyDay.c4 + TallyDay.c5
    found = reader.scalar(
        select(func.sum(counts)).where(
            TallyDay.window_id == cell.window_id,
            TallyDay.day == cell.day,
            TallyDay.state == RatingState.COUNTED,
            TallyDay.verified.is_(True),
        )
    )
    released = reader.scalar(
        select(func.sum(Hold.n)).where(
            Hold.window_id == cell.window_id,
            Hold.day == cell.day,
            Hold.rule == Rule.SERVED,
            Hold.state == HoldState.RELEASED,
        )
    )
    return int(found or 0) - int(released or 0)


def _served(reader: Connection | Session, cell: Cell) -> int | None:
    return reader.scalar(
        select(ServedDay.n).where(
            ServedDay.window_id == cell.window_id,
            ServedDay.day == cell.day,
            ServedDay.n > 0,
        )
    )


def _decided(
    reader: Connection | Session, cell: Cell
) -> Counter[tuple[Rule, int | None]]:
    rows: Sequence[tuple[str, int | None, int]] = reader.execute(
        select(Hold.rule, Hold.bucket, func.sum(Hold.n))
        .where(*_of(cell), Hold.state != HoldState.OPEN)
        .group_by(Hold.rule, Hold.bucket)
    ).all()  # type: ignore[assignment]
    return Counter({(Rule(rule), bucket): int(n) for rule, bucket, n in rows})


def _of(cell: Cell) -> tuple[Any, ...]:
    return (
        Hold.window_id == cell.window_id,
        Hold.day == cell.day,
        Hold.channel == cell.channel,
    )
