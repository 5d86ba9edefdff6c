"""Typed words: what would deceive or break is taken out, the words stay."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.free_text import clean_text


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("办事很快", "办事很快"),
        ("  two   words ", "two words"),
        ("a\u3000b", "a b"),
        ("a\u00a0b", "a b"),
        ("", ""),
        (" \t\r\n ", ""),
        ("a\nb", "a b"),
        ("a\r\nb", "a b"),
        ("a\rb", "a b"),
        ("a\u2028b\u2029c", "a b c"),
        ("a\x0bb\x0cc\x85d\x1ce", "a b c d e"),
    ],
    ids=repr,
)
def test_blanks_become_one_space(typed, kept):
    assert clean_text(typed) == kept


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("a\r\nb", "a\nb"),
        ("a\rb", "a\nb"),
        ("a\nb", "a\nb"),
        ("a\n\nb", "a\n\nb"),
        ("\n\n a  b \n\tc\n", "a b\nc"),
        ("a\u2028b\x0bc", "a b c"),
    ],
    ids=repr,
)
def test_line_breaks_stay_where_lines_are_wanted(typed, kept):
    assert clean_text(typed, lines=True) == kept


@pytest.mark.parametrize(
    "hidden",
    [
        "\x00",
        "\x07",
        "\x1b",
        "\x7f",
        "\x80",
        "\u00ad",
        "\u061c",
        "\u200b",
        "\u200c",
        "\u200d",
        "\u200e",
        "\u200f",
        "\u202a",
        "\u202d",
        "\u202e",
        "\u2060",
        "\u2066",
        "\u2069",
        "\ufeff",
        "\U000e0041",
        "\ud800",
    ],
    ids=lambda mark: f"{ord(mark):04X}",
)
@pytest.mark.parametrize("lines", [False, True])
def test_hidden_and_turning_characters_are_taken_out(hidden, lines):
    assert clean_text(f"不{hidden}满{hidden}{hidden}意", lines=lines) == "不满意"


@pytest.mark.parametrize(
    "words",
    [
        "<script>alert(1)</script> & \"quotes\" 'both'",
        "＝１＋１ “引号” …——《办事指南》",
        "👍🏽 😀 ❤️",
        # Newer than the tables of some Pythons: rare characters of real names.
        "\U00031350\U0002ebf0",
        "\U0001fae8",
        "\ue000",
    ],
    ids=ascii,
)
def test_everything_people_mean_stays(words):
    assert clean_text(words) == words


def test_an_emoji_joined_from_parts_falls_apart_into_them():
    assert clean_text("👩\u200d👧") == "👩👧"


def test_equal_words_typed_in_two_ways_are_stored_alike():
    assert clean_text("u\u0308ber") == clean_text("\u00fcber") == "\u00fcber"


def test_thirty_marks_stay_on_a_letter_and_no_more():
    marks = "\u0323" * 40
    assert clean_text("x" + marks[:30]) == "x" + marks[:30]
    assert clean_text("x" + marks[:31]) == "x" + marks[:30]
    assert clean_text("x" + "\u200b".join(marks) + "q" + marks) == (
        "x" + marks[:30] + "q" + marks[:30]
    )


def test_a_body_full_of_marks_costs_no_more_than_its_length():
    # Sorting 32,000 marks as one run holds the whole process for over a second;
    # cut into runs of thirty, nothing is left to sort.
    assert len(clean_text("a" + "\u0301\u0323" * 16_000)) == 30


@given(st.text(), st.booleans())
def test_cleaning_twice_changes_nothing_more(typed, lines):
    once = clean_text(typed, lines=lines)
    assert clean_text(once, lines=lines) == once


@given(st.text(), st.booleans())
def test_what_is_stored_can_be_encoded_and_holds_no_control(typed, lines):
    kept = clean_text(typed, lines=lines)
    kept.encode()
    controls = {mark for mark in kept if unicodedata.category(mark) in ("Cc", "Cf")}
    assert controls <= ({"\n"} if lines else set())
    assert kept == kept.strip()
