"""Backups: everything there is, written to one file and read again before it counts.

The rows are those of one moment, whatever comes in meanwhile: the caller brings a
connection whose transaction sees a snapshot.
"""

import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Column, Connection, Table, func, select, text

from kiosk.domain.backups import (
    MANIFEST,
    ChainPart,
    Codec,
    Manifest,
    TablePart,
    member_name,
    write_row,
)
from kiosk.models import ORGANISATION, Chain, Installation
from kiosk.services.backup_files import (
    TABLES,
    Report,
    check_rows,
    codecs,
    column_names,
    open_backup,
)
from kiosk.services.records import Book

NOTED = "backup"
"""Kind of the entry that tells of a backup."""
_AT_ONCE = 1_000
_STEP = 2_000
_BUFFER = 1 << 20


@dataclass(frozen=True)
class BackupMade:
    """A backup that was written whole and read again."""

    name: str
    size: int
    """Bytes of the file."""
    rows: int
    sha256: str
    """Of the whole file, in hex."""


def write_backup(
    connection: Connection, file: BinaryIO, product: str, now: datetime, report: Report
) -> Manifest:
    """Write everything the connection sees into an open, empty file.

    The connection's transaction must show one snapshot to all its reads. `report`
    hears of rows. Raises OSError where the disk refuses.
    """
    total = sum(
        connection.scalar(select(func.count()).select_from(table)) or 0
        for table in TABLES
    )
    done = 0

    def count() -> None:
        nonlocal done
        done += 1
        if done % _STEP == 0:
            report(done, total)

    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=5) as archive:
        parts = []
        for table in TABLES:
            info = _member(member_name(table.name), now)
            parts.append(_write_table(connection, table, archive, info, count))
        manifest = _manifest(connection, product, now, tuple(parts))
        archive.writestr(_member(MANIFEST, now), manifest.to_json())
    report(total, total)
    return manifest


def check_backup(path: Path, schema: str, name: str, report: Report) -> BackupMade:
    """Read a written backup again, all of it. Raises what is wrong with it.

    name: what the file is or will be called.
    """
    with open_backup(path, schema, name) as backup:
        check_rows(backup, report)
    return BackupMade(name, backup.size, backup.manifest.rows, file_hash(path))


def note_backup(records: Book, made: BackupMade) -> None:
    """Enter in the organisation's ledger that a backup was made."""
    told = {"file": made.name, "sha256": made.sha256, "rows": made.rows}
    records.note(ORGANISATION, NOTED, {**told, "bytes": made.size})


def note_download(records: Book, name: str) -> None:
    """Enter that somebody takes a backup with them."""
    records.note(ORGANISATION, "export", {"what": "backup", "file": name})


def note_removal(records: Book, name: str) -> None:
    """Enter that a backup was deleted from the server."""
    records.note(ORGANISATION, "backup-removed", {"file": name})


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file in hex."""
    digest = sha256()
    with path.open("rb", buffering=0) as file:
        while piece := file.read(_BUFFER):
            digest.update(piece)
    return digest.hexdigest()


def schema_of(connection: Connection) -> str:
    """Return the revision of the tables."""
    found = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return str(found)


def in_key_order(connection: Connection, table: Table) -> Iterator[list[Any]]:
    """Yield a table's rows by its key, a few at a time in memory."""
    key: list[Column[Any]] = list(table.primary_key.columns)
    query = select(table).order_by(*key)
    streamed = query.execution_options(stream_results=True, yield_per=_AT_ONCE)
    with connection.execute(streamed) as result:
        for row in result:
            yield list(row)


def chain_heads(connection: Connection) -> tuple[ChainPart, ...]:
    """Return the heads of all ledgers."""
    rows = connection.execute(
        select(Chain.id, Chain.origin, Chain.number, Chain.tip).order_by(Chain.id)
    )
    return tuple(ChainPart(r.id, r.origin, r.number, r.tip.hex()) for r in rows)


def _write_table(
    connection: Connection,
    table: Table,
    archive: zipfile.ZipFile,
    info: zipfile.ZipInfo,
    count: Callable[[], None],
) -> TablePart:
    told = [(n, codec) for n, codec in enumerate(codecs(table)) if codec.write]
    digest, rows, size = sha256(), 0, 0
    # Said beforehand: a member may grow beyond what a small one's header can say.
    with archive.open(info, "w", force_zip64=True) as member:
        for values in in_key_order(connection, table):
            line = write_row(_told(values, told))
            digest.update(line)
            member.write(line)
            rows, size = rows + 1, size + len(line)
            count()
    return TablePart(table.name, column_names(table), rows, size, digest.hexdigest())


def _told(values: list[Any], codecs_by_place: list[tuple[int, Codec]]) -> list[Any]:
    for place, codec in codecs_by_place:
        if values[place] is not None and codec.write is not None:
            values[place] = codec.write(values[place])
    return values


def _manifest(
    connection: Connection, product: str, now: datetime, tables: tuple[TablePart, ...]
) -> Manifest:
    whose = connection.execute(
        select(Installation.identity, Installation.organisation)
    ).one()
    return Manifest(
        schema=schema_of(connection),
        product=product,
        made_at=now,
        identity=whose.identity,
        organisation=whose.organisation,
        tables=tables,
        chains=chain_heads(connection),
    )


def _member(name: str, now: datetime) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, now.astimezone(UTC).timetuple()[:6])
    info.compress_type = zipfile.ZIP_DEFLATED
    info.external_attr = 0o600 << 16
    return info
