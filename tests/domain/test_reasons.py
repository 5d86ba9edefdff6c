"""Reasons: other ones by level, and numbers that never get another meaning."""

import pytest

from kiosk.domain.levels import Level
from kiosk.domain.reasons import (
    BAD_REASONS,
    GOOD_REASONS,
    LIST_VERSION,
    Aspect,
    ReasonUnknown,
    aspect_number,
    parse_list_version,
    parse_reasons,
    reason_words,
)


def test_each_aspect_has_three_reasons_for_good_and_three_for_bad():
    for listed in (GOOD_REASONS, BAD_REASONS):
        assert [reason.aspect for reason in listed] == sorted([*Aspect] * 3)
    words = [reason.words for reason in GOOD_REASONS + BAD_REASONS]
    assert len(set(words)) == len(words)


def test_numbers_of_the_first_list_stand_for_ever():
    assert [reason.number for reason in GOOD_REASONS] == [
        *(111, 112, 113),
        *(121, 122, 123),
        *(131, 132, 133),
        *(141, 142, 143),
    ]
    assert [r.number for r in BAD_REASONS] == [r.number + 100 for r in GOOD_REASONS]
    assert aspect_number(Aspect.ATTITUDE, bad=True) == 230
    assert reason_words(231) == "Cold or curt"
    assert reason_words(110) == reason_words(210) == "Efficiency"
    with pytest.raises(KeyError):
        reason_words(150)


@pytest.mark.parametrize("level", Level)
def test_a_reason_belongs_to_the_side_of_the_level(level):
    own, other = (211, 113) if level.bad else (113, 211)
    assert parse_reasons([own], level) == (own,)
    with pytest.raises(ReasonUnknown):
        parse_reasons([own, other], level)


def test_ticks_are_kept_once_and_in_order():
    assert parse_reasons([143, 110, 143], Level.SATISFIED) == (110, 143)
    assert parse_reasons([], Level.SATISFIED) == ()


@pytest.mark.parametrize(
    "ticked",
    [None, 111, "111", {}, ["111"], [True], [111.0], [150], [114], [[111]]],
    ids=repr,
)
def test_what_is_on_no_list_is_refused(ticked):
    with pytest.raises(ReasonUnknown):
        parse_reasons(ticked, Level.SATISFIED)


def test_only_lists_there_were_can_have_been_read():
    assert parse_list_version(LIST_VERSION) == LIST_VERSION
    for wrong in (0, LIST_VERSION + 1, "1", True, None, 1.0):
        with pytest.raises(ReasonUnknown):
            parse_list_version(wrong)
