"""`flask ledger verify | export | erase`."""

import json

import pytest

from kiosk.extensions import reading
from kiosk.extensions.signing import COPIES, make_checkpoints
from kiosk.queries.ledger import head_of
from tests.applications import copied_database
from tests.ledger_story import (
    Attacker,
    Story,
    busy_day,
    entry_of,
    last_entry,
    size,
    told,
    verified,
)
from tests.screens import keep, phone_tap
from tools import verify_ledger


@pytest.fixture
def database_url(empty_sqlite, tmp_path) -> str:
    """One engine is enough: what the engines do is tested below the commands."""
    return copied_database(empty_sqlite, tmp_path)


@pytest.fixture
def story(app, clock) -> Story:
    return busy_day(clock())


@pytest.fixture
def ledger(runner):
    def run(*arguments: object):
        return runner.invoke(args=["ledger", *map(str, arguments)])

    return run


def origin(code: str = "main") -> str:
    with reading() as session:
        return head_of(session, code).origin


def spoil(story: Story) -> int:
    """Make a bad rating a good one past the product; return its entry."""
    number = entry_of(story.said)
    from_outside = "UPDATE rating SET level = 5 WHERE channel = 1 AND level = 2"
    with reading() as session:
        Attacker(session.connection(), story).run(from_outside)
        session.commit()
    return number


def test_a_whole_ledger_is_said_to_be_whole(ledger, story, clock, tmp_path):
    make_checkpoints(tmp_path, "test", clock())
    result = ledger("verify")
    assert result.exit_code == 0, result.output
    assert result.output.splitlines() == [
        f"{origin('organisation')}: {size(0)} entries, 0 ratings",
        f"{origin()}: {size()} entries, 21 ratings",
        # Those in the table, and the same in the instance folder.
        "All of it holds; 4 checkpoints agree.",
    ]


def test_the_first_bad_number_is_named(ledger, story):
    number = spoil(story)
    result = ledger("verify")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[0] == (
        f"{origin()}: entry {number}: "
        "The rating that it tells of differs now in: level."
    )
    assert "All of it holds" not in result.stdout
    day = f"{origin()}: The counts of window A001 on 2026-07-16 are not right."
    assert day in result.stderr.splitlines()


def test_it_is_said_in_json_too(ledger, story):
    number = spoil(story)
    result = ledger("verify", "--json")
    assert result.exit_code == 1
    told_of = json.loads(result.output)
    assert told_of["sound"] is False
    centre = told_of["chains"][1]
    assert (centre["origin"], centre["size"]) == (origin(), size())
    assert centre["flaws"][0] == {
        "code": "rating_differs",
        "number": number,
        "words": "The rating that it tells of differs now in: level.",
    }


def test_whole_in_json(ledger, story):
    told_of = json.loads(ledger("verify", "--json").output)
    assert (told_of["sound"], told_of["checkpoints"], told_of["strange"]) == (
        True, 0, [],
    )  # fmt: skip


def test_a_checkpoint_in_the_folder_is_held_against_the_chain(
    ledger, story, clock, tmp_path
):
    make_checkpoints(tmp_path, "test", clock())
    path = tmp_path / COPIES
    path.write_text(path.read_text("utf-8").replace(f"\n{size()}\n", "\n5\n"), "utf-8")
    result = ledger("verify")
    assert result.exit_code == 1
    assert f"{origin()}: entry 5: A checkpoint holds another hash" in result.stderr


def test_a_checkpoint_of_ones_own_is_held_against_the_chain(
    ledger, story, clock, tmp_path
):
    make_checkpoints(tmp_path, "test", clock())
    mine = (tmp_path / COPIES).rename(tmp_path / "mine.txt")
    keep(phone_tap(story.screen.window_id, 4), story.end)
    assert ledger("verify", "--checkpoint", mine).exit_code == 0
    ahead = mine.read_text("utf-8").replace(f"\n{size() - 1}\n", "\n4711\n")
    mine.write_text(ahead, "utf-8")
    result = ledger("verify", "--checkpoint", mine)
    assert result.exit_code == 1
    assert "A checkpoint says that there were 4711 entries" in result.stderr


