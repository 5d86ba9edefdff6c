"""`flask import ratings FILE`."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from kiosk.cli.history import _NOTHING
from kiosk.cli.progress import CUT_OFF
from kiosk.extensions import reading, transaction
from kiosk.services.history import BATCH
from tests.builders import make_window
from tests.recount import counted_levels, ratings

HEADING = "window,time,channel,level\n"
RIGHT = "A001,2021-07-15 14:30,tablet,5\n"
WRONG = "A001,2021-07-15 14:30,tablet,5; drop\n"


@pytest.fixture
def window(app) -> int:
    with transaction() as session:
        return make_window(session, "A001").id


@pytest.fixture
def file(tmp_path) -> Path:
    return tmp_path / "h.csv"


def test_file_is_taken_once(runner, window, file):
    file.write_text(HEADING + RIGHT * 2, "utf-8")
    first = runner.invoke(args=["import", "ratings", str(file)])
    assert (first.exit_code, first.output.splitlines()) == (
        0,
        ["Checking every row …", "Ratings: 2 of 2", "2 new, 0 there already."],
    )
    again = runner.invoke(args=["import", "ratings", str(file)])
    assert again.exit_code == 0
    assert again.output.splitlines()[-1] == "0 new, 2 there already."
    assert counted_levels(window) == [0, 0, 0, 0, 2]


def test_wrong_row_is_named_and_nothing_is_taken(runner, window, file):
    file.write_text(HEADING + RIGHT + WRONG, "utf-8")
    result = runner.invoke(args=["import", "ratings", str(file)])
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        "line 3: “5; drop” is no level. Please write 1 to 5 or the level's name.",
        "1 wrong, 1 right.",
        f"Error: {_NOTHING}",
    ]
    assert ratings() == []


def test_wrong_rows_are_skipped_when_asked(runner, window, file):
    file.write_text(HEADING + RIGHT + WRONG * 52, "utf-8")
    result = runner.invoke(args=["import", "ratings", str(file), "--skip-bad"])
    assert result.exit_code == 0
    assert result.stdout.splitlines()[-1] == "1 new, 0 there already."
    named = result.stderr.splitlines()
    assert len(named) == 52
    assert named[49].startswith("line 52: ")
    assert named[50:] == ["… and 2 errors more.", "52 wrong, 1 right."]
    assert counted_levels(window) == [0, 0, 0, 0, 1]


def test_file_without_a_right_row_is_refused_also_then(runner, window, file):
    file.write_text(HEADING + WRONG, "utf-8")
    result = runner.invoke(args=["import", "ratings", str(file), "--skip-bad"])
    assert result.exit_code == 1
    assert result.stderr.endswith("Error: Nothing was taken: no line is right.\n")


# Only SQLite lets a test fill its disk.
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.unmeasured
def test_database_that_fills_up_keeps_what_was_taken(runner, window, file):
    start = datetime(2021, 7, 1, tzinfo=UTC)
    file.write_text(
        HEADING
        + "".join(
            f"A001,{(start + timedelta(minutes=n)).isoformat()},tablet,5\n"
            for n in range(3 * BATCH)
        ),
        "utf-8",
    )
    with reading() as session:
        pages = session.scalar(text("PRAGMA page_count"))
        session.execute(text(f"PRAGMA max_page_count = {pages + 2_500}"))
    result = runner.invoke(args=["import", "ratings", str(file)])
    assert result.exit_code == 1
    assert result.stderr == f"Error: {CUT_OFF}\n"
    taken = len(ratings())
    assert taken in {BATCH, 2 * BATCH}
    with reading() as session:
        session.execute(text(f"PRAGMA max_page_count = {pages + 19_999}"))
    again = runner.invoke(args=["import", "ratings", str(file)])
    assert again.output.splitlines()[-1] == (
        f"{3 * BATCH - taken} new, {taken} there already."
    )


def test_file_that_cannot_be_read_is_one_sentence(runner, window, file):
    file.write_text("window,level\n", "utf-8")
    result = runner.invoke(args=["import", "ratings", str(file)])
    assert result.exit_code == 1
    assert result.stderr == (
        "Error: The first line must name the columns. Missing: time (时间), "
        "channel (渠道). Please add them.\n"
    )


def test_missing_file_is_said(runner, window, file):
    result = runner.invoke(args=["import", "ratings", str(file)])
    assert result.exit_code == 2
    assert "does not exist" in result.stderr
