"""Signed checkpoints: the newest of each chain, and everything handed out before."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, Select, and_, func, select
from sqlalchemy.orm import Session

from kiosk.domain.closing import last_close
from kiosk.domain.notes import Statement, note_text
from kiosk.models import (
    Centre,
    Chain,
    Checkpoint,
    LedgerEntry,
    OpeningHours,
    SigningKey,
)


@dataclass(frozen=True)
class ChainView:
    """A chain, as long as it is now."""

    id: int
    centre: str | None
    """Name of the centre, None for the organisation's own chain."""
    origin: str
    zone: ZoneInfo
    size: int
    tip: bytes


@dataclass(frozen=True)
class CheckpointView:
    """A checkpoint with everything that is needed to check it."""

    id: int
    chain_id: int
    centre: str | None
    zone: ZoneInfo
    statement: Statement
    signature: bytes
    public: bytes
    """Ed25519 key that made the signature, raw."""
    made_at: datetime

    @property
    def size(self) -> int:
        """Entries it covers."""
        return self.statement.size

    @property
    def code(self) -> str:
        """The short code, in two groups of five."""
        return self.statement.code

    @property
    def note(self) -> str:
        """The text that is handed out."""
        return note_text(self.statement, self.public, self.signature)


def chains(reader: Connection | Session) -> list[ChainView]:
    """Return every chain, the organisation's first."""
    rows = reader.execute(_chains().order_by(Chain.id))
    return [_chain(row) for row in rows]


def chain_by_key(reader: Connection | Session, chain_id: int) -> ChainView | None:
    """Return a chain, or None where there is none with this key."""
    row = reader.execute(_chains().where(Chain.id == chain_id)).one_or_none()
    return None if row is None else _chain(row)


def chain_by_origin(reader: Connection | Session, origin: str) -> ChainView | None:
    """Return the chain of this name, or None."""
    row = reader.execute(_chains().where(Chain.origin == origin)).one_or_none()
    return None if row is None else _chain(row)


def hash_at(reader: Connection | Session, chain_id: int, number: int) -> bytes | None:
    """Return the hash of an entry, or None where the chain has no such entry."""
    found: bytes | None = reader.scalar(
        select(LedgerEntry.hash).where(
            LedgerEntry.chain_id == chain_id, LedgerEntry.number == number
        )
    )
    return found


def newest_checkpoints(reader: Connection | Session) -> list[CheckpointView]:
    """Return the newest checkpoint of each chain that has one, by chain."""
    newest = (
        select(Checkpoint.chain_id, func.max(Checkpoint.size).label("size"))
        .group_by(Checkpoint.chain_id)
        .subquery()
    )
    rows = reader.execute(
        _checkpoints()
        .join(
            newest,
            and_(
                newest.c.chain_id == Checkpoint.chain_id,
                newest.c.size == Checkpoint.size,
            ),
        )
        .order_by(Checkpoint.chain_id)
    )
    return [_checkpoint(row) for row in rows]


def newest_checkpoint(
    reader: Connection | Session, chain_id: int
) -> CheckpointView | None:
    """Return the newest checkpoint of a chain, or None before the first."""
    row = reader.execute(
        _checkpoints()
        .where(Checkpoint.chain_id == chain_id)
        .order_by(Checkpoint.size.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else _checkpoint(row)


def checkpoint_of(
    reader: Connection | Session, chain_id: int, size: int
) -> CheckpointView | None:
    """Return the checkpoint of a chain at a size, or None."""
    row = reader.execute(
        _checkpoints().where(Checkpoint.chain_id == chain_id, Checkpoint.size == size)
    ).one_or_none()
    return None if row is None else _checkpoint(row)


def covering_checkpoint(
    reader: Connection | Session, chain_id: int, number: int
) -> CheckpointView | None:
    """Return the first checkpoint that covers an entry, or None until there is one."""
    row = reader.execute(
        _checkpoints()
        .where(Checkpoint.chain_id == chain_id, Checkpoint.size >= number)
        .order_by(Checkpoint.size)
        .limit(1)
    ).one_or_none()
    return None if row is None else _checkpoint(row)


def checkpoints_page(
    reader: Connection | Session, first: int, most: int
) -> list[CheckpointView]:
    """Return checkpoints of all chains, the newest first, from the `first` on."""
    rows = reader.execute(
        _checkpoints().order_by(Checkpoint.id.desc()).offset(first).limit(most)
    )
    return [_checkpoint(row) for row in rows]


def count_checkpoints(reader: Connection | Session) -> int:
    """Return how many checkpoints there are."""
    return reader.scalar(select(func.count(Checkpoint.id))) or 0


def public_keys(reader: Connection | Session) -> Sequence[bytes]:
    """Return every key that ever signed here, raw, the oldest first."""
    query = select(SigningKey.public).order_by(SigningKey.id)
    return [public for (public,) in reader.execute(query)]


def checkpoint_is_due(reader: Connection | Session, now: datetime) -> bool:
    """Whether some chain has grown and has no checkpoint since its last close.

    A chain at rest needs none: its last one still covers all of it.
    """
    closes = _closes(reader)
    made = {view.chain_id: view for view in newest_checkpoints(reader)}
    for chain in chains(reader):
        newest = made.get(chain.id)
        if newest is None:
            return True
        close = last_close(now, chain.zone, closes.get(chain.id, {}))
        if newest.size < chain.size and newest.made_at < close:
            return True
    return False


def _closes(reader: Connection | Session) -> dict[int, dict[int, time]]:
    """Return the last closing time by centre and weekday."""
    rows = reader.execute(
        select(
            OpeningHours.centre_id,
            OpeningHours.weekday,
            func.max(OpeningHours.closes),
        ).group_by(OpeningHours.centre_id, OpeningHours.weekday)
    )
    closes: dict[int, dict[int, time]] = {}
    for centre_id, weekday, close in rows:
        closes.setdefault(centre_id, {})[weekday] = close
    return closes


def _chains() -> Select[Any]:
    return select(
        Chain.id,
        Centre.name.label("centre"),
        Chain.origin,
        Chain.time_zone,
        Chain.number.label("size"),
        Chain.tip,
    ).outerjoin(Centre, Centre.id == Chain.centre_id)


def _chain(row: Row[Any]) -> ChainView:
    values = row._asdict()
    return ChainView(zone=ZoneInfo(values.pop("time_zone")), **values)


def _checkpoints() -> Select[Any]:
    return (
        select(
            Checkpoint.id,
            Checkpoint.chain_id,
            Centre.name.label("centre"),
            Chain.time_zone,
            Chain.origin,
            Checkpoint.size,
            Checkpoint.tip,
            Checkpoint.signature,
            SigningKey.public,
            Checkpoint.made_at,
        )
        .join(Chain, Chain.id == Checkpoint.chain_id)
        .join(SigningKey, SigningKey.id == Checkpoint.key_id)
        .outerjoin(Centre, Centre.id == Chain.centre_id)
    )


def _checkpoint(row: Row[Any]) -> CheckpointView:
    return CheckpointView(
        id=row.id,
        chain_id=row.chain_id,
        centre=row.centre,
        zone=ZoneInfo(row.time_zone),
        statement=Statement(row.origin, row.size, row.tip),
        signature=row.signature,
        public=row.public,
        made_at=row.made_at,
    )
