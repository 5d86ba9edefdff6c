"""A backup's file, read with suspicion: nothing of it is believed before it is seen.

It may come from anybody, so its members are looked at by name, size and hash, read
in small pieces, and never written to a disk.
"""

import io
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import Column, Table
from sqlalchemy.types import TypeDecorator, TypeEngine

from kiosk.domain.backup_errors import (
    BackupDamaged,
    BackupNewer,
    BackupOlder,
    BackupUnpacksTooLarge,
    BackupUnreadable,
    NotABackup,
)
from kiosk.domain.backups import (
    CODECS,
    FORMAT_VERSION,
    LINE_MOST,
    MANIFEST,
    MANIFEST_MOST,
    UNPACKS_FREELY,
    UNPACKS_MOST,
    Codec,
    Manifest,
    NotTheForm,
    TablePart,
    format_version,
    read_manifest,
    read_row,
)
from kiosk.models import (
    AddressMinute,
    Base,
    InstallCode,
    KnownDevice,
    LedgerEntry,
    PhoneDay,
    ServedPress,
    SignIn,
    SignInTry,
    table_of,
)
from kiosk.services.chain_replays import Replays

LEFT_OUT = frozenset(
    table_of(model)
    for model in (
        SignIn, SignInTry, KnownDevice, InstallCode, ServedPress,
        AddressMinute, PhoneDay,
    )
)  # fmt: skip
"""Who is signed in where, guesses at passwords, codes on screens, presses that may
come again, how much each phone sends: passing state of one server.

Restored, it would open sessions that have ended and locks that are over.
"""
TABLES: tuple[Table, ...] = tuple(
    table for table in Base.metadata.sorted_tables if table not in LEFT_OUT
)
"""What a backup holds, each table after those it refers to."""

Report = Callable[[int, int], object]
"""Hears how many steps are done, of how many."""

_BUFFER = 1 << 18
_STEP = 2_000
_PACKED = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
# What zipfile raises for a file that is none, is cut off or was written over.
_BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError,
    ValueError, OSError,
)  # fmt: skip


@dataclass(frozen=True)
class BackupFile:
    """An open backup whose manifest fits its members; rows are not looked at yet."""

    name: str
    size: int
    manifest: Manifest
    _zip: zipfile.ZipFile

    def rows(self, table: Table) -> Iterator[list[Any]]:
        """Yield a table's rows as they are told; see `readers`.

        Raises BackupDamaged where they are not what the manifest says, at the end
        at the latest.
        """
        part = self.part(table)
        for line in self.lines(table):
            try:
                yield read_row(line, len(part.columns))
            except NotTheForm as wrong:
                raise self.damaged(part.member) from wrong

    def lines(self, table: Table) -> Iterator[bytes]:
        """Yield a table's rows as bytes; raise BackupDamaged as `rows` does."""
        part = self.part(table)
        digest, rows, size = sha256(), 0, 0
        try:
            with self._zip.open(part.member) as member:
                # No more is read than the member's header says, which fits the
                # manifest; so nothing here goes on for ever.
                reader = io.BufferedReader(member, _BUFFER)  # type: ignore[type-var]
                while line := reader.readline(LINE_MOST):
                    rows, size = rows + 1, size + len(line)
                    digest.update(line)
                    yield line
        except _BROKEN as broken:
            raise self.damaged(part.member) from broken
        if (rows, size, digest.hexdigest()) != (part.rows, part.size, part.sha256):
            raise self.damaged(part.member)

    def part(self, table: Table) -> TablePart:
        """Return what the manifest says of a table."""
        [found] = [part for part in self.manifest.tables if part.name == table.name]
        return found

    def damaged(self, part: str) -> BackupDamaged:
        """Return the refusal that names a part of this file."""
        return BackupDamaged(file=self.name, part=part)


@contextmanager
def open_backup(path: Path, schema: str, name: str = "") -> Iterator[BackupFile]:
    """Open a backup and hold its manifest against its members.

    schema: revision of the tables here. name: what people call the file, where it
    differs. Raises BackupUnreadable, NotABackup, BackupOlder, BackupNewer,
    BackupUnpacksTooLarge or BackupDamaged.
    """
    name = name or path.name
    try:
        file = path.open("rb")
    except OSError as missing:
        raise BackupUnreadable(file=name) from missing
    with file:
        try:
            archive = zipfile.ZipFile(file)
        except _BROKEN as broken:
            raise _no_zip(file, name) from broken
        with archive:
            manifest = _manifest(archive, name)
            _check_versions(manifest, schema, name)
            size = path.stat().st_size
            _check_members(archive, manifest, size, name)
            yield BackupFile(name, size, manifest, archive)


