"""The visitor that a clerk counted last: the code to scan, never what came of it."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from kiosk.domain.served import SHOWN, TAKE_BACK
from kiosk.models import ServedPress, Ticket, Window
from kiosk.queries.served import last_press


@dataclass(frozen=True)
class CountedVisit:
    """A visit that a clerk counted a moment ago."""

    press: UUID
    number: str
    """Of the window."""
    window: str
    """Its name."""
    item: str
    """What was handled; "" where nobody says."""
    code: str
    """Of the ticket."""
    served_at: datetime
    expires_at: datetime

    def can_be_taken_back(self, now: datetime) -> bool:
        """Whether the minute is not over in which a press can be taken back."""
        return now - self.served_at <= TAKE_BACK


def last_visit(
    reader: Connection | Session, clerk_id: int, today: date, now: datetime
) -> CountedVisit | None:
    """Return the visit that a clerk counted last, as long as its code is shown."""
    last = last_press(reader, clerk_id, today)
    return None if last is None else counted_visit(reader, clerk_id, last.press, now)


def counted_visit(
    reader: Connection | Session, clerk_id: int, press: UUID, now: datetime
) -> CountedVisit | None:
    """Return what a clerk's own press opened, as long as its code is shown.

    None for a press of somebody else, one that was taken back, and an older one.
    """
    row = reader.execute(
        select(
            ServedPress.press,
            Window.number,
            Window.name,
            Ticket.item,
            Ticket.code,
            Ticket.served_at,
            Ticket.expires_at,
        )
        .select_from(ServedPress)
        .join(Ticket, Ticket.request_key == str(press))
        .join(Window, Window.id == Ticket.window_id)
        .where(
            ServedPress.press == press,
            ServedPress.clerk_id == clerk_id,
            ServedPress.undone.is_(False),
            Ticket.integration_id.is_(None),
            Ticket.served_at >= now - SHOWN,
        )
    ).one_or_none()
    return None if row is None else CountedVisit(*row)
