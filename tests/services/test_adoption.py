"""After an upgrade all of before is in the ledger, once; the board is as it was."""

import threading
from datetime import datetime
from typing import Any

import pytest
from alembic import command
from sqlalchemy import MetaData, func, select

from kiosk.extensions import core_transaction, migrate, reading, write
from kiosk.models import LedgerEntry, Rating
from kiosk.services import adoption
from kiosk.services.adoption import adopt, adoption_is_due
from tests.board_ratings import board_at
from tests.engines import ON_POSTGRESQL
from tests.ledger_story import (
    CENTRE,
    busy_day,
    size,
    told,
    until_somebody_waits,
    verified,
)
from tests.screens import keep, phone_tap

PATIENCE = 30
NOT_COPIED = {"alembic_version", "chain", "ledger_entry"}


@pytest.fixture
def upgraded(app, clock) -> datetime:
    """A busy day kept by a release without a ledger, then upgraded; its end."""
    end = busy_day(clock()).end
    before = board_at(end).rows
    rows = _rows()
    config = migrate.get_config()
    with core_transaction() as connection:
        _forget_ratings(connection)
    command.downgrade(config, "base")
    command.upgrade(config, "0001")
    with core_transaction() as connection:
        there = MetaData()
        there.reflect(connection)
        for table in there.sorted_tables:
            kept = [
                {c.name: r[c.name] for c in table.columns if c.name in r}
                for r in rows.get(table.name, [])
            ]
            if kept:
                connection.execute(table.insert(), kept)
        connection.execute(
            there.tables["centre_head"].insert(),
            {"centre_id": 1, "version": 30, "changed_at": end},
        )
        if connection.dialect.name == "postgresql":
            # Keys that were given do not move what counts them.
            connection.exec_driver_sql(
                "SELECT setval(pg_get_serial_sequence('rating', 'id'), 1000)"
            )
    command.upgrade(config, "head")
    assert board_at(end).rows == before
    return end


def _rows() -> dict[str, list[dict[str, Any]]]:
    known = MetaData()
    with reading() as session:
        known.reflect(session.connection())
        return {
            table.name: [dict(row) for row in session.execute(select(table)).mappings()]
            for table in known.sorted_tables
            if table.name not in NOT_COPIED
        }


def _forget_ratings(connection) -> None:
    """Let the way back be gone: it refuses while the ledger holds ratings."""
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("DROP TRIGGER ledger_entry_no_delete")
    else:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
    connection.exec_driver_sql("DELETE FROM ledger_entry")


def nothing(_done: int, _total: int) -> None:
    pass


def by_kind() -> dict[str, int]:
    with reading() as session:
        rows = session.execute(
            select(LedgerEntry.kind, func.count()).group_by(LedgerEntry.kind)
        )
        return dict(rows.tuples().all())


def count_ratings() -> int:
    with reading() as session:
        return session.scalars(select(func.count(Rating.id))).one()


def is_due() -> bool:
    with reading() as session:
        return adoption_is_due(session.connection())


def test_everything_of_before_is_entered_and_holds(upgraded):
    board = board_at(upgraded).rows
    assert is_due()
    assert adopt(write, upgraded, nothing) == count_ratings() > 20
    assert not is_due()
    assert told(verified()) == []
    assert board_at(upgraded).rows == board
    kinds = by_kind()
    assert (kinds["begin"], kinds["adopted"], kinds["organisation"]) == (2, 1, 1)
    assert (kinds["window"], kinds["device"], kinds["centre"]) == (2, 1, 1)


def test_a_second_time_it_adds_nothing(upgraded):
    adopt(write, upgraded, nothing)
    before = size()
    assert adopt(write, upgraded, nothing) == 0
    assert size() == before


def test_an_interrupted_one_goes_on_and_enters_nothing_twice(upgraded, monkeypatch):
    monkeypatch.setattr(adoption, "BATCH", 7)
    heard: list[tuple[int, int]] = []

    def report(done: int, total: int) -> None:
        heard.append((done, total))
        if done > 7:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        adopt(write, upgraded, report)
    assert heard == [(7, count_ratings()), (14, count_ratings())]
    assert is_due()
    # A rating that comes before it goes on has its entry already.
    keep(phone_tap(1, 4), upgraded)
    assert adopt(write, upgraded, nothing) == count_ratings() - 14 - 1
    assert told(verified()) == []


def test_of_two_at_once_each_rating_is_entered_by_one(upgraded, monkeypatch):
    monkeypatch.setattr(adoption, "BATCH", 7)
    others: list[int] = []

    def meanwhile(_done: int, _total: int) -> None:
        others.append(adopt(write, upgraded, nothing))

    assert adopt(write, upgraded, meanwhile) == 7
    assert others == [count_ratings() - 7, 0]
    assert by_kind()["adopted"] == 1
    assert told(verified()) == []


@ON_POSTGRESQL
def test_two_servers_that_adopt_at_once_take_turns(app, upgraded, monkeypatch):
    monkeypatch.setattr(adoption, "BATCH", 7)
    with core_transaction() as connection:
        adoption._adopt_records(connection, upgraded)
    with core_transaction() as first:
        adoption._adopt_ratings(first, CENTRE, 0, upgraded)
        done: list[int] = []
        second = threading.Thread(target=_adopting, args=(app, upgraded, done))
        second.start()
        until_somebody_waits()
    second.join(PATIENCE)
    assert done == [count_ratings() - 7]
    assert told(verified()) == []


def _adopting(app, now: datetime, done: list[int]) -> None:
    with app.app_context():
        done.append(adopt(write, now, nothing))


def test_a_fresh_installation_has_nothing_to_adopt(app, clock):
    busy_day(clock())
    before = size()
    assert not is_due()
    assert adopt(write, clock(), nothing) == 0
    assert size() == before


def test_before_there_is_an_installation_nothing_is_due(app):
    with core_transaction() as connection:
        _forget_ratings(connection)
        for name in ("chain", "centre", "installation"):
            connection.exec_driver_sql(f"DELETE FROM {name}")
    assert not is_due()
    adopt(write, None, nothing)
    assert by_kind() == {}


def test_init_adopts_and_says_how_far_it_is(upgraded, runner):
    result = runner.invoke(args=["init", "--quiet"])
    assert result.exit_code == 0, result.output
    count = count_ratings()
    assert result.output == f"Ratings entered into the ledger: {count} of {count}\n"
    assert told(verified()) == []
    again = runner.invoke(args=["init", "--quiet"])
    assert (again.exit_code, again.output) == (0, "")
