"""The board of fair scores: what the ranking hands out."""

from dataclasses import dataclass, fields

import numpy as np

from kiosk.domain.day_share import BoolArray, FloatArray, IntArray
from kiosk.domain.fair_settings import FairSettings


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class FairBoard:
    """Every published number of the ranking, one value a window in input order.

    Arrays are read-only. A window without ratings has NaN wherever ratings would be
    needed (score, mean, shrunk, sd, raw_mean, rates, satisfactions, funnel_z) and
    takes no rank.
    """

    settings: FairSettings
    channel_gap: float
    """g: phone less tablet in points; 0 with too few windows to tell."""
    centre_average: float
    """M in points; NaN where no window has ratings."""
    pooled_variance: float
    """s squared, the variance of one rating within windows, in squared points."""
    ratings: IntArray
    """n: accepted ratings."""
    days: IntArray
    """Days with a rating on either channel."""
    effective: FloatArray
    """A: effective ratings of both channels."""
    effective_tablet: FloatArray
    effective_phone: FloatArray
    """After the phone limit."""
    mean_tablet: FloatArray
    """Y in points; 0 without tablet ratings."""
    mean_phone: FloatArray
    """Y after the clamp, before the gap is taken off; 0 without phone ratings."""
    mean: FloatArray
    """y in points; may pass 0 or 100 by the channel gap."""
    type_expectation: FloatArray
    """E of the window's service type, in points."""
    difficulty: FloatArray
    """F of the window's service type; above 1 is harder than the centre's average."""
    shrunk: FloatArray
    """R in points."""
    score: FloatArray
    """The fair score, 0 to 100."""
    sd: FloatArray
    """Standard error of the score in points, with the type's (sd_tot)."""
    rank: IntArray
    """Place among all windows with ratings, from 1; 0 for the others."""
    low: IntArray
    """Best place that chance allows (90 %), at most rank; 0 without a rank."""
    high: IntArray
    """Worst place that chance allows (90 %), at least rank; 0 without a rank."""
    raw_mean: FloatArray
    """Plain mean of all ratings, in points."""
    good_rate: FloatArray
    """Levels 4 and 5 among all ratings, in percent."""
    good_rate_top3: FloatArray
    """Levels 3 to 5 among all ratings, in percent."""
    raw_satisfaction: FloatArray
    """Levels that pass the gate among all ratings, in percent."""
    fair_satisfaction: FloatArray
    """The same by the fair score's steps without shrinkage, in percent."""
    funnel_z: FloatArray
    """Distance from the type's expectation in steps of chance; 0 without a spread."""
    funnel: IntArray
    """0 none, 1 possibly, 2 clearly different; negative is below."""
    listed: BoolArray
    place: IntArray
    """Place among the listed, from 1; 0 for the others."""
    place_low: IntArray
    """Best place among the listed that chance allows; 0 where not listed."""
    place_high: IntArray
    """Worst place among the listed that chance allows; 0 where not listed."""
    reason: IntArray
    """Why not listed, an Unlisted; NONE where listed."""
    missing: FloatArray
    """What the reason lacks, in its own unit: ratings, days, percentage points."""

    def __post_init__(self) -> None:
        """Lock the arrays: a board may be shared between requests."""
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, np.ndarray):
                value.flags.writeable = False
