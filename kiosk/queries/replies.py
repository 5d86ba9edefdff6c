"""Words that replies may begin with, by cause."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kiosk.models import ReplyTemplate


@dataclass(frozen=True)
class ReplyWords:
    """Words to begin a reply with."""

    id: int
    cause: int
    """Aspect, 1 to 4; 0: for every cause."""
    name: str
    words: str
    ended_at: datetime | None = None


def replies_for(session: Session, centre_id: int, cause: int) -> list[ReplyWords]:
    """Return what is offered for a cause: its own words first, then the general."""
    rows = session.scalars(
        select(ReplyTemplate)
        .where(
            ReplyTemplate.centre_id == centre_id,
            ReplyTemplate.ended_at.is_(None),
            or_(ReplyTemplate.cause == cause, ReplyTemplate.cause == 0),
        )
        .order_by(ReplyTemplate.cause.desc(), ReplyTemplate.id)
    )
    return [_words(row) for row in rows]


def reply_words(session: Session, centre_id: int) -> list[ReplyWords]:
    """Return all of a centre's, by cause, those that have ended too."""
    rows = session.scalars(
        select(ReplyTemplate)
        .where(ReplyTemplate.centre_id == centre_id)
        .order_by(ReplyTemplate.cause, ReplyTemplate.id)
    )
    return [_words(row) for row in rows]


def reply_by_id(session: Session, centre_id: int, reply_id: int) -> ReplyWords | None:
    """Return one of a centre's, or None."""
    row = session.get(ReplyTemplate, reply_id)
    return None if row is None or row.centre_id != centre_id else _words(row)


def _words(row: ReplyTemplate) -> ReplyWords:
    return ReplyWords(row.id, row.cause, row.name, row.words, row.ended_at)
