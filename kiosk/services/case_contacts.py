"""Who stands behind a case: opened with a reason, called back, forgotten on request.

A handler's reason opens all that stands behind a case at once. The ledger tells that
it was opened, and why, and never what it says.
"""

from dataclasses import dataclass

from sqlalchemy import exists, select

from kiosk.domain.case_calls import (
    SETTLES,
    CalledBefore,
    CallTooEarly,
    NobodyToCall,
    NothingBehind,
)
from kiosk.domain.case_periods import Clock
from kiosk.domain.case_texts import TextKind
from kiosk.domain.cases import CallOutcome, CaseState, OutsideOnly, Side, parse_words
from kiosk.domain.contacts import ContactGone, OpeningNeeded, Outcome
from kiosk.domain.masking import mask
from kiosk.models import Case, CaseContact, CaseOpening, Contact, Rating
from kiosk.queries.case_contact import has_ratings
from kiosk.queries.case_people import reachable_ratings
from kiosk.services.case_returns import call_back
from kiosk.services.case_texts import write_text
from kiosk.services.cases import Actor, held_case
from kiosk.services.contacts import KIND, erase_contact, open_contact, settle_call
from kiosk.services.records import Book


@dataclass(frozen=True)
class _Behind:
    case: Case
    own: CaseContact | None
    """Taken down with the complaint, where it is kept."""
    ratings: list[int]
    """Whose authors' contacts are kept."""

    @property
    def kept(self) -> bool:
        return self.own is not None or bool(self.ratings)


def open_behind(
    records: Book,
    found: tuple[int, int],
    actor: Actor,
    reason: str,
    *,
    contact: bool,
) -> None:
    """Note that a handler opens contact and link of a case, and why.

    `contact`: a contact is asked for, and not the link alone. Raises NotOpen,
    OutsideOnly, ContactGone where it was taken back or erased, NothingBehind.
    """
    behind = _behind(records, found, actor)
    case = behind.case
    if contact and not behind.kept:
        raise ContactGone
    if not behind.kept and not has_ratings(records.session, case.id):
        raise NothingBehind
    account = actor.account_id
    if account is None:
        raise OutsideOnly
    for rating in behind.ratings:
        open_contact(records, case.centre_id, rating, account, reason)
    records.session.add(
        CaseOpening(
            case_id=case.id, account_id=account, opened_at=records.now, reason=reason
        )
    )
    _note(records, case, what="opened", reason=reason)


def call_citizen(
    records: Book,
    found: tuple[int, int],
    actor: Actor,
    said: tuple[CallOutcome, str],
    clock: Clock,
) -> None:
    """Note how the call-back of a case went, and what was said, with numbers hidden.

    Whoever is not content is quoted, as the unit must know what is not settled;
    handlers alone read the rest. The call settles the wish to be called, unless the
    case is open again: then the next answer is called about too. Raises NotOpen,
    OutsideOnly, CallTooEarly, CalledBefore, NobodyToCall, OpeningNeeded, WordsMissing,
    WordsTooLong.
    """
    outcome, text = said
    unsettled = outcome is CallOutcome.NOT_CONTENT
    words = mask(parse_words(text)) if unsettled or text.strip() else ""
    behind = _behind(records, found, actor)
    case = behind.case
    _check_call(records, behind, outcome)
    call_back(records, found, actor, outcome, clock)
    if words:
        kind = TextKind.VOICE if unsettled else TextKind.CALL
        writer = None if unsettled else actor.account_id
        write_text(records, case, kind, words, writer)
    if case.called_at is not None:
        _settle(records, behind, SETTLES[outcome])


def forget_behind(records: Book, found: tuple[int, int], actor: Actor) -> bool:
    """Erase how to reach who stands behind a case, as they ask at the desk.

    The case goes on without the call. Returns whether there was anything. Raises
    NotOpen and OutsideOnly.
    """
    behind = _behind(records, found, actor)
    _settle(records, behind, Outcome.UNWANTED)
    for rating in behind.ratings:
        # Those that were settled before are still kept.
        erase_contact(records, behind.case.centre_id, rating)
    return behind.kept


def _behind(records: Book, found: tuple[int, int], actor: Actor) -> _Behind:
    """Return what stands behind a case; ratings are locked before it, as elsewhere."""
    if actor.side is not Side.OUTSIDE:
        raise OutsideOnly
    session, case_id = records.session, found[1]
    ratings = reachable_ratings(session, case_id)
    session.execute(
        select(Rating.id)
        .where(Rating.id.in_(ratings))
        .order_by(Rating.id)
        .with_for_update()
    )
    case = held_case(session, found)
    own = session.get(CaseContact, case_id, populate_existing=True)
    kept = own if own is not None and own.sealed is not None else None
    return _Behind(case, kept, ratings)


def _check_call(records: Book, behind: _Behind, outcome: CallOutcome) -> None:
    case = behind.case
    if case.state < CaseState.ANSWERED:
        raise CallTooEarly
    if case.called_at is not None:
        raise CalledBefore
    if not behind.kept:
        raise NobodyToCall
    opened = exists().where(CaseOpening.case_id == case.id)
    unwanted = outcome is CallOutcome.UNWANTED
    if not unwanted and not records.session.scalar(select(opened)):
        raise OpeningNeeded


def _settle(records: Book, behind: _Behind, outcome: Outcome) -> None:
    case, own = behind.case, behind.own
    for rating in behind.ratings:
        contact = records.session.get_one(Contact, rating, populate_existing=True)
        if contact.settled_at is None:
            settle_call(records, case.centre_id, rating, outcome)
    if own is not None and outcome is Outcome.UNWANTED:
        own.sealed, own.erased_at = None, records.now
        _note(records, case, what="erased")


def _note(records: Book, case: Case, **told: object) -> None:
    records.note(case.centre_id, KIND, {"case": case.id, **told})
