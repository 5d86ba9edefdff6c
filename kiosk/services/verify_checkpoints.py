"""Checkpoints in the database: each signed by us, and entered when it was made."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Connection, select

from kiosk.domain.chain import plain
from kiosk.domain.notes import Note, Signature, Statement, key_id
from kiosk.domain.proof import Flaw
from kiosk.models import (
    ORGANISATION,
    Chain,
    Checkpoint,
    LedgerEntry,
    SigningKey,
    table_of,
)
from kiosk.queries.ledger import heads
from kiosk.services.witness import Finding, examine_note

_checkpoint = table_of(Checkpoint)
_chain = table_of(Chain)
_key = table_of(SigningKey)


def kept_statements(connection: Connection) -> list[Statement]:
    """Return what the checkpoints in the database say, oldest first."""
    query = (
        select(_chain.c.origin, _checkpoint.c.size, _checkpoint.c.tip)
        .join(_chain, _chain.c.id == _checkpoint.c.chain_id)
        .order_by(_checkpoint.c.id)
    )
    return [Statement(*row) for row in connection.execute(query)]


def wrong_checkpoints(connection: Connection) -> Iterator[tuple[int, Flaw]]:
    """Yield, by chain, checkpoints and keys that nobody could have made by us."""
    told = set(_told(connection, "checkpoint", ("origin", "size", "tip", "at")))
    keys = {public for (public,) in _told(connection, "key", ("public",))}
    for public in connection.scalars(select(_key.c.public).order_by(_key.c.id)):
        if plain(public) not in keys:
            yield ORGANISATION, Flaw("key_untold")
    rows = connection.execute(
        select(_checkpoint, _chain.c.origin, _key.c.public)
        .join(_chain, _chain.c.id == _checkpoint.c.chain_id)
        .join(_key, _key.c.id == _checkpoint.c.key_id)
        .order_by(_checkpoint.c.id)
    )
    for row in rows:
        said = Statement(row.origin, row.size, row.tip)
        if row.chain_id != ORGANISATION:
            # The organisation's own vouches for these and is entered nowhere.
            entered = (row.origin, row.size, plain(row.tip), plain(row.made_at))
            if entered not in told:
                yield row.chain_id, Flaw("checkpoint_untold", row.size)
        line = Signature(row.origin, key_id(row.origin, row.public), row.signature)
        yield from _unsigned(connection, row.chain_id, Note(said, (line,)))


def unsigned_notes(
    connection: Connection, notes: Iterable[Note]
) -> Iterator[tuple[int, Flaw]]:
    """Yield, by chain, notes held outside whose signature is not ours."""
    chains = {head.origin: head.chain_id for head in heads(connection)}
    for note in notes:
        if note.statement.origin in chains:
            yield from _unsigned(connection, chains[note.statement.origin], note)


def _unsigned(
    connection: Connection, chain_id: int, note: Note
) -> Iterator[tuple[int, Flaw]]:
    found = examine_note(connection, note).finding
    if found is Finding.NOT_OUR_SIGNATURE:
        yield chain_id, Flaw("signature_wrong", note.statement.size)


def _told(
    connection: Connection, kind: str, names: tuple[str, ...]
) -> Iterator[tuple[Any, ...]]:
    query = select(LedgerEntry.body).where(
        LedgerEntry.chain_id == ORGANISATION,
        LedgerEntry.rating_id.is_(None),
        LedgerEntry.kind == kind,
        LedgerEntry.body.is_not(None),
    )
    for (body,) in connection.execute(query):
        told = json.loads(body)
        yield tuple(told.get(name) for name in names)
