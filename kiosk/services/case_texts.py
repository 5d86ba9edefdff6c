"""What is written in a case: kept apart from it, so that words can be erased."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, and_, select

from kiosk.domain.case_texts import TextKind
from kiosk.models import Case, CaseText
from kiosk.services.rating_entries import salted
from kiosk.services.records import Book

KIND = "case-text"
"""Kind of the entries that tell that something was written, without the words."""


def write_text(
    records: Book, case: Case, kind: TextKind, words: str, account_id: int | None
) -> int:
    """Keep words in a case and the commitment to them in the ledger; return the key.

    account_id: who wrote them; None for the citizen.
    """
    salt, commitment = salted(words)
    text = CaseText(
        case_id=case.id,
        kind=str(kind),
        words=words,
        salt=salt,
        account_id=account_id,
        written_at=records.now,
    )
    records.session.add(text)
    records.session.flush()
    body = {"case": case.id, "kind": str(kind), "text": text.id, "words": commitment}
    records.note(case.centre_id, KIND, body)
    return text.id


def erase_texts(records: Book, case: Case, kinds: Iterable[TextKind], why: str) -> int:
    """Erase the words of these kinds in a case; return how many there were."""
    which = and_(
        CaseText.case_id == case.id, CaseText.kind.in_([str(kind) for kind in kinds])
    )
    return erase_where(records, case.centre_id, which, why)


def erase_where(
    records: Book, centre_id: int, which: ColumnElement[bool], why: str
) -> int:
    """Erase the words of the texts for which `which` holds; return how many there were.

    Words and salt go: what the ledger keeps can no longer be matched with anything.
    """
    rows = records.session.scalars(
        select(CaseText)
        .where(which, CaseText.erased_at.is_(None))
        .order_by(CaseText.id)
        .with_for_update()
    ).all()
    for text in rows:
        text.words, text.salt, text.erased_at = "", b"", records.now
        body = {"text": text.id, "kind": text.kind, "what": "erased", "why": why}
        records.note(centre_id, KIND, {"case": text.case_id, **body})
    return len(rows)
