"""One committer on both engines: all or nothing, and again when it was undone."""

import threading
import time
from collections.abc import Iterator

import psycopg
import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError, OperationalError

from kiosk.app import start_maintenance
from kiosk.extensions import core_transaction, db, reading, transaction, write
from kiosk.models import Centre, Rating, Unit
from tests.applications import open_app
from tests.builders import make_window
from tests.engines import ON_POSTGRESQL, ON_SQLITE
from tests.waiting import PATIENCE

WAIT = 0.3


@pytest.fixture
def app(database_url, tmp_path, clock) -> Iterator:
    with open_app(tmp_path, database_url, clock, storage_wait_seconds=WAIT) as app:
        yield app


def units() -> list[str]:
    with reading() as session:
        return list(session.scalars(select(Unit.name).order_by(Unit.id)))


def add_unit(connection, name: str) -> None:
    connection.execute(
        text("INSERT INTO unit (centre_id, name) VALUES (1, :n)"), {"n": name}
    )


# All or nothing


def test_a_clean_end_commits(app):
    with core_transaction() as connection:
        add_unit(connection, "one")
    with transaction() as session:
        session.add(Unit(centre_id=1, name="two"))
    assert units() == ["one", "two"]


def test_rows_stay_readable_after_the_commit(app):
    with transaction() as session:
        window = make_window(session, "A001")
    assert window.number == "A001"


def fail_in_core() -> None:
    with core_transaction() as connection:
        add_unit(connection, "never")
        raise ZeroDivisionError


def fail_in_session() -> None:
    with transaction() as session:
        session.add(Unit(centre_id=1, name="never"))
        session.flush()
        raise ZeroDivisionError


def fail_after_a_commit_further_down() -> None:
    """Only the edge commits, whatever a service calls."""
    with transaction() as session:
        session.add(Unit(centre_id=1, name="never"))
        session.commit()
        raise ZeroDivisionError


@pytest.mark.parametrize(
    "fail", [fail_in_core, fail_in_session, fail_after_a_commit_further_down]
)
def test_a_raise_inside_leaves_nothing_behind(app, fail):
    with pytest.raises(ZeroDivisionError):
        fail()
    assert units() == []
    with core_transaction() as connection:
        add_unit(connection, "the turn is free")
    assert units() == ["the turn is free"]


def test_what_is_not_flushed_yet_is_written_at_the_end(app):
    with transaction() as session:
        session.get_one(Centre, 1).name = "renamed"
    with reading() as session:
        assert session.get_one(Centre, 1).name == "renamed"


BROKEN_AT_THE_END = {
    "sqlite": [
        "PRAGMA defer_foreign_keys=ON",
        "INSERT INTO unit (centre_id, name) VALUES (9, 'x')",
    ],
    "postgresql": [
        "CREATE TABLE late (n int UNIQUE DEFERRABLE INITIALLY DEFERRED)",
        "INSERT INTO late VALUES (1), (1)",
    ],
}


def test_a_commit_that_fails_leaves_nothing_and_frees_the_turn(app):
    """A promise kept until the end is broken: the error comes out of the commit."""
    ended = []

    def break_a_late_promise() -> None:
        with core_transaction() as connection:
            add_unit(connection, "never")
            for statement in BROKEN_AT_THE_END[db.engine.dialect.name]:
                connection.execute(text(statement))
            ended.append("all was well until here")

    with pytest.raises(IntegrityError):
        break_a_late_promise()
    assert ended
    assert units() == []
    with core_transaction() as connection:
        add_unit(connection, "after")
    assert units() == ["after"]


def test_reading_never_commits(app):
    with reading() as session:
        session.add(Unit(centre_id=1, name="never"))
        session.flush()
        assert session.scalar(select(func.count(Unit.id))) == 1
    assert units() == []


def test_keys_to_nothing_are_refused_on_both_engines(app):
    with pytest.raises(IntegrityError), core_transaction() as connection:
        connection.execute(text("INSERT INTO unit (centre_id, name) VALUES (9, 'x')"))


def test_a_level_that_is_none_is_refused_by_the_table_too(app, clock):
    with transaction() as session:
        window = make_window(session, "A001").id
    values = {column.name: None for column in Rating.__table__.columns}
    del values["id"]
    values |= {
        "event_id": "0" * 32,
        "digest": b"",
        "receipt": "",
        "window_id": window,
        "channel": 0,
        "level": 6,
        "state": 0,
        "verified": False,
        "tapped_at": clock(),
        "received_at": clock(),
        "day": clock().date(),
        "bucket": 0,
        "time_uncertain": False,
        "clerk_label": "",
        "device_label": "",
    }
    names = ", ".join(values)
    places = ", ".join(f":{name}" for name in values)
    with pytest.raises(IntegrityError), core_transaction() as connection:
        connection.execute(
            text(f"INSERT INTO rating ({names}) VALUES ({places})"), values
        )


# Again when undone


def raising(state: str) -> str:
    return f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{state}'; END $$"


