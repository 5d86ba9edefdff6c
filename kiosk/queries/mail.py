"""Notices by e-mail: who is told, how much waits for each, and what the queue holds."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, case, func, or_, select
from sqlalchemy.orm import Session

from kiosk.domain.case_appeals import AppealState
from kiosk.domain.cases import Answer, CaseState
from kiosk.domain.mail import CaseNews
from kiosk.domain.policy import RIGHTS, Action, Role
from kiosk.models import Account, Case, CaseAppeal, MailMessage, RoleGrant
from kiosk.queries.accounts import grants_of
from kiosk.queries.case_calls import waiting_case_calls
from kiosk.queries.case_figures import Seen
from kiosk.queries.contacts import units_of


@dataclass(frozen=True)
class Day:
    """The day that a notice is about."""

    centre_id: int
    today: date
    now: datetime
    closing: datetime
    """Today's close of business."""


@dataclass(frozen=True, kw_only=True)
class MailLine:
    """A notice in the list; moments in UTC."""

    id: int
    name: str
    """Of the person it is for."""
    about: str
    created_at: datetime
    next_try_at: datetime | None
    tries: int
    sent_at: datetime | None
    trouble: str


@dataclass(frozen=True)
class MailState:
    """How the queue stands."""

    waiting: int
    since: datetime | None
    """When the oldest of them was written."""
    given_up: int
    """In the last seven days, as are those sent."""
    sent: int


_TOLD = (Role.MANAGER, *(role for role in Role if Action.DECIDE_CASES in RIGHTS[role]))
_WAITS = and_(MailMessage.next_try_at.is_not(None), MailMessage.sent_at.is_(None))
_GIVEN_UP = and_(MailMessage.next_try_at.is_(None), MailMessage.sent_at.is_(None))


def told_accounts(session: Session, about: str) -> list[int]:
    """Return the accounts to be told something, without those told already."""
    query = (
        select(Account.id)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .outerjoin(
            MailMessage,
            and_(MailMessage.account_id == Account.id, MailMessage.about == about),
        )
        .where(
            Account.disabled_at.is_(None),
            Account.email.is_not(None),
            RoleGrant.ended_at.is_(None),
            RoleGrant.role.in_([str(role) for role in _TOLD]),
            MailMessage.id.is_(None),
        )
        .distinct()
        .order_by(Account.id)
    )
    return list(session.scalars(query))


def case_news(session: Session, account_id: int, day: Day) -> CaseNews:
    """Return how much waits for an account on a day, as its start page tells it."""
    grants = grants_of(session, account_id)
    roles = {grant.role for grant in grants}
    managed = frozenset[int]().union(
        *(grant.scope.units or () for grant in grants if grant.role is Role.MANAGER)
    )
    hidden = managed | units_of(session, account_id)
    rights = frozenset[Action]().union(*(RIGHTS[role] for role in roles))
    late = today = fresh = raised = decisions = calls = 0
    if managed:
        late, today, fresh = _own(session, day, Seen(managed))
    if Action.DECIDE_CASES in rights:
        level = 1 if Action.OPEN_CONTACTS in rights else 2
        raised, decisions = _outside(session, day, hidden, level)
    if Action.OPEN_CONTACTS in rights:
        calls = waiting_case_calls(session, day.centre_id, hidden).count
    return CaseNews(
        late=late,
        today=today,
        fresh=fresh,
        raised=raised,
        decisions=decisions,
        calls=calls,
    )


def has_mail(session: Session, now: datetime) -> bool:
    """Whether any notice is due: one look at an index."""
    query = select(MailMessage.id).where(MailMessage.next_try_at <= now).limit(1)
    return session.scalar(query) is not None


def mail_state(session: Session, since: datetime) -> MailState:
    """Return how the queue stands; sent and given up are counted from a moment on."""
    recent = MailMessage.created_at >= since
    row = session.execute(
        select(
            _count(_WAITS),
            func.min(case((_WAITS, MailMessage.created_at))),
            _count(_GIVEN_UP & recent),
            _count(MailMessage.sent_at.is_not(None) & recent),
        )
    ).one()
    return MailState(*row)


def mail_lines(session: Session, most: int) -> list[MailLine]:
    """Return the newest notices, those that wait or were given up first."""
    rank = case((_WAITS, 0), (_GIVEN_UP, 1), else_=2)
    rows = session.execute(
        select(
            MailMessage.id,
            Account.name,
            MailMessage.about,
            MailMessage.created_at,
            MailMessage.next_try_at,
            MailMessage.tries,
            MailMessage.sent_at,
            MailMessage.trouble,
        )
        .join(Account, Account.id == MailMessage.account_id)
        .order_by(rank, MailMessage.id.desc())
        .limit(most)
    )
    return [MailLine(**row._asdict()) for row in rows]


def addresses(session: Session) -> int:
    """Return how many people who are told of cases have given an address."""
    query = (
        select(func.count(Account.id.distinct()))
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(
            Account.disabled_at.is_(None),
            Account.email.is_not(None),
            RoleGrant.ended_at.is_(None),
            RoleGrant.role.in_([str(role) for role in _TOLD]),
        )
    )
    return session.scalar(query) or 0


def _own(session: Session, day: Day, seen: Seen) -> tuple[int, int, int]:
    """Return what is overdue, due before closing, and waits without being due."""
    waiting = Case.state == CaseState.WAITING
    promised = and_(
        Case.state >= CaseState.ANSWERED,
        Case.answer == str(Answer.RECTIFIED),
        Case.rectified_at.is_(None),
    )
    looked_at = and_(
        Case.state == CaseState.CLOSED,
        Case.look_back_on <= day.today,
        Case.looked_back_at.is_(None),
    )
    until = case(
        (waiting, Case.accept_due),
        (promised, Case.rectify_due),
        else_=Case.answer_due,
    )
    begun = and_(Case.state < CaseState.ANSWERED, Case.paused_at.is_(None))
    worked_on = or_(begun, promised)
    late = or_(and_(worked_on, until <= day.now), and_(looked_at, ~promised))
    today = and_(worked_on, until > day.now, until <= day.closing)
    fresh = and_(waiting, Case.paused_at.is_(None), until > day.closing)
    row = session.execute(
        select(_count(late), _count(today), _count(fresh)).where(
            Case.centre_id == day.centre_id, seen.holds(Case.unit_id)
        )
    ).one()
    return row[0], row[1], row[2]


def _outside(
    session: Session, day: Day, hidden: Iterable[int], level: int
) -> tuple[int, int]:
    """Return what has gone up to the person, and what they are asked to decide."""
    seen = [Case.centre_id == day.centre_id, Case.unit_id.not_in(sorted(hidden))]
    raised = and_(Case.state < CaseState.DOUBTED, Case.raised >= level)
    appealed = (
        select(CaseAppeal.id)
        .where(CaseAppeal.case_id == Case.id, CaseAppeal.state == AppealState.OPEN)
        .exists()
    )
    asked = or_(Case.state == CaseState.DOUBTED, appealed)
    row = session.execute(select(_count(raised), _count(asked)).where(*seen)).one()
    return row[0], row[1]


def _count(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)
