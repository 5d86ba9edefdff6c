"""Backups as files: read from a snapshot, and named only when they are whole."""

import errno
import os
import secrets
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import Connection
from sqlalchemy.orm import Session

from kiosk import __version__
from kiosk.domain.backup_errors import (
    BackupDiskFull,
    BackupExists,
    BackupForbidden,
    BackupNameWrong,
    BackupUnwritable,
)
from kiosk.domain.backups import MANIFEST, MANIFEST_MOST, Manifest, read_manifest
from kiosk.domain.errors import RuleBroken
from kiosk.extensions.database import core_transaction, db, recording
from kiosk.queries.ledger import begin_snapshot
from kiosk.services.backup import (
    BackupMade,
    check_backup,
    file_hash,
    note_backup,
    schema_of,
    write_backup,
)
from kiosk.services.backup_files import Report, check_rows, open_backup
from kiosk.services.records import book
from kiosk.services.restore import note_restore, refuse_in_use, restore_backup
from kiosk.services.webhooks import stop_all_webhooks

RESTORED = "a backup was restored"
"""Why the ledger says that messages to other systems were stopped."""
_ONLY_OURS = 0o600
# What zipfile and our manifest raise for a file that is none of ours or is broken.
_NO_BACKUP = (
    OSError, zipfile.BadZipFile, zlib.error, EOFError, LookupError,
    NotImplementedError, RuntimeError, ValueError,
)  # fmt: skip
_REFUSALS: dict[int, type[RuleBroken]] = {
    errno.EACCES: BackupForbidden,
    errno.EPERM: BackupForbidden,
    errno.EROFS: BackupForbidden,
    errno.ENOSPC: BackupDiskFull,
    errno.EDQUOT: BackupDiskFull,
    errno.EFBIG: BackupDiskFull,
    errno.ENOENT: BackupNameWrong,
    errno.EEXIST: BackupNameWrong,
    errno.ENOTDIR: BackupNameWrong,
    errno.EISDIR: BackupNameWrong,
    errno.ENAMETOOLONG: BackupNameWrong,
}


@dataclass(frozen=True)
class BackupOnDisk:
    """A backup in the folder where the pages keep them."""

    name: str
    size: int
    """Bytes."""
    changed_at: datetime


def make_folder(folder: Path) -> Path:
    """Return the folder, made for its owner alone where it is missing.

    Raises BackupForbidden, BackupDiskFull or BackupNameWrong.
    """
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as disk:
        raise _refusal(disk, folder.name) from disk
    return folder


def backups_in(folder: Path) -> list[BackupOnDisk]:
    """Return the backups in a folder, the newest first."""
    found = []
    for path in folder.glob("[!.]*.zip"):
        # A link could lead anywhere, and these files are handed out.
        if path.is_file() and not path.is_symlink():
            about = path.stat()
            changed_at = datetime.fromtimestamp(about.st_mtime, UTC)
            found.append(BackupOnDisk(path.name, about.st_size, changed_at))
    return sorted(found, key=lambda one: (one.changed_at, one.name), reverse=True)


def written_at(folder: Path, file: BackupOnDisk) -> datetime:
    """Return of when a backup is, by what it says itself or else by its file.

    A file that was copied here is younger than what is in it.
    """
    try:
        with zipfile.ZipFile(folder / file.name) as archive:
            if archive.getinfo(MANIFEST).file_size > MANIFEST_MOST:
                return file.changed_at
            told = read_manifest(archive.read(MANIFEST)).made_at
    except _NO_BACKUP:
        return file.changed_at
    return min(told, file.changed_at)


def remove_backup(path: Path) -> bool:
    """Delete a backup; return whether it was still there. Raises BackupForbidden."""
    try:
        path.unlink()
    except FileNotFoundError:
        return False
    except OSError as forbidden:
        raise BackupForbidden(file=path.name) from forbidden
    return True


@contextmanager
def snapshot() -> Iterator[Connection]:
    """Yield a connection whose every read sees one moment; nobody waits for it."""
    with db.engine.connect() as connection:
        begin_snapshot(connection)
        yield connection


def back_up(
    path: Path, by: str, now: datetime, report: Report, *, overwrite: bool = False
) -> BackupMade:
    """Write a backup, read it again, give it its name and enter it in the ledger.

    `report` hears of rows, each once when written and once when checked. Raises a
    refusal of kiosk.domain.backup_errors; nothing half is left then.
    """
    draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
    try:
        if path.is_dir():
            raise BackupNameWrong(file=path.name)
        if path.exists() and not overwrite:
            raise BackupExists(file=path.name)
        made = _written(draft, path, now, report)
        _name(draft, path, overwrite=overwrite)
    except OSError as disk:
        raise _refusal(disk, path.name) from disk
    finally:
        # What forbids to write may forbid to delete; there is nothing then.
        with suppress(OSError):
            draft.unlink(missing_ok=True)
    with recording(by, now) as records:
        note_backup(records, made)
    return made


def restore(
    path: Path,
    by: str,
    now: datetime,
    report: Report,
    *,
    name: str = "",
    replace: bool = False,
) -> Manifest:
    """Check a whole backup, then put it in the place of what is here, all or nothing.

    name: what people call the file. `report` hears of rows, each once when checked
    and once when written. Raises a refusal of kiosk.domain.backup_errors.
    """
    with db.engine.connect() as connection:
        schema = schema_of(connection)
        if not replace:
            refuse_in_use(connection)
    with open_backup(path, schema, name) as backup:
        rows = backup.manifest.rows
        check_rows(backup, lambda done, _: report(done, 2 * rows))
        digest = file_hash(path)
        with core_transaction() as connection:
            restore_backup(
                connection,
                backup,
                lambda done, _: report(rows + done, 2 * rows),
                replace=replace,
            )
            with Session(connection) as session, book(session, by, now) as records:
                note_restore(records, backup, digest)
                # Two copies of a hall would both tell of the same ratings.
                stop_all_webhooks(records, RESTORED)
    return backup.manifest


def _refusal(disk: OSError, name: str) -> RuleBroken:
    return _REFUSALS.get(disk.errno or 0, BackupUnwritable)(file=name)


def _written(draft: Path, path: Path, now: datetime, report: Report) -> BackupMade:
    with snapshot() as connection:
        schema = schema_of(connection)
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _ONLY_OURS)
        with os.fdopen(handle, "wb") as file:
            written = write_backup(
                connection,
                file,
                __version__,
                now,
                lambda done, total: report(done, 2 * total),
            )
            file.flush()
            os.fsync(file.fileno())
    rows = written.rows
    return check_backup(
        draft, schema, path.name, lambda done, _: report(rows + done, 2 * rows)
    )


def _name(draft: Path, path: Path, *, overwrite: bool) -> None:
    if not overwrite:
        # Two may want one name; a memory stick knows no hard links.
        try:
            path.touch(mode=_ONLY_OURS, exist_ok=False)
        except FileExistsError as taken:
            raise BackupExists(file=path.name) from taken
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
