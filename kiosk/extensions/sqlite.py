"""SQLite as this product uses it: durable, one writer at a time, one checkpointer.

SQLite before 3.51.3 can corrupt a WAL that two connections reset at once, and
the library is the customer's. So no connection checkpoints by itself; one
maintenance thread does, while it holds the writers' lock.
"""

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SQLiteConnection

from sqlalchemy import Connection, Engine, event

from kiosk.extensions.fair_lock import FairLock

TURN_SECONDS = 5.0
"""Longest wait for our own writers' lock."""
BUSY_MILLISECONDS = 5000
"""Longest wait for another process, such as an import on the command line.

Together they stay under the twelve seconds after which a screen gives up.
"""
WAL_LARGE = 16 * 1024 * 1024
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA wal_autocheckpoint=0",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={BUSY_MILLISECONDS}",
)

writers = FairLock()
log = logging.getLogger(__name__)


def prepare(engine: Engine) -> None:
    """Give every connection of `engine` our pragmas and explicit transactions."""

    @event.listens_for(engine, "connect")
    def set_pragmas(raw: SQLiteConnection, _record: object) -> None:
        # The driver's own transactions begin late and deferred; ours are said.
        raw.isolation_level = None
        for pragma in _PRAGMAS:
            raw.execute(pragma)

    @event.listens_for(engine, "begin")
    def say_begin(connection: Connection) -> None:
        # A deferred transaction that writes after reading fails at once when
        # somebody wrote in between, whatever the busy time-out says.
        writes = connection.get_execution_options().get("kiosk_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def writers_turn() -> Iterator[None]:
    """Hold the writers' lock of this process; raise TurnNotReached when too long."""
    writers.acquire(TURN_SECONDS)
    try:
        yield
    finally:
        writers.release()


class Checkpointer(threading.Thread):
    """Moves the WAL into the database: when it grows large, and once a minute."""

    def __init__(self, engine: Engine, database: Path, every: float = 60.0) -> None:
        """Prepare; `every` seconds pass at most between two checkpoints."""
        super().__init__(name="checkpointer", daemon=True)
        self._engine = engine
        self._wal = database.with_name(f"{database.name}-wal")
        self._every = every
        self._stopping = threading.Event()

    def run(self) -> None:
        """Look at the WAL each second until stopped."""
        waited = 0.0
        while not self._stopping.wait(1.0):
            waited += 1.0
            size = self._wal.stat().st_size if self._wal.exists() else 0
            if size and (size > WAL_LARGE or waited >= self._every):
                waited = 0.0
                self.checkpoint()

    def checkpoint(self) -> None:
        """Checkpoint once; a failure is logged and tried again next time."""
        try:
            with writers_turn(), self._engine.connect() as connection:
                raw = connection.connection.driver_connection
                if isinstance(raw, SQLiteConnection):
                    raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        except Exception:
            # The thread must outlive a full disk: writers refuse meanwhile,
            # and the next round checkpoints what is there.
            log.exception("checkpoint failed; it is tried again")

    def stop(self) -> None:
        """End the thread after its current round."""
        self._stopping.set()
