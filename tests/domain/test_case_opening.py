"""Which case a rating becomes, from what its citizen told by it."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from kiosk.domain.case_opening import (
    Said,
    first_cause,
    half_of,
    joined_event,
    source_of,
    week_of,
)
from kiosk.domain.cases import Source
from kiosk.domain.comments import Wish
from kiosk.domain.intake import RatingState
from kiosk.domain.levels import Level
from kiosk.domain.reasons import BAD_REASONS, Aspect, aspect_number

BARE = Said(
    level=Level(1),
    state=RatingState.COUNTED,
    wish=Wish.NONE,
    words=False,
    contact=False,
    cause=0,
)
BAD, GOOD = (1, 2), (3, 4, 5)
SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize("level", [*BAD, *GOOD])
def test_a_bare_rating_opens_nothing_by_itself(level):
    assert source_of(replace(BARE, level=Level(level))) is None


@pytest.mark.parametrize("level", [*BAD, *GOOD])
@pytest.mark.parametrize(
    ("wish", "source"),
    [
        (Wish.COMPLAINT, Source.COMPLAINT),
        (Wish.SUGGESTION, Source.SUGGESTION),
        (Wish.PRAISE, None),
    ],
)
def test_a_wish_is_answered_at_any_level_and_praise_at_none(level, wish, source):
    assert source_of(replace(BARE, level=Level(level), wish=wish)) is source


@pytest.mark.parametrize("level", [*BAD, *GOOD])
def test_words_are_answered_where_the_rating_is_bad(level):
    source = source_of(replace(BARE, level=Level(level), words=True))
    assert source is (Source.RATING if level in BAD else None)


@pytest.mark.parametrize("level", [*BAD, *GOOD])
def test_whoever_wants_a_call_is_answered_at_any_level(level):
    said = replace(BARE, level=Level(level), contact=True)
    assert source_of(said) is Source.RATING


@pytest.mark.parametrize("level", [*BAD, *GOOD])
def test_reasons_alone_join_what_is_bad(level):
    source = source_of(replace(BARE, level=Level(level), cause=2))
    assert source is (Source.JOINED if level in BAD else None)


@pytest.mark.parametrize("state", set(RatingState) - {RatingState.COUNTED})
def test_what_is_in_no_number_joins_no_case_and_is_answered_all_the_same(state):
    held = replace(BARE, state=state, cause=2)
    assert source_of(held) is None
    assert source_of(replace(held, words=True)) is Source.RATING
    assert source_of(replace(held, contact=True)) is Source.RATING
    assert source_of(replace(held, wish=Wish.COMPLAINT)) is Source.COMPLAINT


def test_words_and_a_call_come_before_reasons_and_a_wish_before_both():
    all_at_once = replace(BARE, words=True, contact=True, cause=2)
    assert source_of(all_at_once) is Source.RATING
    complaint = replace(all_at_once, wish=Wish.COMPLAINT)
    assert source_of(complaint) is Source.COMPLAINT


@pytest.mark.parametrize("reason", BAD_REASONS, ids=lambda reason: reason.number)
def test_the_cause_is_the_aspect_of_a_reason(reason):
    assert first_cause([reason.number]) == int(reason.aspect)


@pytest.mark.parametrize("aspect", Aspect)
def test_an_aspect_named_as_a_whole_is_a_cause_too(aspect):
    assert first_cause([aspect_number(aspect, bad=True)]) == int(aspect)


def test_the_cause_is_that_of_the_first_bad_reason_whatever_the_order():
    first, *_, last = sorted(reason.number for reason in BAD_REASONS)
    good = aspect_number(Aspect(1), bad=False)
    assert first_cause([last, good, first]) == first_cause([first])
    assert first_cause([last]) != first_cause([first])


def test_without_a_bad_reason_there_is_no_cause():
    assert first_cause([]) == 0
    assert first_cause([aspect_number(Aspect(1), bad=False)]) == 0


@pytest.mark.parametrize(
    ("day", "monday"),
    [
        (date(2026, 7, 13), date(2026, 7, 13)),
        (date(2026, 7, 19), date(2026, 7, 13)),
        (date(2026, 7, 20), date(2026, 7, 20)),
        (date(2027, 1, 3), date(2026, 12, 28)),
    ],
)
def test_a_week_begins_on_its_monday(day, monday):
    assert week_of(day) == monday


def test_the_half_of_a_day_goes_by_the_centres_noon():
    noon = datetime(2026, 7, 15, 4, 0, tzinfo=UTC)
    assert half_of(noon - timedelta(microseconds=1), SHANGHAI) == 1
    assert half_of(noon, SHANGHAI) == 2
    assert half_of(noon, ZoneInfo("UTC")) == 1


def test_all_who_open_a_joined_case_give_it_the_same_id():
    cell = (7, date(2026, 7, 13), 2, 1)
    assert joined_event(*cell) == joined_event(*cell)
    others = [
        (8, cell[1], 2, 1),
        (7, date(2026, 7, 20), 2, 1),
        (7, cell[1], 3, 1),
        (7, cell[1], 2, 2),
    ]
    assert len({joined_event(*each) for each in (cell, *others)}) == 5
