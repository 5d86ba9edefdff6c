"""The ledger for whoever audits it: acts with their differences, ratings by number.

Acts are told in full. Of a rating only window and half of the day leave this room,
and its body is never searched: level and minute together could lead to a visitor.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, select, text
from sqlalchemy.orm import Session

from kiosk.domain.differences import Difference, differences
from kiosk.models import (
    LedgerEntry,
    Rating,
    Window,
)

RATING = "rating"
_HIDDEN = {
    "attribution": {"rating"},
    # What came at this minute at this window was bad: that could lead to a visitor.
    "case": {"event_id", "received_at"},
    "case-rating": {"rating"},
    "case-second": {"rating"},
    "contact": {"rating"},
    "erase": {"event", "numbers", "revises", "state"},
    "exclude": {"rating", "state"},
    "hold": {"rating", "state"},
    "release": {"rating", "state"},
}
"""Fields that lead to a rating, by kind of entry; such entries are not searched."""
_UNTIMED = {"case-rating"}
"""Kinds of entries that come with a rating, and are told by their day."""
_NOT_SAID = {"after", "at", "before", "by", "key", "why"}
_NOON = 72
"""Ten-minute parts of a day before its afternoon."""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """Which entries of a chain are asked for."""

    chain_id: int
    kind: str = ""
    """Empty: every act; ratings are asked for by `rating_lines`."""
    by: str = ""
    """Who acted, as the ledger writes it."""
    first: date | None = None
    last: date | None = None
    words: str = ""
    """Each of them must stand somewhere in the body; not asked of ratings."""
    before: int | None = None
    """Only entries with a smaller number: the end of the page before."""


@dataclass(frozen=True, kw_only=True)
class Act:
    """An entry that is no rating."""

    number: int
    day: date
    kind: str
    erased: bool
    """Whether its body is gone; what follows is then empty."""
    at: datetime | None
    by: str
    why: str
    row: Mapping[str, Any]
    """The row as it was left, or as it was before it was struck."""
    is_row: bool
    """Whether it is about a row that changed; else it only tells something."""
    is_new: bool
    is_struck: bool
    changes: tuple[Difference, ...]


@dataclass(frozen=True)
class RatingLine:
    """A rating, no more than its place in the ledger and its half of a day."""

    number: int
    day: date
    window: str
    morning: bool


# Without statistics SQLite would walk through the chain itself, every rating of it;
# the index holds only what is no rating.
_PLACES_PLAIN = text(
    "SELECT chain_id, number FROM ledger_entry WHERE rating_id IS NULL"
)
_PLACES = text(
    "SELECT chain_id, number FROM ledger_entry INDEXED BY ix_ledger_entry_acts "
    "WHERE rating_id IS NULL"
)


def acts(reader: Connection | Session, wanted: Wanted, most: int) -> list[Act]:
    """Return at most so many acts, the newest first, in one statement."""
    places = _PLACES if _dialect(reader) == "sqlite" else _PLACES_PLAIN
    found = places.columns(LedgerEntry.chain_id, LedgerEntry.number).subquery("place")
    query = select(
        LedgerEntry.number, LedgerEntry.day, LedgerEntry.kind, LedgerEntry.body
    ).join(
        found,
        and_(
            found.c.chain_id == LedgerEntry.chain_id,
            found.c.number == LedgerEntry.number,
        ),
    )
    for condition in _conditions(wanted):
        query = query.where(condition)
    rows = reader.execute(_newest(query, wanted, most))
    return [_act(row) for row in rows]


def rating_lines(
    reader: Connection | Session, wanted: Wanted, most: int
) -> list[RatingLine]:
    """Return at most so many ratings, the newest entry first, in one statement."""
    query = (
        select(LedgerEntry.number, Rating.day, Window.number, Rating.bucket < _NOON)
        .join(Rating, Rating.id == LedgerEntry.rating_id)
        .join(Window, Window.id == Rating.window_id)
        .where(LedgerEntry.rating_id.is_not(None), LedgerEntry.kind == RATING)
    )
    rows = reader.execute(_newest(query, wanted, most))
    return [RatingLine(*row) for row in rows]


def _dialect(reader: Connection | Session) -> str:
    connection = reader.connection() if isinstance(reader, Session) else reader
    return connection.dialect.name


def _conditions(wanted: Wanted) -> list[Any]:
    found: list[Any] = []
    if wanted.kind:
        found.append(LedgerEntry.kind == wanted.kind)
    if wanted.by:
        said = f'"by":{json.dumps(wanted.by)}'
        found.append(LedgerEntry.body.contains(said, autoescape=True))
    for word in wanted.words.split():
        # As the body has it: quotation marks and the like are escaped there.
        said = json.dumps(word, ensure_ascii=False)[1:-1]
        found.append(LedgerEntry.body.icontains(said, autoescape=True))
    if wanted.words:
        found.append(LedgerEntry.kind.not_in(_HIDDEN))
    return found


def _newest(query: Select[Any], wanted: Wanted, most: int) -> Select[Any]:
    query = query.where(LedgerEntry.chain_id == wanted.chain_id)
    if wanted.first:
        query = query.where(LedgerEntry.day >= wanted.first)
    if wanted.last:
        query = query.where(LedgerEntry.day <= wanted.last)
    if wanted.before is not None:
        query = query.where(LedgerEntry.number < wanted.before)
    return query.order_by(LedgerEntry.number.desc()).limit(most)


def _act(row: Row[Any]) -> Act:
    told: dict[str, Any] = json.loads(row.body) if row.body else {}
    hidden = _HIDDEN.get(row.kind, set())
    before, after = (_shown(told.get(name), hidden) for name in ("before", "after"))
    said = _shown(told, _NOT_SAID | hidden) or {}
    is_row = before is not None or after is not None
    is_new = is_row and before is None
    untimed = row.kind in _UNTIMED or (row.kind == "case" and is_new)
    return Act(
        number=row.number,
        day=row.day,
        kind=row.kind,
        erased=row.body is None,
        at=datetime.fromisoformat(told["at"]) if "at" in told and not untimed else None,
        by=told.get("by", ""),
        why=told.get("why", ""),
        row=after or before or said,
        is_row=is_row,
        is_new=is_new,
        is_struck=is_row and after is None,
        changes=differences(before, after) if is_row else differences(None, said),
    )


def _shown(told: Mapping[str, Any] | None, hidden: set[str]) -> dict[str, Any] | None:
    if told is None:
        return None
    return {name: value for name, value in told.items() if name not in hidden}
