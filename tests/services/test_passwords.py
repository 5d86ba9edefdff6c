"""Passwords as they are stored."""

import re
from time import thread_time

from argon2 import PasswordHasher

from kiosk.services.passwords import hash_password, is_outdated, password_matches

GOOD = "blue goat on the roof"


def test_a_hash_names_the_costs_that_owasp_asks_for_at_least():
    assert re.match(r"\$argon2id\$v=19\$m=19456,t=2,p=1\$", hash_password(GOOD))


def test_a_password_matches_its_own_hash_only():
    stored = hash_password(GOOD)
    assert password_matches(stored, GOOD)
    for other in ["", GOOD + " ", " " + GOOD, GOOD.upper(), GOOD[:-1]]:
        assert not password_matches(stored, other)


def test_two_people_with_one_password_have_two_hashes():
    assert hash_password(GOOD) != hash_password(GOOD)


def test_one_password_of_two_keyboards_is_the_same():
    stored = hash_password("\u00e9t\u00e9 on the roof")
    assert password_matches(stored, "e\u0301te\u0301 on the roof")


def test_every_character_counts_however_many():
    long = "".join(chr(0x4E00 + number) for number in range(128))
    stored = hash_password(long)
    assert password_matches(stored, long)
    assert not password_matches(stored, long[:-1] + "x")


def test_nothing_matches_an_account_without_a_password():
    assert not password_matches("", "")
    assert not password_matches("", GOOD)


def _work(stored: str) -> float:
    """Return the CPU seconds that a wrong guess costs, at its quickest of five."""
    spent = []
    for _ in range(5):
        begun = thread_time()
        password_matches(stored, "wrong")
        spent.append(thread_time() - begun)
    return min(spent)


def test_a_guess_at_nobody_is_as_much_work_as_one_at_somebody():
    """Else the time of an answer would tell which logins exist."""
    assert _work("") > _work(hash_password(GOOD)) / 2


def test_a_damaged_hash_matches_nothing():
    assert not password_matches("not a hash", GOOD)
    assert not password_matches(hash_password(GOOD)[:-4], GOOD)


def test_a_whole_book_is_no_password_and_costs_nothing():
    assert not password_matches(hash_password(GOOD), GOOD * 10_000)


def test_half_a_character_is_hashed_like_any_other():
    assert password_matches(hash_password("\ud83d on the roof"), "\ud83d on the roof")


def test_a_hash_of_other_costs_is_outdated():
    cheap = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1)
    stored = cheap.hash(GOOD)
    assert password_matches(stored, GOOD)
    assert is_outdated(stored)
    assert not is_outdated(hash_password(GOOD))
