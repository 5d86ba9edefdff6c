"""Restoring: the same installation elsewhere, or nothing changed and a reason."""

import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from flask_migrate import upgrade
from sqlalchemy import make_url, text
from sqlalchemy.exc import DBAPIError

from kiosk.app import create_app
from kiosk.cli.board import as_json
from kiosk.domain.backup_errors import (
    BackupDamaged,
    BackupNewer,
    BackupOlder,
    BackupUnpacksTooLarge,
    BackupUnreadable,
    ChainBroken,
    InstallationInUse,
    NotABackup,
    RestoreUnwritable,
)
from kiosk.domain.backups import LINE_MOST, MANIFEST, MANIFEST_MOST, member_name
from kiosk.domain.errors import RuleBroken
from kiosk.extensions import core_transaction, db, reading, recording, transaction
from kiosk.extensions.backup import restore
from kiosk.models import ORGANISATION, Chain, LedgerEntry, ServiceType
from kiosk.queries.webhooks import receivers
from kiosk.services import restore as service
from kiosk.services.backup import file_hash
from kiosk.services.backup_files import LEFT_OUT, open_backup
from kiosk.services.webhooks import start_webhook
from tests.applications import copied_database, open_app
from tests.backups import Parts, make_backup, unheard
from tests.board_ratings import board_at
from tests.conftest import StoppedClock, make_settings
from tests.engines import ON_SQLITE
from tests.lived_in import Hall, contents, live_in
from tests.staff import entries
from tests.swift import empty_postgres
from tests.webhooks import hook_row, make_hook, make_system, messages, queue

PASSING = {table.name for table in LEFT_OUT}
ENTRIES = member_name("ledger_entry")


@pytest.fixture(scope="session")
def other_postgres(migrated_postgres, tmp_path_factory) -> str:
    """A second migrated database on the tests' server."""
    folder = tmp_path_factory.mktemp("other")
    other = make_url(migrated_postgres).set(database="kiosk_other")
    url = other.render_as_string(hide_password=False)
    app = create_app(make_settings(folder, database_url=migrated_postgres))
    with app.app_context():
        with db.engine.connect() as connection:
            alone = connection.execution_options(isolation_level="AUTOCOMMIT")
            alone.execute(text("DROP DATABASE IF EXISTS kiosk_other"))
            alone.execute(text("CREATE DATABASE kiosk_other"))
        db.engine.dispose()
    app = create_app(make_settings(folder, database_url=url))
    with app.app_context():
        upgrade()
        db.engine.dispose()
    return url


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)
def elsewhere_url(request, tmp_path) -> str:
    """An empty database in another place, on each engine in turn."""
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    if request.param == "postgresql":
        url = request.getfixturevalue("other_postgres")
        empty_postgres(url)
        return url
    return copied_database(request.getfixturevalue("empty_sqlite"), folder)


@pytest.fixture
def elsewhere(elsewhere_url, tmp_path, clock) -> Callable[[], object]:
    """Open the application of that place; at the first call it is begun."""
    return lambda: open_app(tmp_path / "elsewhere", elsewhere_url, clock)


HERE = pytest.mark.parametrize("elsewhere_url", ["sqlite"], indirect=True)


@pytest.fixture
def hall(app, clock) -> Hall:
    return live_in(clock())


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "kept.zip"


def take(path: Path, clock, **more: object) -> None:
    restore(path, "test", clock(), unheard, **more)


def without_passing(whole: dict[str, list]) -> dict[str, list]:
    return {name: rows for name, rows in whole.items() if name not in PASSING}


# The same installation


def test_everything_is_back_on_either_engine(hall, path, clock, elsewhere):
    before = without_passing(contents())
    make_backup(path, clock())
    with elsewhere():
        take(path, clock)
        after = contents()
    assert all(after.pop(name) == [] for name in PASSING)
    # The organisation's ledger has gone on by the entry that tells of it.
    head, *heads = after.pop("chain")
    old_head, *old_heads = before.pop("chain")
    assert heads == old_heads
    assert head[:4] == old_head[:4]
    assert head[4] == old_head[4] + 1
    entries = after.pop("ledger_entry")
    [told] = [entry for entry in entries if entry[:2] == [ORGANISATION, head[4]]]
    entries.remove(told)
    assert entries == before.pop("ledger_entry")
    assert after == before


