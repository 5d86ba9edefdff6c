"""What must hold for any counts, and agreement with the plain second reckoning."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.testing import assert_allclose, assert_array_equal

from kiosk.domain.ranking import DEFAULTS, FairSettings, Gate, fair_scores
from tests.domain.example_three import COUNTS, TYPES
from tests.domain.fair_reference import reference_board

# Thresholds low enough that small examples reach every step.
SMALL_HALL = FairSettings(
    gap_effective=1,
    gap_windows=2,
    clamp_effective=3,
    reference_effective=4,
    type_windows=2,
    listed_effective=3,
    listed_days=2,
    gate_percent=50,
)
EACH_HALL = pytest.mark.parametrize(
    "hall", [DEFAULTS, SMALL_HALL], ids=["default", "small"]
)
brief = settings(max_examples=100, deadline=None, derandomize=True)

cells = st.one_of(st.just(0), st.integers(0, 4), st.integers(0, 300))


def random_hall(seed, windows=40, days=12):
    """Return a hall of mixed volumes, types and phone shares."""
    chance = np.random.default_rng(seed)
    volume = chance.lognormal(1.0, 0.9, (windows, 1, 1)) * chance.uniform(
        0.4, 1.8, (windows, days, 1)
    )
    phones = chance.beta(1, 2, (windows, 1, 1))
    levels = chance.dirichlet([0.5, 0.4, 0.8, 4, 14], windows)
    parts = np.concatenate((1 - phones, phones), axis=2)
    rate = (volume * parts)[..., np.newaxis] * levels[:, np.newaxis, np.newaxis]
    return chance.poisson(rate), chance.integers(0, 5, windows)


@st.composite
def sparse_halls(draw):
    """Return counts and service types, with many windows and days left empty."""
    windows = draw(st.integers(0, 7))
    days = draw(st.integers(0, 6))
    counts = draw(
        arrays(np.int64, (windows, days, 2, 5), elements=cells, fill=st.just(0))
    )
    kinds = draw(st.lists(st.integers(0, 2), min_size=windows, max_size=windows))
    return counts, kinds


lively_halls = st.builds(
    random_hall,
    seed=st.integers(0, 10**6),
    windows=st.integers(1, 9),
    days=st.integers(1, 7),
)
any_hall = st.one_of(sparse_halls(), lively_halls)


def assert_same(board, expected):
    """Compare every number that the plain reckoning gives."""
    for window, values in enumerate(expected):
        for name, value in values.items():
            found = getattr(board, name)[window]
            assert found == pytest.approx(value, abs=1e-7), (window, name)


@EACH_HALL
@brief
@given(hall_counts=any_hall)
def test_any_hall_agrees_with_the_plain_reckoning(hall, hall_counts):
    counts, kinds = hall_counts
    assert_same(fair_scores(counts, kinds, hall), reference_board(counts, kinds, hall))


@EACH_HALL
@pytest.mark.parametrize("gate", list(Gate))
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_lively_hall_agrees_with_the_plain_reckoning(hall, gate, seed):
    counts, kinds = random_hall(seed)
    rules = replace(hall, gate=gate, lowest_passing_level=3 + seed % 2)
    board = fair_scores(counts, kinds, rules)
    assert 0 < board.listed.sum() < 40
    assert_same(board, reference_board(counts, kinds, rules))


@EACH_HALL
@brief
@given(hall_counts=any_hall)
def test_scores_and_rates_stay_within_0_and_100(hall, hall_counts):
    board = fair_scores(*hall_counts, hall)
    rated = board.ratings > 0
    for name in ("score", "raw_mean", "good_rate", "fair_satisfaction"):
        values = getattr(board, name)
        assert ((values[rated] >= 0) & (values[rated] <= 100)).all()
        assert np.isnan(values[~rated]).all()


@EACH_HALL
@brief
@given(hall_counts=any_hall)
def test_every_range_includes_its_place(hall, hall_counts):
    board = fair_scores(*hall_counts, hall)
    for place, low, high, among in (
        (board.rank, board.low, board.high, board.ratings > 0),
        (board.place, board.place_low, board.place_high, board.listed),
    ):
        assert sorted(place[among]) == list(range(1, among.sum() + 1))
        assert (low[among] >= 1).all()
        assert (low <= place).all()
        assert (place <= high).all()
        assert (high <= among.sum()).all()
        assert (np.stack((place, low, high))[:, ~among] == 0).all()


@EACH_HALL
@brief
@given(hall_counts=any_hall, data=st.data())
def test_the_order_of_windows_moves_no_score(hall, hall_counts, data):
    counts, kinds = hall_counts
    order = data.draw(st.permutations(range(len(kinds))))
    board = fair_scores(counts, kinds, hall)
    moved = fair_scores(counts[order], [kinds[i] for i in order], hall)
    for name in ("score", "sd", "effective", "mean", "fair_satisfaction"):
        assert_allclose(getattr(moved, name), getattr(board, name)[order], atol=1e-9)
    assert_array_equal(moved.reason, board.reason[order])
    scores = np.round(board.score[board.ratings > 0], 6)
    if len(set(scores)) == len(scores):
        # Without ties, which the window number would decide, places move along too.
        for name in ("rank", "low", "high", "place", "place_low", "place_high"):
            assert_array_equal(getattr(moved, name), getattr(board, name)[order])


@EACH_HALL
@brief
@given(hall_counts=any_hall, data=st.data())
def test_the_order_of_days_moves_nothing(hall, hall_counts, data):
    counts, kinds = hall_counts
    order = data.draw(st.permutations(range(counts.shape[1])))
    board = fair_scores(counts, kinds, hall)
    moved = fair_scores(counts[:, order], kinds, hall)
    assert_allclose(moved.score, board.score, atol=1e-9)
    for name in ("rank", "low", "high", "place", "reason", "days", "funnel"):
        assert_array_equal(getattr(moved, name), getattr(board, name))


@brief
@given(hall_counts=any_hall, quiet=st.integers(1, 3))
def test_days_without_ratings_change_nothing(hall_counts, quiet):
    counts, kinds = hall_counts
    longer = np.pad(counts, ((0, 0), (0, quiet), (0, 0), (0, 0)))
    board, later = fair_scores(counts, kinds), fair_scores(longer, kinds)
    assert_allclose(later.score, board.score, atol=1e-9)
    assert_array_equal(later.days, board.days)


@brief
@given(kinds=st.permutations([11, -4, 7]))
def test_names_of_service_types_mean_nothing(kinds):
    board = fair_scores(COUNTS, TYPES)
    named = fair_scores(COUNTS, [kinds[kind] for kind in TYPES])
    assert_allclose(named.score, board.score, atol=1e-9)
    assert_array_equal(named.rank, board.rank)


@brief
@given(hall_counts=any_hall, data=st.data())
def test_a_rating_changed_to_the_best_never_lowers_the_tablet_mean(hall_counts, data):
    counts, kinds = hall_counts
    spots = np.argwhere(counts[:, :, 0, :4])
    if not len(spots):
        return
    window, day, level = spots[data.draw(st.integers(0, len(spots) - 1))]
    better = counts.copy()
    better[window, day, 0, level] -= 1
    better[window, day, 0, 4] += 1
    before, after = fair_scores(counts, kinds), fair_scores(better, kinds)
    assert after.mean_tablet[window] > before.mean_tablet[window]
    assert_allclose(after.effective, before.effective, atol=1e-9)
