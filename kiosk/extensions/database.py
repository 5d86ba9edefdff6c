"""The database, and `transaction()`: the only place where anything is committed."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any, TypeVar

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from kiosk.extensions import sqlite
from kiosk.models import Base

T = TypeVar("T")

db = SQLAlchemy(model_class=Base)

_TRIES = 3
# Deadlock and serialization failure: PostgreSQL undid everything; again is safe.
_UNDONE = {"40P01", "40001"}


def engine_options(*, is_sqlite: bool) -> dict[str, Any]:
    """Return pool settings: as many connections as the server has threads."""
    if is_sqlite:
        return {"pool_size": 24, "max_overflow": 8}
    # A restarted server leaves dead connections; a ping finds them first.
    return {"pool_size": 8, "max_overflow": 8, "pool_pre_ping": True}


@contextmanager
def core_transaction() -> Iterator[Connection]:
    """Yield a Core connection; commit on a clean end, roll back otherwise.

    On SQLite the writers of this process queue first and then write at once.
    Raises TurnNotReached or OperationalError when the database cannot take it.
    """
    engine: Engine = db.engine
    alone = sqlite.writers_turn() if engine.dialect.name == "sqlite" else nullcontext()
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
def reading() -> Iterator[Session]:
    """Yield a session for reads; nothing done with it is ever committed."""
    with Session(db.engine, expire_on_commit=False) as session:
        yield session


def write(act: Callable[[Connection], T]) -> T:
    """Run `act` in a transaction and again when the database undid it.

    `act` must be harmless when repeated; it sees a fresh transaction each time.
    """
    for left in reversed(range(_TRIES)):
        try:
            with core_transaction() as connection:
                return act(connection)
        except OperationalError as broken:
            state = getattr(broken.orig, "sqlstate", None)
            if left == 0 or state not in _UNDONE:
                raise
    raise AssertionError("unreachable: the last try returns or raises")
