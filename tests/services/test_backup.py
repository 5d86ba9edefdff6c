"""Backups: one moment of everything, in a form that no database shapes."""

import io
import json
import zipfile
from pathlib import Path

import pytest
from sqlalchemy import text

from kiosk.domain.backup_errors import ChainBroken
from kiosk.domain.backups import read_manifest
from kiosk.extensions import db, reading, transaction
from kiosk.extensions.backup import back_up, snapshot
from kiosk.models import ORGANISATION, Base, Chain, LedgerEntry
from kiosk.queries.backups import backup_notes, last_backup
from kiosk.services import backup as service
from kiosk.services import backup_files
from kiosk.services.backup import file_hash, write_backup
from kiosk.services.backup_files import LEFT_OUT, TABLES
from tests.backups import Parts, make_backup, unheard
from tests.engines import ON_SQLITE
from tests.lived_in import contents, erase_last_comment_entry, live_in

PASSING = {
    "address_minute",
    "install_code",
    "known_device",
    "phone_day",
    "served_press",
    "sign_in",
    "sign_in_try",
}


@pytest.fixture
def hall(app, clock):
    return live_in(clock())


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "kept.zip"


def test_every_row_of_every_table_but_passing_state_is_in_it(hall, path, clock):
    before = contents()
    made = make_backup(path, clock())
    parts = Parts.of(path)
    assert {table.name for table in LEFT_OUT} == PASSING
    assert {part["name"] for part in parts.manifest["tables"]} == (
        {table.name for table in Base.metadata.sorted_tables} - PASSING
    )
    for table in TABLES:
        rows = parts.rows(table.name)
        assert len(rows) == len(before[table.name]) > 0, table.name
        assert parts.said(table.name)["rows"] == len(rows)
    assert made.rows == sum(len(before[table.name]) for table in TABLES)


def test_the_manifest_says_whose_and_when_it_is_and_where_its_ledgers_end(
    hall, path, clock
):
    with reading() as session:
        head = session.get_one(Chain, ORGANISATION)
        version = session.scalar(text("SELECT version_num FROM alembic_version"))
    make_backup(path, clock())
    with zipfile.ZipFile(path) as archive:
        told = read_manifest(archive.read("manifest.json"))
    assert (told.made_at, told.organisation) == (clock(), hall.organisation)
    assert (told.schema, told.product) == (version, "0.1.0")
    organisation = told.chains[0]
    assert (organisation.origin, organisation.number) == (head.origin, head.number)
    assert organisation.tip == head.tip.hex()
    assert str(told.identity) in head.origin


def test_it_is_entered_in_the_ledger_afterwards(hall, path, clock):
    with reading() as session:
        assert last_backup(session) is None
        assert backup_notes(session) == {}
    made = make_backup(path, clock())
    with reading() as session:
        number = session.get_one(Chain, ORGANISATION).number
        entry = session.get_one(LedgerEntry, (ORGANISATION, number))
        [note] = backup_notes(session).values()
        assert last_backup(session) == clock()
    assert (entry.kind, note.file) == ("backup", "kept.zip")
    assert json.loads(entry.body)["by"] == "test"
    assert (note.sha256, note.rows, note.size) == (
        file_hash(path),
        made.rows,
        path.stat().st_size,
    )


def test_the_newest_of_several_backups_is_the_last_one(hall, path, clock):
    make_backup(path, clock())
    make_backup(path.with_name("second.zip"), clock.forward(hours=1))
    again = make_backup(path, clock.forward(hours=1), overwrite=True)
    with reading() as session:
        assert last_backup(session) == clock()
        notes = backup_notes(session)
    assert sorted(notes) == ["kept.zip", "second.zip"]
    assert notes["kept.zip"].sha256 == again.sha256


def test_values_have_one_form(hall, path, clock):
    make_backup(path, clock())
    parts = Parts.of(path)
    [hours] = [row for row in parts.rows("opening_hours") if row[3] == "07:15:00"]
    assert hours[4] == "12:30:00.000005"
    shift = dict(
        zip(parts.said("shift")["columns"], parts.rows("shift")[0], strict=True)
    )
    assert shift["starts_at"] == "2026-07-16T02:00:00.000000Z"
    assert shift["ends_at"] == "2026-07-16T06:00:00.000001Z"
    assert parts.rows("recovery_code")[0][2] == f"{'cnJy' * 10}cnI="
    verified = parts.said("rating")["columns"].index("verified")
    assert parts.rows("rating")[0][verified] is False


def test_what_comes_in_after_the_first_read_is_not_in_it(hall, path, clock):
    """The snapshot stands while another connection writes and commits."""
    file = io.BytesIO()
    with snapshot() as connection:
        service.schema_of(connection)
        hall.screen.rate(5, clock.forward(seconds=60))
        write_backup(connection, file, "test", clock(), unheard)
    path.write_bytes(file.getvalue())
    ratings = [row[1] for row in Parts.of(path).rows("rating")]
    assert len(ratings) == 9
    with reading() as session:
        assert session.scalar(text("SELECT count(*) FROM rating")) == 10


def test_an_erased_body_does_not_break_the_chain(hall, path, clock):
    erase_last_comment_entry()
    make_backup(path, clock())
    last = Parts.of(path).rows("ledger_entry")[-1]
    assert last[6:8] == [None, None]


LAST = "(SELECT number FROM chain WHERE id = 1)"


@pytest.mark.parametrize("number", ["1", "3", LAST])
@pytest.mark.parametrize(
    "act",
    [
        "UPDATE ledger_entry SET body = 'x'",
        "UPDATE ledger_entry SET kind = 'x'",
        "DELETE FROM ledger_entry",
    ],
)
@ON_SQLITE
def test_a_ledger_that_was_changed_is_named_and_no_file_is_left(
    hall, path, clock, act, number
):
    with transaction() as session:
        wrong = session.scalar(text(f"SELECT {number}"))
        names = session.scalars(
            text("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        ).all()
        for name in names:
            session.execute(text(f"DROP TRIGGER {name}"))
        session.execute(text(f"{act} WHERE chain_id = 1 AND number = {number}"))
    with pytest.raises(ChainBroken) as refusal:
        make_backup(path, clock())
    assert refusal.value.values["number"] == wrong
    assert refusal.value.values["origin"].endswith("/centre/main")
    assert not path.exists()


@ON_SQLITE
def test_progress_counts_each_row_once_written_and_once_read(
    hall, path, clock, monkeypatch
):
    heard = []
    monkeypatch.setattr(service, "_STEP", 10)
    monkeypatch.setattr(backup_files, "_STEP", 10)
    made = back_up(path, "test", clock(), lambda *said: heard.append(said))
    assert heard[0] == (10, 2 * made.rows)
    assert heard[-1] == (2 * made.rows, 2 * made.rows)
    assert heard == sorted(heard)
    assert {done % 10 for done, _ in heard[: made.rows // 10]} == {0}
    assert len(heard) > 2 * made.rows // 10


def test_a_backup_leaves_no_connection_behind_that_cannot_write(hall, path, clock):
    """PostgreSQL's is read-only for as long as it shows the snapshot."""
    make_backup(path, clock())
    for _ in range(3):
        hall.screen.rate(5, clock.forward(seconds=60))
    with db.engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM rating")) == 12
