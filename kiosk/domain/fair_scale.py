"""From effective ratings to the centre's scale: channels, types, shrinkage, odds."""

from dataclasses import dataclass

import numpy as np

from kiosk.domain.day_share import (
    PHONE,
    TABLET,
    BoolArray,
    FloatArray,
    IntArray,
)
from kiosk.domain.fair_settings import DEFAULTS, FairSettings
from kiosk.domain.rank_interval import at_least


@dataclass(frozen=True, slots=True, eq=False)
class ChannelMix:
    """Means in points by channel, and the window's mean over both (steps 3 to 7).

    gap: phone less tablet at the centre, in points. means: shape (windows, 2), the
    phone's after the clamp, 0 where a channel has no ratings. mean: y, NaN for a
    window without ratings; it may pass 0 or 100 by the gap.
    """

    gap: float
    means: FloatArray
    mean: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class CentreScale:
    """What a window of its type may expect at this centre (steps 8 and 9).

    average: M in points, NaN where no window has ratings. expectation: E in points by
    window. uncertainty: variance of E in squared points by window.
    """

    average: float
    expectation: FloatArray
    uncertainty: FloatArray


def channel_means(effective: FloatArray, worth: FloatArray) -> FloatArray:
    """Return Y, what ratings are worth on average by channel (step 3).

    effective: by level, shape (windows, 2, 5). worth: points of each level. Shape
    (windows, 2), 0 where a channel has no ratings.
    """
    weight = effective.sum(axis=2)
    return (effective @ worth) / np.where(weight > 0.0, weight, 1.0)


def limited_phones(
    effective: FloatArray, settings: FairSettings = DEFAULTS
) -> FloatArray:
    """Return effective ratings by channel with phones held to their share (step 4).

    effective: shape (windows, 2). Only windows with tablet ratings are limited.
    """
    tablet, phone = effective[:, TABLET], effective[:, PHONE]
    ceiling = tablet * settings.phone_share / (1.0 - settings.phone_share)
    held = np.where(tablet > 0.0, np.minimum(phone, ceiling), phone)
    return np.stack((tablet, held), axis=1)


def mix_channels(
    effective: FloatArray, means: FloatArray, settings: FairSettings = DEFAULTS
) -> ChannelMix:
    """Return gap, clamped means and the mean of both channels (steps 5 to 7).

    effective: after the phone limit, shape (windows, 2). means: points, same shape.
    """
    tablet, phone = means[:, TABLET], means[:, PHONE]
    gap = _channel_gap(effective, means, settings)
    clamped = at_least(effective[:, TABLET], settings.clamp_effective)
    clamped &= effective[:, PHONE] > 0.0
    centre = tablet + gap
    held = np.clip(
        phone, centre - settings.clamp_points, centre + settings.clamp_points
    )
    phone = np.where(clamped, held, phone)
    total = effective.sum(axis=1)
    weighed = effective[:, TABLET] * tablet + effective[:, PHONE] * (phone - gap)
    return ChannelMix(
        gap=gap,
        means=np.stack((tablet, phone), axis=1),
        mean=weighed / np.where(total > 0.0, total, np.nan),
    )


def _channel_gap(
    effective: FloatArray, means: FloatArray, settings: FairSettings
) -> float:
    """Return the median of phone less tablet where both have enough (step 5)."""
    both = at_least(effective, settings.gap_effective).all(axis=1)
    if np.count_nonzero(both) < settings.gap_windows:
        return 0.0
    return float(np.median(means[both, PHONE] - means[both, TABLET]))


def reference_windows(
    effective: FloatArray, settings: FairSettings = DEFAULTS
) -> BoolArray:
    """Return the windows that make the centre's average (step 8).

    effective: A by window. Those with enough ratings, or all with any if too few have.
    """
    enough = at_least(effective, settings.reference_effective) & (effective > 0.0)
    if np.count_nonzero(enough) < settings.reference_windows:
        return effective > 0.0
    return enough


def centre_scale(
    mean: FloatArray,
    types: IntArray,
    reference: BoolArray,
    settings: FairSettings = DEFAULTS,
) -> CentreScale:
    """Return the centre's average and each window's expectation (steps 8 and 9).

    mean: y by window. types: service type by window, numbered from 0 without holes.
    reference: the windows that count.
    """
    kinds = int(types.max(initial=-1)) + 1
    known, kind = mean[reference], types[reference]
    average = float(known.mean()) if known.size else np.nan
    size = np.bincount(kind, minlength=kinds).astype(np.float64)
    used = size >= settings.type_windows
    if np.count_nonzero(used) < settings.types_needed:
        return CentreScale(
            average=average,
            expectation=np.full(types.shape, average),
            uncertainty=np.zeros(types.shape),
        )
    size = size[used]
    type_mean = np.bincount(kind, known, kinds)[used] / size
    gaps = type_mean - average
    inside = _spread_inside(known, np.where(used, np.cumsum(used) - 1, -1)[kind], size)
    between = max(0.0, float(gaps.var(ddof=1) - (inside / size).mean()))
    believed = _share(size * between, size * between + inside)
    expectation, uncertainty = np.full(kinds, average), np.full(kinds, between)
    expectation[used] += believed * gaps
    uncertainty[used] = believed * inside / size
    return CentreScale(average, expectation[types], uncertainty[types])


def _spread_inside(known: FloatArray, kind: IntArray, size: FloatArray) -> float:
    """Return s_t squared, the mean of the types' sample variances (step 9).

    kind: the used type's number by window, -1 for a type that is not used.
    """
    known, kind = known[kind >= 0], kind[kind >= 0]
    centre = np.bincount(kind, known) / size
    squares = np.bincount(kind, (known - centre[kind]) ** 2)
    return float((squares / (size - 1.0)).mean())


def _share(part: FloatArray, whole: FloatArray) -> FloatArray:
    """Return part / whole, 0 where whole is 0."""
    return np.divide(part, whole, out=np.zeros_like(part), where=whole > 0.0)


def held_off(
    points: FloatArray | float, settings: FairSettings = DEFAULTS
) -> FloatArray:
    """Return points held off 0 and 100, so that odds and their slopes exist."""
    return np.asarray(np.clip(points, settings.edge, 100.0 - settings.edge))


def _odds(points: FloatArray | float, settings: FairSettings) -> FloatArray:
    """Return points / (100 - points), points held off 0 and 100."""
    held = held_off(points, settings)
    return held / (100.0 - held)


def difficulty_factor(
    average: float, expectation: FloatArray, settings: FairSettings = DEFAULTS
) -> FloatArray:
    """Return F = odds of M / odds of E (step 9): above 1 for a harder service."""
    return _odds(average, settings) / _odds(expectation, settings)


def shrunk_mean(
    effective: FloatArray,
    mean: FloatArray,
    expectation: FloatArray,
    settings: FairSettings = DEFAULTS,
) -> FloatArray:
    """Return R = (A y + m E) / (A + m) in points (step 10)."""
    prior = settings.prior_ratings
    return (effective * mean + prior * expectation) / (effective + prior)


def on_centre_scale(
    mean: FloatArray, factor: FloatArray, settings: FairSettings = DEFAULTS
) -> FloatArray:
    """Return 100 h / (1 + h) with h = F R / (100 - R), in points (step 11)."""
    odds = factor * _odds(mean, settings)
    return 100.0 * odds / (1.0 + odds)