def test_ones_own_checkpoint_of_another_ledger_is_a_finding(
    ledger, story, clock, tmp_path
):
    """The folder's file may hold those of a demonstration that was left."""
    make_checkpoints(tmp_path, "test", clock())
    kept = tmp_path / COPIES
    other = kept.read_text("utf-8").replace("/main", "/elsewhere")
    kept.write_text(other, "utf-8")
    assert ledger("verify").exit_code == 0
    result = ledger("verify", "--checkpoint", kept)
    assert result.exit_code == 1
    elsewhere = origin().replace("/main", "/elsewhere")
    assert f"{elsewhere}: no such chain is here." in result.stderr


@pytest.mark.parametrize(
    ("data", "words"), [(b"hello", "no checkpoint"), (b"\xff", "is no text")]
)
def test_a_file_without_a_checkpoint_is_refused(ledger, story, tmp_path, data, words):
    path = tmp_path / "mine.txt"
    path.write_bytes(data)
    result = ledger("verify", "--checkpoint", path)
    assert result.exit_code == 1
    assert words in result.stderr


def test_the_public_export_is_checked_by_the_outsiders_program(
    ledger, story, tmp_path, capsys
):
    file = tmp_path / "ledger.jsonl"
    before = size()
    result = ledger("export", file)
    assert (result.exit_code, result.output) == (0, f"{before} entries in {file}\n")
    assert '"body"' not in file.read_text("utf-8")
    assert verify_ledger.main([str(file)]) == 0
    assert size() == before


def test_an_export_with_bodies_is_an_entry_and_holds_it(ledger, story, tmp_path):
    file = tmp_path / "ledger.jsonl"
    before = size()
    result = ledger("export", file, "--bodies", "--centre", "main")
    assert result.output == f"{before + 1} entries in {file}\n"
    last = json.loads(file.read_text("utf-8").splitlines()[-1])
    assert (last["n"], last["kind"]) == (before + 1, "export")
    assert json.loads(last["body"])["by"] == "terminal"
    assert verify_ledger.main([str(file)]) == 0
    assert told(verified()) == []


def test_the_organisations_chain_is_exported_by_its_name(ledger, story, tmp_path):
    file = tmp_path / "ledger.jsonl"
    assert ledger("export", file, "--centre", "organisation").exit_code == 0
    head = json.loads(file.read_text("utf-8").splitlines()[0])
    assert head["origin"] == origin("organisation")


def test_a_centre_that_is_not_there_is_refused(ledger, story, tmp_path):
    result = ledger("export", tmp_path / "x", "--centre", "nowhere")
    assert result.exit_code == 1
    assert "There is no centre with the code nowhere." in result.stderr


def test_a_file_that_cannot_be_written_is_refused(ledger, story, tmp_path):
    file = tmp_path / "none" / "x"
    result = ledger("export", file)
    assert result.exit_code == 1
    assert f"{file} cannot be written: No such file" in result.stderr


def test_a_body_is_erased_once(ledger, story):
    number = entry_of(story.said)
    result = ledger("erase", "main", number, "--why", "应本人要求")
    assert result.exit_code == 0, result.output
    assert result.output.splitlines()[0] == "Erased."
    again = ledger("erase", "main", number, "--why", "应本人要求")
    assert again.output.splitlines()[0] == "It had been erased before."
    assert told(verified()) == []
    assert last_entry("erase") == size()


def test_words_alone_are_erased(ledger, story):
    number = entry_of(story.said)
    result = ledger("erase", "main", number, "--why", "应本人要求", "--comment")
    assert result.output.splitlines()[0] == "Erased."
    again = ledger("erase", "main", number, "--why", "应本人要求", "--comment")
    assert again.exit_code == 1
    assert f"There is no comment with the entry {number}." in again.stderr


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("main", 1, "--why", "x"), "Entries of the kind begin hold no personal data"),
        (("main", 4711, "--why", "x"), "The ledger has no entry 4711."),
        (("main", 9, "--why", " "), "Please say why"),
        (("nowhere", 9, "--why", "x"), "There is no centre with the code nowhere."),
    ],
)
def test_what_cannot_be_erased_is_refused(ledger, story, arguments, words):
    result = ledger("erase", *arguments)
    assert result.exit_code == 1
    assert words in result.stderr


def test_a_reason_must_be_given(ledger, story):
    result = ledger("erase", "main", 9)
    assert result.exit_code == 2
    assert "--why" in result.stderr
