"""Erasing what somebody has a right to have erased, without breaking the chain.

What goes is salt and body of an entry, or the words of a rating. What stays is the
commitment, which nobody can turn back, and an entry that says what went and why.
"""

import json
from typing import Any

from sqlalchemy import delete, update

from kiosk.domain.free_text import clean_text
from kiosk.domain.ledger_errors import (
    EntryNeeded,
    EntryUnknown,
    NoComment,
    WhyMissing,
)
from kiosk.models import Comment, LedgerEntry
from kiosk.services.record_kinds import RECORDS
from kiosk.services.records import Book

WHY_MOST = 200
ERASABLE = frozenset({"rating", *RECORDS})
"""Kinds of entries that may hold personal data."""
_NEEDED_OF_RATING = ("event", "revises", "state")
"""What the counts of other ratings rest on; nothing of it is about a person."""


def erase_entry(records: Book, chain_id: int, number: int, why: str) -> bool:
    """Erase salt and body of an entry; return whether they were still there.

    The organisation's own copies elsewhere, backups and exports with bodies are not
    reached. Raises EntryUnknown, EntryNeeded, WhyMissing.
    """
    reason = _reason(why)
    entry = _entry(records, chain_id, number)
    if entry.kind not in ERASABLE:
        raise EntryNeeded(kind=entry.kind)
    if entry.body is None:
        return False
    stays = _what_stays(entry.kind, json.loads(entry.body))
    records.session.execute(
        update(LedgerEntry)
        .where(LedgerEntry.chain_id == chain_id, LedgerEntry.number == number)
        .values(salt=None, body=None)
    )
    told = {"number": number, "what": "body", "kind": entry.kind, "why": reason}
    records.note(chain_id, "erase", stays | told)
    return True


def erase_comment(records: Book, chain_id: int, number: int, why: str) -> None:
    """Delete the words of the rating that an entry is about.

    Raises EntryUnknown, NoComment, WhyMissing.
    """
    reason = _reason(why)
    entry = _entry(records, chain_id, number)
    gone = records.session.scalar(
        delete(Comment)
        .where(Comment.rating_id == entry.rating_id)
        .returning(Comment.rating_id)
    )
    if gone is None:
        raise NoComment(number=number)
    told = {"number": number, "what": "comment", "kind": entry.kind, "why": reason}
    records.note(chain_id, "erase", told)


def _reason(why: str) -> str:
    reason = clean_text(why)
    if not 0 < len(reason) <= WHY_MOST:
        raise WhyMissing(most=WHY_MOST)
    return reason


def _entry(records: Book, chain_id: int, number: int) -> LedgerEntry:
    entry = records.session.get(
        LedgerEntry, (chain_id, number), with_for_update=True, populate_existing=True
    )
    if entry is None:
        raise EntryUnknown(number=number)
    return entry


def _what_stays(kind: str, body: dict[str, Any]) -> dict[str, Any]:
    if kind == "rating":
        return {name: body[name] for name in _NEEDED_OF_RATING}
    return {"key": body["key"]}