@ON_POSTGRESQL
@pytest.mark.parametrize(
    ("state", "tries"), [("40001", 3), ("40P01", 3), ("55P03", 1), ("53100", 1)]
)
def test_only_what_the_database_undid_is_tried_again_and_thrice(app, state, tries):
    seen = []

    def act(connection) -> None:
        seen.append(connection.scalar(select(func.count(Unit.id))))
        add_unit(connection, "never")
        connection.execute(text(raising(state)))

    with pytest.raises(OperationalError) as failed:
        write(act)
    assert failed.value.orig.sqlstate == state
    # Each try began afresh: it never saw what the one before it had written.
    assert seen == [0] * tries
    assert units() == []


@ON_POSTGRESQL
@pytest.mark.parametrize("failures", [1, 2])
def test_a_transaction_that_succeeds_at_last_is_kept_once(app, failures):
    tries = []

    def act(connection) -> str:
        tries.append(1)
        add_unit(connection, "kept")
        if len(tries) <= failures:
            connection.execute(text(raising("40001")))
        return "done"

    assert write(act) == "done"
    assert len(tries) == failures + 1
    assert units() == ["kept"]


@ON_SQLITE
def test_on_sqlite_nothing_is_tried_twice(app):
    tries = []

    def act(connection) -> None:
        tries.append(1)
        connection.execute(text("SELECT * FROM no_such_table"))

    with pytest.raises(OperationalError):
        write(act)
    assert tries == [1]


def test_an_error_of_ours_is_not_tried_again(app):
    tries = []

    def act(_connection) -> None:
        tries.append(1)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write(act)
    assert tries == [1]


@ON_POSTGRESQL
def test_two_that_lock_each_other_out_both_succeed_at_last(
    app, database_url, tmp_path, clock
):
    """A real deadlock: each holds its own row and then wants the other's."""
    with transaction() as session:
        session.add_all([Unit(centre_id=1, name=name) for name in ("a", "b")])
    # Longer than the second after which PostgreSQL looks for a deadlock.
    with open_app(tmp_path, database_url, clock, storage_wait_seconds=30.0) as patient:
        both_hold = threading.Barrier(2, timeout=PATIENCE)
        tries = {"a": 0, "b": 0}
        failures: list[BaseException] = []

        def cross(first: str, second: str) -> None:
            def act(connection) -> None:
                tries[first] += 1
                for name in (first, second):
                    connection.execute(
                        update(Unit).where(Unit.name == name).values(parent_id=None)
                    )
                    if name == first and tries[first] == 1:
                        both_hold.wait()
                add_unit(connection, f"{first}{second}")

            try:
                with patient.app_context():
                    write(act)
            except BaseException as failed:  # noqa: BLE001 - told in the assertion
                failures.append(failed)

        threads = [
            threading.Thread(target=cross, args=pair)
            for pair in (("a", "b"), ("b", "a"))
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(PATIENCE)
    assert failures == []
    # Who is undone comes again, and may run into the other once more.
    assert min(tries.values()) == 1 < max(tries.values()) <= 3
    assert sorted(units()) == ["a", "ab", "b", "ba"]


# Patience


@ON_POSTGRESQL
def test_a_row_that_another_keeps_is_waited_for_and_then_refused(app):
    with core_transaction() as holder:
        holder.execute(text("UPDATE centre SET name = 'held'"))
        tries = []

        def act(connection) -> None:
            tries.append(1)
            connection.execute(text("UPDATE centre SET name = 'other'"))

        began = time.monotonic()
        with pytest.raises(OperationalError) as refused:
            write(act)
        waited = time.monotonic() - began
    assert refused.value.orig.sqlstate == "55P03"
    assert tries == [1]
    assert waited >= WAIT


@ON_POSTGRESQL
def test_every_connection_has_the_patience_of_the_settings(app):
    found = []
    # Also when it comes back from the pool, where its last transaction is undone.
    for _ in range(2):
        opened = [db.engine.connect() for _ in range(5)]
        found += [c.exec_driver_sql("SHOW lock_timeout").scalar_one() for c in opened]
        for connection in opened:
            connection.close()
    assert found == ["300ms"] * 10


@ON_POSTGRESQL
def test_a_connection_that_died_in_the_pool_is_replaced(app, database_url):
    """A restarted PostgreSQL: the next request finds a living connection."""
    opened = [db.engine.connect() for _ in range(3)]
    pids = [c.scalar(text("SELECT pg_backend_pid()")) for c in opened]
    for connection in opened:
        connection.close()
    address = database_url.replace("+psycopg", "")
    with psycopg.connect(address, autocommit=True) as killer:
        for pid in pids:
            killer.execute("SELECT pg_terminate_backend(%s)", [pid])
    with core_transaction() as connection:
        add_unit(connection, "kept")
        assert connection.scalar(text("SELECT pg_backend_pid()")) not in pids
    assert units() == ["kept"]


@ON_POSTGRESQL
def test_postgresql_looks_after_itself(app):
    threads = start_maintenance(app)
    for thread in threads:
        thread.stop()
        thread.join()
    assert [thread.name for thread in threads] == [
        "daily-checkpoints",
        "hold-sweep",
        "case-sweep",
        "webhook-sender",
        "mail-sender",
    ]
