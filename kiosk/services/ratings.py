"""Intake: the one road on which every rating enters, live, by phone or from a file."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, insert, select
from sqlalchemy.dialects import sqlite

from kiosk.domain.errors import IdTaken
from kiosk.domain.intake import (
    TALLIED,
    CountedTime,
    RatingState,
    Tap,
    counted_time,
)
from kiosk.domain.receipts import receipt_code
from kiosk.models import Comment, Rating, table_of
from kiosk.services.bulk_insert import insert_new
from kiosk.services.corrections import (
    first_state,
    may_replace,
    rating_to_revise,
    take_place,
)
from kiosk.services.duty import clerk_on_duty, keep_shifts
from kiosk.services.follow_ups import take_reasons_back
from kiosk.services.ledger import Draft, append
from kiosk.services.prepared import Prepared
from kiosk.services.rating_entries import rating_draft, salted
from kiosk.services.tallies import Move, move_tallies
from kiosk.services.upsert import as_text

_rating = table_of(Rating)
_comment = table_of(Comment)
_LOOKUP = 500


@dataclass(frozen=True)
class Acknowledgement:
    """What a giver may rely on: this id is kept, and this is its receipt."""

    event_id: UUID
    receipt: str


@dataclass(frozen=True)
class Kept:
    """What became of a rating in its transaction, before the ledger is told."""

    acknowledgement: Acknowledgement
    draft: Draft | None
    """Its entry; None where the very same event was kept already."""


@dataclass(frozen=True)
class Standing:
    """What a screen's own state adds to its rating."""

    last_contact: datetime | None = None
    """Time of the newest rating that came from it before; None: not a screen's."""
    merged_into: UUID | None = None
    """The event this one repeats; it is then acknowledged but not counted."""
    held: bool = False
    """The screen's pairing was withdrawn: kept, but out of every number."""
    elsewhere: bool = True
    """No screen of the rating's window is locked, so its shifts must be."""


@dataclass(frozen=True)
class Hall:
    """The centre a rating belongs to, and the zone of its days."""

    centre_id: int
    zone: ZoneInfo


def record_rating(
    connection: Connection, tap: Tap, hall: Hall, now: datetime
) -> Acknowledgement:
    """Keep one rating, move the counts and enter it into the ledger.

    The same event again changes nothing. Raises IdTaken for the same id with
    another body.
    """
    kept = keep_rating(connection, tap, hall, now)
    if kept.draft is not None:
        append(connection, hall.centre_id, [kept.draft], now)
    return kept.acknowledgement


def keep_rating(
    connection: Connection,
    tap: Tap,
    hall: Hall,
    now: datetime,
    standing: Standing | None = None,
) -> Kept:
    """Keep one rating and move the counts; its entry is left to the caller.

    The id is taken by its UNIQUE constraint in this very transaction, never by
    looking first: two senders of one id meet there, and one of them waits.
    `standing`: what its screen adds. Raises IdTaken for the same id with another
    body, NotYours for a correction of somebody else's rating.
    """
    standing = standing or Standing()
    made_at = tap.made_at or tap.tapped_at or now
    time = counted_time(made_at, now, standing.last_contact, hall.zone)
    row = _row(tap, time, _state(connection, tap, standing), now)
    row["revises"] = tap.revises or standing.merged_into
    if standing.elsewhere:
        keep_shifts(connection, tap.window_id)
    row["clerk_id"] = clerk_on_duty(connection, tap.window_id, time.moment)
    acknowledgement = Acknowledgement(tap.event_id, receipt_code(tap.event_id))
    kept = _INSERT_ONCE.rows(connection, row)
    if not kept:
        _refuse_other_body(connection, tap)
        return Kept(acknowledgement, None)
    [(rating_id,)] = kept
    words = _keep_comment(connection, tap, rating_id)
    moves = _moves(connection, tap, row, rating_id)
    if moves:
        new = {tap.window_id: max(0, sum(move.by for move in moves))}
        move_tallies(connection, moves, new)
    return Kept(acknowledgement, rating_draft(row, rating_id, words))


