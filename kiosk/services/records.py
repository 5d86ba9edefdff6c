"""Rows that the ledger answers for: whoever changes one enters before and after.

Places, people, roles, shifts, screens and calendars can move a place in the ranking
or decide who may. They are written through a Book only; `flask ledger verify`
compares every such row with the last entry about it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime
from operator import itemgetter
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session

from kiosk.domain.chain import canonical, plain
from kiosk.models import Base, table_of
from kiosk.services.ledger import Draft, append
from kiosk.services.record_kinds import RECORDS, UNTOLD

_AT_ONCE = 5_000
"""Keys in one look-up; SQLite takes 32,766 values in a statement."""
_KINDS = {model: kind for kind, model in RECORDS.items()}


class Book:
    """What one act changes, with an entry for each row; use `book()`."""

    def __init__(self, session: Session, by: str, now: datetime) -> None:
        """`by`: who acts, such as `account:3`, `device:7`, `terminal`, `system`."""
        self.session = session
        self.by = by
        self.now = now
        self._drafts: dict[int, list[Draft]] = defaultdict(list)

    def add(
        self,
        model: type[Base],
        chain: int,
        rows: Sequence[Mapping[str, Any]],
        *,
        why: str = "",
    ) -> list[int]:
        """Insert rows of a record table; return their keys, in the order given."""
        if not rows:
            return []
        table = table_of(model)
        inserted = self.session.execute(
            insert(table).returning(*table.c), [dict(row) for row in rows]
        ).mappings()
        keys = []
        for row in _as_given(rows, [dict(row) for row in inserted]):
            keys.append(int(row["id"]))
            self._enter(model, chain, None, row, why)
        return keys

    def change(
        self,
        model: type[Base],
        chain: int,
        key: int,
        values: Mapping[str, Any],
        *,
        why: str = "",
    ) -> bool:
        """Set columns of a row; return whether anything was different before.

        Raises LookupError where there is no such row.
        """
        return self.change_many(model, chain, {key: values}, why=why) == 1

    def change_many(
        self,
        model: type[Base],
        chain: int,
        changes: Mapping[int, Mapping[str, Any]],
        *,
        why: str = "",
    ) -> int:
        """Set columns of rows by key, the same ones in each; return how many changed.

        Raises LookupError where one of the rows does not exist.
        """
        rows = self._rows(model, list(changes))
        altered = []
        for key in sorted(changes):
            after = rows[key] | dict(changes[key])
            if after != rows[key]:
                altered.append({"the_key": key, **changes[key]})
                self._enter(model, chain, rows[key], after, why)
        if altered:
            table = table_of(model)
            names = [name for name in altered[0] if name != "the_key"]
            self.session.connection().execute(
                update(table)
                .where(table.c.id == bindparam("the_key"))
                .values({name: bindparam(name) for name in names}),
                altered,
            )
            self.session.expire_all()
        return len(altered)

    def strike(self, model: type[Base], chain: int, key: int, *, why: str = "") -> None:
        """Delete a row that others do not refer to, such as a day of the calendar."""
        table = table_of(model)
        before = self._rows(model, [key])[key]
        self.session.execute(table.delete().where(table.c.id == key))
        self._enter(model, chain, before, None, why)

    def note(self, chain: int, kind: str, body: Mapping[str, Any]) -> None:
        """Enter something that is no row, such as an export or a backup."""
        told = {**body, "at": self.now, "by": self.by}
        self._drafts[chain].append(Draft(kind, canonical(told)))

    def close(self) -> None:
        """Write the entries, chain by chain in the order of their keys."""
        self.session.flush()
        connection = self.session.connection()
        for chain in sorted(self._drafts):
            append(connection, chain, self._drafts[chain], self.now)
        self._drafts.clear()

    def _rows(
        self, model: type[Base], keys: Sequence[int]
    ) -> dict[int, dict[str, Any]]:
        """Return whole rows by key, locked in the order of their keys."""
        self.session.flush()
        table = table_of(model)
        found: dict[int, dict[str, Any]] = {}
        for start in range(0, len(keys), _AT_ONCE):
            query = (
                select(table)
                .where(table.c.id.in_(sorted(keys)[start : start + _AT_ONCE]))
                .order_by(table.c.id)
                .with_for_update()
            )
            rows = self.session.execute(query).mappings()
            found |= {int(row["id"]): dict(row) for row in rows}
        missing = [key for key in keys if key not in found]
        if missing:
            raise LookupError(f"no {_KINDS[model]} {missing[0]}")
        return found

    def _enter(
        self,
        model: type[Base],
        chain: int,
        before: Mapping[str, Any] | None,
        after: Mapping[str, Any] | None,
        why: str,
    ) -> None:
        self._drafts[chain].append(
            change_draft(model, before, after, by=self.by, now=self.now, why=why)
        )


def _as_given(
    rows: Sequence[Mapping[str, Any]], inserted: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Return inserted rows in the order given; of two alike either is the first.

    A database promises no order, and asked for one SQLite takes a statement a row.
    """
    names = sorted(rows[0])
    waiting: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in sorted(inserted, key=itemgetter("id"), reverse=True):
        waiting[tuple(row[name] for name in names)].append(row)
    return [waiting[tuple(row[name] for name in names)].pop() for row in rows]


@contextmanager
def book(session: Session, by: str, now: datetime) -> Iterator[Book]:
    """Yield a Book and close it on a clean end: the last writes of the act."""
    kept = Book(session, by, now)
    yield kept
    kept.close()


def change_draft(
    model: type[Base],
    before: Mapping[str, Any] | None,
    after: Mapping[str, Any] | None,
    *,
    by: str,
    now: datetime,
    why: str = "",
) -> Draft:
    """Return the entry that tells how a row became another one."""
    row = after or before or {}
    body: dict[str, Any] = {"key": row["id"], "at": now, "by": by}
    if why:
        body["why"] = why
    body["before"] = None if before is None else told(model, before)
    body["after"] = None if after is None else told(model, after)
    return Draft(_KINDS[model], canonical(body))


def told(model: type[Base], row: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the ledger tells of a row: all but secrets and passing state."""
    untold = UNTOLD.get(model, frozenset())
    return {name: plain(row[name]) for name in sorted(row) if name not in untold}
