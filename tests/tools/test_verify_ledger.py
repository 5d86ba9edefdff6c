"""The outsider's program agrees with the product, and needs nothing of it."""

import ast
import json
import subprocess
import sys
from base64 import b64encode
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Connection

from kiosk.extensions import reading, recording
from kiosk.services.erasure import erase_entry
from kiosk.services.ledger_export import public_lines, whole_lines
from tests.applications import copied_database, open_app
from tests.conftest import NOON
from tests.house.project import TOP
from tests.ledger_story import CENTRE, busy_day, entry_of
from tools import verify_ledger

FORMS = {"public": public_lines, "whole": whole_lines}


@pytest.fixture(scope="module")
def texts(empty_sqlite, tmp_path_factory) -> dict[str, str]:
    """One day in both forms, and whole again after a body was erased."""
    folder = tmp_path_factory.mktemp("export")
    url = copied_database(empty_sqlite, folder)
    with open_app(folder, url, lambda: NOON):
        story = busy_day(NOON)
        made = {form: _export(lines) for form, lines in FORMS.items()}
        with recording("test", story.end) as records:
            erase_entry(records, CENTRE, entry_of(story.said), "wish")
        return made | {"erased": _export(whole_lines)}


def _export(lines: Callable[[Connection, int], Iterator[str]]) -> str:
    with reading() as session:
        return "".join(lines(session.connection(), CENTRE))


@pytest.fixture(params=FORMS)
def export(request, texts, tmp_path) -> Path:
    return written(tmp_path, texts[request.param])


@pytest.fixture
def whole(texts, tmp_path) -> Path:
    return written(tmp_path, texts["whole"])


def written(folder: Path, text: str) -> Path:
    path = folder / "export.jsonl"
    path.write_text(text, "utf-8")
    return path


def size(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines()) - 1


def check(capsys, *arguments: object) -> tuple[int, str]:
    """Return exit code and what was printed, on either stream."""
    code = verify_ledger.main([str(one) for one in arguments])
    said = capsys.readouterr()
    return code, (said.out + said.err).strip()


def alter(path: Path, number: int, **values: object) -> None:
    """Change fields of an entry, or of the first line for number 0."""
    lines = path.read_text("utf-8").splitlines()
    lines[number] = json.dumps(json.loads(lines[number]) | values)
    path.write_text("\n".join(lines) + "\n", "utf-8")


def first_line(path: Path) -> dict[str, object]:
    return json.loads(path.read_text("utf-8").splitlines()[0])


def note(path: Path, entries: int | None = None) -> str:
    """Return the checkpoint of the first entries of an export."""
    lines = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
    count = lines[0]["size"] if entries is None else entries
    tip = b64encode(bytes.fromhex(lines[count]["h"])).decode()
    return f"{lines[0]['origin']}\n{count}\n{tip}\n"


