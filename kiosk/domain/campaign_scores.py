"""Fair scores of a campaign: windows by days, people by what is told of each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np

from kiosk.domain.campaign_inputs import Inputs, PersonRatings, WindowDays
from kiosk.domain.campaign_numbers import six
from kiosk.domain.fair_error import own_variance, pooled_variance, standard_errors
from kiosk.domain.fair_scale import (
    centre_scale,
    difficulty_factor,
    on_centre_scale,
    reference_windows,
    shrunk_mean,
)
from kiosk.domain.rank_interval import place_ranges, places
from kiosk.domain.ranking import DEFAULTS, fair_scores


@dataclass(frozen=True, kw_only=True)
class Score:
    """The fair score of one window or person."""

    score: float
    """0 to 100, rounded to six decimals."""
    sd: float
    """Standard error in points, rounded to six decimals."""
    effective: float
    """Effective ratings, above 0, rounded to six decimals."""
    low: int
    """Best place among all that luck could give (90 %), from 1."""
    high: int
    """Worst such place."""


@dataclass(frozen=True, kw_only=True)
class Scores:
    """Who was rated, by key: nobody is in here without a rating."""

    windows: Mapping[int, Score]
    people: Mapping[int, Score]


def campaign_scores(inputs: Inputs) -> Scores:
    """Return the fair scores over all windows and all people of the period."""
    return Scores(windows=_of_windows(inputs.windows), people=_of_people(inputs.people))


def _of_windows(windows: Sequence[WindowDays]) -> dict[int, Score]:
    if not windows:
        return {}
    # The last tie of the score is the order of the windows' numbers.
    windows = sorted(windows, key=lambda window: window.key)
    rows = chain.from_iterable(window.days for window in windows)
    numbers = np.fromiter(chain.from_iterable(rows), np.int64).reshape(-1, 7)
    at = np.repeat(np.arange(len(windows)), [len(window.days) for window in windows])
    last = int(numbers[:, 0].max(initial=0))
    counts = np.zeros((len(windows), last + 1, 2, 5), dtype=np.int64)
    counts[at, numbers[:, 0], numbers[:, 1]] = numbers[:, 2:]
    board = fair_scores(counts, [window.service_type for window in windows])
    return {
        window.key: Score(
            score=six(board.score[index]),
            sd=six(board.sd[index]),
            effective=six(board.effective[index]),
            low=int(board.low[index]),
            high=int(board.high[index]),
        )
        for index, window in enumerate(windows)
        if board.rank[index]
    }


def _of_people(people: Sequence[PersonRatings]) -> dict[int, Score]:
    """Return steps 8 to 13 of the fair score for those who were rated."""
    people = sorted(
        (person for person in people if person.effective > 0.0),
        key=lambda person: person.key,
    )
    if not people:
        return {}
    effective = np.array([person.effective for person in people])
    mean = np.array([person.mean for person in people])
    spread = np.array([person.variance for person in people])
    kinds = [person.service_type for person in people]
    types = np.unique(kinds, return_inverse=True)[1].astype(np.int64)
    reference = reference_windows(effective)
    scale = centre_scale(mean, types, reference)
    factor = difficulty_factor(scale.average, scale.expectation)
    shrunk = shrunk_mean(effective, mean, scale.expectation)
    score = on_centre_scale(shrunk, factor)
    pooled = pooled_variance(spread, effective, reference)
    own = own_variance(spread, effective, pooled)
    error = own / (effective + DEFAULTS.prior_ratings)
    sd = standard_errors(score, shrunk, error, scale, DEFAULTS)
    rank = places(score, effective, effective > 0.0)
    ((low,), (high,)) = place_ranges(score, sd, np.stack((rank,)), DEFAULTS)
    return {
        person.key: Score(
            score=six(score[index]),
            sd=six(sd[index]),
            effective=six(person.effective),
            low=int(low[index]),
            high=int(high[index]),
        )
        for index, person in enumerate(people)
    }
