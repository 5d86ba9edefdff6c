"""Cases as the clerk whom they concern sees them: without the citizen.

No words of theirs, no half-day, no rating, no level: the day, the window, the cause,
and what was made of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from kiosk.domain.case_texts import READ, Reader, TextKind
from kiosk.domain.cases import Source
from kiosk.models import Case, CaseText, Clerk, Window


@dataclass(frozen=True, kw_only=True)
class OwnCase:
    """A case about a clerk, as far as they may see it."""

    id: int
    number: str
    received_on: date
    window: str
    """Number of the window; "" for none."""
    window_name: str
    cause: int
    state: int
    answer: str
    answered_at: datetime | None


@dataclass(frozen=True)
class CaseWords:
    """Something written in a case; nobody is told by whom."""

    kind: TextKind
    words: str
    written_at: datetime
    erased: bool
    by_citizen: bool


def own_cases(session: Session, account_id: int) -> list[OwnCase]:
    """Return the cases about the clerk of an account, the newest first."""
    query = _cases(account_id).order_by(Case.received_on.desc(), Case.id.desc())
    return [OwnCase(**row._asdict()) for row in session.execute(query)]


def own_case(
    session: Session, centre_id: int, account_id: int, case_id: int
) -> OwnCase | None:
    """Return one of them; None for everybody else's."""
    query = _cases(account_id).where(Case.centre_id == centre_id, Case.id == case_id)
    row = session.execute(query).one_or_none()
    return None if row is None else OwnCase(**row._asdict())


def own_case_words(session: Session, case_id: int) -> list[CaseWords]:
    """Return what the clerk concerned may read in a case, the oldest first."""
    return case_words(session, case_id, READ[Reader.CLERK])


def case_words(
    session: Session, case_id: int, kinds: Iterable[TextKind]
) -> list[CaseWords]:
    """Return what was written of these kinds in a case, the oldest first."""
    rows = session.scalars(
        select(CaseText)
        .where(
            CaseText.case_id == case_id,
            CaseText.kind.in_(sorted(str(kind) for kind in kinds)),
        )
        .order_by(CaseText.id)
    )
    return [
        CaseWords(
            TextKind(row.kind),
            row.words,
            row.written_at,
            row.erased_at is not None,
            row.account_id is None,
        )
        for row in rows
    ]


def _cases(account_id: int) -> Select[Any]:
    return (
        select(
            Case.id,
            Case.number,
            Case.received_on,
            func.coalesce(Window.number, "").label("window"),
            func.coalesce(Window.name, "").label("window_name"),
            Case.cause,
            Case.state,
            Case.answer,
            Case.answered_at,
        )
        .join(Clerk, Clerk.id == Case.clerk_id)
        .outerjoin(Window, Window.id == Case.window_id)
        .where(
            Clerk.account_id == account_id,
            # An idea is about the hall and nobody in it.
            Case.source != str(Source.SUGGESTION),
        )
    )
