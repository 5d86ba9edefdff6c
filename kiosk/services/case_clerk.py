"""What the clerk whom a case concerns may do in it: say how they saw it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain.case_texts import TextKind
from kiosk.domain.cases import CaseState, NotNow, Source, parse_words
from kiosk.domain.policy import NotOpen
from kiosk.models import Case, Clerk
from kiosk.services.case_texts import write_text
from kiosk.services.cases import held_case
from kiosk.services.records import Book


def add_statement(
    records: Book, found: tuple[int, int], account_id: int, words: str
) -> int:
    """Keep how the clerk concerned saw it; said again it is added. Return its key.

    `found`: keys of the centre and the case. Raises NotOpen for anybody else, NotNow
    once the case is closed, WordsMissing and WordsTooLong.
    """
    said = parse_words(words)
    case = held_case(records.session, found)
    check_concerned(records.session, case, account_id)
    if case.state == CaseState.CLOSED:
        raise NotNow
    return write_text(records, case, TextKind.STATEMENT, said, account_id)


def check_concerned(session: Session, case: Case, account_id: int | None) -> None:
    """Raise NotOpen for everybody but the clerk whom a case concerns."""
    theirs = select(Clerk.id).where(
        Clerk.id == case.clerk_id, Clerk.account_id == account_id
    )
    # An idea is about the hall and nobody in it.
    if case.source == Source.SUGGESTION or session.scalar(theirs) is None:
        raise NotOpen
