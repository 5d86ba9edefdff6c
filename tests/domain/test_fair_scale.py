import numpy as np
import pytest
from numpy.testing import assert_allclose

from kiosk.domain.fair_scale import (
    centre_scale,
    difficulty_factor,
    limited_phones,
    mix_channels,
    on_centre_scale,
    reference_windows,
    shrunk_mean,
)
from kiosk.domain.fair_settings import FairSettings


def pairs(*rows):
    return np.array(rows, float)


def test_example_two_score():
    expectation = np.array([82.0])
    shrunk = shrunk_mean(np.array([120.0]), np.array([86.5]), expectation)
    factor = difficulty_factor(88.0, expectation)
    assert round(shrunk[0], 4) == 85.6
    assert round(factor[0], 4) == 1.6098
    assert round(on_centre_scale(shrunk, factor)[0], 4) == 90.5385


def test_means_are_held_off_both_ends_before_odds():
    plain = np.array([1.0])
    assert on_centre_scale(np.array([100.0]), plain)[0] == pytest.approx(99.5)
    assert on_centre_scale(np.array([105.0]), plain)[0] == pytest.approx(99.5)
    assert on_centre_scale(np.array([0.0]), plain)[0] == pytest.approx(0.5)
    assert difficulty_factor(100.0, np.array([100.0]))[0] == 1


def test_phones_hold_at_most_three_parts_in_ten():
    held = limited_phones(pairs([70, 30], [70, 31], [7, 90]))
    assert_allclose(held, [[70, 30], [70, 30], [7, 3]])


def test_phones_alone_are_not_limited():
    assert limited_phones(pairs([0, 80])).tolist() == [[0, 80]]


@pytest.mark.parametrize(("windows", "gap"), [(4, 0), (5, -6), (6, -5.5)])
def test_gap_is_the_median_of_at_least_five_windows(windows, gap):
    means = pairs(*([80, 80 - drop] for drop in (9, 2, 6, 7, 5, 5)[:windows]))
    # Five ratings in the mean keep the clamp out of it.
    assert mix_channels(pairs(*[[20, 10]] * windows), means).gap == gap


def test_gap_asks_ten_effective_ratings_on_both_channels():
    means = pairs(*[[80, 70]] * 5)
    enough, short = [[10, 10]] * 5, [[10, 10]] * 4 + [[10, 9.99]]
    assert mix_channels(pairs(*enough), means).gap == -10
    assert mix_channels(pairs(*short), means).gap == 0


@pytest.mark.parametrize(
    ("phone", "after"), [(60, 75), (74.9, 75), (75.1, 75.1), (84.9, 84.9), (99, 85)]
)
def test_phone_mean_is_held_within_five_points(phone, after):
    assert mix_channels(pairs([30, 5]), pairs([80, phone])).means[0, 1] == after


def test_phone_mean_is_free_below_thirty_tablet_ratings():
    mix = mix_channels(pairs([29.99, 5]), pairs([80, 20]))
    assert mix.means[0, 1] == 20


def test_window_without_phones_gets_no_phone_mean():
    mix = mix_channels(pairs([40, 0]), pairs([80, 0]))
    assert mix.means[0].tolist() == [80, 0]
    assert mix.mean[0] == 80


def test_clamp_and_mean_move_with_the_gap():
    means = pairs(*[[80, 70]] * 5, [60, 60])
    mix = mix_channels(pairs(*[[35, 15]] * 6), means)
    assert mix.gap == -10
    assert mix.means[5, 1] == 55
    assert mix.mean[5] == pytest.approx((35 * 60 + 15 * 65) / 50)
    assert mix.mean[0] == pytest.approx(80)


def test_average_is_made_of_windows_with_thirty():
    chosen = reference_windows(np.array([30, 30, 29.9, 30, 0]))
    assert chosen.tolist() == [True, True, False, True, False]


def test_average_takes_every_window_where_fewer_than_three_have_thirty():
    chosen = reference_windows(np.array([30, 30, 29.9, 1, 0]))
    assert chosen.tolist() == [True, True, True, True, False]


def test_average_never_takes_a_window_without_ratings():
    rules = FairSettings(reference_effective=0)
    chosen = reference_windows(np.array([1, 0, 1, 1.0]), rules)
    assert chosen.tolist() == [True, False, True, True]


