"""Erasing what was kept long enough, a few rows in each transaction.

Each function takes what is due at the Book's moment, at most `most` rows, and is
harmless when it is repeated, when it is killed, and when two run at once. Contacts and
words go; what the ledger holds of them are commitments without their salt. Counts of
what went are entered for the report.
"""

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import Select, delete, select
from sqlalchemy.orm import Session

from kiosk.domain.retention import BATCH, Erased
from kiosk.models import (
    ORGANISATION,
    Case,
    CaseContact,
    CaseText,
    Comment,
    Contact,
    LedgerEntry,
    Rating,
    Window,
)
from kiosk.queries.retention import (
    NOTED,
    comments_due,
    contacts_due,
    desk_contacts_due,
    texts_due,
)
from kiosk.services.case_texts import erase_where
from kiosk.services.contacts import KIND as CONTACT_KIND
from kiosk.services.records import Book

WHY = "kept long enough"
"""Why it was erased, as the ledger says it."""


def erase_contacts(records: Book, most: int = BATCH) -> int:
    """Erase contacts left with a rating; return how many."""
    session, now = records.session, records.now
    locked = _locked_ratings(session, contacts_due(now).limit(most))
    # Asked once more under the lock: their author may have been quicker.
    due = contacts_due(now).where(Contact.rating_id.in_(locked))
    rows = session.execute(
        select(Contact, Rating.event_id, Window.centre_id)
        .join(Rating, Rating.id == Contact.rating_id)
        .join(Window, Window.id == Rating.window_id)
        .where(Contact.rating_id.in_(due))
        .order_by(Contact.rating_id)
    ).all()
    for contact, event, centre in rows:
        contact.sealed, contact.erased_at = None, now
        body = {"rating": event, "what": "erased", "why": WHY}
        records.note(centre, CONTACT_KIND, body)
    _count(records, Erased.CONTACT, [centre for _, _, centre in rows])
    return len(rows)


def erase_desk_contacts(records: Book, most: int = BATCH) -> int:
    """Erase contacts left with a complaint at the desk; return how many."""
    session, now = records.session, records.now
    due = desk_contacts_due(now).limit(most)
    rows = session.execute(
        select(CaseContact, Case.centre_id)
        .join(Case, Case.id == CaseContact.case_id)
        .where(CaseContact.case_id.in_(_locked_cases(session, due)))
        .where(CaseContact.case_id.in_(desk_contacts_due(now)))
        .order_by(CaseContact.case_id)
    ).all()
    for contact, centre in rows:
        contact.sealed, contact.erased_at = None, now
        body = {"case": contact.case_id, "what": "erased", "why": WHY}
        records.note(centre, CONTACT_KIND, body)
    _count(records, Erased.CONTACT, [centre for _, centre in rows])
    return len(rows)


def erase_comments(records: Book, most: int = BATCH) -> int:
    """Erase words that came with ratings; return how many."""
    session, now = records.session, records.now
    locked = _locked_ratings(session, comments_due(now).limit(most))
    gone = session.scalars(
        delete(Comment)
        .where(Comment.rating_id.in_(locked))
        .where(Comment.rating_id.in_(comments_due(now)))
        .returning(Comment.rating_id)
    ).all()
    entries = session.execute(
        select(LedgerEntry.chain_id, LedgerEntry.number)
        .where(LedgerEntry.rating_id.in_(gone), LedgerEntry.kind == "rating")
        .order_by(LedgerEntry.chain_id, LedgerEntry.number)
    ).all()
    for chain in sorted({entry.chain_id for entry in entries}):
        numbers = [entry.number for entry in entries if entry.chain_id == chain]
        told = {"numbers": numbers, "what": "comment", "kind": "rating", "why": WHY}
        records.note(chain, "erase", told)
    _count(records, Erased.COMMENT, [entry.chain_id for entry in entries])
    return len(gone)


def erase_words(records: Book, most: int = BATCH) -> int:
    """Erase what citizens and clerks said in cases; return how many texts."""
    session, now = records.session, records.now
    due = texts_due(now).limit(most)
    of_cases = select(CaseText.case_id).where(CaseText.id.in_(due)).distinct()
    locked = _locked_cases(session, of_cases)
    erased = 0
    for case, centre in locked.items():
        which = CaseText.id.in_(texts_due(now).where(CaseText.case_id == case))
        found = erase_where(records, centre, which, WHY)
        _count(records, Erased.TEXT, [centre] * found)
        erased += found
    return erased


def note_backup_gone(records: Book) -> None:
    """Count a backup that was deleted because it held what was erased."""
    _count(records, Erased.BACKUP, [ORGANISATION])


def _locked_ratings(session: Session, due: Select[tuple[int]]) -> list[int]:
    """Lock the ratings that stand for what hangs on them; skip what others hold."""
    query = select(Rating.id).where(Rating.id.in_(due)).order_by(Rating.id)
    return list(session.scalars(query.with_for_update(skip_locked=True)))


def _locked_cases(session: Session, due: Select[tuple[int]]) -> dict[int, int]:
    """Lock cases; return their keys with those of their centres."""
    query = select(Case.id, Case.centre_id).where(Case.id.in_(due)).order_by(Case.id)
    rows = session.execute(query.with_for_update(skip_locked=True))
    return {case: centre for case, centre in rows}  # noqa: C416 - rows are no pairs to mypy


def _count(records: Book, what: Erased, chains: Iterable[int]) -> None:
    """Enter how much of a kind went, in the chains it belonged to."""
    for chain, n in sorted(Counter(chains).items()):
        records.note(chain, NOTED, {"what": str(what), "n": n})
