"""From counted ratings to what the conditions and parts of a campaign read.

Windows and people are read alike: a person's ratings are those of the shifts that the
person had. docs/rules.md, "Conditions", says each step.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

import numpy as np

from kiosk.domain.board import Period
from kiosk.domain.campaign_inputs import PersonRatings, Satisfaction, WindowDays
from kiosk.domain.campaign_kinds import Reading
from kiosk.domain.campaign_rules import Gate, Rules
from kiosk.domain.day_share import POINTS, IntArray, tally_days
from kiosk.domain.fair_error import window_spread
from kiosk.domain.fair_scale import channel_means, limited_phones, mix_channels
from kiosk.domain.ranking import FairBoard, fair_scores
from kiosk.domain.satisfaction import satisfaction

_DECIMALS = 6
_MONTHS = 12
_VERIFIED = 1


@dataclass(frozen=True, eq=False)
class Rated:
    """Counted ratings of some windows, or of some people, in one period.

    counts: shape (keys, days, 2, 2, 5): not verified and verified, then tablet and
    phone, then levels 1 to 5. service_types: 0 where none is known.
    """

    keys: tuple[int, ...]
    service_types: tuple[int, ...]
    counts: IntArray

    @cached_property
    def places(self) -> Mapping[int, int]:
        """Where each key stands."""
        return {key: place for place, key in enumerate(self.keys)}

    def places_of(self, keys: Iterable[int]) -> list[int]:
        """Return where these stand, without those that are not known."""
        return [self.places[key] for key in keys if key in self.places]

    @property
    def by_channel(self) -> IntArray:
        """Verified or not together, shape (keys, days, 2, 5)."""
        return _whole(self.counts.sum(axis=2))

    @property
    def verified(self) -> IntArray:
        """Verified ones only, of the same shape."""
        return _whole(self.counts[:, :, _VERIFIED])


def gate_period(rules: Rules, gate: Gate) -> Period:
    """Return the days that a condition reads: whole months back from the last day."""
    if not gate.months:
        return Period(rules.begins, rules.ends)
    after = rules.ends + timedelta(days=1)
    months = after.year * _MONTHS + after.month - 1 - gate.months
    first = date(months // _MONTHS, months % _MONTHS + 1, 1)
    # From the 31st, months back may lack the day: then from their last day on.
    month_after = (first + timedelta(days=31)).replace(day=1)
    start = first + timedelta(days=after.day - 1)
    return Period(min(start, month_after - timedelta(days=1)), rules.ends)


def last_period(rules: Rules, today: date) -> Period:
    """Return as many days as the campaign has, that ended before it and before today.

    On these an organiser tries the conditions before they hold.
    """
    length = rules.ends - rules.begins
    last = min(rules.begins, today) - timedelta(days=1)
    return Period(last - length, last)


@dataclass(frozen=True, eq=False)
class Read:
    """What one reading says about everybody who was counted."""

    reading: Reading
    rated: Rated
    counts: IntArray
    board: FairBoard

    def about(self, key: int) -> Satisfaction:
        """Return it about one window or person; nothing where it is not known."""
        return self.together([key])

    def together(self, keys: Iterable[int]) -> Satisfaction:
        """Return it about several windows as one, such as those of a unit.

        Ratings add up; the fair reading is the mean by effective ratings.
        """
        places = self.rated.places_of(keys)
        if not places:
            return Satisfaction(rate=None, levels=None, effective=0.0, days=0)
        mine = self.counts[places]
        levels = mine.sum(axis=(0, 1, 2)).tolist()
        effective = float(self.board.effective[places].sum())
        days = int(np.count_nonzero(mine.any(axis=(0, 2, 3))))
        rate = satisfaction(self.reading, levels)
        if self.reading is Reading.FAIR:
            rate = self._fair(places)
        return Satisfaction(
            rate=None if rate is None else round(rate, _DECIMALS),
            levels=None if self.reading is Reading.FAIR else _five(levels),
            effective=round(effective, _DECIMALS),
            days=days,
        )

    def _fair(self, places: Sequence[int]) -> float | None:
        weight = self.board.effective[places]
        known = weight > 0.0
        if not known.any():
            return None
        rates = self.board.fair_satisfaction[places][known]
        return float(np.average(rates, weights=weight[known]))


def read(rated: Rated, reading: Reading) -> Read:
    """Return a reading of everybody who was counted."""
    verified = reading is Reading.VERIFIED
    counts = rated.verified if verified else rated.by_channel
    board = fair_scores(counts, rated.service_types)
    return Read(reading=reading, rated=rated, counts=counts, board=board)


def window_days(rated: Rated) -> tuple[WindowDays, ...]:
    """Return what was counted at each window by day and channel, as it is published."""
    counts = rated.by_channel
    return tuple(
        WindowDays(
            key=key,
            service_type=kind,
            days=tuple(
                (int(day), int(channel), *_five(counts[at, day, channel].tolist()))
                for day, channel in np.argwhere(counts[at].any(axis=2))
            ),
        )
        for at, (key, kind) in enumerate(
            zip(rated.keys, rated.service_types, strict=True)
        )
    )


def person_ratings(rated: Rated) -> tuple[PersonRatings, ...]:
    """Return steps 1 to 7 and 12 of the fair score for everybody who was rated."""
    if not rated.keys:
        return ()
    tally = tally_days(rated.by_channel)
    channels = limited_phones(tally.effective.sum(axis=2))
    mix = mix_channels(channels, channel_means(tally.effective, POINTS))
    spread = window_spread(tally.effective, mix)
    effective = channels.sum(axis=1)
    return tuple(
        PersonRatings(
            key=key,
            service_type=kind,
            effective=round(float(effective[at]), _DECIMALS),
            mean=round(float(mix.mean[at]), _DECIMALS),
            variance=round(float(spread[at]), _DECIMALS),
        )
        for at, (key, kind) in enumerate(
            zip(rated.keys, rated.service_types, strict=True)
        )
        if effective[at] > 0.0
    )


def unverified_share(rated: Rated, keys: Iterable[int]) -> float:
    """Return which share of their ratings no service stands behind, 0 to 1.

    1 where nobody rated: nothing is known to be verified.
    """
    mine = rated.counts[rated.places_of(keys)].sum(axis=(0, 1, 3, 4))
    total = int(mine.sum())
    return round(int(mine[0]) / total, _DECIMALS) if total else 1.0


def service_types_of(placed: Mapping[int, Mapping[int, int]]) -> dict[int, int]:
    """Return the service type of most ratings, by person; the lowest where equal.

    placed: by person, the ratings of each service type.
    """
    return {
        person: min(types, key=lambda kind: (-types[kind], kind))
        for person, types in placed.items()
    }


def _five(levels: Sequence[int]) -> tuple[int, int, int, int, int]:
    one, two, three, four, five = levels
    return one, two, three, four, five


def _whole(counts: IntArray) -> IntArray:
    return np.asarray(counts, dtype=np.int64)
