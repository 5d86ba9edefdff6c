"""SQLite as this product uses it: durable, one writer at a time, one checkpointer.

SQLite before 3.51.3 can corrupt a WAL that two connections reset at once, and
the library is the customer's. So no connection checkpoints by itself; one
maintenance thread does, while it holds the writers' lock.
"""

import fcntl
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Connection as SQLiteConnection

from sqlalchemy import Connection, Engine, event

from kiosk.extensions.fair_lock import FairLock

WAL_LARGE = 16 * 1024 * 1024
_CHECKPOINT_PATIENCE = 1.0
_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA wal_autocheckpoint=0",
    "PRAGMA foreign_keys=ON",
    # What is erased must not lie readable in the file; not every build does so itself.
    "PRAGMA secure_delete=ON",
)

writers = FairLock()
log = logging.getLogger(__name__)


def prepare(engine: Engine, wait_seconds: float) -> None:
    """Give every connection of `engine` our pragmas and explicit transactions.

    `wait_seconds` is the longest wait for another process that writes, such as an
    import on the command line.
    """

    @event.listens_for(engine, "connect")
    def set_pragmas(raw: SQLiteConnection, _record: object) -> None:
        # The driver's own transactions begin late and deferred; ours are said.
        raw.isolation_level = None
        _be_patient(raw, wait_seconds)
        for pragma in _PRAGMAS:
            raw.execute(pragma)

    @event.listens_for(engine, "begin")
    def say_begin(connection: Connection) -> None:
        # A deferred transaction that writes after reading fails at once when
        # somebody wrote in between, whatever the busy time-out says.
        writes = connection.get_execution_options().get("kiosk_writes", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@contextmanager
def writers_turn(wait_seconds: float) -> Iterator[None]:
    """Hold the writers' lock of this process; raise TurnNotReached when too long."""
    writers.acquire(wait_seconds)
    try:
        yield
    finally:
        writers.release()


def server_lock(database: Path) -> Path:
    """Return the file that the one process which checkpoints holds locked.

    It lies beside the database, which two instance folders may share.
    """
    return database.with_name(f"{database.name}.lock")


@contextmanager
def checkpointing(engine: Engine, database: Path) -> Iterator[None]:
    """Checkpoint meanwhile, unless a server does: for commands that write much.

    Without it the WAL would grow with all that a long command writes. A server that
    begins meanwhile is refused, as beside another server.
    """
    with server_lock(database).open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield
            return
        thread = Checkpointer(engine, database)
        thread.start()
        try:
            yield
        finally:
            thread.stop()
            thread.join()
            # What the command erased must not stay readable in the WAL.
            thread.checkpoint()


def move_wal(engine: Engine) -> bool:
    """Checkpoint once; return whether the whole WAL is moved and empty.

    Only for the one process that checkpoints; its writers wait meanwhile. A failure
    is logged.
    """
    try:
        with writers_turn(_CHECKPOINT_PATIENCE), engine.connect() as connection:
            raw = connection.connection.driver_connection
            return isinstance(raw, SQLiteConnection) and _move_wal(raw)
    except Exception:
        # The thread must outlive a full disk: writers refuse meanwhile,
        # and the next round checkpoints what is there.
        log.exception("checkpoint failed; it is tried again")
        return False


class Checkpointer(threading.Thread):
    """Moves the WAL into the database: when it grows large, and once a minute."""

    def __init__(
        self,
        engine: Engine,
        database: Path,
        *,
        every: float = 60.0,
        look: float = 1.0,
    ) -> None:
        """Prepare to look each `look` seconds and to checkpoint each `every`."""
        super().__init__(name="checkpointer", daemon=True)
        self._engine = engine
        self._wal = database.with_name(f"{database.name}-wal")
        self._every = every
        self._look = look
        self._stopping = threading.Event()

    def run(self) -> None:
        """Look at the WAL until stopped."""
        waited = 0.0
        whole = True
        while not self._stopping.wait(self._look):
            waited += self._look
            size = self._wal_size()
            # Where a long reader or a full disk stands in the way, trying each
            # second would only keep the writers waiting.
            if size and (waited >= self._every or (whole and size > WAL_LARGE)):
                waited = 0.0
                whole = self.checkpoint()

    def checkpoint(self) -> bool:
        """Checkpoint once; return whether the whole WAL is moved and empty.

        A failure is logged and tried again next time.
        """
        return move_wal(self._engine)

    def stop(self) -> None:
        """End the thread after its current round."""
        self._stopping.set()

    def _wal_size(self) -> int:
        try:
            return self._wal.stat().st_size
        except OSError:
            return 0


def _be_patient(raw: SQLiteConnection, seconds: float) -> None:
    raw.execute(f"PRAGMA busy_timeout={round(1000 * seconds)}")


def _move_wal(raw: SQLiteConnection) -> bool:
    # All writers of this process wait meanwhile, so a long reader is given less
    # time than they have: what it does not need is moved, the rest next time.
    (usual,) = raw.execute("PRAGMA busy_timeout").fetchone()
    _be_patient(raw, _CHECKPOINT_PATIENCE)
    try:
        busy, _, _ = raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        _be_patient(raw, usual / 1000)
    return not busy
