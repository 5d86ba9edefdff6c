"""Which passwords are taken."""

import unicodedata

import pytest

from kiosk.domain.passwords import (
    TYPED_MOST,
    PasswordCommon,
    PasswordNamed,
    PasswordTooLong,
    PasswordTooShort,
    check_password,
    normal_password,
)

GOOD = "blue goat on the roof"


@pytest.mark.parametrize(
    "password",
    [
        GOOD,
        "蓝色的山羊坐在屋顶上唱歌",
        "xkqv-7291-mfwp",
        "Tr0ub4dor&3 tin",
        "hall window plant cup",
        "  spaces count too  ",
        "🐐🐐 on the roof 🐐🐐",
        "monkey dragon and tea",
    ],
)
def test_long_and_unusual_is_enough(password):
    check_password(password, "wang.li")


@pytest.mark.parametrize("password", ["", "x", "blue goat o", "蓝色的山羊坐在屋顶上唱"])
def test_eleven_characters_are_too_few(password):
    with pytest.raises(PasswordTooShort, match="at least 12 characters"):
        check_password(password, "wang.li")


def test_twelve_characters_are_enough():
    check_password("blue goat on", "wang.li")
    check_password("蓝色的山羊坐在屋顶上唱歌", "wang.li")


def test_characters_are_counted_as_people_see_them():
    """Six letters with their accents beside them are six, however they are typed."""
    apart = unicodedata.normalize("NFD", "éèêëàù")
    assert len(apart) == 12
    with pytest.raises(PasswordTooShort):
        check_password(apart, "wang.li")


def _of_length(length: int) -> str:
    words = "".join(chr(0x4E00 + 37 * number) for number in range(length))
    assert len(words) == length
    return words


def test_128_characters_are_taken_and_129_are_not():
    check_password(_of_length(128), "wang.li")
    with pytest.raises(PasswordTooLong, match="at most 128 characters"):
        check_password(_of_length(129), "wang.li")


def test_nothing_is_put_in_order_that_is_longer_than_a_password_can_be():
    assert normal_password("a" * TYPED_MOST) == "a" * TYPED_MOST
    with pytest.raises(PasswordTooLong):
        normal_password("a" * (TYPED_MOST + 1))


def test_one_password_typed_on_two_keyboards_is_one():
    assert normal_password("e\u0301t\u00e9") == normal_password("\u00e9te\u0301")


def test_nothing_is_trimmed_or_made_alike():
    for password in [" Blue Goat ", "ＡＢＣ", "ﬁ", "A", "\tx"]:
        assert normal_password(password) == password


@pytest.mark.parametrize(
    "password",
    [
        "qwerty123456",
        "1qaz2wsx3edc",
        "QWERTY123456",
        "password1234",
        "Password2024!",
        "2024password!!",
        "monkeydragon",
        "passwordpassword",
        "woaini1314520",
        "aaaaaaaaaaaa",
        "abababababab",
        "abcdefabcdefab",
        "123456789012",
        "098765432109",
        "abcdefghijklm",
        "zyxwvutsrqponm",
    ],
)
def test_what_everybody_tries_first_is_refused(password):
    with pytest.raises(PasswordCommon):
        check_password(password, "wang.li")


@pytest.mark.parametrize(
    "password",
    [
        "abcdefgabcdefgx",
        "1234567890123x",
        "135791113151719",
        "acegikmoqsuwy",
        "abcdefghijkln",
    ],
)
def test_the_rules_against_patterns_end_where_they_say(password):
    check_password(password, "wang.li")


@pytest.mark.parametrize(
    "password",
    [
        "wang.li is my name",
        "I AM WANG.LI TODAY",
        "the kiosk in the hall",
        "Window-Kiosk-2026",
        "chuangping2026hall",
        "窗评窗评一二三四五六七八",
    ],
)
def test_login_and_product_are_no_part_of_it(password):
    with pytest.raises(PasswordNamed):
        check_password(password, "wang.li")


def test_a_login_of_two_letters_may_be_in_it_by_chance():
    check_password("oolong at four, li", "li")
    with pytest.raises(PasswordNamed):
        check_password("oolong at four, lin", "lin")


def test_a_login_in_capitals_is_found_too():
    with pytest.raises(PasswordNamed):
        check_password("wang.li is my name", "Wang.Li")
