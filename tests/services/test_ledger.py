"""Entries join a chain without gaps, whoever writes at the same time."""

import threading
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, select, text
from sqlalchemy.exc import DatabaseError

from kiosk.domain.chain import Link, commitment, entry_hash
from kiosk.extensions import core_transaction, reading, transaction, write
from kiosk.extensions.signing import make_checkpoints
from kiosk.models import Chain, LedgerEntry
from kiosk.services.ledger import Draft, append
from tests.engines import ON_POSTGRESQL
from tests.ledger_story import CENTRE, size, told, until_somebody_waits, verified

PATIENCE = 30
LATE = datetime(2026, 7, 16, 15, 59, 59, tzinfo=UTC)
"""One second before midnight in Shanghai."""


def put(count: int, now: datetime, kind: str = "note", body: str = "{}") -> int:
    drafts = [Draft(kind, body)] * count
    return write(lambda connection: append(connection, CENTRE, drafts, now))


def entries() -> list[LedgerEntry]:
    query = select(LedgerEntry).where(LedgerEntry.chain_id == CENTRE)
    with reading() as session:
        return list(session.scalars(query.order_by(LedgerEntry.number)))


@pytest.mark.parametrize("count", [1, 2])
def test_entries_continue_the_chain(app, clock, count):
    """One entry and several go different ways on PostgreSQL and must be alike."""
    before = entries()[-1]
    body = '{"who":"王","at":"12:00"}'
    assert put(count, clock(), "note", body) == before.number + count
    tip = before.hash
    for entry in entries()[before.number :]:
        assert entry.commitment == commitment(entry.salt, body)
        assert (entry.body, entry.kind, entry.rating_id) == (body, "note", None)
        link = Link(entry.number, entry.day, entry.kind, entry.commitment)
        tip = entry_hash(tip, link)
        assert entry.hash == tip
    with reading() as session:
        chain = session.get_one(Chain, CENTRE)
    assert (chain.number, chain.tip) == (before.number + count, tip)
    assert chain.changed_at == clock()


def test_equal_bodies_have_unequal_salts(app, clock):
    put(1, clock())
    put(2, clock())
    assert len({entry.salt for entry in entries()[-3:]}) == 3


@pytest.mark.parametrize("count", [1, 2])
def test_the_day_is_the_chains_day(app, count):
    put(count, LATE)
    put(count, LATE.replace(hour=16, minute=0, second=0))
    days = [entry.day.day for entry in entries()[-2 * count :]]
    assert days == [16] * count + [17] * count


def test_nothing_to_append_moves_nothing(app, clock):
    before = size()
    assert put(0, clock()) == before
    assert size() == before


@pytest.mark.parametrize("count", [0, 1, 2])
def test_a_chain_that_is_not_there_is_an_error(app, clock, count):
    drafts = [Draft("note", "{}")] * count
    with pytest.raises(LookupError, match="no chain 7"):
        write(lambda connection: append(connection, 7, drafts, clock()))


@pytest.mark.parametrize("count", [1, 2])
def test_what_is_rolled_back_leaves_no_gap(app, clock, count):
    before = size()

    def fail(connection: Connection) -> None:
        append(connection, CENTRE, [Draft("note", "{}")] * count, clock())
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        write(fail)
    assert put(1, clock()) == before + 1
    assert told(verified()) == []


def test_many_at_once_stand_one_behind_the_other(app, clock):
    before = size()

    def work(count: int) -> None:
        with app.app_context():
            for _ in range(10):
                put(count, clock())

    threads = [threading.Thread(target=work, args=(1 + n % 2,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert size() == before + 90
    assert told(verified()) == []


@ON_POSTGRESQL
def test_the_second_waits_for_the_first_and_stands_behind_it(app, clock):
    before = size()
    with core_transaction() as first:
        append(first, CENTRE, [Draft("note", '{"n":1}')], clock())
        second = threading.Thread(target=_in(app, lambda: put(1, clock())))
        second.start()
        until_somebody_waits()
        append(first, CENTRE, [Draft("note", '{"n":2}')], clock())
    second.join(PATIENCE)
    assert size() == before + 3
    assert [e.body for e in entries()[-3:]] == ['{"n":1}', '{"n":2}', "{}"]
    assert told(verified()) == []


def _in(app, act):
    def run() -> None:
        with app.app_context():
            act()

    return run


# The triggers: what is written stays


REFUSED = {
    "body": "UPDATE ledger_entry SET body = 'x' WHERE number = 1",
    "salt": "UPDATE ledger_entry SET salt = hash WHERE number = 1",
    "body gone, salt kept": "UPDATE ledger_entry SET body = NULL WHERE number = 1",
    "salt gone, body kept": "UPDATE ledger_entry SET salt = NULL WHERE number = 1",
    "number": "UPDATE ledger_entry SET number = 99 WHERE number = 1",
    "chain": "UPDATE ledger_entry SET chain_id = 0 WHERE number = 3",
    "day": "UPDATE ledger_entry SET day = '2020-01-01' WHERE number = 1",
    "kind": "UPDATE ledger_entry SET kind = 'x' WHERE number = 1",
    "commitment": "UPDATE ledger_entry SET commitment = hash WHERE number = 1",
    "hash": "UPDATE ledger_entry SET hash = commitment WHERE number = 1",
    "rating": "UPDATE ledger_entry SET rating_id = 1 WHERE number = 1",
    "erasing with more": (
        "UPDATE ledger_entry SET salt = NULL, body = NULL, kind = 'x' WHERE number = 1"
    ),
    "delete": "DELETE FROM ledger_entry WHERE number = 1",
    "checkpoint": "UPDATE checkpoint SET size = size + 1",
    "no checkpoint": "DELETE FROM checkpoint",
    "key": "UPDATE signing_key SET made_at = made_at",
    "no key": "DELETE FROM signing_key",
}


@pytest.fixture
def checkpoint(app, clock, tmp_path) -> None:
    make_checkpoints(tmp_path, "test", clock())


@pytest.mark.parametrize("statement", REFUSED.values(), ids=REFUSED)
def test_what_is_written_is_neither_changed_nor_deleted(checkpoint, statement):
    with pytest.raises(DatabaseError, match="what is written here stays"):
        run(statement)
    assert told(verified()) == []


@ON_POSTGRESQL
@pytest.mark.parametrize("table", ["ledger_entry", "checkpoint", "signing_key"])
def test_no_table_of_it_is_emptied(checkpoint, table):
    with pytest.raises(DatabaseError, match="what is written here stays"):
        run(f"TRUNCATE {table} CASCADE")


def test_salt_and_body_may_go_together(checkpoint):
    run("UPDATE ledger_entry SET salt = NULL, body = NULL WHERE number = 1")
    first = entries()[0]
    assert (first.salt, first.body) == (None, None)


def run(statement: str) -> None:
    with transaction() as session:
        session.execute(text(statement))
