"""Two people decide about held ratings: one proposes, another one confirms."""

from sqlalchemy.orm import Session

from kiosk.domain.hold_states import HoldState
from kiosk.domain.holds import (
    HoldDecided,
    HoldProposedBySelf,
    NothingProposed,
    ProposalWaits,
    parse_reason,
)
from kiosk.domain.policy import NotOpen
from kiosk.models import Hold
from kiosk.services.holds import KINDS, settle_ratings
from kiosk.services.records import Book

ALONE = 1
"""Deciders of an office so small that nobody else is there; the board says so."""


def propose_decision(
    records: Book,
    found: tuple[int, int],
    account_id: int,
    state: HoldState,
    reason: str,
) -> None:
    """Keep what the first person would do, for a second one.

    `found`: keys of the centre and the hold. Their own proposal the first person may
    change; the same once more changes nothing. Raises NotOpen, HoldReasonMissing,
    HoldDecided and ProposalWaits.
    """
    words = parse_reason(reason)
    hold = _open(records.session, *found)
    if hold.proposed_by not in {None, account_id}:
        raise ProposalWaits
    if (hold.proposed_state, hold.reason) == (state, words):
        return
    hold.proposed_state = int(state)
    hold.proposed_by = account_id
    hold.proposed_at = records.now
    hold.reason = words
    body = {"hold": hold.id, "reason": words, "result": KINDS[state]}
    records.note(hold.centre_id, "hold-proposal", body)


def confirm_decision(
    records: Book,
    found: tuple[int, int],
    account_id: int,
    state: HoldState,
    deciders: int = 2,
) -> int:
    """Carry out what was proposed, as the second person; return how many moved.

    `state`: what this person saw proposed. With one decider the first person may.
    Raises NotOpen, HoldDecided, NothingProposed and HoldProposedBySelf.
    """
    hold = _open(records.session, *found)
    if hold.proposed_state != state:
        raise NothingProposed
    if hold.proposed_by == account_id and deciders != ALONE:
        raise HoldProposedBySelf
    told = settle_ratings(records.session.connection(), hold.id, state)
    hold.state = int(state)
    hold.decided_by = account_id
    hold.decided_at = records.now
    kind = KINDS[state]
    for body in told:
        records.note(hold.centre_id, kind, body | {"hold": hold.id, "rule": hold.rule})
    body = {
        "deciders": len({hold.proposed_by, account_id}),
        "hold": hold.id,
        "reason": hold.reason,
        "result": kind,
        "rows": len(told),
    }
    records.note(hold.centre_id, "hold-decision", body)
    return len(told)


def reject_proposal(
    records: Book, found: tuple[int, int], account_id: int, reason: str
) -> None:
    """Take a proposal off the table, one's own or another's; the heap stays held.

    Raises NotOpen, HoldReasonMissing, HoldDecided and NothingProposed.
    """
    words = parse_reason(reason)
    hold = _open(records.session, *found)
    if hold.proposed_state is None:
        raise NothingProposed
    hold.proposed_state = hold.proposed_by = hold.proposed_at = None
    hold.reason = ""
    body = {"account": account_id, "hold": hold.id, "reason": words}
    records.note(hold.centre_id, "hold-rejected", body)


def _open(session: Session, centre_id: int, hold_id: int) -> Hold:
    """Return a hold that waits, locked."""
    hold = session.get(
        Hold, hold_id, with_for_update={"key_share": True}, populate_existing=True
    )
    if hold is None or hold.centre_id != centre_id:
        raise NotOpen
    if hold.state != HoldState.OPEN:
        raise HoldDecided
    return hold
