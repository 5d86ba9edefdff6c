"""Verified ratings held against the tickets that stand behind them, one for one."""

from collections.abc import Iterator

from sqlalchemy import Connection, exists, or_, select, true

from kiosk.domain.intake import TALLIED
from kiosk.domain.proof import Flaw
from kiosk.models import Rating, Ticket, Window, table_of

_SHOWN = 50
"""Wrong rows that are looked at; one is enough to know that rights are wrong."""
_rating = table_of(Rating)
_ticket = table_of(Ticket)
_window = table_of(Window)


def wrong_tickets(connection: Connection) -> Iterator[tuple[int, Flaw]]:
    """Yield, by chain, verified ratings without a ticket, and tickets gone astray.

    A rating that was corrected has handed its ticket on.
    """
    for chain, window, day in connection.execute(_NO_TICKET):
        yield chain, Flaw("ticket_missing", None, {"window": window, "day": str(day)})
    for chain, window, code in connection.execute(_ASTRAY):
        yield chain, Flaw("ticket_astray", None, {"window": window, "ticket": code})


_states = sorted(int(state) for state in TALLIED)
_NO_TICKET = (
    select(_window.c.centre_id, _window.c.number, _rating.c.day)
    .join_from(_rating, _window, _window.c.id == _rating.c.window_id)
    .where(
        _rating.c.verified == true(),
        _rating.c.state.in_(_states),
        ~exists().where(_ticket.c.rating_id == _rating.c.id),
    )
    .order_by(_rating.c.id)
    .limit(_SHOWN)
)
_ASTRAY = (
    select(_window.c.centre_id, _window.c.number, _ticket.c.code)
    .join_from(_ticket, _window, _window.c.id == _ticket.c.window_id)
    .join(_rating, _rating.c.id == _ticket.c.rating_id)
    .where(
        or_(
            _rating.c.verified != true(),
            _rating.c.state.not_in(_states),
            _rating.c.window_id != _ticket.c.window_id,
            _ticket.c.cancelled_at.is_not(None),
        )
    )
    .order_by(_ticket.c.id)
    .limit(_SHOWN)
)
