"""Intake: the one road on which every rating enters, live, by phone or from a file."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, insert
from sqlalchemy.dialects import sqlite

from kiosk.domain.comments import Wish
from kiosk.domain.errors import IdTaken
from kiosk.domain.intake import (
    TALLIED,
    RatingState,
    Tap,
    counted_time,
)
from kiosk.domain.receipts import receipt_code
from kiosk.models import Comment, Rating, table_of
from kiosk.services.case_inbox import queue_rating
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
from kiosk.services.rating_rows import Hall, conflicting, move_of, row_of
from kiosk.services.rights import Right, use_right
from kiosk.services.tallies import Move, move_tallies
from kiosk.services.upsert import as_text

_rating = table_of(Rating)
_comment = table_of(Comment)
_ANSWERED = frozenset({Wish.SUGGESTION, Wish.COMPLAINT})


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
    """Kept, but out of every number: withdrawn screen, or one rating too many."""
    hold_id: int | None = None
    """The heap it is held with, where there is one."""
    right: Right | None = None
    """What a phone's code brings; a screen brings none."""
    elsewhere: bool = True
    """No screen of the rating's window is locked, so its shifts must be."""


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
    row = row_of(tap, time, _state(connection, tap, standing), now, standing.hold_id)
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
    moves += _counted(connection, row, rating_id, (standing.right, time.moment))
    if moves:
        new = {tap.window_id: max(0, sum(move.by for move in moves))}
        move_tallies(connection, moves, new)
    return Kept(acknowledgement, rating_draft(row, rating_id, words))


def _state(connection: Connection, tap: Tap, standing: Standing) -> RatingState:
    merged = standing.merged_into is not None
    return first_state(connection, tap, merged=merged, held=standing.held)


def _keep_comment(connection: Connection, tap: Tap, rating_id: int) -> bytes | None:
    """Keep the words of a new rating; return the commitment to them."""
    if not (tap.comment or tap.kind):
        return None
    salt, words = salted(tap.comment)
    said = {
        "rating_id": rating_id,
        "words": tap.comment,
        "salt": salt,
        "kind": tap.kind,
        "sealed": tap.sealed,
    }
    connection.execute(insert(_comment), said)
    if _asks(tap):
        queue_rating(connection, rating_id)
    return words


def _asks(tap: Tap) -> bool:
    """Whether somebody must answer what came with a rating; praise needs no answer."""
    return tap.kind in _ANSWERED or (bool(tap.comment) and tap.level.bad)


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
        moves.append(move_of(revised._asdict(), -1))
        take_reasons_back(connection, revised)
        row |= take_place(connection, rating_id, row, revised)
    return moves


def _counted(
    connection: Connection,
    row: dict[str, Any],
    rating_id: int,
    right: tuple[Right | None, datetime],
) -> list[Move]:
    """Use the right to rate that stands behind a new row, and count the row."""
    if not row["verified"]:
        row["verified"] = use_right(connection, row, rating_id, *right)
    return [move_of(row, 1)] if row["state"] in TALLIED else []


def _refuse_other_body(connection: Connection, tap: Tap) -> None:
    if conflicting(connection, [tap]):
        raise IdTaken


_INSERT_ONCE = Prepared(
    as_text(
        _rating,
        sqlite.insert(_rating)
        .on_conflict_do_nothing(index_elements=["event_id"])
        .returning(_rating.c.id),
        _rating.c.id,
    )
)
