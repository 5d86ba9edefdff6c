"""The ledger for whoever audits it: acts with their differences, ratings by number.

Acts are told in full. Of a rating only window and half of the day leave this room,
and its body is never searched: level and minute together could lead to a visitor.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, select, text
from sqlalchemy.orm import Session

from kiosk.domain.differences import Difference, differences
from kiosk.models import (
    Account,
    Centre,
    Clerk,
    Device,
    Integration,
    LedgerEntry,
    Rating,
    ServiceType,
    Unit,
    Window,
)

RATING = "rating"
REFERENCES = {
    "account": "account",
    "account_id": "account",
    "centre_id": "centre",
    "clerk_id": "clerk",
    "decided_by_id": "account",
    "from": "clerk",
    "integration_id": "integration",
    "parent_id": "unit",
    "predecessor_id": "device",
    "proposed_by_id": "account",
    "service_type_id": "service-type",
    "to": "clerk",
    "unit": "unit",
    "unit_id": "unit",
    "window_id": "window",
}
"""Fields that hold a key, and whose."""
_ABOUT = ("account_id", "clerk_id", "window_id", "integration_id", "account")
"""Fields that say what an entry is about where its own row has no name."""
_HIDDEN = {
    "attribution": {"rating"},
    "contact": {"rating"},
    "erase": {"event", "revises", "state"},
    "exclude": {"rating", "state"},
    "hold": {"rating", "state"},
    "release": {"rating", "state"},
}
"""Fields that lead to a rating, by kind of entry; such entries are not searched."""
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


@dataclass(frozen=True)
class Names:
    """What rows are called today, by kind and key."""

    known: Mapping[str, Mapping[int, str]] = field(default_factory=dict)

    def of(self, kind: str, key: object) -> str:
        """Return the name, or the key itself where nothing has it any more."""
        found = self.known.get(kind, {})
        return found.get(key, f"{key}") if isinstance(key, int) else f"{key}"


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


def names_in(reader: Connection | Session, found: Iterable[Act]) -> Names:
    """Return the names of everything that acts mention, a statement for each kind."""
    keys = _keys(found)
    tables: dict[str, Select[Any]] = {
        "account": select(Account.id, Account.name),
        "centre": select(Centre.id, Centre.name),
        "clerk": select(Clerk.id, Clerk.name),
        "integration": select(Integration.id, Integration.name),
        "service-type": select(ServiceType.id, ServiceType.name),
        "unit": select(Unit.id, Unit.name),
        "window": select(Window.id, Window.number),
        "device": select(Device.id, Window.number).join(
            Window, Window.id == Device.window_id
        ),
    }
    ids = {
        "account": Account.id,
        "centre": Centre.id,
        "clerk": Clerk.id,
        "integration": Integration.id,
        "service-type": ServiceType.id,
        "unit": Unit.id,
        "window": Window.id,
        "device": Device.id,
    }
    known = {}
    for kind, query in tables.items():
        if keys[kind]:
            rows = reader.execute(query.where(ids[kind].in_(keys[kind])))
            known[kind] = {key: name for key, name in rows}  # noqa: C416 - rows are no pairs to mypy
    return Names(known)


def people(reader: Connection | Session) -> Sequence[tuple[int, str]]:
    """Return every account that there ever was, by name."""
    query = select(Account.id, Account.name).order_by(Account.name, Account.id)
    return [(key, name) for key, name in reader.execute(query)]


def mentioned(act: Act) -> list[tuple[str, int]]:
    """Return whom or what an act's row belongs to, as kinds and keys with names."""
    return [
        (REFERENCES[name], act.row[name])
        for name in _ABOUT
        if isinstance(act.row.get(name), int)
    ]


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
    before, after = told.get("before"), told.get("after")
    untold = _NOT_SAID | _HIDDEN.get(row.kind, set())
    said = {name: value for name, value in told.items() if name not in untold}
    is_row = before is not None or after is not None
    return Act(
        number=row.number,
        day=row.day,
        kind=row.kind,
        erased=row.body is None,
        at=datetime.fromisoformat(told["at"]) if "at" in told else None,
        by=told.get("by", ""),
        why=told.get("why", ""),
        row=after or before or said,
        is_row=is_row,
        is_new=is_row and before is None,
        is_struck=is_row and after is None,
        changes=differences(before, after) if is_row else differences(None, said),
    )


def _keys(found: Iterable[Act]) -> dict[str, set[int]]:
    keys: dict[str, set[int]] = defaultdict(set)
    for act in found:
        who, _, key = act.by.partition(":")
        if who in {"account", "device"} and key.isdecimal():
            keys[who].add(int(key))
        for kind, named in mentioned(act):
            keys[kind].add(named)
        for change in act.changes:
            pair = (change.before, change.after)
            keys[reference(act.kind, change.field)] |= {
                value for value in pair if isinstance(value, int)
            }
    return keys


def reference(kind: str, name: str) -> str:
    """Return whose key a field of such an entry holds, "" where it holds none."""
    # A window's successor is a window, a clerk's a clerk.
    return kind if name == "successor_id" else REFERENCES.get(name, "")
