"""Ratings are set aside, and later released or excluded; every move is entered.

Write order: the ratings, their reasons' counts, the tallies, the ledger's head last.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select, update

from kiosk.domain.chain import canonical
from kiosk.domain.hold_states import HoldState
from kiosk.domain.holds import Finding, Rule
from kiosk.domain.intake import RatingState
from kiosk.models import Rating, table_of
from kiosk.services.follow_ups import count_reasons, take_reasons_back
from kiosk.services.hold_rows import Heap, join_heap
from kiosk.services.ledger import Draft, append
from kiosk.services.rating_rows import move_of
from kiosk.services.tallies import Move, move_tallies

_rating = table_of(Rating)
KINDS = {HoldState.RELEASED: "release", HoldState.EXCLUDED: "exclude"}
"""Kinds of the entries, one for each rating, by what was decided."""
_STATES = {
    HoldState.RELEASED: RatingState.COUNTED,
    HoldState.EXCLUDED: RatingState.EXCLUDED,
}


def hold_found(
    connection: Connection, heap: Heap, finding: Finding, now: datetime
) -> int:
    """Hold the ratings that a rule found, as one heap; return how many it were.

    Takes what counts now and nobody decided on. Of several who do it at once the
    first takes them all: the others then find nothing. The same once more is harmless.
    """
    query = _of(heap).where(
        _rating.c.state == RatingState.COUNTED, _rating.c.hold_id.is_(None)
    )
    if finding.newest:
        found = _newest(connection, query, finding.newest)
    else:
        found = _locked(connection, query.where(_rating.c.bucket.in_(finding.buckets)))
    if not found:
        return 0
    hold_id = join_heap(connection, heap, now, len(found))
    moves = _move(connection, found, RatingState.HELD, hold_id)
    move_tallies(connection, moves, {heap.window_id: len(found)})
    _enter(connection, heap, hold_id, found, now)
    return len(found)


def hold_orphans(connection: Connection, heap: Heap, now: datetime) -> int:
    """Give ratings that are held by nobody's rule a heap; return how many it were.

    A withdrawn screen's ratings are held on their way in. They move no counts.
    """
    found = _locked(
        connection,
        _of(heap).where(
            _rating.c.state == RatingState.HELD, _rating.c.hold_id.is_(None)
        ),
    )
    if not found:
        return 0
    hold_id = join_heap(connection, heap, now, len(found))
    connection.execute(
        update(_rating)
        .where(_rating.c.id.in_([row.id for row in found]))
        .values(hold_id=hold_id)
    )
    _enter(connection, heap, hold_id, found, now)
    return len(found)


def settle_ratings(
    connection: Connection, hold_id: int, state: HoldState
) -> list[dict[str, Any]]:
    """Let a heap's ratings count, or never; return what the ledger is told of each.

    The heap must be locked. A correction on its way may bring a rating into the heap
    after it was read, so it is read until nothing is left.
    """
    told: list[dict[str, Any]] = []
    waits = select(_rating).where(
        _rating.c.hold_id == hold_id, _rating.c.state == RatingState.HELD
    )
    while found := _locked(connection, waits):
        moves = []
        if state is HoldState.RELEASED:
            replaced = _replaced(connection, found)
            moves += _take_out(connection, replaced)
            told += [_says(row, RatingState.REVISED) for row in replaced]
        moves += _move(connection, found, _STATES[state], hold_id)
        told += [_says(row, _STATES[state]) for row in found]
        new = {row.window_id: len(found) for row in found}
        move_tallies(connection, moves, new)
    return told


def _of(heap: Heap) -> Select[Any]:
    return select(_rating).where(
        _rating.c.window_id == heap.window_id,
        _rating.c.day == heap.day,
        _rating.c.channel == heap.channel,
    )


def _locked(connection: Connection, query: Select[Any]) -> Sequence[Row[Any]]:
    return connection.execute(query.order_by(_rating.c.id).with_for_update()).all()


def _newest(
    connection: Connection, query: Select[Any], most: int
) -> Sequence[Row[Any]]:
    verified = query.where(_rating.c.verified.is_(True)).order_by(None)
    keys = connection.scalars(
        verified.with_only_columns(_rating.c.id)
        .order_by(_rating.c.id.desc())
        .limit(most)
    ).all()
    return _locked(connection, query.where(_rating.c.id.in_(keys)))


def _move(
    connection: Connection, rows: Sequence[Row[Any]], state: RatingState, hold_id: int
) -> list[Move]:
    """Give ratings another state, and their reasons; return how the counts move."""
    connection.execute(
        update(_rating)
        .where(_rating.c.id.in_([row.id for row in rows]))
        .values(state=int(state), hold_id=hold_id)
    )
    moves = []
    for row in rows:
        take_reasons_back(connection, row)
        count_reasons(connection, row, state)
        moves.append(move_of(row._asdict(), -1))
        moves.append(move_of(row._asdict() | {"state": int(state)}, 1))
    return moves


def _replaced(connection: Connection, rows: Sequence[Row[Any]]) -> Sequence[Row[Any]]:
    """Return counted ratings that these corrections would have taken the place of.

    A correction from a withdrawn screen was held beside what it corrects; once it
    counts, the visitor would count twice.
    """
    corrected = [row.revises for row in rows if row.revises is not None]
    if not corrected:
        return []
    return _locked(
        connection,
        select(_rating).where(
            _rating.c.event_id.in_(corrected),
            _rating.c.state == RatingState.COUNTED,
        ),
    )


def _take_out(connection: Connection, rows: Sequence[Row[Any]]) -> list[Move]:
    for row in rows:
        take_reasons_back(connection, row)
    connection.execute(
        update(_rating)
        .where(_rating.c.id.in_([row.id for row in rows]))
        .values(state=int(RatingState.REVISED))
    )
    return [move_of(row._asdict(), -1) for row in rows]


def _says(row: Row[Any], state: RatingState) -> dict[str, Any]:
    return {"rating": row.event_id, "state": int(state)}


def _enter(
    connection: Connection,
    heap: Heap,
    hold_id: int,
    rows: Sequence[Row[Any]],
    now: datetime,
) -> None:
    told = {"at": now, "by": "system", "hold": hold_id, "rule": str(Rule(heap.rule))}
    drafts = [
        Draft("hold", canonical(_says(row, RatingState.HELD) | told)) for row in rows
    ]
    append(connection, heap.centre_id, drafts, now)
