"""Restoring a backup: all of an installation in one transaction, or nothing of it.

The ledger's triggers stand aside meanwhile, and only within the transaction: no
other writer gets in, and whatever fails brings them back with everything else.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

from sqlalchemy import (
    Column,
    Connection,
    Table,
    bindparam,
    delete,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.exc import DataError, IntegrityError

from kiosk.domain.backup_errors import InstallationInUse, RestoreUnwritable
from kiosk.models import (
    ORGANISATION,
    Base,
    Installation,
    LedgerEntry,
    Rating,
    table_of,
)
from kiosk.services.backup import chain_heads, in_key_order
from kiosk.services.backup_files import (
    TABLES,
    BackupFile,
    Report,
    readers,
    self_references,
)
from kiosk.services.chain_replays import Replays
from kiosk.services.records import Book

NOTED = "restore"
"""Kind of the entry that tells of a restored backup."""
_AT_ONCE = 2_000
_IN_USE = select(Installation.set_up_at.is_not(None), select(Rating.id).exists())


def restore_backup(
    connection: Connection, backup: BackupFile, report: Report, *, replace: bool
) -> None:
    """Put a backup in the place of everything there is; the caller commits.

    `replace`: also where something would be lost. `report` hears of rows. Raises
    InstallationInUse, BackupDamaged, ChainBroken or RestoreUnwritable; then the
    transaction must be undone.
    """
    _keep_writers_out(connection)
    if not replace:
        refuse_in_use(connection)
    with _triggers_aside(connection):
        for table in reversed(Base.metadata.sorted_tables):
            connection.execute(delete(table))
        _fill(connection, backup, report)
    _set_sequences(connection)
    _check(connection, backup)


def refuse_in_use(connection: Connection) -> None:
    """Raise InstallationInUse where something would be lost."""
    found = connection.execute(_IN_USE).one_or_none()
    if found is not None and any(found):
        raise InstallationInUse


def note_restore(records: Book, backup: BackupFile, digest: str) -> None:
    """Enter in the restored organisation's ledger what it was restored from.

    digest: SHA-256 of the whole file in hex.
    """
    told = {"file": backup.name, "sha256": digest, "made_at": backup.manifest.made_at}
    records.note(ORGANISATION, NOTED, told)


def _keep_writers_out(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        # Readers go on seeing what was there; SQLite has one writer anyway.
        names = ", ".join(_quoted(table) for table in Base.metadata.sorted_tables)
        connection.execute(text(f"LOCK TABLE {names} IN EXCLUSIVE MODE"))


@contextmanager
def _triggers_aside(connection: Connection) -> Iterator[None]:
    if connection.dialect.name == "postgresql":
        with _postgresql_triggers_aside(connection):
            yield
        return
    found = connection.execute(
        text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    ).all()
    for name, _ in found:
        connection.exec_driver_sql(f'DROP TRIGGER "{name}"')
    yield
    for _, words in found:
        connection.exec_driver_sql(words)


@contextmanager
def _postgresql_triggers_aside(connection: Connection) -> Iterator[None]:
    # Only those that are on, by name: the owner of the tables may do that, and what
    # somebody else has switched off stays off.
    found = connection.execute(_TRIGGERS, {"names": [t.name for t in TABLES]}).all()
    for table, name in found:
        connection.execute(text(f'ALTER TABLE "{table}" DISABLE TRIGGER "{name}"'))
    yield
    for table, name in found:
        connection.execute(text(f'ALTER TABLE "{table}" ENABLE TRIGGER "{name}"'))


def _fill(connection: Connection, backup: BackupFile, report: Report) -> None:
    done = 0
    for table in TABLES:
        try:
            for rows in _batches(backup, table):
                done += len(rows)
                connection.execute(insert(table), rows)
                report(done, backup.manifest.rows)
            _join_to_own(connection, backup, table)
        except (IntegrityError, DataError) as refused:
            part = backup.part(table).member
            raise RestoreUnwritable(file=backup.name, part=part) from refused


def _batches(backup: BackupFile, table: Table) -> Iterator[list[dict[str, Any]]]:
    """Yield rows ready to insert; they point at no row of their own table yet."""
    read = readers(table)
    names = [column.key for column in table.columns]
    later = dict.fromkeys(column.key for column in self_references(table))
    told = backup.rows(table)
    while batch := list(islice(told, _AT_ONCE)):
        try:
            yield [
                dict(zip(names, _read(read, row), strict=True)) | later for row in batch
            ]
        except (ValueError, TypeError) as wrong:
            raise backup.damaged(backup.part(table).member) from wrong


def _read(read: list[Any], row: list[Any]) -> list[Any]:
    return [reader(told) for reader, told in zip(read, row, strict=True)]


def _join_to_own(connection: Connection, backup: BackupFile, table: Table) -> None:
    """Let rows point at others of their table, now that all of them are there."""
    for column in self_references(table):
        place = list(table.columns).index(column)
        own = list(table.columns).index(table.c.id)
        joined = (
            {"the_key": row[own], "other": row[place]}
            for row in backup.rows(table)
            if row[place] is not None
        )
        statement = (
            update(table)
            .where(table.c.id == bindparam("the_key"))
            .values({column.name: bindparam("other")})
        )
        while batch := list(islice(joined, _AT_ONCE)):
            connection.execute(statement, batch)


def _set_sequences(connection: Connection) -> None:
    """Let PostgreSQL's new keys begin after the restored ones; SQLite's do anyway."""
    if connection.dialect.name != "postgresql":
        return
    for table in TABLES:
        key = _made_key(table)
        if key is not None:
            sequence = func.pg_get_serial_sequence(_quoted(table), key.name)
            last = select(func.max(key)).scalar_subquery()
            connection.execute(
                select(func.setval(sequence, func.coalesce(last, 1), last.is_not(None)))
            )


def _made_key(table: Table) -> Column[Any] | None:
    """Return the key that the database makes by itself, if there is one."""
    return table.autoincrement_column


def _check(connection: Connection, backup: BackupFile) -> None:
    """Hold what the database now has against the manifest, ledgers entry by entry."""
    heads = {chain.id: chain for chain in backup.manifest.chains}
    if chain_heads(connection) != backup.manifest.chains:
        raise backup.damaged("chains")
    replays = Replays(backup.name, heads)
    for values in in_key_order(connection, table_of(LedgerEntry)):
        replays.take(values)
    replays.end()


def _quoted(table: Table) -> str:
    return f'"{table.name}"'


_TRIGGERS = text(
    "SELECT c.relname, t.tgname FROM pg_trigger t "
    "JOIN pg_class c ON c.oid = t.tgrelid "
    "JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE NOT t.tgisinternal AND t.tgenabled = 'O' "
    "AND n.nspname = current_schema() AND c.relname = ANY(:names) "
    "ORDER BY c.relname, t.tgname"
)