def test_the_ledger_tells_what_it_was_restored_from_and_by_whom(
    hall, path, clock, elsewhere
):
    make_backup(path, clock())
    made_at = clock()
    with elsewhere():
        restore(path, "terminal", clock.forward(hours=1), unheard, name="书.zip")
        with reading() as session:
            head = session.get_one(Chain, ORGANISATION)
            entry = session.get_one(LedgerEntry, (ORGANISATION, head.number))
    assert entry.kind == "restore"
    assert json.loads(entry.body) == {
        "at": "2026-07-16T05:00:00.000000Z",
        "by": "terminal",
        "file": "书.zip",
        "made_at": made_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "sha256": file_hash(path),
    }


def test_a_restored_copy_tells_other_systems_nothing_until_somebody_starts_it(
    app, path, clock, elsewhere
):
    system = make_system()
    hook = make_hook(system).id
    [message] = queue(hook)
    make_backup(path, clock())
    assert hook_row(hook).stopped_at is None
    with elsewhere():
        restore(path, "terminal", clock.forward(hours=1), unheard)
        with reading() as session:
            assert receivers(session) == []
        assert hook_row(hook).stopped_at == clock()
        assert [each.id for each in messages()] == [message]
        last = json.loads(entries("webhook")[-1])
        assert (last["by"], last["why"]) == ("terminal", "a backup was restored")
        with recording("account:7", clock()) as records:
            assert start_webhook(records, system, hook)
        with reading() as session:
            assert [one.id for one in receivers(session)] == [hook]


def test_the_board_is_the_same_byte_for_byte(hall, app, path, clock, elsewhere):
    make_backup(path, clock())
    told = as_json(board_at(clock()))
    page = app.test_client().get("/board").data
    assert hall.organisation.encode() in page or b"A001" in page
    with elsewhere() as there:
        take(path, clock)
        assert as_json(board_at(clock())) == told
        assert there.test_client().get("/board").data == page


def test_a_backup_of_the_restored_one_holds_the_same_bytes(
    hall, path, clock, elsewhere
):
    """Nothing in the file depends on the engine; only the new entry differs."""
    make_backup(path, clock())
    with elsewhere():
        take(path, clock)
        again = path.with_name("again.zip")
        make_backup(again, clock())
    first, second = Parts.of(path).members, Parts.of(again).members
    grown = {member_name("chain"), ENTRIES}
    assert {name for name in first if first[name] != second[name]} == grown


def test_screens_stay_paired_and_life_goes_on(hall, path, clock, elsewhere):
    make_backup(path, clock())
    with elsewhere():
        take(path, clock)
        # Taps, records and new keys work as before, and the ledger goes on.
        hall.screen.rate(1, clock.forward(minutes=1))
        with recording("test", clock()) as records:
            rows = [{"centre_id": 1, "name": "新业务"}]
            [key] = records.add(ServiceType, 1, rows)
        assert key == 2
        make_backup(path.with_name("later.zip"), clock())


def test_the_ledgers_triggers_are_back(hall, path, clock, elsewhere):
    make_backup(path, clock())
    with elsewhere():
        before = triggers()
        take(path, clock)
        assert triggers() == before
        assert len(before) >= 6
        for statement in (
            "DELETE FROM ledger_entry",
            "UPDATE ledger_entry SET kind = 'x'",
            "UPDATE checkpoint SET size = 0",
            "DELETE FROM signing_key",
        ):
            with pytest.raises(DBAPIError, match="stays"), transaction() as session:
                session.execute(text(statement))


