"""What comes back after an answer: the call, the second rating, and a reopening."""

from typing import Any

from sqlalchemy import update

from kiosk.domain.case_periods import Clock
from kiosk.domain.case_steps import after
from kiosk.domain.case_texts import TextKind
from kiosk.domain.cases import (
    Act,
    CallOutcome,
    CaseState,
    GradeUnknown,
    NotNow,
    OutsideOnly,
    ReopenedBefore,
    Second,
    Side,
    Source,
    parse_words,
)
from kiosk.models import Case, CaseRating, Rating
from kiosk.services.case_answers import forget_seconds, unanswered
from kiosk.services.case_texts import write_text
from kiosk.services.cases import Actor, closed, held_case, move_case, promised
from kiosk.services.records import Book

TRIES = 2
"""Calls in vain after which somebody counts as not reached."""
GRADE_MOST = 3


def call_back(
    records: Book,
    found: tuple[int, int],
    actor: Actor,
    outcome: CallOutcome,
    clock: Clock,
) -> None:
    """Note how a call-back went; it may close the case or open it again.

    The first call in vain only counts as one. Raises NotOpen, OutsideOnly, and NotNow
    before the answer and after the call.
    """
    case = held_case(records.session, found)
    after(CaseState(case.state), Act.CALL_BACK, actor.side)
    if case.called_at is not None:
        raise NotNow
    tries = case.call_tries + 1
    if outcome is CallOutcome.NOT_REACHED and tries < TRIES:
        move_case(records, case, Act.CALL_BACK, actor, call_tries=tries)
        return
    second = _SECONDS.get(outcome)
    changes = {
        "call_tries": tries,
        "called_at": records.now,
        "call_outcome": str(outcome),
        "second": _least(case.second, second),
    }
    move_case(records, case, Act.CALL_BACK, actor, **changes)
    _follow(records, case, actor, second, clock)


def rate_answer(
    records: Book,
    found: tuple[int, int],
    second: Second,
    clock: Clock,
    rating_id: int | None = None,
) -> None:
    """Keep what the citizen makes of the answer; each citizen says it once.

    Whoever is content closes a case of their own; whoever is not opens it again,
    once. `rating_id`: whose word it is, where the case came from ratings. Raises
    NotOpen, and NotNow before the answer and for a second word.
    """
    case = held_case(records.session, found)
    citizen = Actor(Side.CITIZEN)
    # Whoever has said it on the telephone has said it; in a joined case others may
    # still speak.
    alone = rating_id is None or case.source != Source.JOINED
    if alone and case.second is not None:
        raise NotNow
    if rating_id is not None:
        _mark(records, case, rating_id, second)
    least = _least(case.second, second)
    move_case(records, case, Act.RATE, citizen, second=least)
    _follow(records, case, citizen, second, clock)


def reopen_case(
    records: Book, found: tuple[int, int], actor: Actor, clock: Clock
) -> None:
    """Open a case again because it is not settled; its unit answers anew.

    Raises NotOpen, NotNow and ReopenedBefore.
    """
    case = held_case(records.session, found)
    if case.reopened_at is not None:
        raise ReopenedBefore
    _reopen(records, case, actor, clock)


def grade_suggestion(
    records: Book, found: tuple[int, int], actor: Actor, grade: int, words: str
) -> None:
    """Grade a golden idea, 1 noted to 3 excellent, and thank for it.

    Raises NotOpen, OutsideOnly, NotNow for what is no suggestion, GradeUnknown,
    WordsMissing, WordsTooLong.
    """
    thanks = parse_words(words)
    if not 1 <= grade <= GRADE_MOST:
        raise GradeUnknown
    case = held_case(records.session, found)
    if actor.side is not Side.OUTSIDE:
        raise OutsideOnly
    if case.source != Source.SUGGESTION:
        raise NotNow
    records.change(Case, case.centre_id, case.id, {"grade": grade}, why="grade")
    write_text(records, case, TextKind.REPLY, thanks, actor.account_id)


_SECONDS = {
    CallOutcome.CONTENT: Second.CONTENT,
    CallOutcome.NOT_CONTENT: Second.NOT,
}


def _follow(
    records: Book, case: Case, actor: Actor, second: Second | None, clock: Clock
) -> None:
    """Close or reopen a case by what its citizen, or a call, has said."""
    if second is Second.NOT and case.reopened_at is None:
        _reopen(records, case, actor, clock)
        return
    if second is None and promised(case):
        return  # nobody has said that it is settled, and it is not
    open_still = case.state == CaseState.ANSWERED
    # Others may still speak in a joined case: the clock closes that one.
    several = case.source == Source.JOINED
    if open_still and not several:
        move_case(records, case, Act.CLOSE, actor, **closed(records.now, actor.side))


def _reopen(records: Book, case: Case, actor: Actor, clock: Clock) -> None:
    again: dict[str, Any] = {
        "reopened_at": records.now,
        "answer_due": clock.due(records.now, clock.periods.answer),
        "rectify_due": clock.due(records.now, clock.periods.rectify),
    }
    move_case(records, case, Act.REOPEN, actor, **unanswered(), **again)
    forget_seconds(records, case)


def _mark(records: Book, case: Case, rating_id: int, second: Second) -> None:
    marked = records.session.scalar(
        update(CaseRating)
        .where(
            CaseRating.rating_id == rating_id,
            CaseRating.case_id == case.id,
            CaseRating.second.is_(None),
        )
        .values(second=int(second))
        .returning(CaseRating.rating_id)
    )
    if marked is None:
        raise NotNow
    event = records.session.get_one(Rating, rating_id).event_id
    body = {"case": case.id, "rating": event, "second": int(second)}
    records.note(case.centre_id, "case-second", body)


def _least(before: int | None, second: Second | None) -> int | None:
    said = [each for each in (before, second) if each is not None]
    return min(said, default=None)
