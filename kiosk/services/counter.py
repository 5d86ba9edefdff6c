"""The clerk's "next visitor": each press counts one person and opens their ticket.

The counter gives the right to rate and nothing else. It never learns whether the
right was used, and taking a press back looks the same either way.
"""

from datetime import date, datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kiosk.domain.served import check_take_back
from kiosk.domain.tickets import TicketSource, new_ticket_code
from kiosk.models import Ticket
from kiosk.services.served import Press, count_served, take_back_press


def call_next(session: Session, press: Press, now: datetime, lasts: timedelta) -> bool:
    """Count one person served and open their ticket; return whether it is new.

    lasts: how long the ticket's code can be used. The same press again does nothing.
    Whether the clerk is on duty there is for whoever calls to see. Raises ServedFull.
    """
    if not count_served(session, press):
        return False
    session.add(
        Ticket(
            code=new_ticket_code(),
            window_id=press.window_id,
            clerk_id=press.clerk_id,
            source=int(TicketSource.COUNTER),
            served_at=now,
            expires_at=now + lasts,
            created_at=now,
            request_key=str(press.id),
        )
    )
    session.flush()
    return True


def take_back(
    session: Session, clerk_id: int, press: UUID, today: date, now: datetime
) -> bool:
    """Take one of a clerk's own presses of today back; return whether it counted.

    Its ticket is cancelled. Where the visitor has rated meanwhile, that rating stays,
    and the count falls all the same: else the counter would tell of the rating.
    Raises PressTooOld.
    """
    mine = (
        Ticket.integration_id.is_(None),
        Ticket.request_key == str(press),
        Ticket.clerk_id == clerk_id,
    )
    pressed_at = session.scalar(select(Ticket.served_at).where(*mine))
    if pressed_at is not None:
        check_take_back(pressed_at, now)
    if not take_back_press(session, clerk_id, press, today):
        return False
    # One statement: a rating that comes in this moment is either before or after it.
    session.execute(
        update(Ticket).where(*mine, Ticket.rating_id.is_(None)).values(cancelled_at=now)
    )
    return True
