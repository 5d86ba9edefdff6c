"""Backups that were made, as the ledger tells."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, func, select
from sqlalchemy.orm import Session

from kiosk.models import ORGANISATION, Chain, LedgerEntry

_REMEMBERED = 1_000
"""Backups whose entries are looked at: years of daily ones."""


@dataclass(frozen=True)
class BackupNote:
    """What the ledger says of a backup; `sha256` in hex."""

    file: str
    sha256: str
    rows: int
    size: int
    made_at: datetime


def last_backup(reader: Connection | Session) -> datetime | None:
    """Return when the last backup was made, or None when there never was one."""
    notes = _notes(reader, _entries().limit(1))
    return notes[0].made_at if notes else None


def backup_notes(reader: Connection | Session) -> dict[str, BackupNote]:
    """Return what the ledger says of the newest thousand backups, by file name."""
    notes = _notes(reader, _entries().limit(_REMEMBERED))
    return {note.file: note for note in reversed(notes)}


def ledger_entries(reader: Connection | Session) -> int:
    """Return how many entries all ledgers have: a measure of how much there is."""
    return reader.scalar(select(func.coalesce(func.sum(Chain.number), 0))) or 0


def _entries() -> Select[Any]:
    return (
        select(LedgerEntry.body)
        .where(
            LedgerEntry.chain_id == ORGANISATION,
            LedgerEntry.rating_id.is_(None),
            LedgerEntry.kind == "backup",
            LedgerEntry.body.is_not(None),
        )
        .order_by(LedgerEntry.number.desc())
    )


def _notes(reader: Connection | Session, query: Select[Any]) -> list[BackupNote]:
    told = [json.loads(body) for body in reader.scalars(query)]
    return [
        BackupNote(
            file=each["file"],
            sha256=each["sha256"],
            rows=each["rows"],
            size=each["bytes"],
            made_at=datetime.fromisoformat(each["at"]),
        )
        for each in told
    ]
