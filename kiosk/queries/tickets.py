"""Tickets as the system that opened them may see them: no rating, only the state."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from kiosk.domain.tickets import TicketState, state_of
from kiosk.models import Ticket, Window


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketView:
    """A ticket, and what became of it."""

    code: str
    window: str
    """Number of the window."""
    window_code: str
    item: str
    case_number: str
    called_at: datetime | None
    served_at: datetime
    expires_at: datetime
    state: TicketState


def ticket_of(
    reader: Connection | Session, integration_id: int, code: str, now: datetime
) -> TicketView | None:
    """Return a ticket that this system opened, or None."""
    row = reader.execute(
        select(
            Ticket.code,
            Window.number,
            Window.code.label("window_code"),
            Ticket.item,
            Ticket.case_number,
            Ticket.called_at,
            Ticket.served_at,
            Ticket.expires_at,
            Ticket.cancelled_at,
            Ticket.rating_id,
        )
        .join(Window, Window.id == Ticket.window_id)
        .where(Ticket.code == code, Ticket.integration_id == integration_id)
    ).one_or_none()
    if row is None:
        return None
    state = state_of(
        rated=row.rating_id is not None,
        cancelled_at=row.cancelled_at,
        expires_at=row.expires_at,
        now=now,
    )
    return TicketView(
        code=row.code,
        window=row.number,
        window_code=row.window_code,
        item=row.item,
        case_number=row.case_number,
        called_at=row.called_at,
        served_at=row.served_at,
        expires_at=row.expires_at,
        state=state,
    )
