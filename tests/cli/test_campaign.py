"""`flask campaign load`."""

import pytest

from kiosk.extensions import reading
from kiosk.queries.campaigns import campaigns
from kiosk.services.presets import FOLDER as PRESETS
from tests.applications import copied_database


@pytest.fixture
def database_url(empty_sqlite, tmp_path) -> str:
    """One engine is enough: what the engines do is tested below the commands."""
    return copied_database(empty_sqlite, tmp_path)


def load(runner, *words):
    return runner.invoke(args=["campaign", "load", *words])


def drafts() -> list[str]:
    with reading() as session:
        return [each.slug for each in campaigns(session, drafts=True)]


@pytest.mark.parametrize("name", sorted(path.stem for path in PRESETS.glob("*.toml")))
def test_each_preset_that_comes_along_is_loaded_as_a_draft(app, runner, name):
    result = load(runner, name, "--year", "2027")
    assert result.exit_code == 0, result.output
    [slug] = drafts()
    assert slug.endswith("-2027")
    assert f"/manage/campaigns/{slug}" in result.output
    with reading() as session:
        assert campaigns(session) == []


def test_a_file_of_ones_own_is_loaded_under_an_address_of_ones_own(
    app, runner, tmp_path
):
    path = tmp_path / "own.toml"
    path.write_bytes((PRESETS / "ten-best-civil-windows.toml").read_bytes())
    assert load(runner, str(path), "--slug", "best").exit_code == 0
    assert drafts() == ["best"]


def test_a_second_one_at_the_same_address_is_refused(app, runner):
    words = ("ten-best-civil-windows", "--slug", "best")
    assert load(runner, *words).exit_code == 0
    again = load(runner, *words)
    assert again.exit_code == 1
    assert "Another campaign has this address." in again.output


def test_an_unknown_name_is_answered_with_those_there_are(app, runner):
    result = load(runner, "best-windows")
    assert result.exit_code == 1
    assert "There is no preset best-windows." in result.output
    for path in PRESETS.glob("*.toml"):
        assert path.stem in result.output


def test_every_fault_of_a_preset_is_told(app, runner, tmp_path):
    text = (PRESETS / "s1-smile-service-star.toml").read_text("utf-8")
    path = tmp_path / "wrong.toml"
    path.write_text(text.replace('"top-2"', '"top-9"').replace("seats = 10", ""))
    result = load(runner, str(path))
    assert result.exit_code == 1
    assert "top-9" in result.output
    assert "awards[1].seats is missing." in result.output
    path.write_text("seats = [")
    assert "cannot be read as TOML" in load(runner, str(path)).output
    assert drafts() == []
