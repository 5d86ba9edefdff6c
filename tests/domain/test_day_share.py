import numpy as np
import pytest

from kiosk.domain.day_share import POINTS, day_ceilings, day_weights, tally_days
from kiosk.domain.fair_scale import channel_means
from kiosk.domain.fair_settings import FairSettings
from kiosk.domain.ranking import fair_scores

EXAMPLE_ONE = np.array(
    [
        [0, 0, 1, 2, 7],
        [0, 1, 0, 3, 8],
        [0, 0, 0, 1, 9],
        [0, 0, 0, 0, 200],
        [1, 0, 0, 2, 9],
    ]
)


def on_tablet(days):
    counts = np.zeros((1, len(days), 2, 5), np.int64)
    counts[0, :, 0] = days
    return counts


def ceiling(*per_day):
    return float(day_ceilings(np.array(per_day, float)))


def test_example_one_ceiling_and_weights():
    per_day = EXAMPLE_ONE.sum(axis=1).astype(float)
    assert per_day.tolist() == [10, 12, 10, 200, 12]
    assert day_ceilings(per_day) == 24
    weights = np.round(day_weights(per_day), 4)
    assert weights.tolist() == [8.4746, 9.8361, 8.4746, 16.4384, 9.8361]


def test_example_one_effective_ratings_and_means():
    board = fair_scores(on_tablet(EXAMPLE_ONE), [0])
    assert round(board.effective[0], 4) == 53.0596
    assert round(board.mean_tablet[0], 4) == 93.3691
    assert round(board.raw_mean[0], 4) == 98.2582
    without = fair_scores(on_tablet(np.delete(EXAMPLE_ONE, 3, axis=0)), [0])
    assert round(without.raw_mean[0], 4) == 90.3409


def test_example_one_day_means():
    tallies = [tally_days(on_tablet([day])) for day in EXAMPLE_ONE]
    means = [channel_means(tally.effective, POINTS)[0, 0] for tally in tallies]
    assert np.round(means, 4).tolist() == [90, 87.5, 97.5, 100, 87.5]


def test_ceiling_has_a_floor_of_five():
    assert ceiling(1, 2, 2) == 5
    assert ceiling(2, 3) == 5
    assert ceiling(3, 3) == 6


def test_ceiling_ignores_days_without_ratings():
    assert ceiling(0, 0, 0, 10, 20) == 30
    assert ceiling(10, 0, 20, 0, 40, 0) == 40
    assert ceiling(0, 7, 0) == 14


def test_ceiling_without_any_rating_is_the_floor():
    assert ceiling(0, 0) == 5
    assert ceiling() == 5


def test_each_window_and_channel_has_its_own_ceiling():
    per_day = np.array([[[10, 10, 0], [0, 0, 0]], [[4, 6, 8], [1, 0, 1]]], float)
    assert day_ceilings(per_day).tolist() == [[20, 5], [12, 5]]


def test_weights_of_none_and_one_are_themselves():
    assert day_weights(np.array([0.0, 1.0])).tolist() == [0, 1]


def test_a_day_never_outweighs_fifty():
    weights = day_weights(np.array([1e6, 1e6]))
    assert 49.9 < weights[0] < 50


def test_without_correlation_ratings_count_in_full():
    rules = FairSettings(day_correlation=0)
    assert day_weights(np.array([3.0, 4.0, 30.0]), rules).tolist() == [3, 4, 8]


@pytest.mark.parametrize("windows", [1, 200, 201])
def test_tally_is_the_same_in_any_number_of_blocks(windows):
    # 200 windows of 40 days fill one block to the last.
    chance = np.random.default_rng(11)
    counts = chance.integers(0, 9, (windows, 40, 2, 5))
    tally = tally_days(counts)
    last = tally_days(counts[-1:])
    assert tally.totals[-1].tolist() == counts[-1].sum(axis=(0, 1)).tolist()
    assert tally.days[-1] == 40
    np.testing.assert_allclose(tally.effective[-1:], last.effective, rtol=1e-12)
