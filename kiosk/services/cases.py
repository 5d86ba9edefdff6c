"""Cases: opened once, accepted, paused, closed; every step an entry of the ledger."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain.case_periods import Clock
from kiosk.domain.case_steps import after
from kiosk.domain.case_texts import TextKind
from kiosk.domain.cases import (
    Act,
    Answer,
    CaseState,
    NotNow,
    NotRectified,
    Road,
    Side,
    Source,
    parse_words,
)
from kiosk.domain.policy import NotOpen
from kiosk.models import Case, Centre
from kiosk.services.case_texts import write_text
from kiosk.services.records import Book


@dataclass(frozen=True, kw_only=True)
class Opening:
    """What a case is opened with."""

    centre_id: int
    event_id: UUID
    source: Source
    road: Road
    unit_id: int
    window_id: int | None = None
    clerk_id: int | None = None
    cause: int = 0
    verified: bool = False
    week: date | None = None
    part: int | None = None
    received_at: datetime
    """Its periods run from here."""
    received_on: date
    half: int = 0


@dataclass(frozen=True)
class Actor:
    """Who acts on a case, and from which side."""

    side: Side
    account_id: int | None = None
    """None: the citizen, or the clock."""


def open_case(records: Book, opening: Opening, clock: Clock) -> int:
    """Open a case; return its key, of the one there is where it was opened before.

    Raises NoWorkingDays.
    """
    session, periods = records.session, clock.periods
    take_turn(session, opening.centre_id)
    there = session.scalar(select(Case.id).where(Case.event_id == opening.event_id))
    if there is not None:
        return there
    row = {
        **vars(opening),
        "source": str(opening.source),
        "road": str(opening.road),
        "number": _next_number(session, opening.centre_id, clock.day(records.now)),
        "accept_due": clock.due(opening.received_at, periods.accept),
        "answer_due": clock.due(opening.received_at, periods.answer),
        "rectify_due": clock.due(opening.received_at, periods.rectify),
    }
    [key] = records.add(Case, opening.centre_id, [row])
    return key


def take_turn(session: Session, centre_id: int) -> None:
    """Let openings of one centre take turns: their numbers run without gaps.

    Taps point at the centre meanwhile, and do not wait.
    """
    session.execute(
        select(Centre.id).where(Centre.id == centre_id).with_for_update(key_share=True)
    )


def accept_case(records: Book, found: tuple[int, int], actor: Actor) -> None:
    """Accept a case: from now on somebody looks into it. Raises NotOpen, NotNow.

    `found`: keys of the centre and the case, here and below.
    """
    case = held_case(records.session, found)
    move_case(records, case, Act.ACCEPT, actor, accepted_at=records.now)


def pause_case(
    records: Book, found: tuple[int, int], actor: Actor, reason: str
) -> None:
    """Stop the clock of a case, with a reason that its citizen reads.

    Raises NotOpen, NotNow where it stands already, WordsMissing, WordsTooLong.
    """
    words = parse_words(reason)
    case = held_case(records.session, found)
    if case.paused_at is not None:
        raise NotNow
    move_case(records, case, Act.PAUSE, actor, paused_at=records.now)
    write_text(records, case, TextKind.PAUSE, words, actor.account_id)


def resume_case(
    records: Book, found: tuple[int, int], actor: Actor, clock: Clock
) -> None:
    """Let the clock run again; what is due moves on by the working days of the pause.

    Raises NotOpen, and NotNow where it runs.
    """
    case = held_case(records.session, found)
    move_case(records, case, Act.RESUME, actor, **resumed(case, records.now, clock))


def resumed(case: Case, now: datetime, clock: Clock) -> dict[str, Any]:
    """Return what changes in a case when its clock runs again. Raises NotNow."""
    if case.paused_at is None:
        raise NotNow
    return {
        "answer_due": clock.shifted(case.answer_due, case.paused_at, now),
        "rectify_due": clock.shifted(case.rectify_due, case.paused_at, now),
        "paused_at": None,
    }


def close_case(records: Book, found: tuple[int, int], actor: Actor) -> None:
    """Close an answered case. Raises NotOpen, NotNow, OutsideOnly and NotRectified."""
    case = held_case(records.session, found)
    if promised(case):
        raise NotRectified
    move_case(records, case, Act.CLOSE, actor, **closed(records.now, actor.side))


def promised(case: Case) -> bool:
    """Whether an answer promises what has not been done yet."""
    return case.answer == Answer.RECTIFIED and case.rectified_at is None


def closed(now: datetime, side: Side) -> dict[str, Any]:
    """Return what changes in a case when one side closes it."""
    return {"closed_at": now, "closed_by": str(side)}


def held_case(session: Session, found: tuple[int, int]) -> Case:
    """Return a case, locked, so that two who act at once take turns.

    Raises NotOpen.
    """
    centre_id, case_id = found
    case = session.get(Case, case_id, with_for_update=True, populate_existing=True)
    if case is None or case.centre_id != centre_id:
        raise NotOpen
    return case


def move_case(
    records: Book, case: Case, act: Act, actor: Actor, **changes: object
) -> CaseState:
    """Change a case as an act does; return where it stands now.

    Raises NotNow where it does not fit, and OutsideOnly.
    """
    state = after(CaseState(case.state), act, actor.side)
    values = {"state": int(state), **changes}
    records.change(Case, case.centre_id, case.id, values, why=str(act))
    records.session.refresh(case)
    return state


def _next_number(session: Session, centre_id: int, today: date) -> str:
    year = f"{today.year}-"
    last = session.scalar(
        select(Case.number)
        .where(Case.centre_id == centre_id, Case.number.startswith(year))
        .order_by(Case.id.desc())
        .limit(1)
    )
    serial = 1 if last is None else int(last.removeprefix(year)) + 1
    return f"{year}{serial:04d}"
