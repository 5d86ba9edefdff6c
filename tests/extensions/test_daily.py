"""The day's checkpoint comes by itself, once, and a failure waits for the next look."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from kiosk.extensions import reading
from kiosk.extensions.daily import DailyCheckpoints
from kiosk.extensions.signing import COPIES, KEY_FILE
from kiosk.models import Checkpoint
from tests.checkpoints import CENTRE, add_entries
from tests.conftest import NOON
from tests.engines import ON_SQLITE
from tests.statements import statements
from tests.waiting import until

CLOSE = datetime(2026, 7, 16, 10, 0, tzinfo=UTC)


@pytest.fixture
def daily(app) -> DailyCheckpoints:
    return DailyCheckpoints(app, every=0.01)


def checkpoints() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(Checkpoint))


def test_one_is_made_after_close_and_no_second_one(daily, tmp_path):
    assert daily.look(NOON)
    add_entries(CENTRE, NOON)
    assert not daily.look(CLOSE - timedelta(seconds=1))
    assert daily.look(CLOSE)
    add_entries(CENTRE, CLOSE)
    assert not daily.look(CLOSE + timedelta(minutes=1))
    assert checkpoints() == 4
    assert (tmp_path / COPIES).read_text("utf-8").count("\u2014") == 4


def test_a_machine_that_was_off_makes_it_when_it_is_on_again(daily):
    daily.look(NOON)
    add_entries(CENTRE, NOON)
    assert daily.look(CLOSE + timedelta(hours=14))
    assert not daily.look(CLOSE + timedelta(hours=14, minutes=1))


@ON_SQLITE
def test_a_look_when_nothing_is_due_costs_three_reads(daily):
    daily.look(NOON)
    with statements() as said:
        daily.look(NOON + timedelta(minutes=1))
    assert len(said) == 3
    assert {statement.partition(" ")[0] for statement in said} == {"SELECT"}


@ON_SQLITE
def test_a_failure_is_logged_and_the_next_look_tries_again(daily, tmp_path, caplog):
    (tmp_path / KEY_FILE).write_text("no key")
    assert not daily.look(NOON)
    assert "it is tried again" in caplog.text
    (tmp_path / KEY_FILE).unlink()
    assert daily.look(NOON)


@ON_SQLITE
def test_the_thread_looks_at_once_by_the_applications_clock_until_stopped(daily, clock):
    daily.start()
    until(lambda: checkpoints() == 2)
    add_entries(CENTRE, clock())
    clock.now = CLOSE
    until(lambda: checkpoints() == 4)
    daily.stop()
    daily.join(10)
    assert (daily.is_alive(), daily.daemon) == (False, True)
