"""Cases whose units ask somebody outside for a decision."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.domain.cases import CaseState
from kiosk.models import Case


@dataclass(frozen=True)
class Decisions:
    """How many decisions are asked for, and the one that is due first."""

    count: int
    first: int | None
    """Key of its case; None where none is asked for."""
    due: datetime | None


def waiting_decisions(
    session: Session, centre_id: int, hidden: Iterable[int]
) -> Decisions:
    """Return the decisions that somebody is asked for, in one statement.

    hidden: keys of units about which they decide nothing.
    """
    row = session.execute(
        select(func.count().over(), Case.id, Case.answer_due)
        .where(
            Case.centre_id == centre_id,
            Case.state == CaseState.DOUBTED,
            Case.unit_id.not_in(sorted(hidden)),
        )
        .order_by(Case.answer_due, Case.id)
        .limit(1)
    ).one_or_none()
    return Decisions(0, None, None) if row is None else Decisions(*row)
