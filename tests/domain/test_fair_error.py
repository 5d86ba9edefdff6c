import numpy as np
import pytest

from kiosk.domain.fair_error import (
    funnel_errors,
    funnel_verdict,
    funnel_z,
    own_variance,
    pooled_variance,
    slope,
    standard_errors,
    window_spread,
)
from kiosk.domain.fair_scale import CentreScale, ChannelMix, on_centre_scale
from kiosk.domain.fair_settings import DEFAULTS

EFFECTIVE = np.array([120.0])
EXPECTATION = np.array([82.0])
SHRUNK = np.array([85.6])
SCORE = on_centre_scale(SHRUNK, (88 / 12) / (EXPECTATION / 18))


def certain_of(expectation, uncertainty):
    return CentreScale(88.0, expectation, np.array([uncertainty]))


def mix(mean, gap):
    mean = np.array([mean])
    return ChannelMix(gap, np.stack((mean, mean), axis=1), mean)


def test_example_two_standard_error_and_range():
    own = own_variance(np.array([48_000.0]), EFFECTIVE, 450.0)
    assert round(own[0], 4) == 414.7059
    assert round(slope(SCORE, SHRUNK)[0], 4) == 0.6950
    sd = standard_errors(SCORE, SHRUNK, own / 150, certain_of(EXPECTATION, 0.0))
    assert round(sd[0], 4) == 1.1555
    assert round(SCORE[0] - DEFAULTS.interval_z * sd[0], 4) == 88.6376
    assert round(SCORE[0] + DEFAULTS.interval_z * sd[0], 4) == 92.4393


def test_example_two_funnel():
    step = funnel_errors(EFFECTIVE, 450.0)
    clear = DEFAULTS.funnel_clearly * step
    assert np.round(82 - clear, 4).tolist() == [76.0162]
    assert np.round(82 + clear, 4).tolist() == [87.9838]
    z = funnel_z(np.array([86.5]), EXPECTATION, step)
    assert round(z[0], 4) == 2.3238
    assert funnel_verdict(z).tolist() == [1]


def test_the_types_own_uncertainty_widens_the_error():
    sd = standard_errors(SCORE, SHRUNK, np.zeros(1), certain_of(EXPECTATION, 4.0))
    kind = SCORE[0] * (100 - SCORE[0]) / (82 * 18)
    assert sd[0] == pytest.approx(2 * kind)


def test_verdict_begins_beyond_each_limit():
    z = np.array([1.96, 1.97, 3.09, 3.1, -1.96, -1.97, -3.09, -3.1, 0, np.nan])
    assert funnel_verdict(z).tolist() == [0, 1, 1, 2, 0, -1, -1, -2, 0, 0]


def test_without_spread_there_is_no_verdict():
    step = funnel_errors(np.array([50.0, 20.0]), 0.0)
    assert step.tolist() == [0, 0]
    z = funnel_z(np.array([100.0, 50.0]), np.array([50.0, 50.0]), step)
    assert z.tolist() == [0, 0]


def test_without_ratings_there_is_no_distance():
    step = funnel_errors(np.array([0.0]), 450.0)
    assert step.tolist() == [0]
    assert np.isnan(funnel_z(np.array([np.nan]), EXPECTATION, step)).all()


def test_spread_measures_phones_from_the_mean_plus_the_gap():
    effective = np.zeros((1, 2, 5))
    effective[0, 0] = [0, 0, 0, 2, 2]
    effective[0, 1] = [0, 0, 3, 0, 0]
    spread = window_spread(effective, mix(80.0, -10.0))
    assert spread[0] == pytest.approx(2 * 5**2 + 2 * 20**2 + 3 * 20**2)


def test_pooled_variance_is_of_the_reference_windows():
    spread, effective = np.array([900.0, 2100.0, 1e6]), np.array([11.0, 21.0, 5.0])
    reference = np.array([True, True, False])
    assert pooled_variance(spread, effective, reference) == 100


def test_pooled_variance_without_a_second_rating_is_the_widest():
    one, everyone = np.ones(3), np.array([True] * 3)
    assert pooled_variance(np.zeros(3), one, everyone) == 2500
    assert pooled_variance(np.zeros(3), one, ~everyone) == 2500
    two = np.array([2.0, 1.0, 1.0])
    assert pooled_variance(np.array([9.0, 0.0, 0.0]), two, everyone) == 9


def test_ratings_all_alike_have_no_spread_at_all():
    noise = np.array([1e-9, 2e-9])
    pooled = pooled_variance(noise, np.array([30.0, 40.0]), np.array([True, True]))
    assert pooled == 0
