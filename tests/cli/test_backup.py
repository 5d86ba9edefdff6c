"""`flask backup FILE` and `flask restore FILE`, also in other places of the world."""

import os
import shutil
import subprocess
import sys
import tempfile
import traceback
from pathlib import Path

import pytest

from kiosk.extensions import reading
from kiosk.extensions.backup import restore
from kiosk.queries.backups import last_backup
from kiosk.queries.installation import installation
from kiosk.services.backup import file_hash
from kiosk.services.backup_files import LEFT_OUT
from tests.applications import (
    copied_database,
    locked_by_another_process,
    open_app,
)
from tests.backups import make_backup, unheard
from tests.conftest import StoppedClock
from tests.engines import ON_SQLITE
from tests.house.project import TOP
from tests.lived_in import contents, live_in

NAME = "市政务服务局"


@pytest.fixture
def path(tmp_path) -> Path:
    return tmp_path / "kept.zip"


@pytest.fixture
def hall(app, clock):
    return live_in(clock())


@pytest.fixture(scope="session")
def good(empty_sqlite, tmp_path_factory) -> Path:
    """A backup of a hall that has been lived in."""
    folder = tmp_path_factory.mktemp("good-cli")
    clock = StoppedClock()
    with open_app(folder, copied_database(empty_sqlite, folder), clock):
        live_in(clock())
        make_backup(folder / "kept.zip", clock())
    return folder / "kept.zip"


def test_a_backup_tells_what_it_is(runner, hall, path):
    rows = sum(
        len(found)
        for name, found in contents().items()
        if name not in {table.name for table in LEFT_OUT}
    )
    result = runner.invoke(args=["backup", str(path)])
    assert result.exit_code == 0, result.output
    told = dict(line.split(maxsplit=1) for line in result.output.splitlines()[-4:])
    assert told["rows"] == str(rows)
    assert told["sha256"] == file_hash(path)
    assert told["size"].endswith(f"({path.stat().st_size} bytes)")
    assert float(told["seconds"]) >= 0
    with reading() as session:
        assert last_backup(session) is not None


@ON_SQLITE
def test_a_file_that_exists_is_replaced_only_by_force(runner, hall, path):
    path.write_text("mine")
    refused = runner.invoke(args=["backup", str(path)])
    assert refused.exit_code == 1
    assert "kept.zip exists already" in refused.stderr
    assert path.read_text() == "mine"
    assert runner.invoke(args=["backup", "--force", str(path)]).exit_code == 0
    assert path.read_bytes()[:2] == b"PK"


@ON_SQLITE
def test_a_folder_that_is_not_there_is_a_sentence(runner, hall, path):
    result = runner.invoke(args=["backup", str(path / "deeper" / "kept.zip")])
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: There is no folder for kept.zip")


@ON_SQLITE
def test_a_database_that_is_locked_makes_no_backup(runner, hall, path, tmp_path):
    """The snapshot needs no lock; the entry in the ledger does."""
    with locked_by_another_process(tmp_path / "kiosk.db"):
        result = runner.invoke(args=["backup", str(path)])
    assert result.exit_code == 1
    assert "locked or full" in result.stderr


def test_a_backup_is_restored_into_an_empty_installation(runner, app, good):
    result = runner.invoke(args=["restore", str(good)])
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()[-4:]
    assert lines[0].startswith(f"{NAME}: ")
    assert lines[1] == "  made at  2026-07-16 04:00 UTC"
    assert "signs in anew" in lines[3]
    with reading() as session:
        assert installation(session).organisation == NAME


@ON_SQLITE
def test_what_is_here_is_not_replaced(runner, hall, good):
    before = contents()
    result = runner.invoke(args=["restore", str(good)])
    assert result.exit_code == 1
    assert "set up already" in result.stderr
    assert contents() == before


@ON_SQLITE
@pytest.mark.parametrize("typed", ["", "另一个局", "y", "市政务服务"])
def test_replacing_asks_for_the_name(runner, hall, good, typed):
    before = contents()
    answer = f"{typed}\n"
    result = runner.invoke(args=["restore", "--replace", str(good)], input=answer)
    assert result.exit_code == 1
    assert "Nothing was changed." in result.stderr
    assert contents() == before


