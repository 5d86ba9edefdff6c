"""Cases as their figures need them: codes and moments, in a fixed number of statements.

Also which complaints were upheld, as a fact for the conditions of awards.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true
from sqlalchemy.orm import Session

from kiosk.domain.board import Period
from kiosk.domain.case_appeals import AppealState, Appellant
from kiosk.domain.case_figures import CaseFact
from kiosk.domain.cases import Answer, CaseState, Source
from kiosk.models import (
    Case,
    CaseAppeal,
    CaseContact,
    CaseRating,
    Contact,
    Rating,
    Unit,
)
from kiosk.queries.contacts import standing_ratings

_WEEK = timedelta(days=7)
"""That a joined case covers, so that its ratings may lie in another month."""


@dataclass(frozen=True)
class Seen:
    """Whose cases somebody sees."""

    units: frozenset[int] | None = None
    """Keys of units; None: all."""
    hidden: frozenset[int] = frozenset()
    """Units that are not seen all the same."""

    def holds(self, column: Any) -> ColumnElement[bool]:
        """Return the condition that a unit is one of them."""
        inside = true() if self.units is None else column.in_(sorted(self.units))
        return and_(inside, column.not_in(sorted(self.hidden)))


@dataclass(frozen=True)
class Upheld:
    """A complaint or bad rating whose answer grants that something was wrong."""

    case_id: int
    unit_id: int
    clerk_id: int | None
    received_on: date
    pending: bool
    """Whether the clerk concerned has appealed and nobody has decided yet."""


def case_facts(
    session: Session, centre_id: int, period: Period, seen: Seen
) -> list[CaseFact]:
    """Return the cases received in a period, in three statements, by key.

    The day is that of what the case is about, as the centre has it.
    """
    ratings = _count(CaseRating.case_id == Case.id)
    decided = CaseAppeal.state != AppealState.OPEN
    upheld = CaseAppeal.state == AppealState.UPHELD
    rows = session.execute(
        select(
            *_COLUMNS,
            ratings.label("ratings"),
            _slip_contact().label("contact"),
            _appeals().label("appeals"),
            _appeals(decided).label("appeals_decided"),
            _appeals(upheld).label("appeals_upheld"),
        )
        .where(
            Case.centre_id == centre_id,
            Case.received_on.between(period.first, period.last),
            seen.holds(Case.unit_id),
        )
        .order_by(Case.id)
    )
    reachable = _phone_contacts(session, centre_id, period)
    return [_fact(row._asdict(), reachable) for row in rows]


def has_cases(session: Session, centre_id: int, period: Period, seen: Seen) -> bool:
    """Whether somebody sees a case that was received in a period."""
    there = exists().where(
        Case.centre_id == centre_id,
        Case.received_on.between(period.first, period.last),
        seen.holds(Case.unit_id),
    )
    return bool(session.scalar(select(there)))


def unit_names(session: Session, unit_ids: Iterable[int]) -> dict[int, str]:
    """Return the names of units by key, in the order of the names."""
    rows = session.execute(
        select(Unit.id, Unit.name)
        .where(Unit.id.in_(sorted(set(unit_ids))))
        .order_by(Unit.name, Unit.id)
    )
    return dict(rows.tuples().all())


def upheld_complaints(session: Session, centre_id: int, period: Period) -> list[Upheld]:
    """Return the complaints of a period that were upheld, by key, in one statement.

    Upheld is a complaint, or a bad rating with a case of its own, whose answer puts
    something right. Explained and unfounded ones are not, nor is one whose answer the
    clerk's appeal has overturned; joined cases blame no single service. Rule:
    docs/rules.md, "Upheld complaints".
    """
    of_clerk = and_(
        CaseAppeal.case_id == Case.id, CaseAppeal.side == str(Appellant.CLERK)
    )
    overturned = exists().where(of_clerk, CaseAppeal.state == AppealState.UPHELD)
    pending = exists().where(of_clerk, CaseAppeal.state == AppealState.OPEN)
    rows = session.execute(
        select(Case.id, Case.unit_id, Case.clerk_id, Case.received_on, pending)
        .where(
            Case.centre_id == centre_id,
            Case.received_on.between(period.first, period.last),
            Case.source.in_([str(Source.COMPLAINT), str(Source.RATING)]),
            Case.answer == str(Answer.RECTIFIED),
            ~overturned,
        )
        .order_by(Case.id)
    )
    return [Upheld(*row) for row in rows]


_COLUMNS = (
    Case.id,
    Case.source,
    Case.unit_id,
    Case.cause,
    Case.state,
    Case.late,
    Case.paused_at.is_not(None).label("paused"),
    Case.accept_due,
    Case.answer_due,
    Case.rectify_due,
    Case.second_due,
    Case.accepted_at,
    Case.answered_at,
    Case.answer,
    Case.rectified_at,
    Case.called_at,
    Case.call_outcome,
    Case.second,
    Case.reopened_at.is_not(None).label("reopened"),
)


def _fact(row: dict[str, Any], reachable: frozenset[int]) -> CaseFact:
    source, state = Source(row.pop("source")), CaseState(row.pop("state"))
    left = row.pop("id") in reachable or bool(row["contact"])
    flags = {name: bool(row[name]) for name in ("late", "paused", "reopened")}
    values = row | flags | {"contact": left}
    return CaseFact(source=source, state=state, **values)


def _slip_contact() -> ColumnElement[bool]:
    """Return whether a contact was left at a desk and not taken back."""
    return exists().where(
        CaseContact.case_id == Case.id,
        CaseContact.consented_at.is_not(None),
        _not_withdrawn(CaseContact.erased_at),
    )


def _phone_contacts(session: Session, centre_id: int, period: Period) -> frozenset[int]:
    """Return the keys of cases whose ratings came with a contact that was kept.

    The contact hangs on the tap, the case may know its correction: what they have in
    common is the opinion that stands.
    """
    first, last = period.first - _WEEK, period.last + _WEEK
    contacts = standing_ratings(
        select(Contact.rating_id.label("id"))
        .join(Rating, Rating.id == Contact.rating_id)
        .where(Rating.day.between(first, last))
    )
    erased: dict[int, list[datetime | None]] = defaultdict(list)
    for stands, erased_at in session.execute(
        select(contacts.c.id, Contact.erased_at).join(
            Contact, Contact.rating_id == contacts.c.root
        )
    ):
        erased[stands].append(erased_at)
    ratings = standing_ratings(
        select(CaseRating.rating_id.label("id"))
        .join(Case, Case.id == CaseRating.case_id)
        .where(
            Case.centre_id == centre_id,
            Case.received_on.between(period.first, period.last),
        )
    )
    rows = session.execute(
        select(Case.id, Case.closed_at, ratings.c.id)
        .join(CaseRating, CaseRating.case_id == Case.id)
        .join(ratings, ratings.c.root == CaseRating.rating_id)
    )
    return frozenset(
        case_id
        for case_id, closed_at, stands in rows
        if any(_was_kept(each, closed_at) for each in erased.get(stands, ()))
    )


def _was_kept(erased_at: datetime | None, closed_at: datetime | None) -> bool:
    """Whether a contact was there until its case closed; the rule erases it later."""
    if erased_at is None:
        return True
    return closed_at is not None and erased_at > closed_at


def _not_withdrawn(erased_at: Any) -> ColumnElement[bool]:
    return or_(erased_at.is_(None), erased_at > Case.closed_at)


def _appeals(*conditions: ColumnElement[bool]) -> Any:
    return _count(CaseAppeal.case_id == Case.id, *conditions)


def _count(*conditions: ColumnElement[bool]) -> Any:
    return select(func.count()).where(*conditions).correlate(Case).scalar_subquery()