def triggers() -> list[tuple[str, ...]]:
    on_sqlite = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'"
    on_postgresql = (
        "SELECT tgrelid::regclass::text || tgname, tgenabled::text || tgtype::text "
        "FROM pg_trigger WHERE NOT tgisinternal"
    )
    with reading() as session:
        lite = db.engine.dialect.name == "sqlite"
        found = session.execute(text(on_sqlite if lite else on_postgresql))
        return sorted(tuple(row) for row in found)


@pytest.mark.parametrize("elsewhere_url", ["postgresql"], indirect=True)
@ON_SQLITE
def test_a_trigger_that_somebody_switched_off_stays_off(hall, path, clock, elsewhere):
    make_backup(path, clock())
    off = 'ALTER TABLE checkpoint {} TRIGGER "checkpoint_no_update"'
    with elsewhere():
        try:
            with transaction() as session:
                session.execute(text(off.format("DISABLE")))
            before = triggers()
            take(path, clock)
            assert triggers() == before
        finally:
            with transaction() as session:
                session.execute(text(off.format("ENABLE")))


# What is refused, with nothing changed


@pytest.fixture(scope="session")
def good_backup(empty_sqlite, tmp_path_factory) -> Path:
    """A backup with nothing wrong, made once."""
    folder = tmp_path_factory.mktemp("good")
    clock = StoppedClock()
    with open_app(folder, copied_database(empty_sqlite, folder), clock):
        live_in(clock())
        make_backup(folder / "kept.zip", clock())
    return folder / "kept.zip"


@pytest.fixture
def parts(good_backup, path) -> Parts:
    """A copy of the good backup, and its pieces."""
    shutil.copy(good_backup, path)
    return Parts.of(path)


def check_refused(
    path: Path,
    clock,
    elsewhere,
    refusal: type[RuleBroken],
    **values: object,
) -> None:
    """Assert a refusal with these values, and that nothing changed."""
    with elsewhere():
        before, guards = contents(), triggers()
        with pytest.raises(refusal) as refused:
            take(path, clock)
        assert type(refused.value) is refusal
        assert {name: refused.value.values[name] for name in values} == values
        assert refused.value.values.get("file", path.name) == path.name
        assert contents() == before
        assert triggers() == guards


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def test_a_file_that_was_cut_off(parts, path, clock, elsewhere):
    cut(path)
    check_refused(path, clock, elsewhere, BackupDamaged, part="zip")


@HERE
@pytest.mark.parametrize(
    "content", [b"", b"not a backup at all", b"PK\x03\x04 and then nothing"]
)
def test_a_file_of_another_kind(path, clock, elsewhere, content):
    path.write_bytes(content)
    check_refused(path, clock, elsewhere, NotABackup)


@HERE
@pytest.mark.parametrize(
    "manifest", [None, b"{", b"[]", b'{"format": "another"}', b"[" * 100_000]
)
def test_a_zip_of_another_kind(path, clock, elsewhere, manifest):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.txt", "words")
        if manifest is not None:
            archive.writestr(MANIFEST, manifest)
    check_refused(path, clock, elsewhere, NotABackup)


@HERE
def test_a_file_that_is_not_there(path, clock, elsewhere):
    check_refused(path, clock, elsewhere, BackupUnreadable)
    path.mkdir()
    check_refused(path, clock, elsewhere, BackupUnreadable)


