"""Intake: the one road on which every rating enters, live, by phone or from a file."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite

from kiosk.domain.errors import IdTaken, NotYours
from kiosk.domain.intake import (
    TALLIED,
    CountedTime,
    RatingState,
    Tap,
    counted_time,
)
from kiosk.domain.receipts import receipt_code
from kiosk.models import Comment, Rating, table_of
from kiosk.services.tallies import Move, move_tallies, raise_version

_rating = table_of(Rating)
_comment = table_of(Comment)
_LOOKUP = 500
# A visitor changes their mind a few times; a forged ring of corrections ends.
_CHAIN_MOST = 20


@dataclass(frozen=True)
class Acknowledgement:
    """What a giver may rely on: this id is kept, and this is its receipt."""

    event_id: UUID
    receipt: str


@dataclass(frozen=True)
class Hall:
    """The centre a rating belongs to, and the zone of its days."""

    centre_id: int
    zone: ZoneInfo


def record_rating(
    connection: Connection,
    tap: Tap,
    hall: Hall,
    now: datetime,
    *,
    last_contact: datetime | None = None,
    merged_into: UUID | None = None,
) -> Acknowledgement:
    """Keep one rating and move the counts; the same event again changes nothing.

    The id is taken by its UNIQUE constraint in this very transaction, never by
    looking first: two senders of one id meet there, and one of them waits.
    `merged_into` names the event this one repeats; it is then acknowledged but
    not counted. Raises IdTaken for the same id with another body, NotYours for
    a correction of somebody else's rating.
    """
    time = counted_time(tap.tapped_at or now, now, last_contact, hall.zone)
    revised = _rating_to_revise(connection, tap)
    state = _first_state(connection, tap, merged=merged_into is not None)
    row = _row(tap, time, state, now) | {"revises": tap.revises or merged_into}
    rating_id = connection.scalar(_insert_once(connection.dialect.name), row)
    if rating_id is None:
        _refuse_other_body(connection, tap)
        return Acknowledgement(tap.event_id, receipt_code(tap.event_id))
    if tap.comment:
        connection.execute(
            insert(_comment), {"rating_id": rating_id, "words": tap.comment}
        )
    moves = [] if state not in TALLIED else [_move(row, 1)]
    if revised is not None:
        connection.execute(_REVISE, {"rating": revised.id})
        moves.append(_move(revised._asdict(), -1))
    if moves:
        new = {tap.window_id: max(0, sum(move.by for move in moves))}
        move_tallies(connection, moves, new)
        raise_version(connection, hall.centre_id, now)
    return Acknowledgement(tap.event_id, receipt_code(tap.event_id))


def record_history(
    connection: Connection, taps: Sequence[Tap], hall: Hall, now: datetime
) -> int:
    """Keep a batch of past ratings; return how many were new.

    Repeating a batch changes nothing. Raises IdTaken when an id is already kept
    with another body; the caller's transaction then takes none of the batch.
    """
    rows = {}
    for tap in taps:
        time = counted_time(tap.tapped_at or now, now, None, hall.zone)
        rows[tap.event_id] = _row(tap, time, RatingState.COUNTED, now)
    inserted = connection.execute(
        _insert_many(connection.dialect.name), list(rows.values())
    )
    kept = {event_id: rating_id for rating_id, event_id in inserted}
    for tap in conflicting(connection, [t for t in taps if t.event_id not in kept]):
        raise IdTaken(id=tap.event_id)
    words = [
        {"rating_id": kept[tap.event_id], "words": tap.comment}
        for tap in taps
        if tap.comment and tap.event_id in kept
    ]
    if words:
        connection.execute(insert(_comment), words)
    if kept:
        new = Counter(rows[event_id]["window_id"] for event_id in kept)
        move_tallies(connection, [_move(rows[e], 1) for e in kept], new)
        raise_version(connection, hall.centre_id, now)
    return len(kept)


def conflicting(connection: Connection, taps: Sequence[Tap]) -> list[Tap]:
    """Return those taps whose id is kept already with another body."""
    found = []
    for start in range(0, len(taps), _LOOKUP):
        part = {tap.event_id: tap for tap in taps[start : start + _LOOKUP]}
        query = select(_rating.c.event_id, _rating.c.digest).where(
            _rating.c.event_id.in_(part)
        )
        found += [
            part[event_id]
            for event_id, digest in connection.execute(query)
            if digest != part[event_id].digest()
        ]
    return found


def _rating_to_revise(connection: Connection, tap: Tap) -> Row[Any] | None:
    """Return the counted rating that a correction replaces, locked; or None.

    A correction may name a rating that was itself corrected or merged: the one
    that counts now is replaced. Unknown ids are no error: the first tap may
    still be on its way, and it will find this correction when it arrives.
    """
    wanted = tap.revises
    for _ in range(_CHAIN_MOST):
        if wanted is None:
            return None
        row = connection.execute(_FOR_REVISION, {"event": wanted}).one_or_none()
        if row is None or row.event_id == tap.event_id:
            return None
        if (row.device_id, row.window_id) != (tap.device_id, tap.window_id):
            raise NotYours
        if row.state in TALLIED:
            return row
        if row.state == RatingState.MERGED:
            wanted = row.revises
        else:
            wanted = connection.scalar(_CORRECTION_OF, {"event": wanted})
    return None


def _first_state(connection: Connection, tap: Tap, *, merged: bool) -> RatingState:
    if merged:
        return RatingState.MERGED
    if tap.device_id is not None:
        overtaken = connection.scalar(_CORRECTION_OF, {"event": tap.event_id})
        if overtaken is not None:
            return RatingState.REVISED
    return RatingState.COUNTED


def _refuse_other_body(connection: Connection, tap: Tap) -> None:
    if conflicting(connection, [tap]):
        raise IdTaken


def _row(
    tap: Tap, time: CountedTime, state: RatingState, now: datetime
) -> dict[str, Any]:
    return {
        "event_id": tap.event_id,
        "digest": tap.digest(),
        "receipt": receipt_code(tap.event_id),
        "window_id": tap.window_id,
        "device_id": tap.device_id,
        "channel": int(tap.channel),
        "level": int(tap.level),
        "state": int(state),
        "verified": False,
        "sequence": tap.sequence,
        "revises": tap.revises,
        "tapped_at": tap.tapped_at or now,
        "received_at": now,
        "day": time.day,
        "bucket": time.bucket,
        "time_uncertain": time.uncertain,
        "clerk_label": tap.clerk_label,
        "device_label": tap.device_label,
    }


def _move(row: dict[str, Any], by: int) -> Move:
    return Move(
        window_id=row["window_id"],
        day=row["day"],
        bucket=row["bucket"],
        channel=row["channel"],
        verified=row["verified"],
        state=row["state"],
        level=row["level"],
        by=by,
    )


@cache
def _insert_once(dialect: str) -> Any:
    statement = (postgresql if dialect == "postgresql" else sqlite).insert(_rating)
    return statement.on_conflict_do_nothing(index_elements=["event_id"]).returning(
        _rating.c.id
    )


@cache
def _insert_many(dialect: str) -> Any:
    statement = (postgresql if dialect == "postgresql" else sqlite).insert(_rating)
    return statement.on_conflict_do_nothing(index_elements=["event_id"]).returning(
        _rating.c.id, _rating.c.event_id
    )


_FOR_REVISION = (
    select(_rating).where(_rating.c.event_id == bindparam("event")).with_for_update()
)
_CORRECTION_OF = (
    select(_rating.c.event_id)
    .where(
        _rating.c.revises == bindparam("event"),
        _rating.c.state != RatingState.MERGED,
    )
    .order_by(_rating.c.id.desc())
    .limit(1)
)
_REVISE = (
    update(_rating)
    .where(_rating.c.id == bindparam("rating"))
    .values(state=int(RatingState.REVISED))
)
