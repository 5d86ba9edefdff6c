"""The life of a case: every act from every side in every state, and what is written."""

import pytest

from kiosk.domain.case_steps import STEPS, after
from kiosk.domain.cases import (
    WORDS_MOST,
    Act,
    CaseState,
    NotNow,
    OutsideOnly,
    Second,
    SecondUnknown,
    Side,
    WordsMissing,
    WordsTooLong,
    parse_second,
    parse_words,
)

SIDES = (Side.UNIT, Side.OUTSIDE, Side.CITIZEN, Side.CLOCK)
STATES = (
    CaseState.WAITING,
    CaseState.CHECKING,
    CaseState.DOUBTED,
    CaseState.ANSWERED,
    CaseState.CLOSED,
)
LIVES = {
    # For unit, outside, citizen and clock: what comes of it when the case is Waiting,
    # Checking, Doubted, Answered and cLosed. "-": not now; "!": only from outside.
    Act.ACCEPT: ("C----", "C----", "-----", "-----"),
    Act.PAUSE: ("-C---", "-C---", "-----", "-----"),
    Act.RESUME: ("-C---", "-C---", "-----", "-----"),
    Act.ANSWER: ("-A---", "-A---", "-----", "-----"),
    Act.DOUBT: ("-D---", "-----", "-----", "-----"),
    Act.AGREE: ("!!!!!", "-AA--", "-----", "-----"),
    Act.SEND_BACK: ("!!!!!", "--CC-", "-----", "-----"),
    Act.RECTIFY: ("---AL", "---AL", "-----", "-----"),
    Act.CALL_BACK: ("!!!!!", "---AL", "-----", "-----"),
    Act.RATE: ("!!!!!", "-----", "---AL", "-----"),
    Act.CLOSE: ("!!!!!", "---L-", "---L-", "---L-"),
    Act.REOPEN: ("!!!!!", "---CC", "---CC", "-----"),
}
LETTERS = {
    "W": CaseState.WAITING,
    "C": CaseState.CHECKING,
    "D": CaseState.DOUBTED,
    "A": CaseState.ANSWERED,
    "L": CaseState.CLOSED,
}
REFUSALS = {"-": NotNow, "!": OutsideOnly}


def test_every_act_has_its_row():
    assert set(LIVES) == set(Act) == set(STEPS)
    assert set(LETTERS.values()) == set(STATES) == set(CaseState)
    assert set(SIDES) == set(Side)


@pytest.mark.parametrize("act", Act)
@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("state", STATES)
def test_what_an_act_makes_of_a_case(act, side, state):
    letter = LIVES[act][SIDES.index(side)][STATES.index(state)]
    if letter in REFUSALS:
        with pytest.raises(REFUSALS[letter]):
            after(state, act, side)
    else:
        assert after(state, act, side) is LETTERS[letter]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  已核查。 ", "已核查。"),
        ("第一行\r\n第二行", "第一行\n第二行"),
        ("x", "x"),
        ("字" * WORDS_MOST, "字" * WORDS_MOST),
        (" " + "字" * WORDS_MOST + "\n", "字" * WORDS_MOST),
    ],
)
def test_words_are_tidied_and_kept(typed, kept):
    assert parse_words(typed) == kept


@pytest.mark.parametrize("typed", ["", "   ", "\n\t \u3000", "\u200b"])
def test_no_words_are_refused(typed):
    with pytest.raises(WordsMissing):
        parse_words(typed)


@pytest.mark.parametrize("length", [WORDS_MOST + 1, 10_000])
def test_too_many_words_are_refused_with_both_numbers(length):
    with pytest.raises(WordsTooLong) as refused:
        parse_words("字" * length)
    assert refused.value.values == {"length": length, "most": WORDS_MOST}


def test_another_bound_may_be_asked_for():
    assert parse_words("字" * 200, 200) == "字" * 200
    with pytest.raises(WordsTooLong):
        parse_words("字" * 201, 200)


@pytest.mark.parametrize(
    ("value", "second"),
    [("1", Second.NOT), ("2", Second.FAIRLY), ("3", Second.CONTENT)],
)
def test_a_second_rating_is_one_of_three(value, second):
    assert parse_second(value) is second


@pytest.mark.parametrize("value", ["", "0", "4", "01", " 1", "٣", "1.0", "content"])
def test_anything_else_is_no_second_rating(value):
    with pytest.raises(SecondUnknown):
        parse_second(value)
