"""Which windows the board lists, and what the others still lack (step 14)."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np

from kiosk.domain.day_share import BoolArray, FloatArray, IntArray
from kiosk.domain.fair_settings import DEFAULTS, FairSettings, Gate
from kiosk.domain.rank_interval import at_least


class Unlisted(IntEnum):
    """Why a window is not listed; the first reason that holds."""

    NONE = 0
    NO_RATINGS = 1
    TOO_FEW = 2
    TOO_FEW_DAYS = 3
    BELOW_GATE = 4


@dataclass(frozen=True, slots=True, eq=False)
class Listing:
    """The verdict on every window, in input order.

    reason: an Unlisted by window, NONE where listed. missing: what the reason lacks,
    in effective ratings (NO_RATINGS, TOO_FEW), days, or percentage points; else 0.
    fair_satisfaction, raw_satisfaction: what the gate could read, in percent.
    """

    listed: BoolArray
    reason: IntArray
    missing: FloatArray
    fair_satisfaction: FloatArray
    raw_satisfaction: FloatArray


def passing_worth(settings: FairSettings = DEFAULTS) -> FloatArray:
    """Return what levels 1 to 5 are worth at the gate: 0 or 100 percent."""
    levels = np.arange(1, 6)
    return np.where(levels >= settings.lowest_passing_level, 100.0, 0.0)


def share_of(totals: FloatArray, worth: FloatArray) -> FloatArray:
    """Return the plain mean worth of all ratings by window, NaN without ratings.

    totals: accepted ratings by level, shape (windows, 5). worth: of each level.
    """
    ratings = totals.sum(axis=1)
    return (totals @ worth) / np.where(ratings > 0.0, ratings, np.nan)


def list_windows(
    effective: FloatArray,
    days: IntArray,
    fair_satisfaction: FloatArray,
    raw_satisfaction: FloatArray,
    settings: FairSettings = DEFAULTS,
) -> Listing:
    """Return who is listed: enough ratings, enough days, through the gate.

    effective: A by window. Satisfactions in percent.
    """
    satisfaction = fair_satisfaction if settings.gate is Gate.FAIR else raw_satisfaction
    lacks = [
        effective <= 0.0,
        ~at_least(effective, settings.listed_effective),
        days < settings.listed_days,
        ~at_least(satisfaction, settings.gate_percent),
    ]
    ratings = np.maximum(settings.listed_effective - effective, 0.0)
    missing = [
        ratings,
        ratings,
        settings.listed_days - days,
        settings.gate_percent - satisfaction,
    ]
    reasons = [reason for reason in Unlisted if reason is not Unlisted.NONE]
    return Listing(
        listed=~np.any(lacks, axis=0),
        reason=np.select(lacks, reasons, Unlisted.NONE).astype(np.int64),
        missing=np.select(lacks, missing, 0.0),
        fair_satisfaction=fair_satisfaction,
        raw_satisfaction=raw_satisfaction,
    )
