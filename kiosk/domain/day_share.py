"""Day share: how much the ratings of one window, channel and day may weigh."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kiosk.domain.fair_settings import DEFAULTS, FairSettings
from kiosk.domain.levels import Level

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
CountArray = NDArray[np.integer[Any]]

TABLET, PHONE = 0, 1
CHANNELS = 2

POINTS: FloatArray = np.array([level.points for level in sorted(Level)], np.float64)
"""What one rating of level 1 to 5 is worth: 0, 25, 50, 75, 100."""

# Sums stay exact in 64-bit floats far beyond this; a larger cell is a slip of the
# caller (some 35 ratings of one level every second of a working day).
LARGEST_COUNT = 1_000_000

# About 0.6 MB of 60-day windows: the block's temporaries stay in the processor's
# cache, which halves the time for 20,000 windows.
_BLOCK_CELLS = 80_000


class RankingInputError(ValueError):
    """The counts or service types handed to the ranking are not what it takes."""


@dataclass(frozen=True, slots=True, eq=False)
class Tally:
    """What is left of the days once each has its share.

    totals: accepted ratings by level, as counted, shape (windows, 5).
    days: days with a rating on either channel, shape (windows,).
    effective: effective ratings by level, shape (windows, 2, 5); channel 0 is the
    tablet, 1 the phone.
    """

    totals: FloatArray
    days: IntArray
    effective: FloatArray


def checked_counts(counts: CountArray) -> CountArray:
    """Return counts, or raise RankingInputError naming what is wrong with them."""
    if counts.shape[2:] != (CHANNELS, len(POINTS)):
        raise RankingInputError(
            "Counts need the axes window, day, channel (2) and level (5), "
            f"but their shape is {counts.shape}."
        )
    if not np.issubdtype(counts.dtype, np.integer):
        raise RankingInputError(
            f"Counts must be whole numbers, but their type is {counts.dtype}."
        )
    if counts.size and counts.min() < 0:
        raise RankingInputError("Counts must not be negative.")
    if counts.size and counts.max() > LARGEST_COUNT:
        raise RankingInputError(
            f"A count above {LARGEST_COUNT:,} for one window, day, channel and level "
            "cannot be right; check where it comes from."
        )
    return counts


def day_ceilings(per_day: FloatArray, settings: FairSettings = DEFAULTS) -> FloatArray:
    """Return K, the ratings of one day that count at most (step 2).

    per_day: ratings by day on the last axis. K = max(5, 2 x median of the days that
    have any); the floor where none has. The last axis is dropped.
    """
    if not per_day.shape[-1]:
        return np.full(per_day.shape[:-1], settings.day_ceiling_floor)
    # Days without ratings sort to the front, so the median sits between two known
    # places of the rest, and every window is done in one sort.
    ordered = np.sort(per_day, axis=-1)
    empty = per_day.shape[-1] - np.count_nonzero(per_day, axis=-1)
    last = per_day.shape[-1] - 1
    lower = (empty + last) // 2
    upper = np.minimum((empty + last + 1) // 2, last)
    middle = np.take_along_axis(ordered, np.stack((lower, upper), axis=-1), axis=-1)
    ceiling: FloatArray = settings.day_ceiling_factor * middle.mean(axis=-1)
    return np.maximum(settings.day_ceiling_floor, ceiling)


def day_weights(per_day: FloatArray, settings: FairSettings = DEFAULTS) -> FloatArray:
    """Return a, the effective ratings of each day (step 2), shaped like per_day.

    b = min(n, K) ratings of one day tell as much as a = b / (1 + rho (b - 1))
    independent ones, because ratings of one day resemble each other.
    """
    counted = np.minimum(per_day, day_ceilings(per_day, settings)[..., np.newaxis])
    # The formula gives 0 for 0 and 1 for 1, the two values up to 1 that occur.
    return counted / (1.0 + settings.day_correlation * (counted - 1.0))


def tally_days(counts: CountArray, settings: FairSettings = DEFAULTS) -> Tally:
    """Return the totals, days and effective ratings of every window (steps 1 to 3).

    counts: accepted ratings, shape (windows, days, 2, 5). A day's effective ratings
    are spread over the levels as that day's ratings are.
    """
    windows, days = counts.shape[:2]
    tally = Tally(
        totals=np.empty((windows, len(POINTS))),
        days=np.empty(windows, np.int64),
        effective=np.empty((windows, CHANNELS, len(POINTS))),
    )
    step = max(1, _BLOCK_CELLS // max(1, days * CHANNELS * len(POINTS)))
    for start in range(0, windows, step):
        block = slice(start, start + step)
        _tally_block(counts[block], settings, tally, block)
    return tally


def _tally_block(
    counts: CountArray, settings: FairSettings, tally: Tally, block: slice
) -> None:
    """Fill one block of windows of the tally."""
    # Days come last and lie side by side: every sum below then runs along memory.
    by_level = np.ascontiguousarray(counts.transpose(0, 2, 3, 1), dtype=np.float64)
    per_day = by_level.sum(axis=2)
    share = day_weights(per_day, settings) / np.maximum(per_day, 1.0)
    tally.effective[block] = np.matmul(by_level, share[..., np.newaxis])[..., 0]
    tally.totals[block] = by_level.sum(axis=(1, 3))
    tally.days[block] = np.count_nonzero(per_day.any(axis=1), axis=-1)
