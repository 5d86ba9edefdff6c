"""Places, and the ranges of places that chance alone could have given."""

import math

import numpy as np

from kiosk.domain.day_share import BoolArray, FloatArray, IntArray
from kiosk.domain.fair_settings import DEFAULTS, FairSettings

DECIMALS = 6
"""Values are compared after rounding to this: sums may differ in the last bits
from one machine, or one order of days, to the next, and places must not."""

# Sums of up to some 20,000 probabilities are noise from the twelfth decimal on; without
# this an exact 3 could be floored to 2 on one machine and not on the next.
_SUM_DECIMALS = 9

# A standard error below what rounding can tell apart. It keeps windows whose ratings
# are all alike comparable: equal scores stay equal, others stay apart.
_SMALLEST_ERROR = 10.0**-DECIMALS

# Beyond this many standard errors the normal distribution is 0 or 1 to the last bit;
# in a large centre three points of the grid out of four lie there and need no erf.
_FLAT = 8.3

# Windows summed at a time: one block of a grid is half a megabyte.
_BLOCK = 64


def at_least(values: FloatArray, limit: float) -> BoolArray:
    """Return which values reach the limit, after rounding to six decimals."""
    return np.round(values, DECIMALS) >= limit


def normal_cdf(z: FloatArray) -> FloatArray:
    """Return Phi(z), the standard normal distribution function, to double precision.

    NumPy has no erf; the standard library's is mapped over what is not flat.
    """
    result = np.where(z > 0.0, 1.0, 0.0)
    curved = np.abs(z) < _FLAT
    scaled = z[curved] * -math.sqrt(0.5)
    tails = np.fromiter(map(math.erfc, scaled.tolist()), np.float64, scaled.size)
    result[curved] = 0.5 * tails
    return result


def places(scores: FloatArray, effective: FloatArray, among: BoolArray) -> IntArray:
    """Return the place of every window among those marked, 1 is best, else 0.

    Order: score, then effective ratings, both rounded to six decimals, then the
    order of the input, which is that of window numbers.
    """
    result = np.zeros(scores.size, np.int64)
    chosen = np.flatnonzero(among)
    order = np.lexsort(
        (-np.round(effective[chosen], DECIMALS), -np.round(scores[chosen], DECIMALS))
    )
    result[chosen[order]] = np.arange(1, chosen.size + 1)
    return result


def place_ranges(
    scores: FloatArray,
    errors: FloatArray,
    place: IntArray,
    settings: FairSettings = DEFAULTS,
) -> tuple[IntArray, IntArray]:
    """Return the lowest and highest place of each window by chance (step 13).

    scores, errors: fair scores and their standard errors. place: one row for each
    group of windows compared with each other, shape (groups, windows), 0 for windows
    outside the group. The first group holds all the others. Both results have that
    shape, with 0 outside the group; the range always includes the place.
    """
    low, high = np.zeros_like(place), np.zeros_like(place)
    known = place[0] > 0
    low[:, known], high[:, known] = _known_ranges(
        scores[known], errors[known], place[:, known], settings
    )
    return low, high


def _known_ranges(
    scores: FloatArray, errors: FloatArray, place: IntArray, settings: FairSettings
) -> tuple[IntArray, IntArray]:
    """Return the ranges of windows that all have scores."""
    members = place > 0
    size = members.sum(axis=1, keepdims=True)
    errors = np.maximum(errors, _SMALLEST_ERROR)
    z = np.array([[settings.interval_z], [-settings.interval_z]])
    above = _sum_above(scores, errors, members, scores + z * errors, settings)
    # A window is not above itself: its own part of the sum is Phi(-z).
    best, worst = 1.0 + above - normal_cdf(-z)[..., np.newaxis]
    low = np.floor(np.round(best, _SUM_DECIMALS)).astype(np.int64)
    high = np.ceil(np.round(worst, _SUM_DECIMALS)).astype(np.int64)
    return (
        np.where(members, np.minimum(np.maximum(low, 1), place), 0),
        np.where(members, np.maximum(np.minimum(high, size), place), 0),
    )


def _sum_above(
    scores: FloatArray,
    errors: FloatArray,
    members: BoolArray,
    cutoffs: FloatArray,
    settings: FairSettings,
) -> FloatArray:
    """Return how many of each group are expected above each cutoff.

    cutoffs: shape (2, windows); the result has shape (2, groups, windows). Few windows
    are summed pair by pair. Many are summed at the points of one grid and read off
    in between, which costs time in proportion to the windows.
    """
    if scores.size <= settings.exact_windows:
        sums = _sum_above_at(scores, errors, members, cutoffs.ravel())
        return sums.reshape(len(members), *cutoffs.shape).swapaxes(0, 1)
    grid = np.linspace(cutoffs.min(), cutoffs.max(), settings.grid_points)
    sums = _sum_above_at(scores, errors, members, grid)
    return np.array([[np.interp(at, grid, row) for row in sums] for at in cutoffs])


def _sum_above_at(
    scores: FloatArray, errors: FloatArray, members: BoolArray, at: FloatArray
) -> FloatArray:
    """Return the sum over each group of Phi((score - at) / error).

    members: shape (groups, windows). The result has shape (groups, len(at)).
    """
    weights = members.astype(np.float64)
    total = np.zeros((len(members), at.size))
    for start in range(0, scores.size, _BLOCK):
        block = slice(start, start + _BLOCK)
        away = scores[block, np.newaxis] - at
        total += weights[:, block] @ normal_cdf(away / errors[block, np.newaxis])
    return total
