"""How far chance can move a fair score, and which windows stand apart from it."""

import numpy as np

from kiosk.domain.day_share import POINTS, BoolArray, FloatArray, IntArray
from kiosk.domain.fair_scale import CentreScale, ChannelMix, held_off
from kiosk.domain.fair_settings import DEFAULTS, FairSettings
from kiosk.domain.rank_interval import DECIMALS

WIDEST_VARIANCE = 2500.0
"""Squared points: half of the ratings worth 0, half worth 100."""


def window_spread(effective: FloatArray, mix: ChannelMix) -> FloatArray:
    """Return v by window: squared distances from its mean, summed (step 12).

    effective: by level, shape (windows, 2, 5). It is the sum over days of step 2, so
    phones count with all their effective ratings here, also where step 4 lets them
    weigh less in the mean. Phone ratings are measured from mean plus channel gap.
    """
    centre = np.stack((mix.mean, mix.mean + mix.gap), axis=1)
    away = POINTS - np.nan_to_num(centre)[..., np.newaxis]
    spread: FloatArray = (effective * away**2).sum(axis=(1, 2))
    return spread


def pooled_variance(
    spread: FloatArray, effective: FloatArray, reference: BoolArray
) -> float:
    """Return s squared, the variance of one rating within windows (step 12).

    spread, effective: v and A by window. reference: the windows of the centre's
    average. Rounded to six decimals, so that ratings that are all alike give exactly
    0. Where no window has a second rating nothing shows chance, and the widest
    variance there is stands in.
    """
    beyond = float((effective[reference] - 1.0).sum())
    if round(beyond, DECIMALS) <= 0.0:
        return WIDEST_VARIANCE
    return round(float(spread[reference].sum()) / beyond, DECIMALS)


def own_variance(
    spread: FloatArray,
    effective: FloatArray,
    pooled: float,
    settings: FairSettings = DEFAULTS,
) -> FloatArray:
    """Return (v + 50 s squared) / (A + 50) by window (step 12)."""
    weight = settings.prior_spread
    return (spread + weight * pooled) / (effective + weight)


def slope(
    scores: FloatArray, means: FloatArray, settings: FairSettings = DEFAULTS
) -> FloatArray:
    """Return how many points a score moves for one point of a mean (L, step 12)."""
    held = held_off(means, settings)
    return scores * (100.0 - scores) / (held * (100.0 - held))


def standard_errors(
    scores: FloatArray,
    shrunk: FloatArray,
    variance: FloatArray,
    scale: CentreScale,
    settings: FairSettings = DEFAULTS,
) -> FloatArray:
    """Return sd_tot in points: the window's own luck and its type's (step 12).

    shrunk: R by window. variance: of R, own / (A + m), by window.
    """
    own = slope(scores, shrunk, settings) ** 2 * variance
    kind = slope(scores, scale.expectation, settings) ** 2 * scale.uncertainty
    return np.sqrt(own + kind)


def funnel_errors(effective: FloatArray, pooled: float) -> FloatArray:
    """Return sqrt(s squared / A) in points, one step of the funnel (step 15).

    0 for a window without ratings, and for all if ratings show no spread.
    """
    return np.sqrt(np.where(effective > 0.0, pooled, 0.0) / np.maximum(effective, 1.0))


def funnel_z(
    mean: FloatArray, expectation: FloatArray, errors: FloatArray
) -> FloatArray:
    """Return the funnel's steps from a window's expectation to its mean (step 15).

    0 where the error is 0: without a spread to measure by there is no verdict. NaN
    for a window without ratings.
    """
    away = mean - expectation
    return np.divide(away, errors, out=0.0 * away, where=errors > 0.0)


def funnel_verdict(z: FloatArray, settings: FairSettings = DEFAULTS) -> IntArray:
    """Return 0 none, 1 possibly, 2 clearly; the sign says above or below.

    z: NaN for a window without ratings, which counts as none.
    """
    away = np.round(np.abs(z), DECIMALS)
    steps = (away > settings.funnel_possibly).astype(np.int64)
    steps += away > settings.funnel_clearly
    return np.where(z < 0.0, -steps, steps)
