"""Contacts go by themselves, 90 days after their call; a failure waits for its turn."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from kiosk.domain.contacts import Outcome, Reach
from kiosk.extensions import reading, recording
from kiosk.extensions.daily import DailyCheckpoints
from kiosk.extensions.retention import erase_what_is_due
from kiosk.models import Contact, LedgerEntry
from kiosk.services.contacts import give_contact, settle_call
from kiosk.services.sealing import KEY_BYTES, Sealer
from tests.conftest import NOON
from tests.engines import ON_SQLITE
from tests.screens import pair_screen
from tests.statements import statements
from tests.waiting import until

SECRET = "an-own-secret-of-a-phone"
DUE = NOON + timedelta(days=90)


@pytest.fixture
def settled(app) -> None:
    pair_screen("A001", NOON).rate(2, NOON, own=SECRET)
    with recording("citizen", NOON) as records:
        give_contact(
            records, SECRET, Reach("", "13900005678"), Sealer(b"k" * KEY_BYTES)
        )
    with recording("account:1", NOON) as records:
        settle_call(records, 1, 1, Outcome.UNREADABLE)


def kept() -> list[bytes | None]:
    with reading() as session:
        return list(session.scalars(select(Contact.sealed)))


def test_what_is_due_goes_once_and_nothing_before(settled):
    assert erase_what_is_due(DUE - timedelta(microseconds=1)) == 0
    assert None not in kept()
    assert erase_what_is_due(DUE) == 1
    assert kept() == [None]
    assert erase_what_is_due(DUE) == 0


@ON_SQLITE
def test_a_look_when_nothing_is_due_costs_two_reads(settled):
    with statements() as said:
        erase_what_is_due(NOON)
    assert [one.partition(" ")[0] for one in said] == ["SELECT"] * 2


@ON_SQLITE
def test_the_daily_thread_erases_by_the_applications_clock(app, settled, clock):
    daily = DailyCheckpoints(app, every=0.01)
    daily.start()
    clock.now = DUE
    until(lambda: kept() == [None])
    daily.stop()
    daily.join(10)
    with reading() as session:
        [last] = session.scalars(
            select(LedgerEntry.body)
            .where(LedgerEntry.kind == "contact")
            .order_by(LedgerEntry.number.desc())
            .limit(1)
        )
    assert '"what":"erased"' in last


@ON_SQLITE
def test_a_failure_is_logged_and_the_next_look_tries_again(app, settled, caplog):
    daily = DailyCheckpoints(app)
    with recording("test", NOON) as records:
        records.session.connection().exec_driver_sql(
            "ALTER TABLE contact RENAME TO contact_away"
        )
    assert daily.erase(DUE) == 0
    assert "it is tried again" in caplog.text
    with recording("test", NOON) as records:
        records.session.connection().exec_driver_sql(
            "ALTER TABLE contact_away RENAME TO contact"
        )
    assert daily.erase(DUE) == 1
