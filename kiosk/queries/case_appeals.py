"""Appeals as those outside the unit see them, and what each side is told of its own."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, and_, func, or_, select
from sqlalchemy.orm import Session, aliased

from kiosk.domain.case_appeals import AppealState, Appellant
from kiosk.models import Account, Case, CaseAppeal, Unit, Window


@dataclass(frozen=True, kw_only=True)
class AppealLine:
    """An appeal, the case it is about, and who said what."""

    id: int
    side: str
    """Who appeals: kiosk.domain.case_appeals.Appellant."""
    filed_at: datetime
    state: AppealState
    case_id: int
    case: str
    """Number of the case."""
    cause: int
    answer: str
    received_on: date
    unit_id: int
    unit: str
    window: str
    """Number of the window; "" for none."""
    proposed_state: int | None
    proposed_by: int | None
    proposer: str
    proposed_at: datetime | None
    reason: str
    decider: str
    decided_at: datetime | None


@dataclass(frozen=True)
class AppealTold:
    """What one side is told of an appeal."""

    side: str
    state: AppealState
    filed_at: datetime
    decided_at: datetime | None
    reason: str
    """Of the ruling; "" until it is decided."""


def appeal_lines(
    session: Session, centre_id: int, hidden: Iterable[int], *, decided: bool = False
) -> list[AppealLine]:
    """Return open appeals, the oldest first; or the decided, the newest first.

    hidden: keys of units of whose cases nothing is shown.
    """
    open_ = CaseAppeal.state == AppealState.OPEN
    query = _lines(centre_id, hidden).where(~open_ if decided else open_)
    order = CaseAppeal.decided_at.desc() if decided else CaseAppeal.filed_at
    return [_line(row) for row in session.execute(query.order_by(order, CaseAppeal.id))]


def appeal_line(
    session: Session, centre_id: int, hidden: Iterable[int], appeal_id: int
) -> AppealLine | None:
    """Return one appeal, or None where it is not there or not for who asks."""
    query = _lines(centre_id, hidden).where(CaseAppeal.id == appeal_id)
    row = session.execute(query).one_or_none()
    return None if row is None else _line(row)


def appeals_of(session: Session, case_id: int) -> list[AppealLine]:
    """Return the appeals of a case, the oldest first."""
    query = _appeals().where(CaseAppeal.case_id == case_id)
    return [_line(row) for row in session.execute(query.order_by(CaseAppeal.id))]


def citizen_appeals(session: Session, case_id: int) -> list[AppealTold]:
    """Return what a citizen is told: of the own appeal, and of a clerk's upheld one.

    The latter changes the answer, so whoever got the answer learns of it.
    """
    upheld = CaseAppeal.state == AppealState.UPHELD
    own = CaseAppeal.side == str(Appellant.CITIZEN)
    return _told(session, case_id, or_(own, upheld))


def clerk_appeal(session: Session, case_id: int) -> AppealTold | None:
    """Return what a clerk is told of the own appeal, or None without one."""
    found = _told(session, case_id, CaseAppeal.side == str(Appellant.CLERK))
    return found[0] if found else None


def _told(session: Session, case_id: int, which: Any) -> list[AppealTold]:
    rows = session.scalars(
        select(CaseAppeal)
        .where(CaseAppeal.case_id == case_id, which)
        .order_by(CaseAppeal.id)
    )
    return [
        AppealTold(
            row.side,
            AppealState(row.state),
            row.filed_at,
            row.decided_at,
            # A proposal is not a ruling yet.
            "" if row.state == AppealState.OPEN else row.reason,
        )
        for row in rows
    ]


def _lines(centre_id: int, hidden: Iterable[int]) -> Select[Any]:
    return _appeals().where(
        and_(Case.centre_id == centre_id, Case.unit_id.not_in(sorted(hidden)))
    )


def _appeals() -> Select[Any]:
    first, second = aliased(Account), aliased(Account)
    return (
        select(
            CaseAppeal.id,
            CaseAppeal.side,
            CaseAppeal.filed_at,
            CaseAppeal.state,
            CaseAppeal.case_id,
            Case.number.label("case"),
            Case.cause,
            Case.answer,
            Case.received_on,
            Case.unit_id,
            Unit.name.label("unit"),
            func.coalesce(Window.number, "").label("window"),
            CaseAppeal.proposed_state,
            CaseAppeal.proposed_by,
            func.coalesce(first.name, "").label("proposer"),
            CaseAppeal.proposed_at,
            CaseAppeal.reason,
            func.coalesce(second.name, "").label("decider"),
            CaseAppeal.decided_at,
        )
        .join(Case, Case.id == CaseAppeal.case_id)
        .join(Unit, Unit.id == Case.unit_id)
        .outerjoin(Window, Window.id == Case.window_id)
        .outerjoin(first, first.id == CaseAppeal.proposed_by)
        .outerjoin(second, second.id == CaseAppeal.decided_by)
    )


def _line(row: Any) -> AppealLine:
    return AppealLine(**row._asdict() | {"state": AppealState(row.state)})
