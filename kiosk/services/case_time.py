"""The clock of cases: what is overdue goes up a level, what is over is closed.

Rule: docs/rules.md, "Cases". A deadline is kept before it strikes, so what is due now
is overdue. Overdue goes to the handlers outside the unit, and a working day later to
the organiser; a case whose clock stands is never overdue.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, case, exists, or_, select
from sqlalchemy.orm import Session

from kiosk.domain.case_periods import Clock
from kiosk.domain.case_steps import after
from kiosk.domain.cases import Act, Answer, CaseState, Side, Source
from kiosk.models import Case, CaseContact, CaseRating, Contact
from kiosk.services.cases import closed
from kiosk.services.records import Book

HANDLERS, ORGANISER = 1, 2
"""How high an overdue case has gone."""
_BEGUN = (CaseState.WAITING, CaseState.CHECKING, CaseState.DOUBTED)


def centres_due(session: Session, now: datetime) -> list[int]:
    """Return the centres in which something may be overdue or over: one statement."""
    due = or_(_overdue(now), _over(now))
    return sorted(session.scalars(select(Case.centre_id).where(due).distinct()))


def raise_overdue(records: Book, centre_id: int, clock: Clock) -> int:
    """Raise a centre's overdue cases by as much as they are late; return how many.

    The same once more does nothing. Raises NoWorkingDays.
    """
    rows = records.session.scalars(
        select(Case)
        .where(Case.centre_id == centre_id, _overdue(records.now))
        .order_by(Case.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    levels = {each.id: _level(each, clock, records.now) for each in rows}
    changes = {
        each.id: {"raised": levels[each.id], "late": True}
        for each in rows
        if levels[each.id] > each.raised
    }
    return records.change_many(Case, centre_id, changes, why="overdue")


def close_over(records: Book, centre_id: int) -> int:
    """Close a centre's answered cases that nobody will speak about; return how many.

    Nothing promised is left to do, no call is left to make, and the citizen has spoken
    or the time to rate the answer is over. The same once more does nothing.
    """
    rows = records.session.scalars(
        select(Case)
        .where(Case.centre_id == centre_id, _over(records.now))
        .order_by(Case.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    end = after(CaseState.ANSWERED, Act.CLOSE, Side.CLOCK)
    changes = {"state": int(end), **closed(records.now, Side.CLOCK)}
    keys = [each.id for each in rows]
    return records.change_many(
        Case, centre_id, dict.fromkeys(keys, changes), why=str(Act.CLOSE)
    )


def _due() -> ColumnElement[datetime]:
    waiting = Case.state == CaseState.WAITING
    return case((waiting, Case.accept_due), else_=Case.answer_due)


def _overdue(now: datetime) -> ColumnElement[bool]:
    return and_(
        Case.state.in_(_BEGUN),
        Case.paused_at.is_(None),
        Case.raised < ORGANISER,
        _due() <= now,
    )


def _level(row: Case, clock: Clock, now: datetime) -> int:
    due = row.accept_due if row.state == CaseState.WAITING else row.answer_due
    return ORGANISER if now >= clock.next_close(due) else HANDLERS


def _over(now: datetime) -> ColumnElement[bool]:
    undone = and_(Case.answer == Answer.RECTIFIED, Case.rectified_at.is_(None))
    kept = or_(
        exists().where(
            CaseRating.case_id == Case.id,
            Contact.rating_id == CaseRating.rating_id,
            Contact.sealed.is_not(None),
            # A call settled what was asked of the answer before the reopening: the
            # next answer is called about as well.
            or_(Contact.settled_at.is_(None), Case.reopened_at.is_not(None)),
        ),
        exists().where(CaseContact.case_id == Case.id, CaseContact.sealed.is_not(None)),
    )
    # In a joined case others may still speak until their time is over.
    spoken = and_(
        Case.source != Source.JOINED,
        or_(Case.second.is_not(None), Case.called_at.is_not(None)),
    )
    silent = and_(Case.second_due <= now, or_(Case.called_at.is_not(None), ~kept))
    return and_(Case.state == CaseState.ANSWERED, ~undone, or_(spoken, silent))
