"""Fair scores of a campaign are those of the board, and those of docs/rules.md."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.campaign_inputs import PersonRatings, WindowDays
from kiosk.domain.campaign_readings import Rated, person_ratings, window_days
from kiosk.domain.campaign_scores import campaign_scores
from kiosk.domain.ranking import fair_scores
from tests.domain.example_three import COUNTS, TYPES
from tests.outcomes import campaigns, some_inputs, some_rules
from tests.outcomes import window_days as window_days_of

RULES = some_rules()
NOTHING = some_inputs(RULES)


@pytest.fixture(scope="module")
def rated() -> Rated:
    """Example 3 with nothing verified: eight windows, or eight people."""
    counts = np.stack((COUNTS, np.zeros_like(COUNTS)), axis=2)
    return Rated(tuple(range(11, 19)), tuple(TYPES), counts)


def test_nobody_rated():
    empty = WindowDays(key=1, service_type=0, days=())
    found = campaign_scores(replace(NOTHING, windows=(empty,)))
    assert (found.windows, found.people) == ({}, {})
    found = campaign_scores(NOTHING)
    assert (found.windows, found.people) == ({}, {})


def test_windows_have_the_scores_and_ranges_of_example_three(rated):
    found = campaign_scores(replace(NOTHING, windows=window_days(rated))).windows
    board = fair_scores(COUNTS, TYPES)
    assert list(found) == list(rated.keys)
    assert found[11].score == pytest.approx(91.5437, abs=5e-5)
    assert found[11].sd == pytest.approx(3.2442, abs=5e-5)
    assert found[11].effective == pytest.approx(94.4679, abs=5e-5)
    assert [(each.low, each.high) for each in found.values()] == list(
        zip(board.low.tolist(), board.high.tolist(), strict=True)
    )


def test_a_window_without_ratings_is_left_out_and_moves_nobody(rated):
    windows = window_days(rated)
    idle = WindowDays(key=12, service_type=1, days=())
    others = [replace(each, key=each.key + 2) for each in windows[1:]]
    with_idle = campaign_scores(
        replace(NOTHING, windows=(windows[0], idle, *others))
    ).windows
    assert 12 not in with_idle
    before = campaign_scores(replace(NOTHING, windows=windows)).windows
    assert list(with_idle.values()) == list(before.values())


def test_people_have_the_scores_that_windows_with_their_ratings_have(rated):
    people = person_ratings(rated)
    found = campaign_scores(replace(NOTHING, windows=window_days(rated), people=people))
    assert list(found.people) == list(found.windows)
    for key, person in found.people.items():
        window = found.windows[key]
        # What is known of people is rounded before, so the last decimals may differ.
        assert person.score == pytest.approx(window.score, abs=2e-6)
        assert person.sd == pytest.approx(window.sd, abs=2e-6)
        assert person.effective == window.effective
        assert (person.low, person.high) == (window.low, window.high)


def test_a_person_without_ratings_is_left_out():
    known = {"service_type": 0, "mean": 90.0, "variance": 100.0}
    people = (
        PersonRatings(key=1, effective=0.0, **known),
        PersonRatings(key=2, effective=40.0, **known),
    )
    assert list(campaign_scores(replace(NOTHING, people=people)).people) == [2]
    nobody = replace(NOTHING, people=people[:1])
    assert campaign_scores(nobody).people == {}


def test_equals_stand_in_the_order_of_their_keys():
    """Of many equals luck leaves the first place to one: to the lowest key."""
    twins = [window_days_of(key, 1, 0, 0, 0, 9) for key in range(1, 26)]
    found = campaign_scores(replace(NOTHING, windows=tuple(twins))).windows
    other = campaign_scores(replace(NOTHING, windows=tuple(reversed(twins)))).windows
    assert found == other
    assert [found[key].low for key in (1, 2, 3)] == [1, 2, 2]


@settings(max_examples=25, deadline=None)
@given(campaigns(), st.randoms(use_true_random=False))
def test_the_order_of_windows_and_people_means_nothing(inputs, chance):
    windows, people = list(inputs.windows), list(inputs.people)
    chance.shuffle(windows)
    chance.shuffle(people)
    other = replace(inputs, windows=tuple(windows), people=tuple(people))
    assert campaign_scores(other) == campaign_scores(inputs)
