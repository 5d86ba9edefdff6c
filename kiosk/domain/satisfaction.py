"""Satisfaction in percent, by the reading that a campaign names.

The same ratings give other rates under other readings, so a rate never stands without
the name of its reading. Levels are counted from 1 to 5.
"""

import math
from collections.abc import Sequence

from kiosk.domain.campaign_kinds import Reading

WORTH = {
    Reading.TOP2: (0.0, 0.0, 0.0, 100.0, 100.0),
    Reading.TOP3: (0.0, 0.0, 100.0, 100.0, 100.0),
    Reading.WEIGHTED: (0.0, 25.0, 50.0, 75.0, 100.0),
    Reading.FAIR: (0.0, 0.0, 0.0, 100.0, 100.0),
    Reading.VERIFIED: (0.0, 0.0, 0.0, 100.0, 100.0),
}
"""Points of a rating by level 1 to 5; the fair reading adjusts them afterwards."""
_Z = 1.959963984540054
"""Two-sided 95 % of the normal distribution."""


def satisfaction(reading: Reading, levels: Sequence[int]) -> float | None:
    """Return the rate of ratings by level, 0 to 100; None where nobody rated.

    Of the fair reading: before it is adjusted. Of the verified one: `levels` are
    those of verified ratings.
    """
    total = sum(levels)
    if total == 0:
        return None
    points = sum(n * worth for n, worth in zip(levels, WORTH[reading], strict=True))
    return points / total


def lower_bound(rate: float, effective: float) -> float:
    """Return the lower 95 % bound of a rate of so many effective ratings.

    rate: 0 to 100. effective: more than 0. Wilson's score interval (1927); of a mean
    of points it is on the safe side, since no points vary more than shares do.
    """
    share = rate / 100
    square = _Z * _Z
    centre = share + square / (2 * effective)
    reach = _Z * math.sqrt(
        share * (1 - share) / effective + square / (4 * effective * effective)
    )
    return max(0.0, 100 * (centre - reach) / (1 + square / effective))
