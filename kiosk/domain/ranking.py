"""The fair score: from counts to a board of scores, ranges and places.

The steps are numbered as in docs/rules.md, "The fair score". Their parts live beside
this file: day_share (1 to 3), fair_scale (4 to 11), fair_error (12 and 15),
rank_interval (13) and listing (14).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from kiosk.domain.day_share import (
    PHONE,
    POINTS,
    TABLET,
    BoolArray,
    CountArray,
    FloatArray,
    IntArray,
    RankingInputError,
    Tally,
    checked_counts,
    tally_days,
)
from kiosk.domain.fair_board import FairBoard
from kiosk.domain.fair_error import (
    funnel_errors,
    funnel_verdict,
    funnel_z,
    own_variance,
    pooled_variance,
    standard_errors,
    window_spread,
)
from kiosk.domain.fair_scale import (
    CentreScale,
    ChannelMix,
    centre_scale,
    channel_means,
    difficulty_factor,
    limited_phones,
    mix_channels,
    on_centre_scale,
    reference_windows,
    shrunk_mean,
)
from kiosk.domain.fair_settings import (
    DEFAULTS,
    FairSettings,
    FairSettingsError,
    Gate,
)
from kiosk.domain.listing import (
    Listing,
    Unlisted,
    list_windows,
    passing_worth,
    share_of,
)
from kiosk.domain.rank_interval import place_ranges, places

__all__ = [
    "DEFAULTS",
    "FairBoard",
    "FairSettings",
    "FairSettingsError",
    "Gate",
    "RankingInputError",
    "Unlisted",
    "fair_scores",
]

_GOOD = np.array([0.0, 0.0, 0.0, 100.0, 100.0])
_GOOD_TOP3 = np.array([0.0, 0.0, 100.0, 100.0, 100.0])


@dataclass(frozen=True, slots=True, eq=False)
class _Sample:
    """What every later step reads, by window (steps 1 to 4 and 8).

    channels: effective ratings after the phone limit, shape (windows, 2). effective:
    their sum, A. types: numbered from 0. reference: who makes the centre's average.
    """

    tally: Tally
    channels: FloatArray
    effective: FloatArray
    types: IntArray
    reference: BoolArray


@dataclass(frozen=True, slots=True, eq=False)
class _Index:
    """Steps 5 to 9 for one way of valuing the levels."""

    mix: ChannelMix
    scale: CentreScale
    factor: FloatArray


@dataclass(frozen=True, slots=True, eq=False)
class _Scores:
    """Steps 10 to 12 and 15 by window."""

    shrunk: FloatArray
    score: FloatArray
    sd: FloatArray
    pooled: float
    funnel_z: FloatArray


def fair_scores(
    counts: CountArray,
    service_types: Sequence[int] | IntArray,
    settings: FairSettings = DEFAULTS,
) -> FairBoard:
    """Return the board of these windows; a pure function of its arguments.

    counts: accepted ratings, whole numbers of shape (windows, days, 2, 5): channel 0
    is the tablet and 1 the phone, the last axis holds levels 1 to 5. Windows come in
    the order of their numbers, which is what decides the last tie; the order of days
    means nothing. service_types: one whole number a window. Raises RankingInputError
    when the shapes do not fit or a count is negative or not whole.
    """
    counts = checked_counts(np.asarray(counts))
    types = _checked_types(service_types, counts.shape[0])
    sample = _sample(counts, types, settings)
    points = _index(sample, POINTS, settings)
    passed = _index(sample, passing_worth(settings), settings)
    listing = list_windows(
        sample.effective,
        sample.tally.days,
        on_centre_scale(passed.mix.mean, passed.factor, settings),
        share_of(sample.tally.totals, passing_worth(settings)),
        settings,
    )
    return _board(sample, points, _scores(sample, points, settings), listing, settings)


def _checked_types(service_types: Sequence[int] | IntArray, windows: int) -> IntArray:
    """Return the service types numbered from 0 without holes."""
    types = np.asarray(service_types)
    if types.shape != (windows,):
        raise RankingInputError(
            f"There must be one service type for each of the {windows} windows, "
            f"but their shape is {types.shape}."
        )
    if types.size and not np.issubdtype(types.dtype, np.integer):
        raise RankingInputError(
            f"Service types must be whole numbers, but their type is {types.dtype}."
        )
    return np.unique(types, return_inverse=True)[1].astype(np.int64)


def _sample(counts: CountArray, types: IntArray, settings: FairSettings) -> _Sample:
    """Return effective ratings and who makes the centre's average."""
    tally = tally_days(counts, settings)
    channels = limited_phones(tally.effective.sum(axis=2), settings)
    effective = channels.sum(axis=1)
    return _Sample(
        tally=tally,
        channels=channels,
        effective=effective,
        types=types,
        reference=reference_windows(effective, settings),
    )


