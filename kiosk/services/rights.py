"""The right to rate a visit once, used by screen or phone, whichever comes first.

A right is used in the transaction of its rating. Of two ratings that want the same
ticket the second waits for the first and is then refused; a tap is never refused: it
takes the oldest ticket of its window that nobody holds, or stays unverified.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Connection,
    FromClause,
    Row,
    bindparam,
    exists,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.sql.elements import ColumnElement

from kiosk.domain.codes import CodeUsed
from kiosk.domain.intake import Origin, RatingState
from kiosk.domain.tickets import (
    EARLY,
    LATE,
    NEXT,
    TicketExpired,
    refuse_spent,
    state_of,
)
from kiosk.models import Rating, SlotUse, Ticket, table_of
from kiosk.services.prepared import Prepared

_rating = table_of(Rating)
_slot_use = table_of(SlotUse)
_ticket = table_of(Ticket)


@dataclass(frozen=True, slots=True)
class TicketRight:
    """The code of one visit."""

    ticket_id: int


@dataclass(frozen=True, slots=True)
class SlotRight:
    """A code that the window's screen showed."""

    slot: int
    nonce: int


Right = TicketRight | SlotRight


def use_right(
    connection: Connection,
    row: Mapping[str, Any],
    rating_id: int,
    right: Right | None,
    at: datetime,
) -> bool:
    """Use what stands behind a new rating; return whether that is a ticket.

    `row`: the rating's columns; `at`: when it was given. Only what counts, or may
    count once it was looked at, uses a ticket. Raises CodeUsed, TicketUsed,
    TicketCancelled, TicketExpired.
    """
    if isinstance(right, TicketRight):
        _take(connection, right.ticket_id, rating_id, at)
        return True
    if isinstance(right, SlotRight):
        _use_slot(connection, int(row["window_id"]), right)
    if row["origin"] not in _AT_WINDOW or row["state"] != RatingState.COUNTED:
        return False
    found = _OLDEST.rows(
        connection,
        {
            "window": row["window_id"],
            "since": at - LATE,
            "until": at + EARLY,
            "left": at - NEXT,
        },
    )
    if not found:
        return False
    _give(connection, found[0][0], rating_id)
    connection.execute(_VERIFIED, {"rating": rating_id})
    return True


def hand_over(connection: Connection, revised: Row[Any], rating_id: int) -> bool:
    """Let a correction stand for its visit; return whether there was a ticket."""
    if revised.verified:
        connection.execute(_HAND_OVER, {"old": revised.id, "new": rating_id})
    return bool(revised.verified)


def _take(
    connection: Connection, ticket_id: int, rating_id: int, now: datetime
) -> None:
    ticket = connection.execute(_LOCK, {"ticket": ticket_id}).one_or_none()
    if ticket is None:
        raise TicketExpired
    state = state_of(
        rated=ticket.rating_id is not None,
        cancelled_at=ticket.cancelled_at,
        expires_at=ticket.expires_at,
        now=now,
    )
    refuse_spent(state)
    _give(connection, ticket_id, rating_id)
    connection.execute(_VERIFIED, {"rating": rating_id})


def _use_slot(connection: Connection, window_id: int, right: SlotRight) -> None:
    use = {"window_id": window_id, "slot": right.slot, "nonce": right.nonce}
    try:
        with connection.begin_nested():
            connection.execute(insert(_slot_use), use)
    except IntegrityError as taken:
        raise CodeUsed from taken


def _give(connection: Connection, ticket_id: int, rating_id: int) -> None:
    connection.execute(_GIVE, {"ticket": ticket_id, "rating": rating_id})


def _begin(ticket: FromClause) -> ColumnElement[datetime]:
    return func.coalesce(ticket.c.called_at, ticket.c.served_at)


_AT_WINDOW = frozenset({Origin.TABLET, Origin.ROTATING})
"""Ratings that were given at the window itself."""
_free = (_ticket.c.rating_id.is_(None), _ticket.c.cancelled_at.is_(None))
_following = _ticket.alias("following")
_OLDEST = Prepared(
    select(_ticket.c.id)
    .where(
        _ticket.c.window_id == bindparam("window"),
        *_free,
        # It ended no more than LATE before the tap, and began by then.
        _ticket.c.served_at >= bindparam("since"),
        _begin(_ticket) <= bindparam("until"),
        # Whoever came after stands there by now: then it is their tap.
        ~exists().where(
            _following.c.window_id == _ticket.c.window_id,
            _following.c.cancelled_at.is_(None),
            _following.c.served_at > _ticket.c.served_at,
            _begin(_following) <= bindparam("left"),
        ),
    )
    .order_by(_ticket.c.served_at, _ticket.c.id)
    .limit(1)
    # What another rating is taking in this moment is not free any more.
    .with_for_update(skip_locked=True)
)
_LOCK = select(_ticket).where(_ticket.c.id == bindparam("ticket")).with_for_update()
_GIVE = (
    update(_ticket)
    .where(_ticket.c.id == bindparam("ticket"))
    .values(rating_id=bindparam("rating"))
)
_HAND_OVER = (
    update(_ticket)
    .where(_ticket.c.rating_id == bindparam("old"))
    .values(rating_id=bindparam("new"))
)
_VERIFIED = (
    update(_rating).where(_rating.c.id == bindparam("rating")).values(verified=True)
)
