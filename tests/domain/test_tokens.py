"""Secrets and codes: enough randomness, safe letters, stored only as hashes."""

import re
from hashlib import sha256

from kiosk.domain.tokens import new_code, new_token, token_hash


def test_a_token_has_192_bits_and_is_safe_in_an_address():
    tokens = {new_token() for _ in range(500)}
    assert len(tokens) == 500
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{32}", token) for token in tokens)


def test_a_hash_is_plain_sha_256_of_the_token():
    assert token_hash("abc") == bytes.fromhex(
        "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    )
    assert token_hash("评价") == sha256("评价".encode()).digest()


def test_a_window_code_has_seven_letters_that_cannot_be_confused():
    codes = [new_code() for _ in range(500)]
    assert len(set(codes)) == 500
    assert {len(code) for code in codes} == {7}
    seen = set("".join(codes))
    assert seen == set("23456789bcdfghjkmnpqrstvwxyz")
    assert seen.isdisjoint("01ilo")
