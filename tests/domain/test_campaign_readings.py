"""Counted ratings read as the conditions and parts of a campaign read them."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.board import Period
from kiosk.domain.campaign_inputs import Satisfaction
from kiosk.domain.campaign_kinds import GateKind, Reading
from kiosk.domain.campaign_readings import (
    Rated,
    gate_period,
    last_period,
    person_ratings,
    read,
    service_types_of,
    unverified_share,
    window_days,
)
from kiosk.domain.campaign_rules import Gate
from kiosk.domain.ranking import fair_scores
from kiosk.domain.satisfaction import satisfaction
from tests.campaigns import preset_rules

RULES = preset_rules()
GATE = Gate(kind=GateKind.SATISFACTION, reading=Reading.TOP2, at_least=90)
LEVELS = st.lists(st.integers(0, 9), min_size=5, max_size=5)


def rated(*windows, types=None):
    """Return counts of windows whose cells are (day, verified, channel, levels)."""
    counts = np.zeros((len(windows), 4, 2, 2, 5), np.int64)
    for at, cells in enumerate(windows):
        for day, verified, channel, levels in cells:
            counts[at, day, verified, channel] += levels
    keys = tuple(10 * (at + 1) for at in range(len(windows)))
    return Rated(keys=keys, service_types=types or (1,) * len(keys), counts=counts)


TWO = rated(
    [
        (0, 0, 0, (1, 0, 2, 3, 4)),
        (0, 1, 1, (0, 0, 0, 0, 5)),
        (2, 1, 0, (0, 5, 0, 0, 0)),
    ],
    [(1, 1, 0, (0, 0, 0, 10, 0))],
)


def period_of(months, begins, ends):
    rules = replace(RULES, begins=begins, ends=ends)
    return gate_period(rules, replace(GATE, months=months))


@pytest.mark.parametrize(
    ("months", "ends", "first"),
    [
        (0, date(2027, 6, 30), date(2027, 6, 1)),
        (1, date(2027, 6, 30), date(2027, 6, 1)),
        (24, date(2027, 6, 30), date(2025, 7, 1)),
        (6, date(2027, 6, 30), date(2027, 1, 1)),
        (12, date(2027, 12, 31), date(2027, 1, 1)),
        (3, date(2027, 6, 14), date(2027, 3, 15)),
        # From the 31st: February has none, so it begins with its last day.
        (1, date(2027, 3, 30), date(2027, 2, 28)),
        (1, date(2028, 3, 30), date(2028, 2, 29)),
        (6, date(2027, 8, 30), date(2027, 2, 28)),
    ],
)
def test_a_condition_reads_whole_months_back(months, ends, first):
    assert period_of(months, date(2027, 6, 1), ends) == Period(first, ends)


@given(st.integers(1, 60), st.dates(date(2020, 1, 1), date(2040, 12, 31)))
def test_months_back_are_as_many_months(months, ends):
    first = period_of(months, ends, ends).first
    assert 28 * months <= (ends - first).days + 1 + 3
    assert (ends - first).days + 1 <= 31 * months + 3


@pytest.mark.parametrize(
    ("today", "last"),
    [
        (date(2027, 3, 5), date(2027, 3, 4)),
        (date(2027, 6, 1), date(2027, 5, 31)),
        (date(2027, 7, 9), date(2027, 5, 31)),
    ],
)
def test_the_last_period_is_as_long_and_over(today, last):
    rules = replace(RULES, begins=date(2027, 6, 1), ends=date(2027, 6, 30))
    found = last_period(rules, today)
    assert (found.last, found.days) == (last, 30)


def test_keys_have_their_places_and_unknown_ones_none():
    assert TWO.places == {10: 0, 20: 1}
    assert TWO.places_of([20, 99, 10]) == [1, 0]


@pytest.mark.parametrize(
    ("reading", "levels"),
    [
        (Reading.TOP2, (1, 5, 2, 3, 9)),
        (Reading.TOP3, (1, 5, 2, 3, 9)),
        (Reading.WEIGHTED, (1, 5, 2, 3, 9)),
        (Reading.VERIFIED, (0, 5, 0, 0, 5)),
    ],
)
def test_each_reading_reads_its_own_ratings(reading, levels):
    found = read(TWO, reading).about(10)
    assert found.levels == levels
    assert found.rate == round(satisfaction(reading, levels), 6)
    assert found.days == 2


def test_rates_by_hand():
    top2, top3, mean, verified = (
        read(TWO, reading).about(10).rate
        for reading in (
            Reading.TOP2, Reading.TOP3, Reading.WEIGHTED, Reading.VERIFIED,
        )
    )  # fmt: skip
    assert (top2, top3, verified) == (60.0, 70.0, 50.0)
    assert mean == (5 * 25 + 2 * 50 + 3 * 75 + 9 * 100) / 20


def test_the_fair_reading_is_that_of_the_board_without_levels():
    board = fair_scores(TWO.by_channel, TWO.service_types)
    fair = read(TWO, Reading.FAIR)
    one = fair.about(10)
    assert one.rate == round(float(board.fair_satisfaction[0]), 6)
    assert one.effective == round(float(board.effective[0]), 6)
    assert one.levels is None
    weights = board.effective
    expected = (board.fair_satisfaction * weights).sum() / weights.sum()
    assert fair.together([10, 20]).rate == pytest.approx(float(expected), abs=1e-6)


def test_a_window_without_ratings_does_not_weigh_in_the_fair_reading():
    fair = read(rated([(1, 1, 0, (0, 0, 0, 10, 0))], []), Reading.FAIR)
    assert fair.together([10, 20]).rate == fair.about(10).rate
    assert fair.about(20) == Satisfaction(rate=None, levels=None, effective=0.0, days=0)


def test_windows_together_add_up():
    found = read(TWO, Reading.TOP2).together([10, 20])
    assert found.levels == (1, 5, 2, 13, 9)
    assert found.rate == round(100 * 22 / 30, 6)
    # Days 0 and 2 of the one, day 1 of the other.
    assert found.days == 3


@pytest.mark.parametrize("reading", list(Reading))
def test_who_is_not_known_has_nothing(reading):
    nothing = Satisfaction(rate=None, levels=None, effective=0.0, days=0)
    assert read(TWO, reading).about(99) == nothing
    assert read(rated(), reading).together([]) == nothing


def test_nobody_rated_is_no_rate():
    found = read(rated([]), Reading.TOP2).about(10)
    assert (found.rate, found.levels, found.days) == (None, (0, 0, 0, 0, 0), 0)


def test_published_days_hold_every_rating_once():
    first, second = window_days(TWO)
    assert first.days == (
        (0, 0, 1, 0, 2, 3, 4),
        (0, 1, 0, 0, 0, 0, 5),
        (2, 0, 0, 5, 0, 0, 0),
    )
    assert (second.key, second.service_type) == (20, 1)
    assert second.days == ((1, 0, 0, 0, 0, 10, 0),)
    assert window_days(rated([]))[0].days == ()


def test_people_are_published_without_days():
    board = fair_scores(TWO.by_channel, TWO.service_types)
    one, two = person_ratings(TWO)
    assert (one.key, two.key) == (10, 20)
    assert one.effective == round(float(board.effective[0]), 6)
    assert one.mean == round(float(board.mean[0]), 6)
    # Ten times level 4: no spread at all.
    assert (two.mean, two.variance) == (75.0, 0.0)
    assert one.variance > 0.0


def test_people_without_ratings_are_not_published():
    assert person_ratings(rated()) == ()
    [only] = person_ratings(rated([], [(1, 1, 0, (0, 0, 0, 10, 0))]))
    assert only.key == 20


def test_share_that_nothing_stands_behind():
    assert unverified_share(TWO, [10]) == 0.5
    assert unverified_share(TWO, [20]) == 0.0
    assert unverified_share(TWO, [10, 20]) == round(10 / 30, 6)
    assert unverified_share(TWO, [99]) == 1.0
    assert unverified_share(rated([]), [10]) == 1.0


@given(st.lists(LEVELS, min_size=1, max_size=3))
def test_parts_of_a_unit_make_it_whole(windows):
    found = rated(*([(0, 1, 0, levels)] for levels in windows))
    whole = read(found, Reading.TOP2).together(found.keys)
    assert whole.levels == tuple(np.sum(windows, axis=0).tolist())
    assert 0.0 <= unverified_share(found, found.keys) <= 1.0


def test_a_person_has_the_service_type_of_most_ratings():
    placed = {1: {7: 4, 3: 9}, 2: {7: 5, 3: 5}, 3: {0: 1}}
    assert service_types_of(placed) == {1: 3, 2: 3, 3: 0}
