"""SQLite as we use it: durable, one writer at a time, one who moves the WAL."""

import fcntl
import logging
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import OperationalError

from kiosk.app import start_maintenance
from kiosk.extensions import (
    Checkpointer,
    TurnNotReached,
    checkpointing,
    core_transaction,
    db,
    reading,
    sqlite,
)
from tests.applications import copied_database, locked_by_another_process, open_app
from tests.waiting import PATIENCE, until

WAIT = 0.2
PAGES = 2000
"""More than the thousand after which SQLite would checkpoint by itself."""


@pytest.fixture
def database(tmp_path) -> Path:
    return tmp_path / "kiosk.db"


@pytest.fixture
def app(empty_sqlite, tmp_path, clock) -> Iterator:
    url = copied_database(empty_sqlite, tmp_path)
    with open_app(tmp_path, url, clock, storage_wait_seconds=WAIT) as app:
        yield app


@pytest.fixture
def engine(app) -> Engine:
    with core_transaction() as connection:
        connection.execute(text("CREATE TABLE note (words TEXT)"))
    return db.engine


def put(words: str) -> None:
    with core_transaction() as connection:
        connection.execute(text("INSERT INTO note VALUES (:words)"), {"words": words})


def notes() -> list[str]:
    with reading() as session:
        return list(session.scalars(text("SELECT words FROM note ORDER BY rowid")))


def fill_wal() -> None:
    with core_transaction() as connection:
        connection.execute(
            text(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n"
                " WHERE i < :pages) INSERT INTO note SELECT zeroblob(4000) FROM n"
            ),
            {"pages": PAGES},
        )


def wal_size(database: Path) -> int:
    return database.with_name("kiosk.db-wal").stat().st_size


def busy_timeouts(engine: Engine, connections: int) -> set[int]:
    opened = [engine.connect() for _ in range(connections)]
    found = {c.exec_driver_sql("PRAGMA busy_timeout").scalar_one() for c in opened}
    for connection in opened:
        connection.close()
    return found


# Connections


def test_every_connection_has_our_pragmas(engine):
    """Five at once, so that the pool cannot show the same one twice."""
    pragmas = (
        "journal_mode",
        "synchronous",
        "wal_autocheckpoint",
        "foreign_keys",
        "busy_timeout",
    )
    opened = [engine.connect() for _ in range(5)]
    found = [
        tuple(c.exec_driver_sql(f"PRAGMA {name}").scalar_one() for name in pragmas)
        for c in opened
    ]
    for connection in opened:
        connection.close()
    assert found == [("wal", 2, 0, 1, 200)] * 5


def test_a_connection_without_our_hand_has_other_pragmas(engine, database):
    """The twin: what the test above reads is not what SQLite does anyway."""
    raw = sqlite3.connect(database)
    found = [
        raw.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("wal_autocheckpoint", "foreign_keys")
    ]
    raw.close()
    assert found == [1000, 0]


def test_there_are_connections_for_all_threads_of_the_server(engine):
    """Sixteen threads with one each, some with two, and the checkpointer."""
    opened = [engine.connect() for _ in range(25)]
    assert [c.exec_driver_sql("SELECT 1").scalar_one() for c in opened] == [1] * 25
    for connection in opened:
        connection.close()


# Transactions


def test_a_second_writer_waits_for_the_first_of_another_process(
    empty_sqlite, tmp_path, clock
):
    url = copied_database(empty_sqlite, tmp_path)
    with open_app(tmp_path, url, clock, storage_wait_seconds=PATIENCE) as app:
        begun = threading.Event()

        def write() -> None:
            with app.app_context():
                begun.set()
                with core_transaction() as connection:
                    connection.execute(text("CREATE TABLE late (n INTEGER)"))

        writer = threading.Thread(target=write)
        with locked_by_another_process(tmp_path / "kiosk.db"):
            writer.start()
            assert begun.wait(PATIENCE)
            writer.join(0.2)
            assert writer.is_alive()
        writer.join(PATIENCE)
        with reading() as session:
            assert session.scalars(text("SELECT n FROM late")).all() == []


def test_a_deferred_writer_fails_at_once_whatever_the_time_out(
    empty_sqlite, tmp_path, clock
):
    """The twin: without IMMEDIATE, reading before writing is refused, not queued."""
    url = copied_database(empty_sqlite, tmp_path)
    with (
        open_app(tmp_path, url, clock, storage_wait_seconds=PATIENCE),
        db.engine.connect() as deferred,
    ):
        deferred.execute(text("SELECT * FROM centre"))
        with core_transaction() as connection:
            connection.execute(text("UPDATE centre SET name = 'meanwhile'"))
        with pytest.raises(OperationalError) as refused:
            deferred.execute(text("UPDATE centre SET name = 'too late'"))
    assert refused.value.orig.sqlite_errorname == "SQLITE_BUSY_SNAPSHOT"


