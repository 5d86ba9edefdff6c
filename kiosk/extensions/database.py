"""The database, and `transaction()`: the only place where anything is committed."""

import math
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from datetime import datetime
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from flask_sqlalchemy import SQLAlchemy
from psycopg import Connection as PostgresConnection
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from kiosk.extensions import sqlite
from kiosk.extensions.group_commit import GroupCommit
from kiosk.models import Base
from kiosk.services.records import Book, book

T = TypeVar("T")

db = SQLAlchemy(model_class=Base)

_TRIES = 3
_WAIT = "kiosk_wait_seconds"
_groups: WeakKeyDictionary[Engine, GroupCommit] = WeakKeyDictionary()
# Deadlock and serialization failure: PostgreSQL undid everything; again is safe.
_UNDONE = {"40P01", "40001"}


def engine_options(*, is_sqlite: bool, wait_seconds: float) -> dict[str, Any]:
    """Return pool settings: as many connections as the server has threads.

    Nothing waits longer than `wait_seconds` for a database that others hold.
    """
    options: dict[str, Any] = {
        "max_overflow": 8,
        "execution_options": {_WAIT: wait_seconds},
    }
    if is_sqlite:
        return options | {"pool_size": 24}
    # A restarted server leaves dead connections; a ping finds them first.
    return options | {
        "pool_size": 8,
        "pool_pre_ping": True,
        "connect_args": {"connect_timeout": math.ceil(wait_seconds)},
    }


def prepare(engine: Engine) -> None:
    """Give every new connection of `engine` the manners of its database."""
    wait_seconds = _wait(engine)
    if engine.dialect.name == "sqlite":
        sqlite.prepare(engine, wait_seconds)
        return

    @event.listens_for(engine, "connect")
    def limit_waiting(raw: PostgresConnection[Any], _record: object) -> None:
        # Without it a request waits for ever behind a transaction that hangs.
        raw.execute(f"SET lock_timeout = {round(1000 * wait_seconds)}")
        raw.commit()


@contextmanager
def core_transaction() -> Iterator[Connection]:
    """Yield a Core connection; commit on a clean end, roll back otherwise.

    On SQLite the writers of this process queue first and then write at once.
    Raises TurnNotReached or OperationalError when the database cannot take it.
    """
    engine: Engine = db.engine
    alone = (
        sqlite.writers_turn(_wait(engine))
        if engine.dialect.name == "sqlite"
        else nullcontext()
    )
    with alone, engine.connect() as connection:
        writing = connection.execution_options(kiosk_writes=True)
        with writing.begin():
            yield writing


@contextmanager
def transaction() -> Iterator[Session]:
    """Yield a session on `core_transaction()`; rows stay readable afterwards."""
    with core_transaction() as connection:
        session = Session(connection, expire_on_commit=False, autoflush=True)
        try:
            yield session
            session.flush()
        finally:
            session.close()


@contextmanager
def recording(by: str, now: datetime) -> Iterator[Book]:
    """Yield a Book in a transaction: records change, and the ledger says by whom."""
    with transaction() as session, book(session, by, now) as records:
        yield records


@contextmanager
def reading() -> Iterator[Session]:
    """Yield a session for reads; nothing done with it is ever committed."""
    with Session(db.engine, expire_on_commit=False) as session:
        yield session


def write(act: Callable[[Connection], T]) -> T:
    """Run `act` in a transaction and again when the database undid it.

    `act` must be harmless when repeated; it sees a fresh transaction each time. On
    SQLite, acts that wait at the same time are committed together, so `act` may run
    in another thread: it must not ask for the request it came with.
    """
    engine: Engine = db.engine
    if engine.dialect.name == "sqlite":
        return _group(engine).write(act, _wait(engine))
    for _ in range(_TRIES - 1):
        try:
            return _once(act)
        except OperationalError as broken:
            if getattr(broken.orig, "sqlstate", None) not in _UNDONE:
                raise
    return _once(act)


def _once(act: Callable[[Connection], T]) -> T:
    with core_transaction() as connection:
        return act(connection)


def _group(engine: Engine) -> GroupCommit:
    if engine not in _groups:
        # Of two that are made at once one is used once; the writers' lock still
        # keeps their transactions apart.
        _groups[engine] = GroupCommit(core_transaction)
    return _groups[engine]


def _wait(engine: Engine) -> float:
    seconds: float = engine.get_execution_options()[_WAIT]
    return seconds
