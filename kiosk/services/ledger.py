"""The ledger's one writer: entries join a chain in the transaction of their act.

The head of the chain is the last row that an act locks: the number of an entry is
taken there, so numbers have no gaps, whatever is rolled back.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, insert, select, text, update

from kiosk.domain.chain import ENTRY_MARK, SALT_BYTES, Link, commitment, entry_hash
from kiosk.models import Chain, LedgerEntry, table_of
from kiosk.services.prepared import Prepared

_chain = table_of(Chain)
_entry = table_of(LedgerEntry)


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry before it has a number."""

    kind: str
    """At most 24 characters; see docs/rules.md for the kinds there are."""
    body: str
    """Canonical JSON, without personal words: those only by commitment."""
    rating_id: int | None = None


def append(
    connection: Connection, chain_id: int, drafts: Sequence[Draft], now: datetime
) -> int:
    """Join entries to a chain; return the number of the last one.

    Must be the last write of an act: it locks the head until the commit.
    Raises LookupError where the chain does not exist.
    """
    if len(drafts) == 1 and connection.dialect.name == "postgresql":
        return _append_one(connection, chain_id, drafts[0], now)
    number, tip, zone = _one(_HEAD.rows(connection, {"chain": chain_id}), chain_id)
    day = now.astimezone(ZoneInfo(zone)).date()
    rows = []
    for draft in drafts:
        number += 1
        row = _row(chain_id, number, day, draft, tip)
        tip = row["hash"]
        rows.append(row)
    if rows:
        _APPEND.run(connection, *rows)
        _MOVE_HEAD.run(
            connection, {"chain": chain_id, "last": number, "end": tip, "moment": now}
        )
    return int(number)


def _append_one(
    connection: Connection, chain_id: int, draft: Draft, now: datetime
) -> int:
    salt = secrets.token_bytes(SALT_BYTES)
    values = {
        "chain_id": chain_id,
        "changed_at": now,
        "kind": draft.kind,
        "commitment": commitment(salt, draft.body),
        "salt": salt,
        "body": draft.body,
        "rating_id": draft.rating_id,
    }
    (number,) = _one(_APPEND_ONE.rows(connection, values), chain_id)
    return int(number)


def _one(found: list[tuple[Any, ...]], chain_id: int) -> tuple[Any, ...]:
    if not found:
        raise LookupError(f"there is no chain {chain_id}")
    return found[0]


def _row(
    chain_id: int, number: int, day: date, draft: Draft, tip: bytes
) -> dict[str, Any]:
    salt = secrets.token_bytes(SALT_BYTES)
    link = Link(number, day, draft.kind, commitment(salt, draft.body))
    return {
        "chain_id": chain_id,
        "number": number,
        "day": day,
        "kind": draft.kind,
        "commitment": link.commitment,
        "hash": entry_hash(tip, link),
        "salt": salt,
        "body": draft.body,
        "rating_id": draft.rating_id,
    }


_HEAD = Prepared(
    select(_chain.c.number, _chain.c.tip, _chain.c.time_zone)
    .where(_chain.c.id == bindparam("chain"))
    .with_for_update()
)
# All taps of a centre wait for its head: on PostgreSQL it is locked, hashed and moved
# in one round trip instead of three. The hash is that of kiosk.domain.chain.
_DAY = "to_char(:changed_at AT TIME ZONE time_zone, 'YYYY-MM-DD')"
_APPEND_ONE = Prepared(
    text(
        "WITH head AS (UPDATE chain SET number = number + 1, changed_at = :changed_at, "  # noqa: S608
        f"tip = sha256('\\x{ENTRY_MARK.hex()}' || tip || convert_to(concat("
        f"number + 1, chr(10), {_DAY}, chr(10), CAST(:kind AS TEXT), chr(10)), 'UTF8') "
        f"|| :commitment) WHERE id = :chain_id RETURNING number, tip, {_DAY} AS day) "
        "INSERT INTO ledger_entry (chain_id, number, day, kind, commitment, hash, "
        "salt, body, rating_id) SELECT :chain_id, number, CAST(day AS DATE), :kind, "
        ":commitment, tip, :salt, :body, :rating_id FROM head RETURNING number"
    )
    .bindparams(
        bindparam("changed_at", type_=_chain.c.changed_at.type),
        *(
            bindparam(name, type_=_entry.c[name].type)
            for name in (
                "chain_id",
                "kind",
                "commitment",
                "salt",
                "body",
                "rating_id",
            )
        ),
    )
    .columns(_entry.c.number)
)
_APPEND = Prepared(
    insert(_entry).values({column.name: bindparam(column.name) for column in _entry.c})
)
_MOVE_HEAD = Prepared(
    update(_chain)
    .where(_chain.c.id == bindparam("chain"))
    .values(
        number=bindparam("last"), tip=bindparam("end"), changed_at=bindparam("moment")
    )
)
