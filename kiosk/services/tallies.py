"""Counts move with each rating, in its own transaction, by −1 and +1.

Write order on both engines: the steps of the windows, then days and buckets, each
sorted by key, those of clerks after them, the head of the chain last. A window's
step is its gate: whoever holds it may write any of the window's days, also those a
full step shows, so two writers meet in the same order and never deadlock on counts.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import (
    Connection,
    Table,
    bindparam,
    case,
    or_,
    update,
)
from sqlalchemy.dialects import sqlite
from sqlalchemy.sql.dml import ReturningInsert

from kiosk.domain.intake import RatingState
from kiosk.models import TallyBucket, TallyClerk, TallyDay, WindowStep, table_of
from kiosk.services.prepared import Prepared
from kiosk.services.upsert import as_text

STEP = 5
"""New ratings of a window after which its score and rates may move."""
_FAR = date.max
_LEVELS = range(1, 6)
_day = table_of(TallyDay)
_bucket = table_of(TallyBucket)
_step = table_of(WindowStep)
_clerk = table_of(TallyClerk)


@dataclass(frozen=True, order=True)
class Move:
    """One rating enters (`by` = 1) or leaves (`by` = -1) a cell of the counts."""

    window_id: int
    day: date
    bucket: int
    channel: int
    verified: bool
    state: int
    level: int
    clerk_id: int
    """0 where nobody was known to be on duty: None could not be sorted."""
    by: int


def move_tallies(
    connection: Connection, moves: Iterable[Move], new: Mapping[int, int]
) -> None:
    """Add `moves` to all tallies; `new` counts the new ratings by window.

    Scores follow a window's counts only when five new ratings have come
    together; a correction moves counts but brings no new rating.
    """
    days: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0] * 5)
    buckets: Counter[tuple[Any, ...]] = Counter()
    clerks: dict[tuple[Any, ...], list[int]] = defaultdict(lambda: [0] * 5)
    since: dict[int, date] = {}
    for move in moves:
        where = (move.window_id, move.day)
        cell = (*where, move.channel, move.verified, move.state)
        days[cell][move.level - 1] += move.by
        buckets[(*where, move.bucket, move.channel, move.state)] += move.by
        if move.clerk_id:
            own = (move.clerk_id, move.day, *cell[:1], *cell[2:])
            clerks[own][move.level - 1] += move.by
        since[move.window_id] = min(since.get(move.window_id, _FAR), move.day)
    full = {
        window_id: shown_from
        for window_id in sorted(since)
        if (shown_from := _take_step(connection, window_id, new, since[window_id]))
    }
    _add_days(connection, days)
    _add_buckets(connection, buckets)
    add_clerk_counts(connection, clerks)
    for window_id, shown_from in full.items():
        _SHOW.run(connection, {"in_window": window_id, "from_day": shown_from})


def add_clerk_counts(
    connection: Connection, clerks: Mapping[tuple[Any, ...], Sequence[int]]
) -> None:
    """Add five counts to each (clerk, day, window, channel, verified, state)."""
    names = ("clerk_id", "day", "window_id", "channel", "verified", "state")
    rows = [
        dict(zip(names, key, strict=True))
        | {f"c{level}": n for level, n in zip(_LEVELS, counts, strict=True)}
        for key, counts in sorted(clerks.items())
        if any(counts)
    ]
    if rows:
        _ADD_CLERK.run(connection, *rows)


def _add_days(
    connection: Connection, days: Mapping[tuple[Any, ...], list[int]]
) -> None:
    rows = []
    for (window_id, day, channel, verified, state), counts in sorted(days.items()):
        if not any(counts):
            continue
        row = {
            "window_id": window_id,
            "day": day,
            "channel": channel,
            "verified": verified,
            "state": state,
        }
        shown_later = state == RatingState.COUNTED
        for level, count in zip(_LEVELS, counts, strict=True):
            row[f"c{level}"] = count
            row[f"p{level}"] = count if shown_later else 0
        rows.append(row)
    if rows:
        _ADD_DAY.run(connection, *rows)


def _add_buckets(connection: Connection, buckets: Counter[tuple[Any, ...]]) -> None:
    names = ("window_id", "day", "bucket", "channel", "state", "n")
    rows = [
        dict(zip(names, (*key, count), strict=True))
        for key, count in sorted(buckets.items())
        if count
    ]
    if rows:
        _ADD_BUCKET.run(connection, *rows)


def _take_step(
    connection: Connection, window_id: int, new: Mapping[int, int], since_day: date
) -> date | None:
    """Count a window's new ratings; of a full step, return its earliest day."""
    [(waiting, since)] = _COUNT_STEP.rows(
        connection,
        {
            "window_id": window_id,
            # A history brings more at once than the column holds.
            "waiting": min(new.get(window_id, 0), STEP),
            "since_day": since_day,
        },
    )
    if waiting < STEP:
        return None
    _STEP_DONE.run(connection, {"in_window": window_id})
    return cast("date", since)


def _add_counts(table: Table) -> sqlite.Insert:
    """Return "insert, or add every count to the row that is there"."""
    statement = sqlite.insert(table)
    keys = [column.name for column in table.primary_key]
    counts = [column.name for column in table.columns if column.name not in keys]
    return statement.on_conflict_do_update(
        index_elements=keys,
        set_={name: table.c[name] + statement.excluded[name] for name in counts},
    )


def _count_step() -> ReturningInsert[Any]:
    statement = sqlite.insert(_step)
    earlier = statement.excluded.since_day < _step.c.since_day
    return statement.on_conflict_do_update(
        index_elements=["window_id"],
        set_={
            "waiting": _step.c.waiting + statement.excluded.waiting,
            "since_day": case(
                (earlier, statement.excluded.since_day), else_=_step.c.since_day
            ),
        },
    ).returning(_step.c.waiting, _step.c.since_day)


_ADD_DAY = Prepared(as_text(_day, _add_counts(_day)))
_ADD_BUCKET = Prepared(as_text(_bucket, _add_counts(_bucket)))
_ADD_CLERK = Prepared(as_text(_clerk, _add_counts(_clerk)))
_COUNT_STEP = Prepared(
    as_text(_step, _count_step(), _step.c.waiting, _step.c.since_day)
)
_SHOW = Prepared(
    update(_day)
    .where(
        _day.c.window_id == bindparam("in_window"),
        _day.c.day >= bindparam("from_day"),
        # An import would else rewrite every later day of a window per batch.
        or_(*(_day.c[f"p{level}"] != 0 for level in _LEVELS)),
    )
    .values({f"p{level}": 0 for level in _LEVELS})
)
_STEP_DONE = Prepared(
    update(_step)
    .where(_step.c.window_id == bindparam("in_window"))
    .values(waiting=0, since_day=_FAR)
)