@HERE
def test_a_changed_byte_in_a_member(parts, path, clock, elsewhere):
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo(ENTRIES)
    data = bytearray(path.read_bytes())
    data[info.header_offset + 100 + info.compress_size // 2] ^= 1
    path.write_bytes(data)
    check_refused(path, clock, elsewhere, BackupDamaged, part=ENTRIES)


@HERE
def test_a_changed_byte_in_the_manifest(parts, path, clock, elsewhere):
    with zipfile.ZipFile(path) as archive:
        info = archive.getinfo(MANIFEST)
    data = bytearray(path.read_bytes())
    data[info.header_offset + 60] ^= 1
    path.write_bytes(data)
    check_refused(path, clock, elsewhere, BackupDamaged, part=MANIFEST)


def raise_a_level(parts: Parts) -> str:
    rows = parts.rows("rating")
    rows[0][7] = 5
    parts.set_rows("rating", rows)
    return member_name("rating")


def lose_a_row(parts: Parts) -> str:
    parts.set_rows("rating", parts.rows("rating")[:-1])
    parts.said("rating")["size"] = len(parts.members[member_name("rating")])
    return member_name("rating")


def count_one_more(parts: Parts) -> str:
    parts.said("rating")["rows"] += 1
    return member_name("rating")


def lose_the_last_line_end(parts: Parts) -> str:
    name = member_name("rating")
    parts.members[name] = parts.members[name].rstrip(b"\n")
    parts.honest()
    return name


def join_a_line_too_long(parts: Parts) -> str:
    name = member_name("comment")
    parts.members[name] = b'["' + b"x" * LINE_MOST + b'"]\n'
    parts.honest()
    return name


def name_a_column_otherwise(parts: Parts) -> str:
    parts.said("rating")["columns"][0] = "key"
    return MANIFEST


def lose_a_table(parts: Parts) -> str:
    del parts.members[member_name("shift")]
    return repr(member_name("shift"))


def forget_a_table(parts: Parts) -> str:
    del parts.members[member_name("shift")]
    parts.manifest["tables"].remove(parts.said("shift"))
    return MANIFEST


def add_a_member(parts: Parts) -> str:
    parts.members["more.txt"] = b"words"
    return repr("more.txt")


def climb_out(parts: Parts) -> str:
    parts.members["../../evil.txt"] = b"words"
    return repr("../../evil.txt")


def name_a_table_otherwise(parts: Parts) -> str:
    name = member_name("shift")
    parts.members["/etc/passwd"] = parts.members.pop(name)
    return repr("/etc/passwd")


def lie_about_a_size(parts: Parts) -> str:
    parts.said("rating")["size"] += 1
    return member_name("rating")


def leave_out_the_time(parts: Parts) -> str:
    del parts.manifest["made_at"]
    return MANIFEST


def count_in_words(parts: Parts) -> str:
    parts.said("rating")["rows"] = "8"
    return MANIFEST


def count_below_zero(parts: Parts) -> str:
    parts.said("rating")["rows"] = -1
    return MANIFEST


def forget_the_zone(parts: Parts) -> str:
    parts.manifest["made_at"] = "2026-07-16T04:00:00"
    return MANIFEST


def break_json(parts: Parts) -> str:
    parts.members[ENTRIES] = b"[1,\n" + parts.members[ENTRIES]
    parts.honest()
    return ENTRIES


def lose_a_value(parts: Parts) -> str:
    parts.set_rows("ledger_entry", [row[:-1] for row in parts.rows("ledger_entry")])
    parts.honest()
    return ENTRIES


def hide_a_hash(parts: Parts) -> str:
    rows = parts.rows("ledger_entry")
    rows[0][5] = None
    parts.set_rows("ledger_entry", rows)
    parts.honest()
    return ENTRIES


def spell_a_level(parts: Parts) -> str:
    rows = parts.rows("rating")
    rows[0][7] = "5"
    parts.set_rows("rating", rows)
    parts.honest()
    return member_name("rating")


def take_a_truth_for_a_level(parts: Parts) -> str:
    rows = parts.rows("rating")
    rows[0][7] = True
    parts.set_rows("rating", rows)
    parts.honest()
    return member_name("rating")


def turn_a_head_back(parts: Parts) -> str:
    rows = parts.rows("chain")
    rows[0][4] -= 1
    parts.set_rows("chain", rows)
    parts.honest()
    return "chains"


@HERE
@pytest.mark.parametrize(
    "act",
    [
        raise_a_level, lose_a_row, count_one_more, lose_the_last_line_end,
        join_a_line_too_long, name_a_column_otherwise, lose_a_table, forget_a_table,
        add_a_member, climb_out, name_a_table_otherwise, lie_about_a_size,
        leave_out_the_time, count_in_words, count_below_zero, forget_the_zone,
        break_json, lose_a_value, hide_a_hash, spell_a_level,
        take_a_truth_for_a_level, turn_a_head_back,
    ],
)  # fmt: skip
def test_a_part_that_is_not_what_it_should_be(parts, path, clock, elsewhere, act):
    part = act(parts)
    parts.write(path)
    check_refused(path, clock, elsewhere, BackupDamaged, part=part)


@HERE
def test_a_member_that_is_there_twice(parts, path, clock, elsewhere):
    name = member_name("rating")
    with (
        zipfile.ZipFile(path, "a") as archive,
        pytest.warns(UserWarning, match="Duplicate"),
    ):
        archive.writestr(name, parts.members[name])
    check_refused(path, clock, elsewhere, BackupDamaged, part=repr(name))


@HERE
def test_a_packing_that_we_do_not_use(parts, path, clock, elsewhere):
    parts.write(path, zipfile.ZIP_LZMA)
    check_refused(path, clock, elsewhere, BackupDamaged)


@HERE
def test_a_bomb(parts, path, clock, elsewhere):
    parts.members[member_name("comment")] = b"[]\n" * (20 * 1024 * 1024)
    parts.honest().write(path)
    assert path.stat().st_size < 200_000
    check_refused(path, clock, elsewhere, BackupUnpacksTooLarge)


@HERE
def test_a_bomb_in_the_manifest(parts, path, clock, elsewhere):
    parts.manifest["words"] = "x" * MANIFEST_MOST
    parts.write(path)
    check_refused(path, clock, elsewhere, BackupUnpacksTooLarge)


# Other versions


@HERE
def test_tables_of_an_older_version(parts, path, clock, elsewhere):
    ours = parts.manifest["schema"]
    parts.manifest["schema"] = "0001"
    parts.write(path)
    told = {"theirs": "0001", "ours": ours, "product": "0.1.0"}
    check_refused(path, clock, elsewhere, BackupOlder, **told)


@HERE
def test_tables_of_a_newer_version(parts, path, clock, elsewhere):
    parts.manifest["schema"] = "0999"
    parts.write(path)
    check_refused(path, clock, elsewhere, BackupNewer, theirs="0999")


@HERE
def test_a_form_of_a_newer_version(parts, path, clock, elsewhere):
    parts.manifest["version"] = 2
    parts.write(path)
    check_refused(path, clock, elsewhere, BackupNewer, theirs="2.x", ours="1.x")


@HERE
@pytest.mark.parametrize("version", [0, None, "1"])
def test_a_form_of_no_version(parts, path, clock, elsewhere, version):
    parts.manifest["version"] = version
    parts.write(path)
    check_refused(path, clock, elsewhere, BackupDamaged, part=MANIFEST)


# Ledgers that do not hold


def change_a_body(rows: list[list]) -> int:
    rows[4][7] = rows[4][7].replace("2026", "2027")
    return 5


def change_a_salt(rows: list[list]) -> int:
    rows[4][6] = rows[5][6]
    return 5


def change_a_day(rows: list[list]) -> int:
    rows[4][2] = "2026-07-17"
    return 5


def leave_out_one(rows: list[list]) -> int:
    del rows[4]
    return 5


def swap_two(rows: list[list]) -> int:
    rows[4], rows[5] = rows[5], rows[4]
    return 5


def leave_out_the_last(rows: list[list]) -> int:
    last = max(n for n, row in enumerate(rows) if row[0] == ORGANISATION)
    del rows[last]
    return last + 1


def change_the_last(rows: list[list]) -> int:
    last = max(n for n, row in enumerate(rows) if row[0] == ORGANISATION)
    rows[last][3] = "x"
    return last + 1


def enter_in_no_chain(rows: list[list]) -> int:
    rows[0][0] = 99
    return 1


@HERE
@pytest.mark.parametrize(
    "act",
    [
        change_a_body, change_a_salt, change_a_day, leave_out_one, swap_two,
        leave_out_the_last, change_the_last, enter_in_no_chain,
    ],
)  # fmt: skip
def test_a_broken_chain_is_named_with_its_first_wrong_entry(
    parts, path, clock, elsewhere, act
):
    rows = parts.rows("ledger_entry")
    number = act(rows)
    parts.set_rows("ledger_entry", rows)
    parts.honest().write(path)
    check_refused(path, clock, elsewhere, ChainBroken, number=number)


def test_what_the_database_does_not_take(parts, path, clock, elsewhere):
    rows = parts.rows("window")
    rows[0][1] = 99
    parts.set_rows("window", rows)
    parts.honest().write(path)
    part = member_name("window")
    check_refused(path, clock, elsewhere, RestoreUnwritable, part=part)


def test_a_self_reference_to_nothing(parts, path, clock, elsewhere):
    rows = parts.rows("unit")
    rows[0][2] = 99
    parts.set_rows("unit", rows)
    parts.honest().write(path)
    part = member_name("unit")
    check_refused(path, clock, elsewhere, RestoreUnwritable, part=part)


# What would be lost


def test_a_set_up_installation_is_not_replaced(parts, path, clock, elsewhere):
    """By itself: an organiser of it could undo what the ledger holds."""
    with elsewhere():
        live_in(clock())
    check_refused(path, clock, elsewhere, InstallationInUse)


def test_ratings_are_not_replaced_whatever_the_set_up(parts, path, clock, elsewhere):
    with elsewhere():
        live_in(clock())
        with transaction() as session:
            session.execute(text("UPDATE installation SET set_up_at = NULL"))
    check_refused(path, clock, elsewhere, InstallationInUse)


def test_the_database_asks_again_before_it_writes(parts, path, clock, elsewhere):
    """Somebody may finish the set-up while the file is checked."""
    with elsewhere():
        live_in(clock())
        with (
            core_transaction() as connection,
            pytest.raises(InstallationInUse),
        ):
            service.restore_backup(connection, None, unheard, replace=False)


def test_an_installation_in_use_is_replaced_when_that_is_asked_for(
    parts, path, clock, elsewhere
):
    with elsewhere():
        other = live_in(clock())
        other.screen.rate(3, clock.forward(minutes=1))
        take(path, clock, replace=True)
        told = contents()
        assert len(told["rating"]) == len(parts.rows("rating"))
        assert all(told[name] == [] for name in PASSING)
        assert len(told["device"]) == 1


@pytest.mark.parametrize("elsewhere_url", ["postgresql"], indirect=True)
def test_meanwhile_others_read_what_was_there_and_nobody_writes(
    parts, path, clock, elsewhere
):
    """A tap that came in between would be in no ledger that is restored."""
    with elsewhere():
        schema = parts.manifest["schema"]
        with (
            open_backup(path, schema) as backup,
            core_transaction() as connection,
            db.engine.connect() as other,
        ):
            service.restore_backup(connection, backup, unheard, replace=False)
            assert other.scalar(text("SELECT count(*) FROM rating")) == 0
            other.execute(text("SET lock_timeout = 50"))
            with pytest.raises(DBAPIError, match="lock timeout"):
                other.execute(text("LOCK TABLE rating IN ROW EXCLUSIVE MODE"))
        assert len(contents()["rating"]) == 9


@HERE
def test_restoring_again_after_a_refusal_works(parts, path, clock, elsewhere):
    broken = path.with_name("broken.zip")
    rows = parts.rows("window")
    rows[0][1] = 99
    parts.set_rows("window", rows)
    parts.honest().write(broken)
    with elsewhere():
        with pytest.raises(RestoreUnwritable):
            take(broken, clock)
        take(path, clock)
        assert len(contents()["rating"]) == 9


@HERE
def test_progress_counts_each_row_once_checked_and_once_taken(
    parts, path, clock, elsewhere, monkeypatch
):
    heard = []
    monkeypatch.setattr(service, "_AT_ONCE", 10)
    with elsewhere():
        manifest = restore(path, "t", clock(), lambda *said: heard.append(said))
    assert heard[-1] == (2 * manifest.rows, 2 * manifest.rows)
    assert heard == sorted(heard)
    assert len(heard) > 5
