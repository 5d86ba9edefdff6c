import numpy as np
import pytest
from numpy.testing import assert_array_equal

from kiosk.domain.ranking import (
    FairSettings,
    Gate,
    RankingInputError,
    Unlisted,
    fair_scores,
)
from tests.domain.example_three import COUNTS, EXPECTED, EXPECTED_CENTRE, TYPES

FIVES = [0, 0, 0, 0, 1]


def hall(*windows, days=10):
    """Return counts where each window has the same tablet counts every day."""
    counts = np.zeros((len(windows), days, 2, 5), np.int64)
    for row, levels in enumerate(windows):
        counts[row, :, 0] = levels
    return counts


@pytest.mark.parametrize("name", EXPECTED)
def test_example_three_column(name):
    values = getattr(fair_scores(COUNTS, TYPES), name)
    assert_array_equal(np.round(values, 4), EXPECTED[name])


@pytest.mark.parametrize("name", EXPECTED_CENTRE)
def test_example_three_centre(name):
    assert round(getattr(fair_scores(COUNTS, TYPES), name), 4) == EXPECTED_CENTRE[name]


def test_example_three_lists_nobody_after_four_days():
    board = fair_scores(COUNTS, TYPES)
    assert not board.listed.any()
    assert board.reason[0] == Unlisted.TOO_FEW_DAYS
    assert board.missing[0] == 1
    assert board.reason[2] == Unlisted.TOO_FEW
    assert round(board.missing[2], 4) == round(30 - 22.3635, 4)
    assert_array_equal(board.days, [4] * 8)


def test_example_three_funnel():
    assert fair_scores(COUNTS, TYPES).funnel.tolist() == [1, 0, 0, 0, 0, -2, 1, 0]


def test_places_among_the_listed_leave_the_others_out():
    board = fair_scores(COUNTS, TYPES, FairSettings(listed_days=4))
    assert board.listed.tolist() == [True, *[False] * 5, True, False]
    assert board.place.tolist() == [1, 0, 0, 0, 0, 0, 2, 0]
    assert board.place_low.tolist() == [1, 0, 0, 0, 0, 0, 1, 0]
    assert board.place_high.tolist() == [2, 0, 0, 0, 0, 0, 2, 0]
    assert board.rank.tolist() == EXPECTED["rank"]
    assert board.reason.tolist() == [0, 4, 2, 4, 4, 4, 0, 2]
    assert round(board.missing[1], 4) == round(90 - 89.2289, 4)


def test_raw_gate_reads_the_plain_share():
    rules = FairSettings(listed_days=4, gate=Gate.RAW)
    board = fair_scores(COUNTS, TYPES, rules)
    # Window 2 has 127 of 140: through the raw gate, and not through the fair one.
    assert board.raw_satisfaction[1] == pytest.approx(100 * 127 / 140)
    assert board.listed.tolist() == [True, True, *[False] * 4, True, False]
    assert board.place.tolist() == [1, 3, 0, 0, 0, 0, 2, 0]
    assert_array_equal(board.raw_satisfaction, board.good_rate)


def test_passing_level_moves_the_gate_and_not_the_good_rate():
    rules = FairSettings(lowest_passing_level=3)
    board = fair_scores(COUNTS, TYPES, rules)
    assert_array_equal(board.raw_satisfaction, board.good_rate_top3)
    assert_array_equal(board.good_rate, fair_scores(COUNTS, TYPES).good_rate)


def test_rates_are_shares_of_all_ratings():
    board = fair_scores(hall([1, 2, 3, 4, 10], days=1), [0])
    assert board.good_rate[0] == 70
    assert board.good_rate_top3[0] == 85
    assert board.raw_mean[0] == 75


def test_days_count_either_channel_once():
    counts = np.zeros((1, 4, 2, 5), np.int64)
    counts[0, 0, :, 4] = 1
    counts[0, 1, 0, 0] = 1
    counts[0, 2, 1, 0] = 1
    assert fair_scores(counts, [0]).days.tolist() == [3]


def test_equal_scores_go_by_effective_ratings_then_by_window():
    board = fair_scores(hall(FIVES, FIVES, [0, 0, 0, 0, 2], FIVES), [0] * 4)
    assert len(set(np.round(board.score, 6))) == 1
    assert board.rank.tolist() == [2, 3, 1, 4]
    assert board.low.tolist() == [1] * 4
    assert board.high.tolist() == [4] * 4


def test_differences_below_six_decimals_do_not_order():
    # Almost at the ceiling of fifty a day, one rating more weighs next to nothing.
    board = fair_scores(hall([0, 0, 0, 10**6 - 1, 0], [0, 0, 0, 10**6, 0]), [0, 0])
    assert 0 < board.effective[1] - board.effective[0] < 1e-6
    assert board.rank.tolist() == [1, 2]


def test_no_window():
    board = fair_scores(np.zeros((0, 5, 2, 5), np.int64), [])
    assert board.score.shape == board.rank.shape == board.listed.shape == (0,)
    assert np.isnan(board.centre_average)


def test_one_window_is_its_own_average():
    board = fair_scores(hall([1, 0, 1, 2, 6]), [3])
    assert board.rank[0] == board.low[0] == board.high[0] == 1
    assert board.score[0] == pytest.approx(board.mean[0])
    assert board.difficulty[0] == 1
    assert board.funnel[0] == 0