def check_rows(backup: BackupFile, report: Report) -> None:
    """Read every row once: hashes, counts, and the ledgers from origin to tip.

    `report` hears of rows. Raises BackupDamaged or ChainBroken.
    """
    done, total = 0, backup.manifest.rows
    for table in TABLES:
        taken = (
            _replayed(backup, table)
            if table is table_of(LedgerEntry)
            else backup.lines(table)
        )
        for _ in taken:
            done += 1
            if done % _STEP == 0:
                report(done, total)
    report(done, total)


def codecs(table: Table) -> list[Codec]:
    """Return how the values of each column are told."""
    return [CODECS[_plain(column.type).python_type] for column in table.columns]


def readers(table: Table) -> list[Callable[[Any], Any]]:
    """Return what reads a told value of each column back; NULL where it may be."""
    return [
        _nullable(codec.read) if column.nullable else codec.read
        for column, codec in zip(table.columns, codecs(table), strict=True)
    ]


def column_names(table: Table) -> tuple[str, ...]:
    """Return the columns in the order of their values."""
    return tuple(column.name for column in table.columns)


def self_references(table: Table) -> list[Column[Any]]:
    """Return columns that point at rows of the same table, maybe later ones."""
    return [
        column
        for column in table.columns
        if any(key.column.table is table for key in column.foreign_keys)
    ]


def _plain(kind: TypeEngine[Any]) -> TypeEngine[Any]:
    return kind.impl_instance if isinstance(kind, TypeDecorator) else kind


def _nullable(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda told: None if told is None else read(told)


def _no_zip(file: BinaryIO, name: str) -> NotABackup | BackupDamaged:
    # The list of members is at the end of a zip: a file that was cut off still
    # begins like one, with the name of our first member.
    file.seek(0)
    cut_off = file.read(_BUFFER).startswith(b"PK") and _begins_like_ours(file)
    return BackupDamaged(file=name, part="zip") if cut_off else NotABackup(file=name)


def _begins_like_ours(file: BinaryIO) -> bool:
    file.seek(0)
    return b"tables/" in file.read(64)


def _manifest(archive: zipfile.ZipFile, name: str) -> Manifest:
    try:
        info = archive.getinfo(MANIFEST)
    except KeyError as missing:
        raise NotABackup(file=name) from missing
    if info.file_size > MANIFEST_MOST:
        raise BackupUnpacksTooLarge(file=name)
    try:
        with archive.open(info) as member:
            data = member.read(MANIFEST_MOST)
    except _BROKEN as broken:
        raise BackupDamaged(file=name, part=MANIFEST) from broken
    version = format_version(data)
    if version is None:
        raise NotABackup(file=name)
    if version > FORMAT_VERSION:
        told = {"product": "?", "theirs": f"{version}.x", "ours": f"{FORMAT_VERSION}.x"}
        raise BackupNewer(file=name, **told)
    try:
        return read_manifest(data)
    except NotTheForm as wrong:
        raise BackupDamaged(file=name, part=MANIFEST) from wrong


def _check_versions(manifest: Manifest, schema: str, name: str) -> None:
    if manifest.schema == schema:
        return
    refusal = BackupOlder if manifest.schema < schema else BackupNewer
    raise refusal(
        file=name, product=manifest.product, theirs=manifest.schema, ours=schema
    )


def _check_members(
    archive: zipfile.ZipFile, manifest: Manifest, size: int, name: str
) -> None:
    """Refuse members by another name, twice, of another size, or far too large."""
    ours = [(table.name, column_names(table)) for table in TABLES]
    if [(part.name, part.columns) for part in manifest.tables] != ours:
        raise BackupDamaged(file=name, part=MANIFEST)
    if manifest.size > max(UNPACKS_FREELY, UNPACKS_MOST * size):
        raise BackupUnpacksTooLarge(file=name)
    sizes = {part.member: part.size for part in manifest.tables}
    expected = Counter([*sizes, MANIFEST])
    found = Counter(info.filename for info in archive.infolist())
    if found != expected:
        odd = min((found - expected) or (expected - found))
        raise BackupDamaged(file=name, part=repr(odd))
    for info in archive.infolist():
        wrong = sizes.get(info.filename, info.file_size) != info.file_size
        if wrong or info.compress_type not in _PACKED:
            raise BackupDamaged(file=name, part=info.filename)


def _replayed(backup: BackupFile, table: Table) -> Iterator[None]:
    """Follow every ledger through its entries, which come chain by chain."""
    read = readers(table)
    heads = {chain.id: chain for chain in backup.manifest.chains}
    follow = Replays(backup.name, heads)
    for row in backup.rows(table):
        try:
            values = [reader(told) for reader, told in zip(read, row, strict=True)]
        except (ValueError, TypeError) as wrong:
            raise backup.damaged(backup.part(table).member) from wrong
        follow.take(values)
        yield
    follow.end()
