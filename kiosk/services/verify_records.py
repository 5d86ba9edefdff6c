"""Rows of the record tables, held against all that entries say became of them."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, select

from kiosk.domain.proof import Flaw
from kiosk.models import Base, LedgerEntry, table_of
from kiosk.services.prepared import Prepared
from kiosk.services.record_homes import homes
from kiosk.services.record_kinds import RECORDS
from kiosk.services.records import told

_entry = table_of(LedgerEntry)
_AT_ONCE = 1_000


class _Place(NamedTuple):
    """Where the newest entry about a row stands."""

    chain: int
    number: int


class RecordReplay:
    """Takes the entries about records, chain by chain, each in its order.

    Of a row only the place of its newest entry is remembered; what that entry says
    is looked up again when the next one, or the row itself, is held against it.
    """

    def __init__(self, connection: Connection) -> None:
        """Begin before the first entry of the first chain."""
        self._connection = connection
        self._newest: dict[str, dict[int, _Place]] = defaultdict(dict)
        self._unknown: set[tuple[str, int]] = set()
        """Rows whose newest entry was erased on record."""

    def entry(
        self, chain: int, number: int, kind: str, body: Mapping[str, Any]
    ) -> Flaw | None:
        """Take an entry; say whether what it says was before was so."""
        key, before, after = body["key"], body["before"], body["after"]
        if not isinstance(after, dict | None):
            raise TypeError("a row is told as an object, or as null")
        place = self._newest[kind].get(key)
        told_of = {"kind": kind, "key": key}
        if place is not None and place.chain != chain:
            return Flaw("record_elsewhere", number, told_of)
        known = (kind, key) in self._unknown
        self._unknown.discard((kind, key))
        self._newest[kind][key] = _Place(chain, number)
        if known:
            return None
        entered = None if place is None else self._after(place)
        if _same(before, entered):
            return None
        return Flaw("record_before", number, told_of)

    def erased(self, chain: int, number: int, told: Mapping[str, Any]) -> None:
        """Take note of an entry that was erased: what it said is not known."""
        kind, key = told["kind"], told["key"]
        self._newest[kind][key] = _Place(chain, number)
        self._unknown.add((kind, key))

    def at_the_end(self) -> Iterator[tuple[int, Flaw]]:
        """Yield, by chain, how the rows of now differ from the last entries."""
        for kind, model in RECORDS.items():
            newest = self._newest[kind]
            for row in self._rows(model):
                key = row["id"]
                flaw = self._compared(kind, model, row, newest.pop(key, None))
                if flaw is not None:
                    yield flaw
            yield from self._left_over(kind, newest)

    def _compared(
        self, kind: str, model: type[Base], row: Mapping[str, Any], place: _Place | None
    ) -> tuple[int, Flaw] | None:
        told_of: dict[str, Any] = {"kind": kind, "key": row["id"]}
        if (kind, row["id"]) in self._unknown:
            return None
        after = None if place is None else self._after(place)
        if place is None or after is None:
            home = homes(self._connection, model)(row)
            return home, Flaw("record_not_entered", None, told_of)
        now = told(model, row)
        names = [name for name in after if after[name] != now.get(name, _GONE)]
        if not names:
            return None
        told_of["names"] = ", ".join(names)
        return place.chain, Flaw("record_differs", place.number, told_of)

    def _left_over(
        self, kind: str, newest: Mapping[int, _Place]
    ) -> Iterator[tuple[int, Flaw]]:
        for key, place in newest.items():
            erased = (kind, key) in self._unknown
            if not erased and self._after(place) is not None:
                told_of = {"kind": kind, "key": key}
                yield place.chain, Flaw("record_gone", place.number, told_of)

    def _rows(self, model: type[Base]) -> Iterator[Mapping[str, Any]]:
        table = table_of(model)
        last = None
        while True:
            query = select(table).order_by(table.c.id).limit(_AT_ONCE)
            if last is not None:
                query = query.where(table.c.id > last)
            rows = self._connection.execute(query).mappings().all()
            if not rows:
                return
            yield from map(dict, rows)
            last = rows[-1]["id"]

    def _after(self, place: _Place) -> dict[str, Any] | None:
        [(body,)] = _BODY.rows(
            self._connection, {"chain": place.chain, "number": place.number}
        )
        after: dict[str, Any] | None = json.loads(body)["after"]
        return after


_GONE = object()


def _same(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> bool:
    """Whether two tellings agree in the columns that both know.

    A later release may have added columns in between.
    """
    if before is None or after is None:
        return before is after
    return all(before[name] == after[name] for name in before.keys() & after.keys())


_BODY = Prepared(
    select(_entry.c.body).where(
        _entry.c.chain_id == bindparam("chain"), _entry.c.number == bindparam("number")
    )
)
