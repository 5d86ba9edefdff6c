"""Examples are told again: a citizen's own words are refused."""

import pytest

from kiosk.domain.case_examples import EXAMPLE_MOST, TooClose, parse_example
from kiosk.domain.cases import WordsMissing, WordsTooLong
from kiosk.domain.masking import MARK

VOICE = "我在三号窗口等了两个小时没有人理我"


def test_own_words_are_kept_with_numbers_hidden():
    told = parse_example("办事人久等，来电 13900001234 说明", [VOICE])
    assert told == f"办事人久等，来电 {MARK} 说明"


@pytest.mark.parametrize(
    "copied",
    [
        VOICE,
        "有人说：窗口等了两个小时没有人理我。",
        "窗口等了 两个小时，没有—人理我！某",
    ],
)
def test_twelve_letters_in_a_row_of_a_citizen_are_refused(copied):
    with pytest.raises(TooClose) as refused:
        parse_example(copied, ["办得很慢", VOICE])
    assert len(refused.value.values["words"]) == 12
    assert refused.value.values["words"] in VOICE


def test_eleven_letters_in_a_row_happen_by_chance():
    assert parse_example(VOICE[:11], [VOICE]) == VOICE[:11]
    with pytest.raises(TooClose):
        parse_example(VOICE[:12], [VOICE])


def test_capital_letters_make_no_other_words():
    with pytest.raises(TooClose):
        parse_example("THEY LET ME WAIT", ["they let me wait"])


def test_an_example_has_words_but_not_too_many():
    with pytest.raises(WordsMissing):
        parse_example(" \n ", [])
    with pytest.raises(WordsTooLong):
        parse_example("长" * (EXAMPLE_MOST + 1), [])
    assert parse_example("长" * EXAMPLE_MOST, [])
