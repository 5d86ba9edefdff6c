"""`flask retention`."""

from datetime import timedelta
from pathlib import Path

import pytest

from kiosk.cli import retention
from kiosk.extensions import transaction
from tests.applications import copied_database
from tests.backups import make_backup
from tests.builders import make_window
from tests.canaries import Canaries, place_canaries
from tests.conftest import NOON

LATER = NOON + timedelta(days=730)
WORDS = "Copies of backups elsewhere are not reached: delete them by hand."


@pytest.fixture
def database_url(empty_sqlite, tmp_path) -> str:
    """One engine is enough: what the engines do is tested below the commands."""
    return copied_database(empty_sqlite, tmp_path)


@pytest.fixture
def canaries(app, monkeypatch) -> Canaries:
    monkeypatch.setattr(retention, "utc_now", lambda: LATER)
    with transaction() as session:
        window = make_window(session, "A001").id
    return place_canaries(window, NOON)


def read(folder: Path) -> bytes:
    return b"".join(path.read_bytes() for path in folder.glob("kiosk.db*"))


def test_it_erases_at_once_says_what_and_leaves_nothing_in_the_files(
    runner, canaries, tmp_path
):
    (tmp_path / "backups").mkdir()
    make_backup(tmp_path / "backups" / "old.zip", NOON)
    result = runner.invoke(args=["retention"])
    assert (result.exit_code, result.output.splitlines()) == (
        0,
        [
            "Contacts erased:             2",
            "Comments of ratings erased:  2",
            "Texts of cases erased:       8",
            "Backups deleted:             0",
            "old.zip still holds what was erased; it ends on 2028-08-19.",
            WORDS,
        ],
    )
    assert canaries.found_in(read(tmp_path)) == set()


def test_the_second_time_nothing_is_left_to_erase(runner, canaries):
    runner.invoke(args=["retention"])
    result = runner.invoke(args=["retention"])
    counts = [line.split()[-1] for line in result.output.splitlines()[:4]]
    assert (result.exit_code, counts) == (0, ["0"] * 4)


def test_without_an_installation_it_says_what_to_do(unbegun):
    result = unbegun.test_cli_runner().invoke(args=["retention"])
    assert result.exit_code == 1
    assert "flask --app wsgi init" in result.output
