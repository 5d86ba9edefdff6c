"""Words that replies may begin with: added, changed, ended; each in the ledger."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain.policy import NotOpen
from kiosk.domain.replies import (
    RepliesThere,
    ReplyNameTaken,
    parse_cause,
    parse_reply,
    parse_reply_name,
)
from kiosk.domain.reply_words import SUGGESTED
from kiosk.models import Centre, ReplyTemplate
from kiosk.services.records import Book


@dataclass(frozen=True)
class ReplyDraft:
    """A template as it was typed."""

    cause: str
    """Aspect, "1" to "4"; "0": for every cause."""
    name: str
    words: str


def add_reply(records: Book, centre_id: int, draft: ReplyDraft) -> int:
    """Add words that replies may begin with; return their key.

    Raises ReplyCauseUnknown, ReplyNameMissing, ReplyNameTaken, WordsMissing and
    WordsTooLong.
    """
    row = {"centre_id": centre_id, **_parsed(draft)}
    _take_turns(records.session, centre_id)
    _check_name(records.session, centre_id, row["name"])
    [key] = records.add(ReplyTemplate, centre_id, [row])
    return key


def change_reply(
    records: Book, centre_id: int, reply_id: int, draft: ReplyDraft
) -> None:
    """Change a template; replies that were sent stay as they are.

    Raises NotOpen and what `add_reply` raises.
    """
    changes = _parsed(draft)
    _take_turns(records.session, centre_id)
    _there(records.session, centre_id, reply_id)
    _check_name(records.session, centre_id, changes["name"], reply_id)
    records.change(ReplyTemplate, centre_id, reply_id, changes)


def end_reply(records: Book, centre_id: int, reply_id: int) -> None:
    """Offer a template no more; an ended one stays as it is. Raises NotOpen."""
    if _there(records.session, centre_id, reply_id).ended_at is None:
        changes = {"ended_at": records.now}
        records.change(ReplyTemplate, centre_id, reply_id, changes)


def offer_again(records: Book, centre_id: int, reply_id: int) -> None:
    """Offer an ended template again. Raises NotOpen."""
    _there(records.session, centre_id, reply_id)
    records.change(ReplyTemplate, centre_id, reply_id, {"ended_at": None})


def take_suggested(records: Book, centre_id: int) -> int:
    """Begin with the suggested templates; return how many there are.

    Raises RepliesThere where the centre has some, so that nothing comes twice.
    """
    _take_turns(records.session, centre_id)
    there = select(ReplyTemplate.id).where(ReplyTemplate.centre_id == centre_id)
    if records.session.scalar(there.limit(1)) is not None:
        raise RepliesThere
    rows = [
        {
            "centre_id": centre_id,
            "cause": each.cause,
            "name": each.name,
            "words": each.words,
        }
        for each in SUGGESTED
    ]
    return len(records.add(ReplyTemplate, centre_id, rows, why="suggested"))


def _parsed(draft: ReplyDraft) -> dict[str, object]:
    return {
        "cause": parse_cause(draft.cause),
        "name": parse_reply_name(draft.name),
        "words": parse_reply(draft.words),
    }


def _take_turns(session: Session, centre_id: int) -> None:
    """Let acts on one centre's templates follow each other: names are unique."""
    session.execute(
        select(Centre.id)
        .where(Centre.id == centre_id)
        # Taps point at the centre meanwhile, and do not wait.
        .with_for_update(key_share=True)
    )


def _there(session: Session, centre_id: int, reply_id: int) -> ReplyTemplate:
    found = session.get(ReplyTemplate, reply_id, populate_existing=True)
    if found is None or found.centre_id != centre_id:
        raise NotOpen
    return found


def _check_name(
    session: Session, centre_id: int, name: object, own_id: int | None = None
) -> None:
    taken = session.scalar(
        select(ReplyTemplate.id).where(
            ReplyTemplate.centre_id == centre_id, ReplyTemplate.name == name
        )
    )
    if taken is not None and taken != own_id:
        raise ReplyNameTaken
