"""Who stands behind a case: contacts, receipts and exact times, for handlers alone."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from kiosk.models import (
    Account,
    Case,
    CaseContact,
    CaseOpening,
    CaseRating,
    Contact,
    Rating,
    Ticket,
    Window,
)
from kiosk.queries.contacts import OpeningLine
from kiosk.queries.rating_family import rating_family

LINKS_MOST = 200
"""Ratings of a joined case that are shown."""


@dataclass(frozen=True)
class Left:
    """A contact that was left, kept or not."""

    event_id: UUID
    """What it is sealed for."""
    sealed: bytes | None


@dataclass(frozen=True, kw_only=True)
class Link:
    """A rating behind a case, with what leads to whoever gave it."""

    receipt: str
    """Stored form."""
    tapped_at: datetime
    time_uncertain: bool
    window: str
    ticket: str
    """Code of the visit; "" without one."""
    item: str
    reference: str
    """The hall's own number of what was handled; "" for none."""


def left_contacts(session: Session, case_id: int) -> list[Left]:
    """Return every contact left with a case or its ratings, in three statements."""
    own = session.execute(
        select(Case.event_id, CaseContact.sealed)
        .join(Case, Case.id == CaseContact.case_id)
        .where(CaseContact.case_id == case_id, CaseContact.consented_at.is_not(None))
    )
    rows = session.execute(
        select(Rating.event_id, Contact.sealed)
        .join(Contact, Contact.rating_id == Rating.id)
        .where(Rating.id.in_(_family(session, case_id)))
        .order_by(Rating.id)
    )
    return [Left(*row) for row in (*own, *rows)]


def has_ratings(session: Session, case_id: int) -> bool:
    """Whether ratings stand behind a case."""
    there = exists().where(CaseRating.case_id == case_id)
    return bool(session.scalar(select(there)))


def case_links(session: Session, case_id: int) -> list[Link]:
    """Return the ratings behind a case, the first one first, in one statement."""
    rows = session.execute(
        select(
            Rating.receipt,
            Rating.tapped_at,
            Rating.time_uncertain,
            Window.number.label("window"),
            func.coalesce(Ticket.code, "").label("ticket"),
            func.coalesce(Ticket.item, "").label("item"),
            func.coalesce(Ticket.case_number, "").label("reference"),
        )
        .join(CaseRating, CaseRating.rating_id == Rating.id)
        .join(Window, Window.id == Rating.window_id)
        .outerjoin(Ticket, Ticket.rating_id == Rating.id)
        .where(CaseRating.case_id == case_id)
        .order_by(Rating.id)
        .limit(LINKS_MOST)
    )
    return [Link(**row._asdict()) for row in rows]


def case_openings(session: Session, case_id: int) -> list[OpeningLine]:
    """Return who looked at who stands behind a case, the newest first."""
    rows = session.execute(
        select(
            CaseOpening.account_id,
            Account.name,
            CaseOpening.opened_at,
            CaseOpening.reason,
        )
        .join(Account, Account.id == CaseOpening.account_id)
        .where(CaseOpening.case_id == case_id)
        .order_by(CaseOpening.id.desc())
    )
    return [OpeningLine(*row) for row in rows]


def _family(session: Session, case_id: int) -> list[int]:
    roots = select(CaseRating.rating_id.label("id")).where(
        CaseRating.case_id == case_id
    )
    return list(rating_family(session, roots))