def test_a_writer_reads_what_was_written_before_its_turn(empty_sqlite, tmp_path, clock):
    """All read a number and add one, eight at the same time: nothing is lost."""
    url = copied_database(empty_sqlite, tmp_path)
    with open_app(tmp_path, url, clock, storage_wait_seconds=PATIENCE) as app:
        with core_transaction() as connection:
            connection.execute(text("CREATE TABLE note (words TEXT)"))
        put("0")

        def add_one() -> None:
            with app.app_context(), core_transaction() as connection:
                seen = int(connection.scalar(text("SELECT words FROM note")))
                connection.execute(text("UPDATE note SET words = :n"), {"n": seen + 1})

        threads = [threading.Thread(target=add_one) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
        assert notes() == ["8"]


def test_a_lock_of_another_process_is_waited_for_and_then_refused(engine, database):
    with locked_by_another_process(database), pytest.raises(OperationalError) as no:
        put("never")
    assert no.value.orig.sqlite_errorname == "SQLITE_BUSY"
    put("after")
    assert notes() == ["after"]


def test_a_turn_that_another_thread_keeps_is_refused(engine):
    with sqlite.writers_turn(WAIT), pytest.raises(TurnNotReached):
        put("never")
    put("after")
    assert notes() == ["after"]


def test_a_turn_is_given_back_whatever_happens_in_it(engine):
    with pytest.raises(ZeroDivisionError), sqlite.writers_turn(WAIT):
        raise ZeroDivisionError
    with sqlite.writers_turn(0):
        pass


def another_may_write(database: Path) -> bool:
    """Whether another process could begin to write at this moment."""
    other = sqlite3.connect(database, timeout=0, isolation_level=None)
    try:
        other.execute("BEGIN IMMEDIATE")
    except sqlite3.OperationalError:
        return False
    finally:
        other.close()
    return True


def test_a_writer_has_the_lock_before_it_reads_and_a_reader_never(engine, database):
    with core_transaction():
        assert not another_may_write(database)
    with reading() as session:
        session.execute(text("SELECT * FROM note"))
        assert another_may_write(database)


# The WAL


def test_no_commit_ever_checkpoints(engine, database):
    before = database.stat().st_size
    fill_wal()
    put("one more")
    assert database.stat().st_size == before
    assert wal_size(database) > PAGES * 4096


def test_a_checkpoint_moves_the_wal_and_nothing_is_lost(engine, database):
    fill_wal()
    assert Checkpointer(engine, database).checkpoint() is True
    assert wal_size(database) == 0
    assert database.stat().st_size > PAGES * 4096
    assert len(notes()) == PAGES
    raw = sqlite3.connect(f"file:{database}?mode=ro&immutable=1", uri=True)
    assert raw.execute("SELECT count(*) FROM note").fetchone() == (PAGES,)
    raw.close()


def test_a_reader_is_left_alone_and_what_it_needs_stays(engine, database, monkeypatch):
    monkeypatch.setattr(sqlite, "_CHECKPOINT_PATIENCE", 0.05)
    put("old")
    checkpointer = Checkpointer(engine, database)
    with engine.connect() as reader:
        query = text("SELECT count(*) FROM note")
        assert reader.scalar(query) == 1
        put("new")
        assert checkpointer.checkpoint() is False
        assert reader.scalar(query) == 1
        # The turn was given back: a writer needs no patience.
        put("newer")
    assert checkpointer.checkpoint() is True
    assert notes() == ["old", "new", "newer"]
    assert wal_size(database) == 0


def test_a_reader_in_the_way_costs_the_writers_less_than_they_wait(engine, app):
    """They are refused after the wait of the settings; five seconds unless changed."""
    usual = type(app.extensions["kiosk"]["settings"]).storage_wait_seconds
    assert usual / 2 >= sqlite._CHECKPOINT_PATIENCE


def test_a_checkpoint_leaves_the_patience_of_its_connection_as_it_was(engine, database):
    checkpointer = Checkpointer(engine, database)
    for _ in range(3):
        checkpointer.checkpoint()
    assert busy_timeouts(engine, 5) == {200}


def test_a_checkpoint_that_fails_is_logged_and_survived(engine, database, caplog):
    broken = create_engine(f"sqlite:///{database.parent}/nowhere/kiosk.db")
    with caplog.at_level(logging.ERROR, "kiosk.extensions.sqlite"):
        assert Checkpointer(broken, database).checkpoint() is False
    assert [record.getMessage() for record in caplog.records] == [
        "checkpoint failed; it is tried again"
    ]
    put("the turn is free")
    assert notes() == ["the turn is free"]


def test_a_checkpoint_that_gets_no_turn_is_tried_again(
    engine, database, monkeypatch, caplog
):
    monkeypatch.setattr(sqlite, "_CHECKPOINT_PATIENCE", 0.05)
    checkpointer = Checkpointer(engine, database)
    put("words")
    with sqlite.writers_turn(0):
        assert checkpointer.checkpoint() is False
    assert checkpointer.checkpoint() is True
    assert [record.levelname for record in caplog.records] == ["ERROR"]


# The thread


class Counted(Checkpointer):
    """A checkpointer that says how its rounds went."""

    def __init__(self, engine: Engine, database: Path, **times: float) -> None:
        super().__init__(engine, database, **times)
        self.results: list[bool] = []
        self.looks: list[int] = []

    def checkpoint(self) -> bool:
        self.results.append(super().checkpoint())
        return self.results[-1]

    def _wal_size(self) -> int:
        self.looks.append(super()._wal_size())
        return self.looks[-1]


def stop(thread: Checkpointer) -> None:
    thread.stop()
    thread.join(PATIENCE)
    assert not thread.is_alive()


def test_the_thread_checkpoints_every_so_often_while_there_is_a_wal(engine, database):
    thread = Counted(engine, database, every=0.02, look=0.01)
    thread.start()
    for words in ("a", "b"):
        put(words)
        until(lambda: wal_size(database) == 0)
    stop(thread)
    assert set(thread.results) == {True}
    assert len(thread.results) <= 4


def test_the_thread_does_not_wait_when_the_wal_is_large(engine, database, monkeypatch):
    monkeypatch.setattr(sqlite, "WAL_LARGE", 100_000)
    thread = Counted(engine, database, every=3600.0, look=0.01)
    thread.start()
    fill_wal()
    until(lambda: wal_size(database) == 0)
    stop(thread)
    assert thread.results == [True]


def test_after_a_failure_the_thread_waits_before_it_tries_again(
    engine, database, monkeypatch
):
    """Else a long reader would keep the writers waiting once a second."""
    monkeypatch.setattr(sqlite, "WAL_LARGE", 1)
    monkeypatch.setattr(sqlite, "_CHECKPOINT_PATIENCE", 0.01)
    put("old")
    thread = Counted(engine, database, every=3600.0, look=0.001)
    with engine.connect() as reader:
        reader.execute(text("SELECT count(*) FROM note"))
        put("new")
        thread.start()
        until(lambda: thread.results)
        put("newer")
        looked = len(thread.looks)
        until(lambda: len(thread.looks) >= looked + 10)
    stop(thread)
    assert thread.results == [False]


def test_the_thread_outlives_failures(engine, database):
    broken = create_engine(f"sqlite:///{database.parent}/nowhere/kiosk.db")
    put("words")
    thread = Counted(broken, database, every=0.01, look=0.01)
    thread.start()
    until(lambda: len(thread.results) >= 3)
    assert thread.is_alive()
    stop(thread)
    assert set(thread.results) == {False}


def test_the_thread_outlives_a_wal_that_is_gone(tmp_path):
    """SQLite deletes it when the last connection closes, at any moment."""
    thread = Counted(create_engine("sqlite://"), tmp_path / "none.db", look=0.001)
    thread.start()
    until(lambda: len(thread.looks) >= 3)
    stop(thread)
    assert set(thread.looks) == {0}


def checkpointers() -> list[threading.Thread]:
    return [t for t in threading.enumerate() if isinstance(t, Checkpointer)]


def test_a_long_command_moves_the_wal_as_it_writes(engine, database, monkeypatch):
    monkeypatch.setattr(sqlite, "WAL_LARGE", 100_000)
    with checkpointing(engine, database):
        fill_wal()
        until(lambda: wal_size(database) == 0)
    assert checkpointers() == []


def test_beside_a_server_a_command_leaves_the_wal_to_it(engine, database):
    with sqlite.server_lock(database).open("w") as server:
        fcntl.flock(server, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with checkpointing(engine, database):
            assert checkpointers() == []


def test_while_a_command_checkpoints_no_server_begins(engine, database):
    with (
        checkpointing(engine, database),
        sqlite.server_lock(database).open("w") as server,
        pytest.raises(BlockingIOError),
    ):
        fcntl.flock(server, fcntl.LOCK_EX | fcntl.LOCK_NB)


def test_a_server_process_has_one_such_thread(app, database):
    *others, thread = start_maintenance(app)
    for other in others:
        stop(other)
    assert (thread.name, thread.daemon, thread.is_alive()) == (
        "checkpointer",
        True,
        True,
    )
    stop(thread)
    assert thread._wal == database.with_name("kiosk.db-wal")
