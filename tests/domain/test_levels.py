"""The five levels: what is accepted, and what is refused rather than interpreted."""

from decimal import Decimal
from enum import IntEnum

import pytest

from kiosk.domain.errors import NotALevel
from kiosk.domain.levels import BEST_FIRST, Level, parse_level


class OtherFive(IntEnum):
    FIVE = 5


class NamedFive(str):
    __slots__ = ()


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("form", [int, str, Level, lambda n: NamedFive(str(n))])
def test_a_number_from_one_to_five_and_its_digit_are_levels(number, form):
    level = parse_level(form(number)) if form is not Level else parse_level(number)
    assert level is Level(number)


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        " ",
        "0",
        "6",
        0,
        6,
        -1,
        -5,
        10**400,
        "5; drop",
        "5;",
        "55",
        "12",
        "12345",
        " 5",
        "5 ",
        "5\n",
        "\t5",
        "+5",
        "-5",
        "05",
        "5.0",
        "5e0",
        "0x5",
        "V",
        "五",
        "５",
        "٥",
        "⁵",
        "⑤",
        True,
        False,
        5.0,
        1.0,
        float("nan"),
        float("inf"),
        Decimal(5),
        complex(5),
        b"5",
        b"\x05",
        [5],
        (5,),
        {"level": 5},
        {5},
        OtherFive.FIVE,
    ],
    ids=repr,
)
def test_anything_else_is_refused(value):
    with pytest.raises(NotALevel):
        parse_level(value)


def test_points_good_and_bad_by_level():
    table = [(int(level), level.points, level.good, level.bad) for level in Level]
    assert table == [
        (5, 100, True, False),
        (4, 75, True, False),
        (3, 50, False, False),
        (2, 25, False, True),
        (1, 0, False, True),
    ]


def test_the_best_level_is_offered_first():
    assert [int(level) for level in BEST_FIRST] == [5, 4, 3, 2, 1]


def test_refusal_has_a_code_and_a_sentence_for_people():
    with pytest.raises(NotALevel) as refused:
        parse_level(None)
    assert (refused.value.code, str(refused.value)) == (
        "level_invalid",
        "Please choose one of the five levels.",
    )
