"""How often a cause is named at windows, from the tallies."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.domain.board import Period
from kiosk.domain.case_texts import TextKind
from kiosk.domain.cause_counts import CauseCount
from kiosk.domain.intake import RatingState
from kiosk.domain.reasons import BAD_REASONS, Aspect, aspect_number
from kiosk.models import Case, CaseText, TallyDay, TallyReason, Window

_BAD = TallyDay.c1 + TallyDay.c2
_EVERY = _BAD + TallyDay.c3 + TallyDay.c4 + TallyDay.c5


def cause_counts(
    session: Session,
    centre_id: int,
    cause: int,
    period: Period,
    window_id: int | None = None,
) -> dict[int, CauseCount]:
    """Return by window how often a cause was named in a period, of how many ratings.

    In two statements. cause: aspect 1 to 4; 0, none named, counts bad ratings.
    window_id: only this one.
    """
    ratings = session.execute(
        select(TallyDay.window_id, func.sum(_EVERY), func.sum(_BAD))
        .join(Window, Window.id == TallyDay.window_id)
        .where(
            Window.centre_id == centre_id,
            *_counted(TallyDay, period, window_id),
        )
        .group_by(TallyDay.window_id)
    ).all()
    named = _named(session, cause, period, window_id) if cause else {}
    return {
        window: CauseCount(named.get(window, 0) if cause else int(bad), int(every))
        for window, every, bad in ratings
    }


def unit_of_case(session: Session, centre_id: int, case_id: int) -> int | None:
    """Return whose a case is to answer; None where there is none."""
    return session.scalar(
        select(Case.unit_id).where(Case.id == case_id, Case.centre_id == centre_id)
    )


def example_of(session: Session, case_id: int) -> str:
    """Return how reports tell of a case; "" where nobody has written it."""
    words = session.scalar(
        select(CaseText.words)
        .where(
            CaseText.case_id == case_id,
            CaseText.kind == str(TextKind.EXAMPLE),
            CaseText.erased_at.is_(None),
        )
        .order_by(CaseText.id.desc())
        .limit(1)
    )
    return words or ""


def _named(
    session: Session, cause: int, period: Period, window_id: int | None
) -> dict[int, int]:
    rows = session.execute(
        select(TallyReason.window_id, func.sum(TallyReason.n))
        .where(
            TallyReason.reason.in_(_reasons(Aspect(cause))),
            *_counted(TallyReason, period, window_id),
        )
        .group_by(TallyReason.window_id)
    )
    return {window: int(n) for window, n in rows}


def _reasons(aspect: Aspect) -> list[int]:
    finer = [reason.number for reason in BAD_REASONS if reason.aspect is aspect]
    return [aspect_number(aspect, bad=True), *finer]


def _counted(
    tally: type[TallyDay | TallyReason], period: Period, window_id: int | None
) -> list[Any]:
    conditions: list[Any] = [
        tally.day.between(period.first, period.last),
        tally.state == int(RatingState.COUNTED),
    ]
    if window_id is not None:
        conditions.append(tally.window_id == window_id)
    return conditions
