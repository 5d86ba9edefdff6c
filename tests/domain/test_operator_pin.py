"""The operator's PIN: what is taken, what is made, and what a screen checks it by."""

from hashlib import pbkdf2_hmac

import pytest

from kiosk.domain.operator_pin import (
    PIN_DIGITS,
    ROUNDS,
    OperatorPinInvalid,
    OperatorPinTooPlain,
    new_operator_pin,
    parse_operator_pin,
    verifier_of,
)


@pytest.mark.parametrize(
    ("typed", "pin"),
    [("482915", "482915"), (" ４８２９１５ ", "482915"), ("123457", "123457")],
)
def test_six_digits_are_taken_in_any_width(typed, pin):
    assert parse_operator_pin(typed) == pin


@pytest.mark.parametrize(
    "typed", ["", "48291", "4829155", "48291a", "48 915", "४८२९१५"]
)
def test_other_than_six_digits_is_refused(typed):
    with pytest.raises(OperatorPinInvalid, match="exactly 6 digits"):
        parse_operator_pin(typed)


@pytest.mark.parametrize("typed", ["000000", "111111", "123456", "987654", "012345"])
def test_rows_that_everybody_tries_are_refused(typed):
    with pytest.raises(OperatorPinTooPlain):
        parse_operator_pin(typed)


def test_made_pins_differ_and_are_ones_that_are_taken():
    made = [new_operator_pin() for _ in range(200)]
    assert [parse_operator_pin(pin) for pin in made] == made
    assert len(set(made)) > 190


def test_a_row_that_chance_brings_is_not_given_out():
    drawn = iter([111111, 12345, 7])
    assert new_operator_pin(lambda _most: next(drawn)) == "000007"


def test_proof_is_the_standards_own():
    verifier = verifier_of("482915", "main", "a secret of the server")
    salt = bytes.fromhex(verifier.salt)
    expected = pbkdf2_hmac("sha256", b"482915", salt, ROUNDS).hex()
    assert (verifier.proof, verifier.rounds) == (expected, ROUNDS)
    assert (len(salt), PIN_DIGITS) == (16, 6)


def test_salt_stays_for_a_pin_and_tells_it_to_nobody_without_the_key():
    """A page must stay equal byte for byte, or screens would load it again."""
    one = verifier_of("482915", "main", "key")
    verifier_of.cache_clear()
    assert verifier_of("482915", "main", "key") == one
    others = [
        verifier_of("482916", "main", "key"),
        verifier_of("482915", "east", "key"),
        verifier_of("482915", "main", "another key"),
    ]
    assert len({one.salt, *(other.salt for other in others)}) == 4
    assert len({one.proof, *(other.proof for other in others)}) == 4