def record_history(
    connection: Connection, taps: Sequence[Tap], hall: Hall, now: datetime, by: str
) -> int:
    """Keep a batch of past ratings; return how many were new.

    `by`: who brings it, for the ledger. Repeating a batch changes nothing. Raises
    IdTaken when an id is already kept with another body; the caller's transaction
    then takes none of the batch.
    """
    if not taps:
        return 0
    rows: dict[UUID, dict[str, Any]] = {}
    for tap in taps:
        time = counted_time(tap.tapped_at or now, now, None, hall.zone)
        row = _row(tap, time, RatingState.COUNTED, now)
        if rows.setdefault(tap.event_id, row)["digest"] != row["digest"]:
            raise IdTaken(id=tap.event_id)
    kept = insert_new(connection, list(rows.values()))
    for tap in conflicting(connection, [t for t in taps if t.event_id not in kept]):
        raise IdTaken(id=tap.event_id)
    words = _keep_words(connection, taps, kept)
    if kept:
        new = Counter(rows[event_id]["window_id"] for event_id in kept)
        move_tallies(connection, [_move(rows[e], 1) for e in kept], new)
        # In the order of the file, which the database need not keep.
        drafts = [
            rating_draft(row, kept[event_id], words.get(event_id), by)
            for event_id, row in rows.items()
            if event_id in kept
        ]
        append(connection, hall.centre_id, drafts, now)
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


def _state(connection: Connection, tap: Tap, standing: Standing) -> RatingState:
    merged = standing.merged_into is not None
    return first_state(connection, tap, merged=merged, held=standing.held)


def _keep_comment(connection: Connection, tap: Tap, rating_id: int) -> bytes | None:
    """Keep the words of a new rating; return the commitment to them."""
    if not tap.comment:
        return None
    salt, words = salted(tap.comment)
    said = {"rating_id": rating_id, "words": tap.comment, "salt": salt}
    connection.execute(insert(_comment), said)
    return words


def _keep_words(
    connection: Connection, taps: Sequence[Tap], kept: Mapping[UUID, int]
) -> dict[UUID, bytes]:
    """Keep the comments of new ratings; return their commitments by event."""
    said = {tap.event_id: tap.comment for tap in taps if tap.comment}
    comments, commitments = [], {}
    for event_id, words in said.items():
        if event_id in kept:
            salt, commitments[event_id] = salted(words)
            row = {"rating_id": kept[event_id], "words": words, "salt": salt}
            comments.append(row)
    if comments:
        connection.execute(insert(_comment), comments)
    return commitments


def _moves(
    connection: Connection, tap: Tap, row: dict[str, Any], rating_id: int
) -> list[Move]:
    """Return how the counts move for a row that is in; a correction takes its place.

    Only now is looked whether it may: what was kept once is acknowledged for ever,
    whatever became of the rating it names.
    """
    moves = []
    revised = rating_to_revise(connection, tap)
    if revised is not None and may_replace(row["state"], revised.state):
        moves.append(_move(revised._asdict(), -1))
        take_reasons_back(connection, revised)
        row |= take_place(connection, rating_id, row, revised)
    if row["state"] in TALLIED:
        moves.append(_move(row, 1))
    return moves


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
        "tapped_at": tap.made_at or tap.tapped_at or now,
        "claimed_at": tap.tapped_at if tap.made_at else None,
        "received_at": now,
        "day": time.day,
        "bucket": time.bucket,
        "time_uncertain": time.uncertain,
        "clerk_id": tap.clerk_id,
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
        clerk_id=row["clerk_id"] or 0,
        by=by,
    )


_INSERT_ONCE = Prepared(
    as_text(
        _rating,
        sqlite.insert(_rating)
        .on_conflict_do_nothing(index_elements=["event_id"])
        .returning(_rating.c.id),
        _rating.c.id,
    )
)