def test_it_imports_the_standard_library_alone():
    tree = ast.parse((TOP / "tools" / "verify_ledger.py").read_text("utf-8"))
    names = {
        (node.module if isinstance(node, ast.ImportFrom) else node.names[0].name)
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    assert {str(name).partition(".")[0] for name in names} <= sys.stdlib_module_names


def test_both_forms_of_an_export_hold(export, capsys):
    code, said = check(capsys, export)
    bodies = size(export) if '"body"' in export.read_text("utf-8") else 0
    assert code == 0
    origin = first_line(export)["origin"]
    assert said == f"OK {origin}: {size(export)} entries, {bodies} bodies"


def test_it_runs_by_itself_in_an_empty_folder(export, tmp_path):
    done = subprocess.run(
        [sys.executable, "-I", str(TOP / "tools" / "verify_ledger.py"), str(export)],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("OK window-kiosk/")


@pytest.mark.parametrize(
    ("field", "value"),
    [("day", "2026-07-17"), ("kind", "hold"), ("c", "00" * 32), ("h", "00" * 32)],
)
def test_a_changed_entry_is_named(export, capsys, field, value):
    alter(export, 9, **{field: value})
    assert check(capsys, export) == (
        1, "BAD 9: its hash does not follow from the entry before it",
    )  # fmt: skip


def test_a_missing_entry_is_named(export, capsys):
    lines = export.read_text("utf-8").splitlines(keepends=True)
    export.write_text("".join(lines[:9] + lines[10:]), "utf-8")
    assert check(capsys, export) == (1, "BAD 9: the entry is missing; 10 follows")


@pytest.mark.parametrize(("by", "first"), [(1, 1), (-1, 0)])
def test_another_size_than_the_first_line_says_is_named(export, capsys, by, first):
    said = size(export) + by
    alter(export, 0, size=said)
    words = f"BAD {said - by + first}: the first line says {said} entries"
    assert check(capsys, export) == (1, words)


def test_another_last_hash_is_named(export, capsys):
    alter(export, 0, tip="00" * 32)
    assert check(capsys, export)[1].startswith(
        f"BAD {size(export) + 1}: the first line"
    )


def test_a_body_that_was_not_committed_to_is_named(whole, capsys):
    alter(whole, 9, body="{}")
    words = "BAD 9: its body is not the one that was committed to"
    assert check(capsys, whole) == (1, words)


def test_an_erased_body_is_right_when_an_entry_says_so(texts, tmp_path, capsys):
    path = written(tmp_path, texts["erased"])
    code, said = check(capsys, path)
    assert code == 0
    assert said.endswith(f"{size(path)} entries, {size(path) - 1} bodies")


@pytest.mark.parametrize("lost", [("salt",), ("body",), ("salt", "body")])
def test_a_body_that_went_silently_is_named(whole, capsys, lost):
    alter(whole, 9, **dict.fromkeys(lost))
    words = "BAD 9: its body is gone and no entry says that it was"
    assert check(capsys, whole) == (1, words)


def test_checkpoints_that_agree(export, tmp_path, capsys):
    held = tmp_path / "held.txt"
    held.write_text(f"{note(export, 5)}\n— x abc=\n\r\n{note(export)}", "utf-8")
    code, said = check(capsys, export, "--checkpoint", held)
    assert (code, said[-21:]) == (0, ", 2 checkpoints agree")


def test_a_checkpoint_that_says_otherwise_is_named(export, tmp_path, capsys):
    held = tmp_path / "held.txt"
    other = b64encode(bytes(32)).decode()
    held.write_text(f"{first_line(export)['origin']}\n5\n{other}\n", "utf-8")
    words = "BAD 5: a checkpoint holds another hash"
    assert check(capsys, export, "--checkpoint", held) == (1, words)


def test_a_checkpoint_of_a_longer_chain_shows_what_was_cut_off(
    export, tmp_path, capsys
):
    held = tmp_path / "held.txt"
    held.write_text(note(export), "utf-8")
    before = size(export)
    count, lines = before - 2, export.read_text("utf-8").splitlines(keepends=True)
    export.write_text("".join(lines[: count + 1]), "utf-8")
    alter(export, 0, size=count, tip=json.loads(lines[count])["h"])
    words = f"BAD {count + 1}: a checkpoint says that there were {before} entries"
    assert check(capsys, export, "--checkpoint", held) == (1, words)


def test_a_checkpoint_of_another_chain_is_named(export, tmp_path, capsys):
    held = tmp_path / "held.txt"
    held.write_text(note(export).replace("main", "elsewhere"), "utf-8")
    code, said = check(capsys, export, "--checkpoint", held)
    assert code == 1
    assert said.startswith("BAD 1: a checkpoint is of the chain window-kiosk/")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "no ledger export"),
        ("{}\n", "no ledger export"),
        ("[]\n", "line 1 is no JSON object"),
        ("hello\n", "line 1 is no JSON"),
    ],
)
def test_another_file_is_refused(tmp_path, capsys, text, words):
    path = tmp_path / "other.txt"
    path.write_text(text, "utf-8")
    code, said = check(capsys, path)
    assert code == 2
    assert words in said


@pytest.mark.parametrize("lost", ["c", "h"])
def test_an_entry_of_another_form_is_refused(export, capsys, lost):
    alter(export, 9, **{lost: None})
    words = "the entry 9 is not of the form window-kiosk-ledger-1"
    assert check(capsys, export) == (2, words)


def test_a_file_that_is_not_there_and_one_that_is_no_text(tmp_path, capsys):
    assert check(capsys, tmp_path / "none")[0] == 2
    (tmp_path / "bytes").write_bytes(b"\xff\xfe\x00")
    assert check(capsys, tmp_path / "bytes")[0] == 2


def test_a_checkpoint_file_without_one_is_refused(export, tmp_path, capsys):
    held = tmp_path / "held.txt"
    held.write_text("hello\n", "utf-8")
    code, said = check(capsys, export, "--checkpoint", held)
    assert (code, said) == (2, f"{held}: there is no checkpoint in it")