def test_one_rating_says_next_to_nothing():
    board = fair_scores(hall(FIVES, days=1), [0])
    assert board.score[0] == pytest.approx(99.5)
    assert board.pooled_variance == 2500
    assert board.sd[0] > 8


@pytest.mark.parametrize("days", [0, 3])
def test_windows_without_ratings_are_not_ranked(days):
    board = fair_scores(np.zeros((2, days, 2, 5), np.int64), [0, 1])
    for name in ("score", "mean", "shrunk", "sd", "raw_mean", "good_rate", "funnel_z"):
        assert np.isnan(getattr(board, name)).all()
    for name in ("rank", "low", "high", "place", "place_low", "place_high", "funnel"):
        assert getattr(board, name).tolist() == [0, 0]
    assert board.reason.tolist() == [Unlisted.NO_RATINGS] * 2
    assert board.missing.tolist() == [30, 30]
    assert board.channel_gap == 0


def test_a_silent_window_leaves_the_others_as_they_are():
    silent = np.concatenate((COUNTS[:3], np.zeros_like(COUNTS[:1]), COUNTS[3:]))
    board = fair_scores(silent, [*TYPES[:3], 9, *TYPES[3:]])
    assert board.rank.tolist() == [1, 4, 3, 0, 5, 7, 8, 2, 6]
    assert board.high.tolist() == [4, 8, 6, 0, 8, 8, 8, 4, 8]
    assert_array_equal(np.delete(np.round(board.score, 4), 3), EXPECTED["score"])


def test_one_service_type_is_not_adjusted():
    board = fair_scores(COUNTS, [0] * 8)
    assert set(board.type_expectation) == {board.centre_average}
    assert set(board.difficulty) == {1.0}
    np.testing.assert_allclose(board.score, board.shrunk)


def test_a_burst_of_one_day_moves_little():
    quiet, burst = hall([0, 0, 0, 2, 8], [1, 1, 1, 1, 6]), hall([0] * 5, [0] * 5)
    burst[1, 4, 0, 4] = 500
    before, after = fair_scores(quiet, [0, 0]), fair_scores(quiet + burst, [0, 0])
    assert after.raw_mean[1] - before.raw_mean[1] > 20
    assert after.mean_tablet[1] - before.mean_tablet[1] < 5


def test_board_of_many_windows_agrees_with_pairs():
    chance = np.random.default_rng(5)
    levels = chance.dirichlet([1, 1, 2, 8, 20], 60)
    counts = chance.poisson(4 * levels[:, None, None], (60, 20, 2, 5))
    kinds = chance.integers(0, 4, 60)
    pairs = fair_scores(counts, kinds)
    grid = fair_scores(counts, kinds, FairSettings(exact_windows=59))
    assert_array_equal(grid.rank, pairs.rank)
    assert np.abs(grid.low - pairs.low).max() <= 1
    assert np.abs(grid.high - pairs.high).max() <= 1
    assert np.abs(grid.place_high - pairs.place_high).max() <= 1


def test_the_input_is_left_as_it_was_and_the_board_is_locked():
    counts = COUNTS.copy()
    board = fair_scores(counts, TYPES)
    assert_array_equal(counts, COUNTS)
    assert counts.flags.writeable
    with pytest.raises(ValueError, match="read-only"):
        board.score[0] = 100


@pytest.mark.parametrize("dtype", ["int8", "uint16", "int32", "uint64"])
def test_any_whole_number_type_gives_the_same_board(dtype):
    kinds = np.array(TYPES, np.uint8)
    board = fair_scores(COUNTS.astype(dtype), kinds)
    assert_array_equal(board.score, fair_scores(COUNTS, TYPES).score)


@pytest.mark.parametrize(
    ("counts", "kinds", "message"),
    [
        (np.zeros((2, 3, 2, 4), int), [0, 0], r"their shape is \(2, 3, 2, 4\)"),
        (np.zeros((2, 3, 1, 5), int), [0, 0], "the axes window, day, channel"),
        (np.zeros((2, 2, 5), int), [0, 0], "the axes window, day, channel"),
        (np.zeros((1, 2, 3, 2, 5), int), [0], "the axes window, day, channel"),
        (np.zeros((2, 3, 2, 5)), [0, 0], "whole numbers, but their type is float64"),
        (np.zeros((2, 3, 2, 5), bool), [0, 0], "whole numbers, but their type is bool"),
        (np.full((2, 3, 2, 5), -1), [0, 0], "must not be negative"),
        (np.full((1, 1, 2, 5), 10**6 + 1), [0], "above 1,000,000"),
        (np.zeros((2, 3, 2, 5), int), [0], "for each of the 2 windows"),
        (np.zeros((2, 3, 2, 5), int), [[0, 0]], "for each of the 2 windows"),
        (np.zeros((2, 3, 2, 5), int), [0.5, 0], "whole numbers, but their type is"),
        (np.zeros((2, 3, 2, 5), int), ["a", "b"], "whole numbers, but their type is"),
    ],
)
def test_what_cannot_be_counts_is_refused(counts, kinds, message):
    with pytest.raises(RankingInputError, match=message):
        fair_scores(counts, kinds)


def test_the_largest_count_is_taken():
    assert fair_scores(np.full((1, 1, 2, 5), 10**6), [0]).ratings[0] == 10**7
