"""`flask campaign recompute`: the same numbers from the archive alone."""

from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.cli.campaign_recompute import recompute
from kiosk.domain.campaign_archive import archive_text, outcome_text
from kiosk.domain.campaign_inputs import Satisfaction
from kiosk.domain.campaign_kinds import GateKind, Reading
from kiosk.domain.campaign_outcome import compute
from kiosk.domain.campaign_rules import Gate
from tests.applications import copied_database
from tests.outcomes import a_candidate, an_award, parts, some_inputs, some_rules

KNOWS = Gate(kind=GateKind.KNOWLEDGE, at_least=60)
AWARD = an_award(parts=parts(knowledge=100), gates=(KNOWS,), ties=())
INPUTS = some_inputs(
    some_rules(AWARD),
    a_candidate(1, name="1 号窗口", knowledge=80.0),
    a_candidate(2, name="2 号窗口", knowledge=95.5),
    a_candidate(3, name="3 号窗口", knowledge=80.0),
    a_candidate(4, name="4 号窗口", knowledge=50.0),
    a_candidate(5, name="5 号窗口", standing=False, ended="withdrawn", knowledge=99.0),
    a_candidate(6, name="6 号窗口", knowledge=70.0),
)
TEXT = """\
十佳文明窗口: 1 of 2 seats
    1   95.500000  seat        2 号窗口  教务处
    2   80.000000  undecided   1 号窗口  教务处
    2   80.000000  undecided   3 号窗口  教务处
    4   70.000000              6 号窗口  教务处
    -           -  condition   4 号窗口  教务处
    -           -  withdrawn   5 号窗口  教务处
"""


@pytest.fixture
def database_url(empty_sqlite, tmp_path) -> str:
    """One engine is enough: nothing is read from it."""
    return copied_database(empty_sqlite, tmp_path)


def run(runner, path: Path, *words: str):
    return runner.invoke(recompute, [str(path), *words])


@pytest.fixture
def archive(tmp_path) -> Path:
    path = tmp_path / "archive.json"
    path.write_text(archive_text(INPUTS), "utf-8")
    return path


def test_places_as_text(app, runner, archive):
    result = run(runner, archive)
    assert (result.exit_code, result.output) == (0, TEXT)


def test_byte_for_byte_what_is_published(app, runner, archive):
    result = run(runner, archive, "--format", "json")
    assert result.exit_code == 0
    assert result.stdout_bytes.decode("utf-8") == outcome_text(compute(INPUTS))


@pytest.mark.parametrize("damage", [b"", b"{}", b"\xff\xfe", b"[" * 100_000])
def test_a_file_that_is_no_archive(app, runner, archive, damage):
    archive.write_bytes(damage)
    result = run(runner, archive)
    assert result.exit_code == 1
    assert "This file is not the archive of a campaign" in result.output


def test_a_file_that_was_cut_off(app, runner, archive):
    archive.write_bytes(archive.read_bytes()[:-20])
    result = run(runner, archive, "--format", "json")
    assert result.exit_code == 1
    assert "cut off" in result.output


def test_numbers_that_make_no_sense_together(app, runner, archive):
    """A rate of 300 % may stand in a file; it has no lower bound."""
    bound = Gate(
        kind=GateKind.SATISFACTION, reading=Reading.TOP2, at_least=90, bound=True
    )
    award = replace(AWARD, gates=(bound,))
    read = Satisfaction(rate=300.0, levels=None, effective=9.0, days=9)
    who = a_candidate(1, satisfaction=(read,))
    archive.write_text(archive_text(some_inputs(some_rules(award), who)), "utf-8")
    result = run(runner, archive)
    assert result.exit_code == 1
    assert "This file is not the archive" in result.output


def test_a_file_that_breaks_off_while_it_is_read(app, runner):
    result = run(runner, Path("/proc/self/mem"))
    assert result.exit_code == 1
    assert "/proc/self/mem cannot be read" in result.output


def test_a_file_that_is_not_there_and_one_that_may_not_be_read(app, runner, tmp_path):
    assert run(runner, tmp_path / "none.json").exit_code == 2
    assert run(runner, tmp_path).exit_code == 2
