"""What a citizen does in their own case: rate the answer, say no, take words back.

Whoever holds the secret of the page acts, and nobody is asked who that is. Words are
kept with telephone numbers and the like hidden, as those of a rating are.
"""

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain.case_appeals import Appellant
from kiosk.domain.case_periods import Clock
from kiosk.domain.case_texts import TextKind
from kiosk.domain.cases import Second, Side, parse_words
from kiosk.domain.contacts import OwnUnknown
from kiosk.domain.masking import mask
from kiosk.domain.tokens import token_hash
from kiosk.models import CaseAppeal, CaseContact, CaseRating, CaseText
from kiosk.queries.case_own import Behind, case_behind
from kiosk.services.case_appeals import file_appeal
from kiosk.services.case_returns import rate_answer, reopen_case
from kiosk.services.case_texts import erase_where, write_text
from kiosk.services.cases import Actor, held_case
from kiosk.services.comments import WITHDRAWN, withdraw_words
from kiosk.services.contacts import KIND, withdraw_contact
from kiosk.services.records import Book

_CITIZEN = Actor(Side.CITIZEN)


def rate_own_answer(records: Book, secret: str, second: Second, clock: Clock) -> None:
    """Keep what the citizen makes of the answer; the same once more does nothing.

    Raises OwnUnknown, and NotNow before the answer and for another word than before.
    """
    behind = _behind(records.session, secret)
    case = held_case(records.session, behind.found)
    said = case.second
    if behind.shared:
        query = select(CaseRating.second).where(
            CaseRating.rating_id == behind.rating_id
        )
        said = records.session.scalar(query)
    if said != second:
        rate_answer(records, behind.found, second, clock, behind.rating_id)


def reopen_own_case(records: Book, secret: str, words: str, clock: Clock) -> None:
    """Open the citizen's case again, with what is still wrong where they say it.

    The same once more does nothing. Raises OwnUnknown, NotNow before the answer,
    ReopenedBefore and WordsTooLong.
    """
    said = mask(parse_words(words)) if words.strip() else ""
    behind = _behind(records.session, secret)
    case = held_case(records.session, behind.found)
    again = case.reopened_at is not None and case.answered_at is None
    if again and said in {"", _last(records.session, behind, TextKind.VOICE)}:
        return
    reopen_case(records, behind.found, _CITIZEN, clock)
    if said:
        key = write_text(records, case, TextKind.VOICE, said, None)
        _sign(records.session, behind, key)


def appeal_own_case(records: Book, secret: str, words: str) -> None:
    """Ask two people outside the unit to look at the answer, once a case.

    The same once more does nothing. Raises OwnUnknown, AppealTooEarly,
    AppealedBefore, WordsMissing and WordsTooLong.
    """
    said = mask(parse_words(words))
    behind = _behind(records.session, secret)
    held_case(records.session, behind.found)
    if _last(records.session, behind, TextKind.APPEAL) == said:
        return
    key = file_appeal(records, behind.found, Appellant.CITIZEN, said)
    appeal = records.session.get_one(CaseAppeal, key)
    _sign(records.session, behind, appeal.text_id)


def take_back_words(records: Book, secret: str) -> bool:
    """Erase all that the citizen wrote, in the rating and in its case, which goes on.

    Returns whether there was anything. Raises OwnUnknown.
    """
    behind = case_behind(records.session, token_hash(secret))
    rated = behind is None or behind.rating_id is not None
    gone = rated and withdraw_words(records, secret)
    if behind is None:
        return gone
    held_case(records.session, behind.found)
    erased = erase_where(records, behind.centre_id, behind.written, WITHDRAWN)
    return gone or erased > 0


def take_back_contact(records: Book, secret: str) -> bool:
    """Erase how to reach the citizen; their case goes on without the call.

    Returns whether there was anything. Raises OwnUnknown.
    """
    digest = token_hash(secret)
    contact = records.session.scalar(
        select(CaseContact).where(CaseContact.key_hash == digest).with_for_update()
    )
    if contact is None:
        return withdraw_contact(records, secret)
    if contact.sealed is None:
        return False
    behind = _behind(records.session, secret)
    contact.sealed, contact.erased_at = None, records.now
    body = {"case": behind.case_id, "what": "withdrawn"}
    records.note(behind.centre_id, KIND, body)
    return True


def _behind(session: Session, secret: str) -> Behind:
    behind = case_behind(session, token_hash(secret))
    if behind is None:
        raise OwnUnknown
    return behind


def _last(session: Session, behind: Behind, kind: TextKind) -> str | None:
    """Return what the citizen wrote last of a kind, or None."""
    return session.scalar(
        select(CaseText.words)
        .where(behind.written, CaseText.kind == kind)
        .order_by(CaseText.id.desc())
        .limit(1)
    )


def _sign(session: Session, behind: Behind, text_id: int) -> None:
    """Note whose words they are where others stand behind the same case."""
    if behind.shared:
        session.get_one(CaseText, text_id).rating_id = behind.rating_id
