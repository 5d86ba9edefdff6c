"""Visits: tickets as they lie in the database, and addresses that lead to them."""

from datetime import datetime, timedelta

from kiosk.domain.codes import RotatingCode, TicketCode, slot_at, token_of
from kiosk.domain.tickets import TicketSource, new_ticket_code
from kiosk.extensions import reading, transaction
from kiosk.models import Rating, Ticket, Window
from kiosk.web import current

LIFE = timedelta(hours=120)


def open_visit(window_id: int, served_at: datetime, **more: object) -> int:
    """Add a ticket for a service that ended then; return its key."""
    row = {
        "code": new_ticket_code(),
        "window_id": window_id,
        "source": int(TicketSource.INTEGRATION),
        "served_at": served_at,
        "expires_at": served_at + LIFE,
        "created_at": served_at,
    }
    with transaction() as session:
        ticket = Ticket(**(row | more))
        session.add(ticket)
        session.flush()
        return ticket.id


def rated_level(ticket_id: int) -> int | None:
    """Return the level of the rating that used a ticket, or None."""
    with reading() as session:
        ticket = session.get_one(Ticket, ticket_id)
        if ticket.rating_id is None:
            return None
        return session.get_one(Rating, ticket.rating_id).level


def ticket_token(ticket_id: int) -> str:
    """Return what stands in the address of a ticket's code."""
    with reading() as session:
        code = session.get_one(Ticket, ticket_id).code
    return token_of(TicketCode(code), current.settings().secret_key)


def screen_token(window_id: int, now: datetime, nonce: int = 0, slots: int = 0) -> str:
    """Return what stands in a code that the window's screen shows now.

    `slots`: half minutes ahead, or before.
    """
    with reading() as session:
        code = session.get_one(Window, window_id).code
    rotating = RotatingCode(code, slot_at(now) + slots, nonce)
    return token_of(rotating, current.settings().secret_key)
