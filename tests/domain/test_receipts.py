"""Receipts: derived from the id alone, equal on server and screen, safe to type."""

import json
import shutil
import subprocess
from itertools import permutations
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.receipts import (
    ALPHABET,
    format_receipt,
    parse_receipt,
    receipt_code,
)

SCRIPT = Path(__file__).parents[2] / "static" / "js" / "receipt.js"
# Worked out by a second program that evaluates the check as a polynomial. They may
# never change: people keep them on paper.
KNOWN = {
    "00000000-0000-4000-8000-000000000000": "2222-2222-22222",
    "00000000-0000-4000-8000-000000000001": "2222-2222-22234",
    "ffffffff-ffff-4fff-bfff-ffffffffffff": "ZZZZ-ZZZZ-ZZZZS",
    "5f0c9f6e-3a52-4a3e-9c1d-7be1f0a4d2c6": "S9DV-W9SC-BNQ8Y",
    "123e4567-e89b-42d3-a456-426614174000": "APL4-ESC3-GJ22N",
}
SOME = [receipt_code(UUID(event_id)) for event_id in KNOWN]
events = st.uuids(version=4)


@pytest.mark.parametrize(("event_id", "receipt"), KNOWN.items())
def test_receipt_of_a_known_id(event_id, receipt):
    assert format_receipt(receipt_code(UUID(event_id))) == receipt


def test_the_alphabet_has_32_letters_that_cannot_be_confused():
    assert len(ALPHABET) == len(set(ALPHABET)) == 32
    assert set("0O1I").isdisjoint(ALPHABET)


@given(events)
def test_a_receipt_is_thirteen_letters_and_reads_back(event_id):
    code = receipt_code(event_id)
    assert len(code) == 13
    assert set(code) <= set(ALPHABET)
    assert parse_receipt(format_receipt(code)) == code


@given(events, st.integers(0, 59))
def test_another_id_in_any_of_its_last_sixty_bits_is_another_receipt(event_id, bit):
    assert receipt_code(UUID(int=event_id.int ^ (1 << bit))) != receipt_code(event_id)


@pytest.mark.parametrize("code", SOME)
def test_every_single_mistyped_letter_is_found(code):
    wrong = [
        code[:place] + letter + code[place + 1 :]
        for place in range(13)
        for letter in ALPHABET
        if letter != code[place]
    ]
    assert len(wrong) == 13 * 31
    assert [typed for typed in wrong if parse_receipt(typed) is not None] == []


@pytest.mark.parametrize("code", SOME)
def test_every_swap_of_neighbours_is_found(code):
    missed = []
    for left, right in permutations(ALPHABET, 2):
        for place in range(11):
            whole = complete(code[:place] + left + right + code[place + 2 : 12])
            swapped = whole[:place] + right + left + whole[place + 2 :]
            if parse_receipt(swapped) is not None:
                missed.append((whole, swapped))
    assert missed == []


@pytest.mark.parametrize("code", SOME)
def test_every_swap_with_the_check_letter_is_found(code):
    ends = [complete(code[:11] + letter) for letter in ALPHABET]
    swapped = [end[:11] + end[12] + end[11] for end in ends if end[11] != end[12]]
    assert len(swapped) == 31
    assert [typed for typed in swapped if parse_receipt(typed) is not None] == []


def complete(twelve: str) -> str:
    """Return the receipt that begins with these letters, by way of an id."""
    number = 0
    for letter in twelve:
        number = number * 32 + ALPHABET.index(letter)
    whole = receipt_code(UUID(int=number))
    assert whole[:12] == twelve
    return whole


@pytest.mark.parametrize(
    "typed",
    [
        "S9DVW9SCBNQ8Y",
        "s9dv-w9sc-bnq8y",
        " S9DV W9SC BNQ8Y ",
        "S9DV–W9SC—BNQ8Y",
        "S9DV.W9SC/BNQ8Y\n",
        "S9DV\u3000W9SC\u200bBNQ8Y",
    ],
)
def test_case_blanks_and_separators_do_not_matter(typed):
    assert parse_receipt(typed) == "S9DVW9SCBNQ8Y"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "-",
        "S9DV-W9SC-BNQ8",
        "S9DV-W9SC-BNQ8YY",
        "S9DV-W9SC-BNQ8Z",
        "O9DV-W9SC-BNQ8Y",
        "S9DV-W9SC-BNQ80",
        "I9DV-W9SC-BNQ8Y",
        "19DV-W9SC-BNQ8Y",
        "Ｓ９ＤＶＷ９ＳＣＢＮＱ８Ｙ",
        "S9DVW9SCBNQ8\u00df",
        "9" * 100_000,
        "'; DROP TABLE rating; --",
        "\x00" * 13,
    ],
    ids=lambda typed: ascii(typed[:20]),
)
def test_what_is_no_receipt_is_none(typed):
    assert parse_receipt(typed) is None


@pytest.mark.unmeasured
@given(st.text())
def test_any_text_is_a_valid_code_or_none(typed):
    code = parse_receipt(typed)
    assert code is None or parse_receipt(code) == code


def test_the_screen_computes_the_same_receipts(tmp_path):
    node = shutil.which("node")
    if node is None:
        pytest.skip("node is not installed: receipt.js is NOT compared with the server")
    ids = [*KNOWN, *(str(UUID(int=(0x9E3779B97F4A7C15 * n) << 1)) for n in range(500))]
    program = (
        f"import {{ receiptCode }} from {json.dumps(SCRIPT.as_uri())};"
        f"console.log(JSON.stringify({json.dumps(ids)}.map(receiptCode)));"
    )
    # The file is an ES module; only the name of a package around it could say so.
    copied = tmp_path / "receipt.mjs"
    copied.write_bytes(SCRIPT.read_bytes())
    program = program.replace(SCRIPT.as_uri(), copied.as_uri())
    done = subprocess.run(
        [node, "--input-type=module", "-e", program],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert json.loads(done.stdout) == [
        format_receipt(receipt_code(UUID(event_id))) for event_id in ids
    ]
