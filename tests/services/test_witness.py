"""The witness: yes to what was handed out, and a reason for every no."""

from base64 import b64encode

import pytest

from kiosk.domain.notes import Note, Statement, note_text, parse_note
from kiosk.extensions import reading
from kiosk.models import ORGANISATION
from kiosk.services.witness import Finding, Verdict, examine_code, examine_note
from tests.checkpoints import (
    CENTRE,
    add_entries,
    behind_the_product,
    checkpoint_now,
    new_signer,
    newest,
    sign,
)
from tests.conftest import NOON
from tests.statements import statements


@pytest.fixture
def kept(app):
    """A checkpoint of the centre after five entries; two more have come since."""
    add_entries(CENTRE, NOON, 4)
    view = checkpoint_now(NOON)
    assert view.size == 5
    add_entries(CENTRE, NOON, 2)
    return view


def asked(text: str) -> Verdict:
    with reading() as session:
        return examine_note(session, parse_note(text))


def asked_code(chain: int, size: int, code: str) -> Verdict | None:
    with reading() as session:
        return examine_code(session, chain, size, code)


def test_a_checkpoint_fits_as_long_as_nothing_before_it_changes(kept):
    found = asked(kept.note)
    assert found == Verdict(Finding.FITS, {"since": 2})
    assert found.good
    assert found.text % found.values == (
        "Yes. The ledger still begins with exactly what this checkpoint covers; "
        "2 entries have been added since."
    )


def test_a_checkpoint_of_now_fits(kept):
    assert asked(checkpoint_now(NOON).note) == Verdict(Finding.FITS, {"since": 0})


def test_the_organisations_own_fits_too(kept):
    assert asked(newest()[ORGANISATION].note).finding is Finding.FITS


def test_old_keys_still_hold_after_another_machine_signed(kept):
    sign(new_signer(), NOON)
    assert asked(kept.note).finding is Finding.FITS


def test_the_three_lines_alone_fit_but_are_called_unsigned(kept):
    found = asked(kept.statement.body)
    assert (found.finding, found.good) == (Finding.FITS_UNSIGNED, True)


def test_a_note_of_another_ledger_is_said_so(kept):
    other = Statement("window-kiosk/other/centre/main", 5, kept.statement.tip)
    found = asked(note_text(other, kept.public, kept.signature))
    assert found == Verdict(Finding.OTHER_LEDGER, {"origin": other.origin})
    assert not found.good


@pytest.mark.parametrize(
    "forged",
    [
        lambda view: note_text(view.statement, view.public, bytes(64)),
        lambda view: note_text(
            Statement(view.statement.origin, 5, bytes(32)), view.public, view.signature
        ),
        lambda view: note_text(
            Statement(view.statement.origin, 4, view.statement.tip),
            view.public,
            view.signature,
        ),
        lambda view: view.note.replace("centre/main ", "centre/other "),
    ],
    ids=["signature", "tip", "size", "name-of-the-signer"],
)
def test_a_forged_signature_is_not_ours(kept, forged):
    assert asked(forged(kept)) == Verdict(Finding.NOT_OUR_SIGNATURE)


def test_a_strangers_key_is_not_ours_even_for_true_lines(kept):
    stranger = new_signer()
    signature = stranger.sign(kept.statement.body.encode())
    note = note_text(kept.statement, stranger.public, signature)
    assert asked(note).finding is Finding.NOT_OUR_SIGNATURE


def test_one_true_signature_among_others_is_enough(kept):
    other = b64encode(b"abcd" + bytes(64)).decode()
    text = f"{kept.note}\u2014 witness.example {other}\n"
    assert asked(text).finding is Finding.FITS


def test_a_chain_that_lost_its_end_is_found(kept):
    behind_the_product("DELETE FROM ledger_entry WHERE chain_id = 1 AND number > 3")
    behind_the_product("UPDATE chain SET number = 3 WHERE id = 1")
    found = asked(kept.note)
    assert found == Verdict(Finding.SHORTER, {"size": 5, "now": 3})
    assert "has only 3" in found.text % found.values


def test_an_entry_with_another_hash_is_found(kept):
    behind_the_product(
        "UPDATE ledger_entry SET hash = commitment WHERE chain_id = 1 AND number = 5"
    )
    assert asked(kept.note) == Verdict(Finding.OTHER_HASH, {"size": 5})
    found = asked(kept.statement.body)
    assert found == Verdict(Finding.OTHER_UNSIGNED, {"size": 5})


def test_an_entry_taken_out_is_found(kept):
    behind_the_product("DELETE FROM ledger_entry WHERE chain_id = 1 AND number = 5")
    assert asked(kept.note).finding is Finding.OTHER_HASH


def test_nothing_at_all_is_the_beginning_of_every_ledger(kept):
    """Size 0 has a hash too: that of the name alone."""
    empty = Statement(kept.statement.origin, 0, b"")
    wrong = Note(Statement(empty.origin, 0, bytes(32)), ())
    with reading() as session:
        assert examine_note(session, wrong).finding is Finding.OTHER_UNSIGNED


def test_a_short_code_fits_or_says_what_it_should_be(kept):
    assert asked_code(CENTRE, 5, kept.code) == Verdict(Finding.FITS, {"since": 2})
    found = asked_code(CENTRE, 5, "AAAAA-AAAAA")
    assert found == Verdict(
        Finding.OTHER_CODE, {"size": 5, "ours": kept.code, "code": "AAAAA-AAAAA"}
    )
    assert asked_code(CENTRE, 4, kept.code).finding is Finding.OTHER_CODE
    assert asked_code(ORGANISATION, 5, kept.code).finding is not Finding.FITS


def test_a_short_code_of_what_is_not_there_yet_or_not_at_all(kept):
    values = {"size": 8, "now": 7}
    assert asked_code(CENTRE, 8, kept.code) == Verdict(Finding.SHORTER, values)
    assert asked_code(7, 5, kept.code) is None


def test_an_answer_costs_the_same_however_long_the_ledger_is(kept):
    with statements() as short:
        asked(kept.note)
    add_entries(CENTRE, NOON, 20)
    with statements() as long:
        asked(kept.note)
    assert len(long) == len(short) == 3
