"""The daily look: cheap when nothing is due, and what it erases leaves the files."""

from datetime import timedelta
from functools import partial
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from kiosk.domain.backup_errors import BackupForbidden
from kiosk.domain.mail import KEPT
from kiosk.domain.policy import Role
from kiosk.domain.retention import Erased
from kiosk.extensions import reading, recording, retention, transaction
from kiosk.extensions.backup import backups_in, written_at
from kiosk.extensions.daily import DailyCheckpoints
from kiosk.extensions.retention import backups_with_erased, erase_what_is_due
from kiosk.models import MailMessage
from tests.backups import make_backup
from tests.builders import make_window
from tests.canaries import Canaries, place_canaries
from tests.conftest import NOON
from tests.engines import ON_SQLITE
from tests.people import make_account
from tests.staff import entries
from tests.statements import statements
from tests.waiting import until

DAY = timedelta(days=1)
CONTACTS, WORDS = NOON + 90 * DAY, NOON + 730 * DAY


@pytest.fixture
def canaries(app) -> Canaries:
    with transaction() as session:
        window = make_window(session, "A001").id
    return place_canaries(window, NOON)


@pytest.fixture
def folder(tmp_path) -> Path:
    made = tmp_path / "backups"
    made.mkdir()
    return made


@pytest.fixture
def erase(app, folder):
    return partial(erase_what_is_due, folder=folder)


def read(database: Path) -> bytes:
    """Return the bytes of a database and of what lies beside it."""
    return b"".join(path.read_bytes() for path in database.parent.glob("kiosk.db*"))


@ON_SQLITE
def test_a_look_when_nothing_is_due_costs_six_reads(canaries, erase):
    with statements() as said:
        erase(NOON)
    assert [one.partition(" ")[0] for one in said] == ["SELECT"] * 6


@ON_SQLITE
def test_nothing_is_left_in_the_file_its_wal_or_its_index(app, canaries, tmp_path):
    database = tmp_path / "kiosk.db"
    assert len(canaries.found_in(read(database))) > 15
    assert DailyCheckpoints(app).erase(WORDS) == 12
    assert (tmp_path / "kiosk.db-wal").stat().st_size == 0
    assert canaries.found_in(read(database)) == set()


@ON_SQLITE
def test_a_wal_that_nobody_empties_would_be_seen(canaries, erase, tmp_path):
    """The twin: the same without moving the WAL."""
    erase(WORDS)
    assert canaries.found_in(read(tmp_path / "kiosk.db"))


@ON_SQLITE
def test_the_thread_looks_once_an_hour_by_the_applications_clock(app, canaries, clock):
    looks, rounds = [], []

    class Seen(DailyCheckpoints):
        def look(self, now) -> bool:
            rounds.append(now)
            return False

        def erase(self, now) -> int:
            looks.append(now)
            return super().erase(now)

    def some_rounds_at(now) -> None:
        clock.now = now
        done = len(rounds)
        until(lambda: len(rounds) > done + 4)

    daily = Seen(app, every=0.001)
    daily.start()
    # Set back, it looks again and does not wait for the time to come round.
    for now in (NOON, CONTACTS, NOON):
        some_rounds_at(now)
    daily.stop()
    daily.join(10)
    assert not daily.is_alive()
    assert looks == [NOON, CONTACTS, NOON]


@ON_SQLITE
def test_a_failure_is_logged_and_the_next_look_tries_again(app, canaries, caplog):
    daily = DailyCheckpoints(app)
    with recording("test", NOON) as records:
        records.session.connection().exec_driver_sql(
            "ALTER TABLE contact RENAME TO contact_away"
        )
    assert daily.erase(CONTACTS) == 0
    assert "it is tried again" in caplog.text
    with recording("test", NOON) as records:
        records.session.connection().exec_driver_sql(
            "ALTER TABLE contact_away RENAME TO contact"
        )
    assert daily.erase(CONTACTS) == 2
    assert canaries.found_in(caplog.text.encode()) == set()


@ON_SQLITE
def test_notices_that_left_long_ago_go_too(app, erase):
    account = make_account("zhang", Role.ORGANISER, NOON)
    with transaction() as session:
        for number, tried in ((1, None), (2, NOON)):
            session.add(
                MailMessage(
                    message_id=UUID(int=number, version=4),
                    account_id=account,
                    about=f"due {number}",
                    subject="到期提醒",
                    body="有 1 件到期",
                    created_at=NOON,
                    next_try_at=tried,
                )
            )
    erase(NOON + KEPT + DAY)
    with reading() as session:
        # What still waits for its server stays, however long.
        assert session.scalars(select(MailMessage.about)).all() == ["due 2"]


# Backups


@ON_SQLITE
def test_an_old_backup_goes_35_days_later_once_there_is_a_newer_one(
    canaries, erase, folder
):
    make_backup(folder / "old.zip", NOON)
    erase(CONTACTS)
    [old] = backups_with_erased(folder)
    assert (old.name, old.made_at, old.since) == ("old.zip", NOON, CONTACTS)
    assert erase(old.ends_at) == {}
    make_backup(folder / "new.zip", CONTACTS + DAY)
    assert erase(old.ends_at - DAY) == {}
    assert erase(old.ends_at) == {Erased.BACKUP: 1}
    assert [file.name for file in backups_in(folder)] == ["new.zip"]
    assert '"file":"old.zip"' in entries("backup-removed")[0]
    counts = [one for one in entries("retention") if '"what":"backup"' in one]
    assert len(counts) == 1
    assert backups_with_erased(folder) == []


@ON_SQLITE
def test_a_backup_that_cannot_be_deleted_holds_nothing_up(
    canaries, erase, folder, monkeypatch, caplog
):
    for name, made in (("old.zip", NOON), ("new.zip", CONTACTS + DAY)):
        make_backup(folder / name, made)
    erase(CONTACTS)

    def forbidden(path):
        raise BackupForbidden(file=path.name)

    monkeypatch.setattr(retention, "remove_backup", forbidden)
    assert erase(WORDS)[Erased.TEXT] == 8
    assert "could not be deleted" in caplog.text
    monkeypatch.undo()
    assert erase(WORDS) == {Erased.BACKUP: 1}


@ON_SQLITE
def test_of_two_who_delete_a_backup_one_enters_it(canaries, erase, folder, monkeypatch):
    for name, made in (("old.zip", NOON), ("new.zip", CONTACTS + DAY)):
        make_backup(folder / name, made)
    erase(CONTACTS)
    # Another worker was quicker.
    monkeypatch.setattr(retention, "remove_backup", lambda _path: False)
    assert erase(CONTACTS + 35 * DAY) == {}
    assert entries("backup-removed") == []


@ON_SQLITE
def test_a_file_that_is_no_backup_is_as_old_as_it_is(app, folder):
    (folder / "none.zip").write_bytes(b"no zip")
    [file] = backups_in(folder)
    assert written_at(folder, file) == file.changed_at
