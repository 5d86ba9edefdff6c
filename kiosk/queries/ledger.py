"""Reads of the ledger: heads, entries in a stream, and columns as entries tell them."""

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Date,
    DateTime,
    TextClause,
    Uuid,
    select,
    text,
)
from sqlalchemy.orm import Session

from kiosk.models import ORGANISATION, Centre, Chain, LedgerEntry, table_of
from kiosk.models.base import UTCDateTime

ORGANISATION_CODE = "organisation"
"""Stands for the organisation's own chain wherever a centre's code could stand."""
_AT_ONCE = 2_000
"""Rows fetched together: a few pages of memory, however long the chain is."""
_chain = table_of(Chain)
_entry = table_of(LedgerEntry)


@dataclass(frozen=True, slots=True)
class Head:
    """A chain as its head has it."""

    chain_id: int
    centre_id: int | None
    origin: str
    number: int
    tip: bytes


def begin_snapshot(connection: Connection) -> None:
    """Let all reads of the transaction see one moment; must be its first statement.

    On SQLite a transaction that reads does so anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(
            text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        )


def heads(reader: Connection | Session) -> list[Head]:
    """Return all chains, the organisation's first."""
    rows = reader.execute(
        select(
            _chain.c.id,
            _chain.c.centre_id,
            _chain.c.origin,
            _chain.c.number,
            _chain.c.tip,
        ).order_by(_chain.c.id)
    )
    return [Head(*row) for row in rows]


def head_of(reader: Connection | Session, code: str) -> Head | None:
    """Return the chain of a centre by the centre's code, or the organisation's."""
    if code == ORGANISATION_CODE:
        wanted: int | None = ORGANISATION
    else:
        wanted = reader.scalar(select(Centre.id).where(Centre.code == code))
    return next((head for head in heads(reader) if head.chain_id == wanted), None)


def stream(
    connection: Connection, query: TextClause, values: dict[str, Any]
) -> Iterator[tuple[Any, ...]]:
    """Yield rows with the driver's own values, some thousand in memory at a time."""
    result = connection.execute(
        query, values, execution_options={"yield_per": _AT_ONCE}
    )
    for part in result.tuples().partitions():
        yield from part


def entries(
    connection: Connection, head: Head, *, bodies: bool
) -> Iterator[tuple[Any, ...]]:
    """Yield (number, day, kind, commitment, hash) in order, up to the head given.

    `bodies` adds salt and body, None where erased. The day is ISO text.
    """
    more = ", salt, body" if bodies else ""
    query = text(
        f"SELECT number, CAST(day AS TEXT), kind, commitment, hash{more} "  # noqa: S608
        "FROM ledger_entry WHERE chain_id = :chain AND number <= :last "
        "ORDER BY number"
    )
    return stream(connection, query, {"chain": head.chain_id, "last": head.number})


def erasures(
    connection: Connection, chain_id: int
) -> dict[tuple[int, str], dict[str, Any]]:
    """Return bodies of `erase` entries by what they erased: a number, and of what.

    That is `body` for the entry's own, `comment` for the words of a rating.
    """
    query = select(_entry.c.number, _entry.c.body).where(
        _entry.c.chain_id == chain_id,
        _entry.c.kind == "erase",
        _entry.c.rating_id.is_(None),
        _entry.c.body.is_not(None),
    )
    found = {}
    for number, body in connection.execute(query.order_by(_entry.c.number)):
        # What is not of this form is for the walk along the chain to name.
        with suppress(KeyError, TypeError, ValueError):
            told = json.loads(body)
            # Words go many at once when their time is over, and else one by one.
            for gone in told.get("numbers") or [told["number"]]:
                # Who erases something names what is past, never what is to come.
                if gone < number:
                    found[gone, told["what"]] = told
    return found


def told_sql(column: Column[Any], alias: str, engine: str) -> str:
    """Return SQL for a column in the form that entries tell it.

    `engine`: name of the dialect. Times end in six digits and Z, UUIDs have dashes.
    """
    name = f"{alias}.{column.name}"
    kind = column.type
    if engine == "postgresql":
        if isinstance(kind, UTCDateTime | DateTime):
            moment = f"{name} AT TIME ZONE 'UTC'"
            return f"""to_char({moment}, 'YYYY-MM-DD"T"HH24\\:MI\\:SS.US"Z"')"""
        return f"CAST({name} AS TEXT)" if isinstance(kind, Uuid | Date) else name
    if isinstance(kind, UTCDateTime | DateTime):
        return f"substr({name}, 1, 10) || 'T' || substr({name}, 12) || 'Z'"
    if isinstance(kind, Uuid):
        parts = [(1, 8), (9, 4), (13, 4), (17, 4), (21, 12)]
        return " || '-' || ".join(f"substr({name}, {at}, {n})" for at, n in parts)
    return name