def _index(sample: _Sample, worth: FloatArray, settings: FairSettings) -> _Index:
    """Return means, expectations and factors where levels are worth this much."""
    means = channel_means(sample.tally.effective, worth)
    mix = mix_channels(sample.channels, means, settings)
    scale = centre_scale(mix.mean, sample.types, sample.reference, settings)
    factor = difficulty_factor(scale.average, scale.expectation, settings)
    return _Index(mix, scale, factor)


def _scores(sample: _Sample, points: _Index, settings: FairSettings) -> _Scores:
    """Return scores, their standard errors and the funnel."""
    effective, mean, scale = sample.effective, points.mix.mean, points.scale
    shrunk = shrunk_mean(effective, mean, scale.expectation, settings)
    score = on_centre_scale(shrunk, points.factor, settings)
    spread = window_spread(sample.tally.effective, points.mix)
    pooled = pooled_variance(spread, effective, sample.reference)
    own = own_variance(spread, effective, pooled, settings)
    return _Scores(
        shrunk=shrunk,
        score=score,
        sd=standard_errors(
            score, shrunk, own / (effective + settings.prior_ratings), scale, settings
        ),
        pooled=pooled,
        funnel_z=funnel_z(mean, scale.expectation, funnel_errors(effective, pooled)),
    )


def _board(
    sample: _Sample,
    points: _Index,
    scores: _Scores,
    listing: Listing,
    settings: FairSettings,
) -> FairBoard:
    """Return the board with ranks over all windows and places over the listed."""
    rank = places(scores.score, sample.effective, sample.effective > 0.0)
    place = places(scores.score, sample.effective, listing.listed)
    ranges = place_ranges(scores.score, scores.sd, np.stack((rank, place)), settings)
    (low, place_low), (high, place_high) = ranges
    return FairBoard(
        settings=settings,
        centre_average=points.scale.average,
        pooled_variance=scores.pooled,
        type_expectation=points.scale.expectation,
        difficulty=points.factor,
        shrunk=scores.shrunk,
        score=scores.score,
        sd=scores.sd,
        rank=rank,
        low=low,
        high=high,
        raw_satisfaction=listing.raw_satisfaction,
        fair_satisfaction=listing.fair_satisfaction,
        funnel_z=scores.funnel_z,
        funnel=funnel_verdict(scores.funnel_z, settings),
        listed=listing.listed,
        place=place,
        place_low=place_low,
        place_high=place_high,
        reason=listing.reason,
        missing=listing.missing,
        **_counted(sample, points.mix),
    )


def _counted(sample: _Sample, mix: ChannelMix) -> dict[str, Any]:
    """Return what the board says before any score: counts, weights and means."""
    totals = sample.tally.totals
    return {
        "channel_gap": mix.gap,
        "ratings": totals.sum(axis=1).astype(np.int64),
        "days": sample.tally.days,
        "effective": sample.effective,
        "effective_tablet": sample.channels[:, TABLET],
        "effective_phone": sample.channels[:, PHONE],
        "mean_tablet": mix.means[:, TABLET],
        "mean_phone": mix.means[:, PHONE],
        "mean": mix.mean,
        "raw_mean": share_of(totals, POINTS),
        "good_rate": share_of(totals, _GOOD),
        "good_rate_top3": share_of(totals, _GOOD_TOP3),
    }
