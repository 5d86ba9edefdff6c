"""The visit that a ticket's code means."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain.tickets import TicketState, state_of
from kiosk.models import Ticket, Window


@dataclass(frozen=True, slots=True)
class VisitView:
    """A ticket as the phone's page needs it; nothing of it is shown there."""

    ticket_id: int
    window_code: str
    state: TicketState


def visit_by_code(session: Session, code: str, now: datetime) -> VisitView | None:
    """Return the visit with a ticket's own code, or None."""
    row = session.execute(
        select(
            Ticket.id,
            Window.code,
            Ticket.rating_id,
            Ticket.cancelled_at,
            Ticket.expires_at,
        )
        .join(Window, Window.id == Ticket.window_id)
        .where(Ticket.code == code)
    ).one_or_none()
    if row is None:
        return None
    ticket_id, window_code, rating_id, cancelled_at, expires_at = row
    state = state_of(
        rated=rating_id is not None,
        cancelled_at=cancelled_at,
        expires_at=expires_at,
        now=now,
    )
    return VisitView(ticket_id, window_code, state)
