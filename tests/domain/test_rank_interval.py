from statistics import NormalDist

import numpy as np
import pytest

from kiosk.domain.fair_settings import FairSettings
from kiosk.domain.rank_interval import at_least, normal_cdf, place_ranges, places

EVERYONE = np.array([True, True, True])


def ranges(scores, errors, place=None, **rules):
    scores, errors = np.array(scores, float), np.array(errors, float)
    if place is None:
        place = [places(scores, np.ones(scores.size), scores > -1)]
    low, high = place_ranges(scores, errors, np.array(place), FairSettings(**rules))
    return low.tolist(), high.tolist()


def test_phi_is_exact_in_the_middle_and_flat_far_out():
    z = np.array([[-40.0, -8.3, -3.09, -1.645], [0.0, 1.645, 8.3, 40.0]])
    expected = [[NormalDist().cdf(value) for value in row] for row in z]
    assert normal_cdf(z) == pytest.approx(np.array(expected), abs=1e-15)
    assert normal_cdf(z)[1, 0] == 0.5
    assert normal_cdf(np.zeros(0)).shape == (0,)


def test_reaching_a_limit_forgives_the_seventh_decimal():
    assert at_least(np.array([29.9999994, 29.9999996, np.nan]), 30).tolist() == [
        False,
        True,
        False,
    ]


def test_places_go_by_score_then_effective_then_order():
    scores = np.array([90.0, 95.0, 90.0, 90.0, 80.0])
    effective = np.array([30.0, 30.0, 31.0, 30.0, 99.0])
    assert places(scores, effective, scores > 0).tolist() == [3, 1, 2, 4, 5]


def test_places_skip_those_outside():
    scores = np.array([90.0, 95.0, np.nan])
    among = np.array([True, False, False])
    assert places(scores, np.ones(3), among).tolist() == [1, 0, 0]


def test_places_do_not_see_the_seventh_decimal():
    scores = np.array([90.0, 90.0000004, 90.0000006])
    assert places(scores, np.ones(3), EVERYONE).tolist() == [2, 3, 1]
    effective = np.array([30.0, 30.0000004, 30.0000006])
    assert places(np.full(3, 90.0), effective, EVERYONE).tolist() == [2, 3, 1]


def test_scores_far_apart_have_one_place_each():
    assert ranges([70, 90, 80], [1, 1, 1]) == ([[3, 1, 2]], [[3, 1, 2]])


def test_scores_that_chance_covers_share_all_places():
    assert ranges([80, 81, 82], [9, 9, 9]) == ([[1, 1, 1]], [[3, 3, 3]])


@pytest.mark.parametrize(
    ("apart", "low", "high"),
    [
        # With z = 0.5 the worse window's best case leaves the other above it with
        # Phi(apart - 0.5), and the better one's worst case with 1 less that.
        (1, [1, 1], [2, 2]),  # Phi(0.5) = 0.69: floor(1.69), ceil(1.31)
        (6, [1, 1], [2, 2]),  # Phi(5.5) = 1 - 2e-8: floor(1.99999998) is still 1
        (7, [2, 1], [2, 1]),  # Phi(6.5) = 1 - 4e-11: beyond the ninth decimal
    ],
)
def test_range_by_hand(apart, low, high):
    found = ranges([80, 80 + apart], [1, 1], interval_z=0.5)
    assert found == ([low], [high])


def test_worked_range_of_the_rules():
    low, high = ranges([90.5385, 91.0, 84.0], [1.1555, 1.5, 1.2])
    assert (low[0][0], high[0][0]) == (1, 2)
    assert (low[0][2], high[0][2]) == (2, 3)


def test_equal_scores_without_error_share_their_places():
    scores = [100, 100, 100, 90]
    low, high = ranges(scores, [0, 0, 0, 0])
    assert low == [[1, 1, 1, 4]]
    assert high == [[3, 3, 3, 4]]


def test_range_reaches_the_place_that_a_tie_gave():
    # Without any margin all three expect place 2; the tie made it 1, 2 and 3.
    low, high = ranges([90, 90, 90], [1, 1, 1], interval_z=0)
    assert low == [[1, 2, 2]]
    assert high == [[2, 2, 3]]


def test_groups_are_compared_among_themselves():
    place = [[2, 1, 3, 0], [1, 0, 2, 0]]
    low, high = ranges([90, 99, 80, np.nan], [1, 1, 1, np.nan], place)
    assert low == high == place


def test_no_window_has_no_range():
    assert ranges([], [], np.zeros((2, 0), np.int64)) == ([[], []], [[], []])


@pytest.mark.parametrize("limit", [299, 300])
def test_grid_reads_the_same_ranges_as_pairs(limit):
    chance = np.random.default_rng(3)
    scores, errors = chance.normal(85, 5, 300), chance.uniform(0.5, 4, 300)
    exact = ranges(scores, errors, exact_windows=300)
    near = ranges(scores, errors, exact_windows=limit)
    # A grid of 1,001 points over some 40: only a floor or ceiling on the brink moves.
    assert np.abs(np.subtract(near, exact)).max() <= 1
    assert (np.array(near) == exact).mean() >= 0.95


def test_a_coarse_grid_is_used_when_asked_for():
    scores, errors = [70, 71, 72, 90], [0.01] * 4
    fine = ranges(scores, errors, exact_windows=3)
    coarse = ranges(scores, errors, exact_windows=3, grid_points=2)
    assert fine == ranges(scores, errors) == ([[4, 3, 2, 1]], [[4, 3, 2, 1]])
    assert coarse == ([[4, 3, 2, 1]], [[4, 4, 4, 1]])
    # The limit itself still belongs to the pairs.
    assert ranges(scores, errors, exact_windows=4, grid_points=2) == fine


def test_windows_without_a_score_stay_off_the_grid():
    place = [[2, 0, 1, 3]]
    low, high = ranges([80, np.nan, 90, 70], [1, np.nan, 1, 1], place, exact_windows=2)
    assert low == high == place
