"""Answers: put right, explained, or, by somebody outside alone, unfounded."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import update

from kiosk.domain.case_periods import Clock
from kiosk.domain.case_texts import TextKind
from kiosk.domain.cases import (
    Act,
    Answer,
    MeasureMissing,
    NotNow,
    OutsideOnly,
    Side,
    parse_words,
)
from kiosk.models import Case, CaseRating
from kiosk.services.case_texts import write_text
from kiosk.services.cases import Actor, held_case, move_case, promised, resumed
from kiosk.services.records import Book


@dataclass(frozen=True, kw_only=True)
class Reply:
    """What the citizen is told, and what is done about it."""

    answer: Answer
    words: str
    measure: str = ""
    """What was done or is promised; needed to put something right."""
    done: bool = False
    """Whether the measure has been carried out already."""


def answer_case(
    records: Book, found: tuple[int, int], actor: Actor, reply: Reply, clock: Clock
) -> None:
    """Answer a case. Only somebody outside calls it unfounded, by `agree_unfounded`.

    Raises NotOpen, NotNow, OutsideOnly, MeasureMissing, WordsMissing, WordsTooLong.
    """
    if reply.answer is Answer.UNFOUNDED:
        raise OutsideOnly
    words = parse_words(reply.words)
    measure = parse_words(reply.measure) if reply.measure.strip() else ""
    rectified = reply.answer is Answer.RECTIFIED
    if rectified and not measure:
        raise MeasureMissing
    case = held_case(records.session, found)
    changes = _answered(records, case, reply.answer, clock)
    if rectified:
        changes["rectified_at"] = records.now if reply.done else None
        changes["look_back_on"] = clock.look_back(records.now)
    move_case(records, case, Act.ANSWER, actor, **changes)
    write_text(records, case, TextKind.REPLY, words, actor.account_id)
    if measure:
        write_text(records, case, TextKind.MEASURE, measure, actor.account_id)


def doubt_case(
    records: Book, found: tuple[int, int], actor: Actor, finding: str, clock: Clock
) -> None:
    """Ask, as the unit, that a case be found unfounded; somebody outside decides.

    A pause ends with it, or the decision would never be due. Raises NotOpen, NotNow,
    WordsMissing, WordsTooLong.
    """
    words = parse_words(finding)
    case = held_case(records.session, found)
    move_case(records, case, Act.DOUBT, actor, **_running(records, case, clock))
    write_text(records, case, TextKind.FINDING, words, actor.account_id)


def agree_unfounded(
    records: Book, found: tuple[int, int], actor: Actor, words: str, clock: Clock
) -> None:
    """Find a case unfounded, from outside its unit, and tell its citizen why.

    Raises NotOpen, NotNow, OutsideOnly, WordsMissing, WordsTooLong.
    """
    reply = parse_words(words)
    case = held_case(records.session, found)
    if actor.side is Side.UNIT:
        raise OutsideOnly
    changes = _answered(records, case, Answer.UNFOUNDED, clock)
    move_case(records, case, Act.AGREE, actor, **changes)
    write_text(records, case, TextKind.REPLY, reply, actor.account_id)


def send_back(
    records: Book, found: tuple[int, int], actor: Actor, reason: str, clock: Clock
) -> None:
    """Give a case back to its unit, which answers again within the same days.

    Raises NotOpen, NotNow, OutsideOnly, WordsMissing, WordsTooLong.
    """
    words = parse_words(reason)
    case = held_case(records.session, found)
    due = clock.due(records.now, clock.periods.answer)
    dates = {"answer_due": due, "rectify_due": max(case.rectify_due, due)}
    move_case(records, case, Act.SEND_BACK, actor, **unanswered(), **dates)
    forget_seconds(records, case)
    write_text(records, case, TextKind.NOTE, words, actor.account_id)


def rectify_case(
    records: Book, found: tuple[int, int], actor: Actor, words: str
) -> None:
    """Note that what an answer promised has been done.

    Raises NotOpen, NotNow where nothing was promised or it is done, WordsMissing,
    WordsTooLong.
    """
    measure = parse_words(words)
    case = held_case(records.session, found)
    if not promised(case):
        raise NotNow
    move_case(records, case, Act.RECTIFY, actor, rectified_at=records.now)
    write_text(records, case, TextKind.MEASURE, measure, actor.account_id)


def look_back_at(
    records: Book, found: tuple[int, int], actor: Actor, words: str
) -> None:
    """Note how a measure has held: the look-back 回头看, once.

    Raises NotOpen, NotNow where none is planned or it was made, WordsMissing,
    WordsTooLong.
    """
    result = parse_words(words)
    case = held_case(records.session, found)
    if case.look_back_on is None or case.looked_back_at is not None:
        raise NotNow
    changes = {"looked_back_at": records.now}
    records.change(Case, case.centre_id, case.id, changes, why="look-back")
    write_text(records, case, TextKind.RESULT, result, actor.account_id)


def unanswered() -> dict[str, Any]:
    """Return what changes in a case whose answer does not stand.

    Call and rating were about that answer: the next one is called about and rated
    anew, and the ledger keeps what was said of this one.
    """
    return {
        "raised": 0,
        "answer": "",
        "answered_at": None,
        "rectified_at": None,
        "look_back_on": None,
        "looked_back_at": None,
        "second_due": None,
        "call_tries": 0,
        "called_at": None,
        "call_outcome": "",
        "second": None,
        "closed_at": None,
        "closed_by": "",
    }


def forget_seconds(records: Book, case: Case) -> None:
    """Let each citizen of a case whose answer does not stand rate the next one."""
    records.session.execute(
        update(CaseRating).where(CaseRating.case_id == case.id).values(second=None)
    )


def _answered(
    records: Book, case: Case, answer: Answer, clock: Clock
) -> dict[str, Any]:
    return _running(records, case, clock) | {
        "answer": str(answer),
        "answered_at": records.now,
        "second_due": clock.due(records.now, clock.periods.second),
    }


def _running(records: Book, case: Case, clock: Clock) -> dict[str, Any]:
    """Return what changes in a case for its clock to run, whether it stands or not."""
    return {} if case.paused_at is None else resumed(case, records.now, clock)
