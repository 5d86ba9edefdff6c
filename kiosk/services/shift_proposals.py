"""Corrections of the roster: at once on the day itself, later with a second person."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from kiosk.domain.free_text import clean_text
from kiosk.domain.policy import NotOpen
from kiosk.domain.shift_errors import (
    NothingChanged,
    ProposalDecided,
    ProposedBySelf,
    ReasonMissing,
)
from kiosk.domain.shifts import REASON_MOST, Span
from kiosk.models import ShiftProposal
from kiosk.services.rating_rows import Hall
from kiosk.services.records import Book
from kiosk.services.shifts import (
    Plan,
    Wanted,
    refuse_closed,
    replace_shift,
    valid_shift,
)


@dataclass(frozen=True, slots=True)
class Correction:
    """What is to hold instead of a shift."""

    shift_id: int | None
    """None: one was forgotten altogether."""
    wanted: Wanted | None
    """None: nobody sat there."""


def check_correction(
    session: Session, hall: Hall, correction: Correction, now: datetime
) -> bool:
    """Return whether a second person must decide, because a day has closed.

    Raises what kiosk.services.shifts.replace_shift does, without changing anything.
    """
    today = now.astimezone(hall.zone).date()
    return any(
        each.span.start.astimezone(hall.zone).date() < today
        for each in _looked_at(session, hall, correction)
    )


def correct_shift(records: Book, hall: Hall, correction: Correction) -> int:
    """Correct a shift of a day that has not closed; return how many ratings moved.

    Raises DayOver for an earlier day, and what replace_shift does.
    """
    today = records.now.astimezone(hall.zone).date()
    for each in _looked_at(records.session, hall, correction):
        refuse_closed(each.span, hall, today)
    return replace_shift(records, hall, correction.shift_id, correction.wanted)


def propose_correction(
    records: Book, hall: Hall, correction: Correction, reason: str, account_id: int
) -> int:
    """Keep a correction for a second person's decision; return its key.

    Raises ReasonMissing, and what replace_shift would.
    """
    words = clean_text(reason)
    if not 0 < len(words) <= REASON_MOST:
        raise ReasonMissing(most=REASON_MOST)
    # Of a shift that is struck out, the place and the time are told.
    about = _looked_at(records.session, hall, correction)[-1]
    row = {
        "centre_id": hall.centre_id,
        "shift_id": correction.shift_id,
        "clerk_id": None if correction.wanted is None else about.clerk_id,
        "window_id": about.window_id,
        "starts_at": about.span.start,
        "ends_at": about.span.end,
        "reason": words,
        "proposed_by_id": account_id,
        "proposed_at": records.now,
    }
    [key] = records.add(ShiftProposal, hall.centre_id, [row])
    return key


def decide_proposal(
    records: Book, hall: Hall, proposal_id: int, account_id: int, *, accept: bool
) -> int:
    """Accept or reject a correction as the second person; return how many moved.

    Of several who decide at once exactly one counts. The same decision by the same
    person once more changes nothing. Raises NotOpen, ProposalDecided, ProposedBySelf
    and, when accepted, what replace_shift does.
    """
    row = records.session.get(
        ShiftProposal, proposal_id, with_for_update=True, populate_existing=True
    )
    if row is None or row.centre_id != hall.centre_id:
        raise NotOpen
    if row.decided_at is not None:
        if (row.decided_by_id, row.accepted) == (account_id, accept):
            return 0
        raise ProposalDecided
    if row.proposed_by_id == account_id:
        raise ProposedBySelf
    moved = 0
    if accept:
        correction = correction_of(row)
        moved = replace_shift(
            records, hall, correction.shift_id, correction.wanted, why=row.reason
        )
    decision = {
        "decided_by_id": account_id,
        "decided_at": records.now,
        "accepted": accept,
    }
    records.change(ShiftProposal, hall.centre_id, proposal_id, decision)
    return moved


def correction_of(row: ShiftProposal) -> Correction:
    """Return what a proposal asks for."""
    wanted = None
    if row.clerk_id is not None:
        wanted = Wanted(row.clerk_id, row.window_id, Span(row.starts_at, row.ends_at))
    return Correction(row.shift_id, wanted)


def _looked_at(session: Session, hall: Hall, correction: Correction) -> list[Wanted]:
    """Return the shift that would go and the one that would come, if it may."""
    old = valid_shift(session, hall, correction.shift_id)
    new = [] if correction.wanted is None else [correction.wanted]
    if old == new:
        raise NothingChanged
    plan = Plan(session, hall, new, without=correction.shift_id)
    missing = [each for each in new if plan.take(each)]
    if not old and not missing:
        raise NothingChanged
    return [*old, *new]
