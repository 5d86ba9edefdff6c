"""What is usual at a window, and the numbers above which ratings are looked at first.

Sources: docs/rules.md, "Holds". All limits are pure functions over counts and times,
blind to the levels: many good ratings at once and many bad ones are treated alike.
"""

from dataclasses import dataclass

import numpy as np

from kiosk.domain.day_share import BoolArray, FloatArray, IntArray
from kiosk.domain.intake import BUCKET_MINUTES
from kiosk.domain.working_days import Span

BUCKETS = 24 * 60 // BUCKET_MINUTES
"""Ten-minute parts of a day."""
FEWEST = 8
"""As many in ten minutes or a day are never too many, however quiet the window is."""
PAST_DAYS = 40
"""Earlier days with ratings that tell what is usual."""
MINUTE, TEN_MINUTES = 60, 600
"""Lengths of the two moving spans, in seconds."""
_OPEN_BUCKETS = 48
"""A working day of eight hours: what a window's own mean is spread over."""
_OWN_DAYS = 5
"""Days that the window's own mean weighs beside those of the very ten minutes."""
_RATES = (6.0, 15.0, 30.0, 60.0, 120.0)
_IN_A_MINUTE = (5, 6, 8, 10, 13)
_IN_TEN_MINUTES = (9, 14, 19, 29, 45)
"""By usual ratings an hour: so many within the span are looked at."""
_SERIAL = 3
_ENOUGH_DAYS = 10
"""Fewer earlier days tell nothing about how days differ."""
_SIGMAS = 4.0
_ROUNDING = 1e-9
_SLACK_MINUTES = 15
"""So long before opening and after closing people are still served."""


@dataclass(frozen=True, eq=False)
class Usual:
    """What one window and channel had on its earlier days.

    by_bucket: ratings of all these days by ten minutes, shape (144,).
    by_day: ratings of each of these days, shape (days,), at most PAST_DAYS.
    """

    by_bucket: IntArray
    by_day: IntArray

    @property
    def expected(self) -> FloatArray:
        """Ratings to be expected in each ten minutes, shape (144,)."""
        return expected(self.by_bucket, len(self.by_day))


def expected(by_bucket: IntArray, days: int) -> FloatArray:
    """Return the mean of each ten minutes, drawn to the window's own mean.

    `by_bucket`: sums over `days` earlier days, last axis 144; further axes are
    windows. Without an earlier day nothing is expected.
    """
    own = by_bucket.sum(axis=-1, keepdims=True) / (max(days, 1) * _OPEN_BUCKETS)
    mean: FloatArray = (by_bucket + _OWN_DAYS * own) / (days + _OWN_DAYS)
    return mean


def burst_limit(mean: FloatArray) -> FloatArray:
    """Return the number in ten minutes above which all of them are held."""
    limit: FloatArray = np.maximum(FEWEST, mean + 6 * np.sqrt(2 * mean) + 4)
    return limit


def minute_limit(an_hour: FloatArray, *, serial: bool = False) -> IntArray:
    """Return how many within a minute are looked at; `an_hour`: what is usual.

    `serial`: visitors come one after the other, each with a ticket, and nobody is
    done in under 45 seconds; only who knows that of a window may say so.
    """
    if serial:
        return np.full(an_hour.shape, _SERIAL)
    return _limit(an_hour, _IN_A_MINUTE, MINUTE)


def ten_minute_limit(an_hour: FloatArray) -> IntArray:
    """Return how many within any ten minutes are looked at."""
    return _limit(an_hour, _IN_TEN_MINUTES, TEN_MINUTES)


def in_bursts(times: IntArray, most: IntArray, seconds: int) -> BoolArray:
    """Mark the times that lie in a span of `seconds` with too many.

    `times`: seconds, ascending. `most`: for a span that begins at each of them, the
    number from which on it has too many. A span holds less than `seconds`.
    """
    ends = np.searchsorted(times, times + seconds)
    begins = np.arange(times.size)
    edges = np.zeros(times.size + 1, np.int64)
    found = ends - begins >= most
    np.add.at(edges, begins[found], 1)
    np.add.at(edges, ends[found], -1)
    marked: BoolArray = np.cumsum(edges[:-1]) > 0
    return marked


def volume_limit(by_day: IntArray) -> float:
    """Return the number of a day above which the day is looked at.

    Mean and standard deviation of the earlier days, the deviation at least the root
    of the mean; at least eight, and infinite while fewer than ten days are known.
    """
    if by_day.size < _ENOUGH_DAYS:
        return np.inf
    mean = float(by_day.mean())
    spread = max(float(by_day.std(ddof=1)), float(np.sqrt(mean)))
    return max(FEWEST, mean + _SIGMAS * spread)


def excess_buckets(counts: IntArray, mean: FloatArray, most: float) -> list[int]:
    """Return the ten minutes to hold so that the rest of a day is at most `most`.

    Those furthest above what is usual at their time come first, early before late;
    no more of them than it takes. `counts` and `mean`: shape (144,).
    """
    order = np.lexsort((np.arange(counts.size), mean - counts))
    left = counts.sum() - np.cumsum(counts[order])
    before = np.concatenate([counts.sum(keepdims=True), left[:-1]])
    held: list[int] = order[before > most].tolist()
    return sorted(held)


def closed_buckets(spans: tuple[Span, ...]) -> BoolArray:
    """Mark the ten minutes that lie wholly outside a day's hours, shape (144,).

    A quarter of an hour before opening and after closing is inside.
    """
    begins = np.arange(BUCKETS) * BUCKET_MINUTES
    closed = np.ones(BUCKETS, np.bool_)
    for span in spans:
        opens = span.opens.hour * 60 + span.opens.minute - _SLACK_MINUTES
        closes = span.closes.hour * 60 + span.closes.minute + _SLACK_MINUTES
        closed &= (begins + BUCKET_MINUTES <= opens) | (begins >= closes)
    return closed


def _limit(an_hour: FloatArray, limits: tuple[int, ...], seconds: int) -> IntArray:
    """Return a limit, straight between the points and never below the line.

    Below the first point its limit holds. Above the last the limit keeps its
    distance from the mean in standard deviations.
    """
    mean, last = an_hour * seconds / 3600, _RATES[-1] * seconds / 3600
    away = (limits[-1] - last) / last**0.5
    above = mean + away * np.sqrt(mean)
    line = np.where(an_hour > _RATES[-1], above, np.interp(an_hour, _RATES, limits))
    return np.ceil(line - _ROUNDING).astype(np.int64)
