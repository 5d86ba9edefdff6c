"""Ratings as their entries tell them, held against the rows there are.

Memory stays flat: what is remembered of a rating is only that its row differs from
what the entries up to here say, until a later entry explains it. A correction comes
within seconds, so these are few at any time.
"""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from operator import itemgetter
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, bindparam, select, text

from kiosk.domain.intake import TALLIED, RatingState
from kiosk.domain.proof import Flaw
from kiosk.models import LedgerEntry, Rating, table_of
from kiosk.queries.ledger import told_sql
from kiosk.services.corrections import may_replace
from kiosk.services.prepared import Prepared
from kiosk.services.rating_entries import TOLD

_entry = table_of(LedgerEntry)
_rating = table_of(Rating)
_said = itemgetter(*TOLD)
_EVENT = list(TOLD).index("event")
_STATE = list(TOLD).index("state")
_CLERK = list(TOLD).index("clerk")
_LATER = frozenset({"state", "clerk"})
"""What later entries may change; the rest of a rating never changes."""


@dataclass(slots=True)
class _Open:
    """A rating whose row is not, or no more, as the entries up to here say."""

    number: int
    said: list[Any]
    """State and clerk as the entries up to here have them."""
    now: list[Any]
    """State and clerk of the row."""


class RatingReplay:
    """Takes the entries of one chain in their order; names the first wrong one."""

    def __init__(
        self, connection: Connection, chain_id: int, wordless: Container[int]
    ) -> None:
        """`wordless`: numbers of ratings whose comments were erased on record."""
        self._connection = connection
        self._chain_id = chain_id
        self._wordless = wordless
        self._silent: set[int] = set()
        """Entries whose body was erased: what they said cannot be compared."""
        self._open: dict[str, _Open] = {}
        self.count = 0

    def rating(
        self, number: int, body: Mapping[str, Any], now: tuple[Any, ...]
    ) -> Flaw | None:
        """Compare an entry of kind `rating` with its row.

        `now`: the row's columns in the order of TOLD, then salt and words of its
        comment; all None where there is no such row.
        """
        self.count += 1
        row, comment = now[:-2], now[-2:]
        said = _said(body)
        flaw = None
        if row[_EVENT] is None:
            flaw = Flaw("rating_gone", number)
        elif said != row:
            flaw = self._differing(number, said, row)
        self._revised(number, body)
        return flaw or self._comment(number, body.get("words"), comment)

    def erased(self, number: int, told: Mapping[str, Any]) -> None:
        """Take note of a rating's erased entry: what it revised is still revised."""
        self.count += 1
        self._silent.add(number)
        self._revised(number, told)

    def later(self, number: int, body: Mapping[str, Any]) -> Flaw | None:
        """Take an act on a rating: another state, another clerk, or both."""
        found = self._find(body["rating"])
        if found is None or found.number >= number:
            return Flaw("rating_unknown", number)
        if found.number in self._silent:
            return None
        if "state" in body:
            found.said[0] = body["state"]
        flaw = None
        if "to" in body:
            if body["from"] != found.said[1]:
                flaw = Flaw("rating_differs", number, {"names": "clerk"})
            found.said[1] = body["to"]
        self._settle(body["rating"], found)
        return flaw

    def unexplained(self) -> Flaw | None:
        """Return the first rating whose row no entry explains, at the end."""
        if not self._open:
            return None
        first = min(self._open.values(), key=lambda rating: rating.number)
        names = [
            name
            for name, said, now in zip(
                ("state", "clerk"), first.said, first.now, strict=True
            )
            if said != now
        ]
        return Flaw("rating_differs", first.number, {"names": ", ".join(names)})

    def _differing(
        self, number: int, said: tuple[Any, ...], row: tuple[Any, ...]
    ) -> Flaw | None:
        names = [
            name for name, told, now in zip(TOLD, said, row, strict=True) if told != now
        ]
        if _LATER.issuperset(names):
            self._open[said[_EVENT]] = _Open(
                number, [said[_STATE], said[_CLERK]], [row[_STATE], row[_CLERK]]
            )
            return None
        # Of the others nobody knows yet whether a later entry explains them.
        fixed = ", ".join(name for name in names if name not in _LATER)
        return Flaw("rating_differs", number, {"names": fixed})

    def _revised(self, number: int, told: Mapping[str, Any]) -> None:
        event = told["revises"]
        if event is None or told["state"] == RatingState.MERGED:
            return
        found = self._find(event)
        # A correction may overtake what it corrects; that one's own entry then
        # says so. And what is named may not be kept here at all.
        if found is None or found.number >= number:
            return
        replaces = may_replace(told["state"], found.said[0])
        if found.said[0] in TALLIED and replaces:
            found.said[0] = int(RatingState.REVISED)
            self._settle(event, found)

    def _find(self, event: str) -> _Open | None:
        known = self._open.get(event)
        if known is not None:
            return known
        rows = _FIND.rows(
            self._connection, {"event": UUID(event), "chain": self._chain_id}
        )
        if not rows:
            return None
        number, state, clerk = rows[0]
        return _Open(number, [state, clerk], [state, clerk])

    def _settle(self, event: str, rating: _Open) -> None:
        if rating.said == rating.now or rating.number in self._silent:
            self._open.pop(event, None)
        else:
            self._open[event] = rating

    def _comment(
        self, number: int, sealed: str | None, comment: tuple[Any, ...]
    ) -> Flaw | None:
        salt, words = comment
        if sealed is None:
            return None if words is None else Flaw("comment_added", number)
        if words is None:
            return None if number in self._wordless else Flaw("comment_gone", number)
        if sha256(bytes(salt) + words.encode()).hexdigest() == sealed:
            return None
        return Flaw("comment_differs", number)


def told_columns(engine: str) -> str:
    """Return SQL of a rating's columns (`r`) in the order and form of TOLD."""
    return ", ".join(
        told_sql(_rating.c[column], "r", engine) for column in TOLD.values()
    )


def not_entered(connection: Connection) -> Iterator[tuple[int, Flaw]]:
    """Yield, by chain, a rating that no entry tells of, and one told of twice."""
    for chain, event, window, day in connection.execute(_NOT_ENTERED):
        values = {"event": str(UUID(str(event))), "window": window, "day": str(day)}
        yield chain, Flaw("rating_not_entered", None, values)
    for chain, number in connection.execute(_TWICE):
        yield chain, Flaw("rating_twice", number)


_FIND = Prepared(
    select(_entry.c.number, _rating.c.state, _rating.c.clerk_id)
    .join(_rating, _rating.c.id == _entry.c.rating_id)
    .where(
        _rating.c.event_id == bindparam("event"),
        _entry.c.chain_id == bindparam("chain"),
        _entry.c.kind == "rating",
    )
)
_NOT_ENTERED = text(
    "SELECT w.centre_id, r.event_id, w.number, r.day FROM rating r "
    'JOIN "window" w ON w.id = r.window_id WHERE NOT EXISTS (SELECT 1 '
    "FROM ledger_entry e WHERE e.rating_id = r.id AND e.chain_id = w.centre_id "
    "AND e.kind = 'rating') "
    "ORDER BY r.id LIMIT 50"
)
_TWICE = text(
    "SELECT max(chain_id), max(number) FROM ledger_entry "
    "WHERE rating_id IS NOT NULL AND kind = 'rating' "
    "GROUP BY rating_id HAVING count(*) > 1 ORDER BY 2 LIMIT 50"
)