@ON_SQLITE
def test_with_the_name_typed_everything_is_replaced(runner, hall, good, clock):
    before = contents()["installation"]
    answer = f"{NAME}\n"
    result = runner.invoke(args=["restore", "--replace", str(good)], input=answer)
    assert result.exit_code == 0, result.output
    assert contents()["installation"] != before


@ON_SQLITE
def test_without_an_organisation_the_centres_name_is_asked_for(runner, app, good):
    args = ["restore", "--replace", str(good)]
    assert runner.invoke(args=args, input=f"{NAME}\n").exit_code == 1
    assert runner.invoke(args=args, input="服务中心\n").exit_code == 0


@ON_SQLITE
def test_a_damaged_file_is_a_sentence_and_nothing_changes(runner, app, good, path):
    path.write_bytes(good.read_bytes()[:-3000])
    before = contents()
    result = runner.invoke(args=["restore", str(path)])
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: kept.zip is damaged")
    assert contents() == before


# Another machine: folder, user, language, zone


BOARD = """
import sys
from datetime import UTC, datetime
from kiosk.app import create_app
from kiosk.cli.board import as_json
from kiosk.config import load_settings
from kiosk.extensions import reading
from kiosk.extensions.backup import restore
from kiosk.queries.board import compute_board
from kiosk.queries.places import only_centre

now = datetime(2026, 7, 16, 4, 0, tzinfo=UTC)
app = create_app(load_settings(), clock=lambda: now)
with app.app_context():
    runner = app.test_cli_runner()
    for words in sys.argv[1:]:
        done = runner.invoke(args=words.split("|"))
        assert done.exit_code == 0, done.output
    page = app.test_client().get("/board").data
    with reading() as session:
        told = as_json(compute_board(session, only_centre(session), now))
sys.stdout.buffer.write(page + b"\\0" + told.encode())
"""
PLACES = {
    "same": {},
    "locale C": {"LC_ALL": "C", "LANG": "C", "PYTHONUTF8": "0"},
    "half-hour zone": {"TZ": "America/St_Johns", "LC_ALL": "C"},
    "far east": {"TZ": "Pacific/Kiritimati", "LC_ALL": "C.UTF-8"},
}


def board_of(instance: Path, *commands: str, **more: str) -> bytes:
    """Return the board page and its JSON, of an interpreter of their own."""
    done = subprocess.run(
        [sys.executable, "-c", BOARD, *commands],
        cwd=TOP,
        env={**os.environ, "KIOSK_INSTANCE": str(instance), **more},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


@pytest.fixture(scope="session")
def board(good) -> bytes:
    """The board of the hall that the backup was made of."""
    return board_of(good.parent)


@pytest.mark.parametrize("place", PLACES)
def test_the_board_is_the_same_byte_for_byte(good, board, tmp_path, place):
    instance = tmp_path / "a folder, 另一个"
    commands = ["init|--quiet", f"restore|{good}", "ledger|verify"]
    assert board_of(instance, *commands, **PLACES[place]) == board
    assert b"A001" in board


def test_another_user_restores_what_root_backed_up(good, empty_sqlite, board, clock):
    """The child has everything loaded: this Python may lie where only root enters."""
    if os.geteuid() != 0:
        pytest.skip("NOT TESTED: only root can become somebody else")
    instance = Path(tempfile.mkdtemp(prefix="kiosk-nobody-"))
    try:
        for name, source in (("kiosk.db", empty_sqlite), ("kept.zip", good)):
            shutil.copy(source, instance / name)
        for path in (instance, *instance.iterdir()):
            os.chown(path, NOBODY, NOBODY)
        url = f"sqlite:///{instance / 'kiosk.db'}"
        child = os.fork()
        if child == 0:
            os._exit(_restore_as_nobody(instance, url, clock))
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        owners = {path.stat().st_uid for path in instance.iterdir()}
        assert owners == {NOBODY}
        with open_app(instance, url, clock) as app:
            page = app.test_client().get("/board").data
        assert page == board.partition(b"\0")[0]
    finally:
        shutil.rmtree(instance)


NOBODY = 65534


def _restore_as_nobody(instance: Path, url: str, clock: StoppedClock) -> int:
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    try:
        with open_app(instance, url, clock):
            restore(instance / "kept.zip", "test", clock(), unheard)
    except BaseException:  # noqa: BLE001 - the child must not go on testing
        traceback.print_exc()
        return 1
    return 0
