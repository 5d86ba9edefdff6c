"""Tickets that a system outside opens and takes back: one service, one right to rate.

A ticket counts one person at its window. Sent again under the same key, a request
opens no second one, whoever of its senders comes first.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from kiosk.domain.chain import canonical
from kiosk.domain.errors import UnknownWindow
from kiosk.domain.staff import normal_badge
from kiosk.domain.ticket_requests import (
    RequestKeyTaken,
    TicketRated,
    UnknownClerk,
    UnknownTicket,
    WindowNamedTwice,
)
from kiosk.domain.tickets import (
    TicketSource,
    check_served,
    new_ticket_code,
    parse_case_number,
    parse_item,
)
from kiosk.models import Centre, Clerk, Integration, Ticket
from kiosk.queries.places import WindowView, window_by_code, window_by_number
from kiosk.services.duty import clerk_on_duty
from kiosk.services.served import count_one, uncount_one


@dataclass(frozen=True, slots=True)
class Sender:
    """The system that asks, and the centre that its key opens."""

    integration_id: int
    centre_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A service as its system tells of it, before anything is looked up."""

    window: str = ""
    """The window's number; "" where its code is given."""
    window_code: str = ""
    badge: str = ""
    """Of whoever served; "": who was on duty."""
    item: str = ""
    case_number: str = ""
    called_at: datetime | None = None
    served_at: datetime | None = None
    """None: now."""

    def digest(self) -> bytes:
        """Return SHA-256 of it: equal means the same request."""
        said = {name: getattr(self, name) for name in self.__slots__}
        return sha256(canonical(said).encode()).digest()


@dataclass(frozen=True, slots=True)
class Opened:
    """A ticket that is there now."""

    code: str
    new: bool
    """Whether this request opened it; the same one again did not."""


def open_ticket(
    session: Session,
    sender: Sender,
    asked: Asked,
    key: str | None,
    now: datetime,
    lasts: timedelta,
) -> Opened:
    """Open the ticket of one service and count one person served.

    key: what the sender calls the request, parsed; lasts: how long its code can be
    used. Raises WindowNamedTwice, UnknownWindow, UnknownClerk, ItemTooLong,
    CaseNumberWrong, CaseNumberPersonal, ServedTimeWrong, RequestKeyTaken, ServedFull.
    """
    known = _known(session, sender, asked, key)
    if known is not None:
        return known
    served_at = asked.served_at or now
    check_served(asked.called_at, served_at, now)
    item, case_number = parse_item(asked.item), parse_case_number(asked.case_number)
    window = _window(session, sender.centre_id, asked, served_at)
    ticket = Ticket(
        code=new_ticket_code(),
        window_id=window.id,
        clerk_id=_clerk(session, sender.centre_id, asked.badge, window, served_at),
        source=int(TicketSource.INTEGRATION),
        item=item,
        case_number=case_number,
        called_at=asked.called_at,
        served_at=served_at,
        expires_at=served_at + lasts,
        created_at=now,
        integration_id=sender.integration_id,
        request_key=key,
        request_digest=asked.digest(),
    )
    session.add(ticket)
    session.flush()
    count_one(session, window.id, _day(served_at, window.zone))
    return Opened(ticket.code, new=True)


def cancel_ticket(session: Session, sender: Sender, code: str, now: datetime) -> bool:
    """Take a ticket back; return whether it was there until now.

    Its person is no longer counted. Raises UnknownTicket, TicketRated.
    """
    ticket = session.scalars(
        select(Ticket)
        .filter_by(code=code, integration_id=sender.integration_id)
        .with_for_update()
    ).one_or_none()
    if ticket is None:
        raise UnknownTicket
    if ticket.rating_id is not None:
        raise TicketRated
    if ticket.cancelled_at is not None:
        return False
    session.execute(update(Ticket).filter_by(id=ticket.id).values(cancelled_at=now))
    zone = session.scalars(
        select(Centre.time_zone).filter_by(id=sender.centre_id)
    ).one()
    uncount_one(session, ticket.window_id, _day(ticket.served_at, ZoneInfo(zone)))
    return True


def _known(
    session: Session, sender: Sender, asked: Asked, key: str | None
) -> Opened | None:
    """Return the ticket of a request that came before. Raises RequestKeyTaken."""
    if key is None:
        return None
    # Of several senders of one request the others wait here and then see it.
    session.execute(
        select(Integration.id)
        .filter_by(id=sender.integration_id)
        .with_for_update(key_share=True)
    )
    row = session.execute(
        select(Ticket.code, Ticket.request_digest).filter_by(
            integration_id=sender.integration_id, request_key=key
        )
    ).one_or_none()
    if row is None:
        return None
    if row.request_digest != asked.digest():
        raise RequestKeyTaken
    return Opened(row.code, new=False)


def _window(
    session: Session, centre_id: int, asked: Asked, served_at: datetime
) -> WindowView:
    if bool(asked.window) == bool(asked.window_code):
        raise WindowNamedTwice
    zone = session.scalars(select(Centre.time_zone).filter_by(id=centre_id)).one()
    day = _day(served_at, ZoneInfo(zone))
    if asked.window:
        found = window_by_number(session, centre_id, asked.window, day)
    else:
        found = window_by_code(session, asked.window_code, day)
    if found is None or found.centre_id != centre_id:
        raise UnknownWindow
    return found


def _clerk(
    session: Session, centre_id: int, badge: str, window: WindowView, at: datetime
) -> int | None:
    if not badge:
        return clerk_on_duty(session.connection(), window.id, at)
    found = session.scalar(
        select(Clerk.id)
        .where(
            Clerk.centre_id == centre_id,
            Clerk.badge == normal_badge(badge),
            or_(Clerk.ended_on.is_(None), Clerk.ended_on > _day(at, window.zone)),
        )
        # One who leaves soon may have a successor with the same badge already.
        .order_by(Clerk.ended_on.is_(None), Clerk.id)
        .limit(1)
    )
    if found is None:
        raise UnknownClerk
    return found


def _day(at: datetime, zone: ZoneInfo) -> date:
    return at.astimezone(zone).date()
