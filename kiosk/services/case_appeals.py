"""Appeals: made once by each side, decided by two people outside the unit."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain.case_appeals import (
    AppealDecided,
    AppealedBefore,
    AppealState,
    AppealTooEarly,
    Appellant,
    NoRulingProposed,
    RulingProposedBySelf,
    RulingWaits,
    check_clerk_appeal,
    parse_ruling,
)
from kiosk.domain.case_periods import Clock
from kiosk.domain.case_texts import TextKind
from kiosk.domain.cases import Answer, CaseState, Side, parse_words
from kiosk.domain.policy import NotOpen
from kiosk.models import Case, CaseAppeal
from kiosk.services.case_answers import forget_seconds, unanswered
from kiosk.services.case_clerk import check_concerned
from kiosk.services.case_texts import write_text
from kiosk.services.cases import Actor, held_case
from kiosk.services.records import Book

ALONE = 1
"""Deciders of an office so small that nobody else is there; the board says so."""


def file_appeal(
    records: Book,
    found: tuple[int, int],
    side: Appellant,
    words: str,
    account_id: int | None = None,
    clock: Clock | None = None,
) -> int:
    """Appeal against the answer of a case, once; return the key of the appeal.

    `found`: keys of the centre and the case. A clerk comes with account and clock.
    Raises NotOpen, AppealTooEarly, AppealedBefore, WordsMissing, WordsTooLong, and for
    a clerk AppealTooLate and NothingAgainstYou.
    """
    said = parse_words(words)
    case = held_case(records.session, found)
    if side is Appellant.CLERK:
        check_concerned(records.session, case, account_id)
    if _appealed(records.session, case.id, side):
        raise AppealedBefore
    if case.answered_at is None:
        raise AppealTooEarly
    if side is Appellant.CLERK:
        if clock is None:
            raise ValueError("a clerk's working days need the clock")
        check_clerk_appeal(case.answer, case.answered_at, records.now, clock)
    text_id = write_text(records, case, TextKind.APPEAL, said, account_id)
    row = {
        "case_id": case.id,
        "side": str(side),
        "text_id": text_id,
        "filed_at": records.now,
    }
    [key] = records.add(CaseAppeal, case.centre_id, [row])
    return key


def propose_ruling(
    records: Book, found: tuple[int, int], actor: Actor, state: AppealState, reason: str
) -> None:
    """Keep what the first person outside would rule, for a second one.

    `found`: keys of the centre and the appeal, here and below. Their own proposal the
    first person may change; the same once more changes nothing. Raises NotOpen,
    RulingReasonMissing, AppealDecided and RulingWaits.
    """
    words = parse_ruling(reason)
    case, appeal = _open(records.session, found, actor)
    if appeal.proposed_by not in {None, actor.account_id}:
        raise RulingWaits
    if (appeal.proposed_state, appeal.reason) == (state, words):
        return
    changes = {
        "proposed_state": int(state),
        "proposed_by": actor.account_id,
        "proposed_at": records.now,
        "reason": words,
    }
    records.change(CaseAppeal, case.centre_id, appeal.id, changes, why="proposal")


def confirm_ruling(
    records: Book,
    found: tuple[int, int],
    actor: Actor,
    state: AppealState,
    clock: Clock,
    deciders: int = 2,
) -> None:
    """Carry out what was proposed, as the second person outside.

    `state`: what this person saw proposed. With one decider the first person may. An
    appeal upheld opens the case again for its citizen, with a new answer period, or
    calls it unfounded for its clerk; where it is open again already, those who answer
    it read the ruling. Raises NotOpen, AppealDecided, NoRulingProposed,
    RulingProposedBySelf.
    """
    case, appeal = _open(records.session, found, actor)
    if appeal.proposed_state != state:
        raise NoRulingProposed
    if appeal.proposed_by == actor.account_id and deciders != ALONE:
        raise RulingProposedBySelf
    side, words, proposer = appeal.side, appeal.reason, appeal.proposed_by
    decided = {
        "state": int(state),
        "decided_by": actor.account_id,
        "decided_at": records.now,
    }
    records.change(CaseAppeal, case.centre_id, appeal.id, decided, why="ruling")
    write_text(records, case, TextKind.RULING, words, proposer)
    if state is AppealState.UPHELD and case.answered_at is not None:
        if side == Appellant.CITIZEN:
            _answer_anew(records, case, clock)
        else:
            _clear(records, case)


def reject_proposal(
    records: Book, found: tuple[int, int], actor: Actor, reason: str
) -> None:
    """Take a proposal off the table, one's own or another's; the appeal stays open.

    Raises NotOpen, RulingReasonMissing, AppealDecided and NoRulingProposed.
    """
    words = parse_ruling(reason)
    case, appeal = _open(records.session, found, actor)
    if appeal.proposed_state is None:
        raise NoRulingProposed
    nothing = {
        "proposed_state": None,
        "proposed_by": None,
        "proposed_at": None,
        "reason": "",
    }
    body = {"account": actor.account_id, "appeal": appeal.id, "reason": words}
    records.change(CaseAppeal, case.centre_id, appeal.id, nothing, why="taken-back")
    records.note(case.centre_id, "appeal-rejected", body)


def _answer_anew(records: Book, case: Case, clock: Clock) -> None:
    """Give a case back to its unit, as if it had never been answered."""
    changes = {
        **unanswered(),
        "state": int(CaseState.CHECKING),
        "answer_due": clock.due(records.now, clock.periods.answer),
        "rectify_due": clock.due(records.now, clock.periods.rectify),
    }
    records.change(Case, case.centre_id, case.id, changes, why="appeal-upheld")
    forget_seconds(records, case)


def _clear(records: Book, case: Case) -> None:
    """Let an answer say that nothing was wrong with what the clerk did."""
    changes = {
        "answer": str(Answer.UNFOUNDED),
        # Nothing is left to be put right, so nothing to be looked at again.
        "look_back_on": case.look_back_on if case.looked_back_at else None,
    }
    records.change(Case, case.centre_id, case.id, changes, why="appeal-upheld")


def _appealed(session: Session, case_id: int, side: Appellant) -> bool:
    there = select(CaseAppeal.id).where(
        CaseAppeal.case_id == case_id, CaseAppeal.side == str(side)
    )
    return session.scalar(there) is not None


def _open(
    session: Session, found: tuple[int, int], actor: Actor
) -> tuple[Case, CaseAppeal]:
    """Return an appeal that waits, and its case, which is locked for both."""
    centre_id, appeal_id = found
    if actor.side is not Side.OUTSIDE:
        raise NotOpen
    case_id = session.scalar(
        select(CaseAppeal.case_id).where(CaseAppeal.id == appeal_id)
    )
    if case_id is None:
        raise NotOpen
    case = held_case(session, (centre_id, case_id))
    appeal = session.get_one(CaseAppeal, appeal_id, populate_existing=True)
    if appeal.state != AppealState.OPEN:
        raise AppealDecided
    return case, appeal
