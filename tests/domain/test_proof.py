"""The walk along a chain, and checkpoints read from a file."""

from datetime import date
from hashlib import sha256

import pytest

from kiosk.domain.chain import Link, commitment, entry_hash, first_tip, joined
from kiosk.domain.notes import NotACheckpoint, SignatureCut, Statement, note_text
from kiosk.domain.proof import BREAKS, FLAWS, Flaw, Walk, notes_in, sealed_body

ORIGIN = "window-kiosk/6a0f8b9e-0000-4000-8000-000000000001/centre/main"
DAY = "2026-07-16"


def entries(count: int) -> list[tuple[int, str, str, bytes, bytes]]:
    """Return a right chain, made without the code that is tested."""
    tip, made = sha256(b"\x02" + ORIGIN.encode()).digest(), []
    for number in range(1, count + 1):
        sealed = sha256(b"body %d" % number).digest()
        words = f"{number}\n{DAY}\nrating\n".encode()
        tip = sha256(b"\x00" + tip + words + sealed).digest()
        made.append((number, DAY, "rating", sealed, tip))
    return made


def walked(chain) -> list[tuple[int, str | None]]:
    walk = Walk(ORIGIN)
    return [(entry[0], walk.step(*entry)) for entry in chain]


def wrong(chain) -> list[tuple[int, str]]:
    return [(number, code) for number, code in walked(chain) if code]


def test_a_right_chain_is_walked_to_its_end():
    chain = entries(5)
    assert wrong(chain) == []
    walk = Walk(ORIGIN)
    assert (walk.number, walk.tip) == (0, first_tip(ORIGIN))
    for entry in chain:
        walk.step(*entry)
    assert (walk.number, walk.tip) == (5, chain[-1][-1])


def test_a_chain_of_another_origin_is_wrong_from_the_first():
    walk = Walk(f"{ORIGIN}x")
    assert walk.step(*entries(1)[0]) == "hash_differs"


@pytest.mark.parametrize(
    ("place", "value"),
    [(1, "2026-07-17"), (2, "hold"), (3, bytes(32)), (4, bytes(32))],
)
def test_each_part_of_an_entry_is_covered(place, value):
    chain = entries(4)
    altered = list(chain[1])
    altered[place] = value
    chain[1] = tuple(altered)
    found = wrong(chain)
    assert found[0] == (2, "hash_differs")
    # Only a hash that was changed reaches the entry after it.
    assert found[1:] == ([(3, "hash_differs")] if place == 4 else [])


def test_a_missing_entry_is_told_once():
    chain = entries(5)
    del chain[2]
    assert wrong(chain) == [(4, "entry_missing")]


def test_two_that_changed_places_are_seen_at_the_first():
    chain = entries(4)
    second, third = chain[1], chain[2]
    chain[1], chain[2] = (2, *third[1:]), (3, *second[1:])
    assert wrong(chain)[0] == (2, "hash_differs")


def test_parts_as_stored_give_the_same_hash_as_a_link():
    link = Link(7, date(2026, 7, 16), "rating", bytes(range(32)))
    assert joined(b"t" * 32, 7, DAY, "rating", bytes(range(32))) == entry_hash(
        b"t" * 32, link
    )


def test_a_body_fits_its_own_commitment_only():
    sealed = commitment(b"s" * 32, "{}")
    assert sealed_body(b"s" * 32, "{}", sealed)
    assert not sealed_body(b"s" * 32, "{ }", sealed)
    assert not sealed_body(b"t" * 32, "{}", sealed)


def test_breaks_of_the_chain_come_first_then_numbers_then_the_rest():
    flaws = [
        Flaw("tally_day", None, {"window": "A", "day": DAY}),
        Flaw("record_gone", 2, {"kind": "unit", "key": 1}),
        Flaw("hash_differs", 9),
        Flaw("entry_missing", 8),
    ]
    ordered = sorted(flaws, key=lambda flaw: flaw.order)
    assert [flaw.number for flaw in ordered] == [8, 9, 2, None]


def test_breaks_are_known_flaws():
    assert set(FLAWS) >= BREAKS


def test_a_flaw_is_a_sentence():
    flaw = Flaw("record_gone", 2, {"kind": "unit", "key": 1})
    assert flaw.words == "The unit 1 that it tells of is gone."


# Files of checkpoints

FIRST, SECOND = Statement(ORIGIN, 3, bytes(32)), Statement(ORIGIN, 17, b"\xff" * 32)


def signed(said: Statement) -> str:
    return note_text(said, bytes(32), bytes(64))


def test_a_file_of_one_note_without_signature():
    [note] = notes_in(FIRST.body)
    assert (note.statement, note.signatures) == (FIRST, ())


def test_a_file_of_many_signed_notes():
    text = f"{signed(FIRST)}\n{signed(SECOND)}\n"
    notes = notes_in(text.replace("\n", "\r\n"))
    assert [note.statement for note in notes] == [FIRST, SECOND]
    assert [len(note.signatures) for note in notes] == [1, 1]


def test_a_mark_at_the_beginning_of_the_file_does_no_harm():
    assert [n.statement for n in notes_in(f"\ufeff{FIRST.body}")] == [FIRST]


@pytest.mark.parametrize("text", ["", "hello\n", f"{ORIGIN}\n3\n", f"{ORIGIN}\n"])
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(NotACheckpoint):
        notes_in(text)


def test_words_before_the_first_note_are_refused():
    with pytest.raises(NotACheckpoint):
        notes_in(f"our checkpoints:\n{FIRST.body}")


def test_one_broken_note_among_many_is_refused():
    cut = signed(SECOND)[:-20]
    with pytest.raises(SignatureCut):
        notes_in(f"{signed(FIRST)}\n{cut}\n{signed(FIRST)}")
