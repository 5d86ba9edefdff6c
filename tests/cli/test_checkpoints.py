"""`flask ledger checkpoint`: the notes, where they were copied, and refusals."""

import pytest

from kiosk.domain.notes import parse_note
from kiosk.extensions.signing import COPIES, KEY_FILE
from tests.checkpoints import newest
from tests.engines import ON_SQLITE


@pytest.fixture
def signed(runner):
    return lambda: runner.invoke(args=["ledger", "checkpoint"])


def test_notes_are_printed_as_they_are_handed_out(signed, tmp_path):
    result = signed()
    assert result.exit_code == 0
    found = newest()
    assert result.stdout == "".join(f"{found[chain].note}\n" for chain in (0, 1))
    assert parse_note(found[1].note).statement == found[1].statement
    assert result.stderr == (
        f"organisation: {found[0].size} entries, short code {found[0].code}\n"
        f"服务中心: {found[1].size} entries, short code {found[1].code}\n"
        f"Copied to {tmp_path / COPIES}\n"
    )
    assert (tmp_path / COPIES).read_text("utf-8") == result.stdout


@ON_SQLITE
def test_twice_prints_the_same(signed):
    first = signed()
    assert signed().stdout == first.stdout


@ON_SQLITE
def test_a_broken_key_is_named(signed, tmp_path):
    (tmp_path / KEY_FILE).write_text("no key")
    result = signed()
    assert result.exit_code == 1
    assert f"The signing key in {tmp_path / KEY_FILE} cannot be read." in result.stderr
