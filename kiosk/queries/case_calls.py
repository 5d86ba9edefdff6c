"""Cases whose citizens are to be called back about the answer, for case handlers."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import Session

from kiosk.domain.cases import CaseState
from kiosk.models import Case, CaseContact, CaseRating, Contact, Unit, Window
from kiosk.queries.contacts import Waiting


@dataclass(frozen=True, kw_only=True)
class CaseCall:
    """A case whose citizen waits for a call, or was called; moments in UTC."""

    id: int
    number: str
    cause: int
    source: str
    unit: str
    window: str
    """Number of the window; "" for none."""
    answered_at: datetime | None
    second_due: datetime | None
    """Until when the call is to be made."""
    tries: int
    called_at: datetime | None
    outcome: str
    received_on: date


_KEPT = or_(
    exists().where(CaseContact.case_id == Case.id, CaseContact.sealed.is_not(None)),
    exists().where(
        CaseRating.case_id == Case.id,
        Contact.rating_id == CaseRating.rating_id,
        Contact.sealed.is_not(None),
    ),
)
_TO_CALL = and_(
    Case.state == CaseState.ANSWERED,
    Case.called_at.is_(None),
    # Whoever has rated the answer has said what a call would ask.
    Case.second.is_(None),
    _KEPT,
)


def case_calls(
    session: Session, centre_id: int, hidden: Iterable[int]
) -> list[CaseCall]:
    """Return the cases to be called back about, the one due first first.

    hidden: keys of units of whose cases nothing is shown. In one statement.
    """
    query = _calls(centre_id, hidden).where(_TO_CALL)
    rows = session.execute(query.order_by(Case.second_due, Case.id))
    return [CaseCall(**row._asdict()) for row in rows]


def settled_case_calls(
    session: Session, centre_id: int, hidden: Iterable[int]
) -> list[CaseCall]:
    """Return the cases called back about, the newest call first."""
    query = _calls(centre_id, hidden).where(Case.called_at.is_not(None))
    rows = session.execute(query.order_by(Case.called_at.desc(), Case.id))
    return [CaseCall(**row._asdict()) for row in rows]


def waiting_case_calls(
    session: Session, centre_id: int, hidden: Iterable[int]
) -> Waiting:
    """Return how many cases wait for a call, and when the first one is due."""
    row = session.execute(
        select(func.count(), func.min(Case.second_due)).where(
            *_seen(centre_id, hidden), _TO_CALL
        )
    ).one()
    return Waiting(row[0], row[1])


def case_of_rating(session: Session, rating_id: int) -> int | None:
    """Return the case that answers a rating, or None."""
    query = select(CaseRating.case_id).where(CaseRating.rating_id == rating_id)
    return session.scalar(query)


def _calls(centre_id: int, hidden: Iterable[int]) -> Select[Any]:
    return (
        select(
            Case.id,
            Case.number,
            Case.cause,
            Case.source,
            Unit.name.label("unit"),
            func.coalesce(Window.number, "").label("window"),
            Case.answered_at,
            Case.second_due,
            Case.call_tries.label("tries"),
            Case.called_at,
            Case.call_outcome.label("outcome"),
            Case.received_on,
        )
        .join(Unit, Unit.id == Case.unit_id)
        .outerjoin(Window, Window.id == Case.window_id)
        .where(*_seen(centre_id, hidden))
    )


def _seen(centre_id: int, hidden: Iterable[int]) -> list[ColumnElement[bool]]:
    return [Case.centre_id == centre_id, Case.unit_id.not_in(sorted(hidden))]