def test_thirty_is_reached_within_six_decimals():
    assert reference_windows(np.array([30 - 4e-7] * 3 + [29])).tolist()[3] is False
    assert reference_windows(np.array([30 - 6e-7] * 3 + [29])).tolist()[3] is True


def scale(mean, kinds, reference=None, **rules):
    reference = [True] * len(kinds) if reference is None else reference
    return centre_scale(
        np.array(mean, float),
        np.array(kinds),
        np.array(reference),
        FairSettings(**rules),
    )


def test_types_need_three_windows_and_company():
    alone = scale([90, 90, 90, 60, 60], [0, 0, 0, 1, 1])
    assert alone.expectation.tolist() == [78] * 5
    assert alone.uncertainty.tolist() == [0] * 5


def test_types_without_noise_are_believed_in_full():
    both = scale([90, 90, 90, 60, 60, 60], [0, 0, 0, 1, 1, 1])
    assert both.average == 75
    assert both.expectation.tolist() == [90, 90, 90, 60, 60, 60]
    assert both.uncertainty.tolist() == [0] * 6


def test_types_are_believed_by_their_spread():
    # Inside each type the variance is 1; the gaps are +-2, so S^2 = 8 - 1/3.
    both = scale([81, 82, 83, 77, 78, 79], [0, 0, 0, 1, 1, 1])
    between = 8 - 1 / 3
    believed = 3 * between / (3 * between + 1)
    assert both.expectation[0] == pytest.approx(80 + 2 * believed)
    assert both.expectation[5] == pytest.approx(80 - 2 * believed)
    assert both.uncertainty == pytest.approx(believed / 3)


def test_small_differences_are_believed_by_the_same_rule():
    wide = scale([81, 82, 83, 77, 78, 79], [0, 0, 0, 1, 1, 1])
    narrow = scale([80.1, 80.2, 80.3, 79.7, 79.8, 79.9], [0, 0, 0, 1, 1, 1])
    assert narrow.expectation - 80 == pytest.approx((wide.expectation - 80) / 10)
    assert narrow.uncertainty == pytest.approx(wide.uncertainty / 100)


def test_types_that_differ_by_luck_alone_are_not_told_apart():
    both = scale([60, 80, 100, 61, 81, 101], [0, 0, 0, 1, 1, 1])
    assert both.expectation.tolist() == [80.5] * 6
    assert both.uncertainty.tolist() == [0] * 6


def test_alike_types_without_any_spread_stay_at_the_average():
    assert scale([80] * 6, [0, 0, 0, 1, 1, 1]).expectation.tolist() == [80] * 6


def test_a_small_type_takes_the_average_and_the_spread_between_types():
    kinds = [0, 0, 0, 1, 1, 1, 2, 2]
    mixed = scale([81, 82, 83, 77, 78, 79, 80, 80], kinds)
    assert mixed.average == 80
    assert mixed.expectation[6:].tolist() == [80, 80]
    assert mixed.uncertainty[6:] == pytest.approx(8 - 1 / 3)


def test_windows_outside_the_average_share_their_types_expectation():
    kinds = [0, 0, 0, 1, 1, 1, 0, 1]
    mean = [90, 90, 90, 60, 60, 60, 10, np.nan]
    outside = scale(mean, kinds, [True] * 6 + [False] * 2)
    assert outside.average == 75
    assert outside.expectation[6:].tolist() == [90, 60]


def test_variance_inside_weighs_each_type_alike():
    # Variances 1 and 4: each type counts once, so s_t^2 = 2.5 for both.
    both = scale([81, 82, 83, 76, 78, 80, 76, 80], [0, 0, 0, 1, 1, 1, 1, 1])
    inside = (1 + np.var([76, 78, 80, 76, 80], ddof=1)) / 2
    gaps = np.array([82, 78]) - both.average
    between = gaps.var(ddof=1) - (inside / 3 + inside / 5) / 2
    believed = 5 * between / (5 * between + inside)
    assert both.expectation[3] == pytest.approx(both.average + believed * gaps[1])
    assert both.uncertainty[3] == pytest.approx(believed * inside / 5)
