"""Ninety days of invented ratings for the demonstration, the same at every call.

Levels follow an ordered logit with the quality of a window, its good and bad days,
the difficulty of its service type and the harsher phones: the world in which the
fair score was examined. A day's ratings depend on the day and the seed alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from kiosk.domain.demonstration_hall import (
    BAD_WORDS,
    DIFFICULTY,
    GOOD_WORDS,
    IDLE_WINDOW,
    LOW_WINDOW,
    MIDDLE_WORDS,
    NEW_WINDOW,
    HallWindow,
    hall_windows,
)
from kiosk.domain.demonstration_roster import clerks_in_week, week_of
from kiosk.domain.intake import Channel, Origin, Tap, history_id
from kiosk.domain.levels import Level

DAYS = 90
"""Days of ratings, today included."""
NEW_SINCE = timedelta(days=3)
SEED = 20260716

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_SATURDAY = 5
_WEEKDAYS = (1.25, 1.05, 1.0, 0.95, 0.85)
"""Visitors from Monday to Friday against the mean day."""
_OPEN = ((9 * 3600, 12 * 3600), (13 * 3600 + 1800, 17 * 3600))
_SLOT = 600
_PEAKS = ((10 * 3600 + 900, 2700, 1.0), (15 * 3600, 3600, 0.55))
"""Rush hours: second of the day, spread in seconds, height."""
_CALM = 0.15
_QUALITY_SPREAD = 0.38
_WINDOW_DAY_SPREAD = 0.30
_CENTRE_DAY_SPREAD = 0.15
_LOW_QUALITY = -1.8
_PHONE_HARSHER = -0.35
_VOLUME_MEDIAN, _VOLUME_SPREAD = 12.4, 0.6
_VOLUME_LEAST, _VOLUME_MOST = 3.0, 40.0
_IDLE_VOLUME = 0.2
_VOLUME_DAY_SPREAD = 0.2
_AT_LEAST = (0.994, 0.988, 0.966, 0.80)
"""Share of levels of at least 2, 3, 4 and 5 at an average window by tablet."""
_COMMENTED = 0.08
"""Share of the ratings by phone that bring words."""


@dataclass(frozen=True, eq=False)
class DemonstrationDay:
    """Ratings of one day by time; all arrays have one value a rating."""

    day: date
    window: Ints
    """Place of the window in `hall_windows()`."""
    second: Ints
    """Second of the day, on the centre's clock."""
    phone: NDArray[np.bool_]
    level: Ints
    words: Floats
    """Below 0 without a comment, else 0 to 1: which one of those that fit."""

    def __len__(self) -> int:
        """Return the number of ratings."""
        return len(self.window)


@dataclass(frozen=True)
class Demonstration:
    """The whole demonstration as it stands at one moment."""

    zone: ZoneInfo
    windows: tuple[HallWindow, ...]
    opened_on: tuple[date, ...]
    """First day of each window."""
    days: tuple[DemonstrationDay, ...]

    @property
    def total(self) -> int:
        """Number of ratings in all."""
        return sum(map(len, self.days))

    def taps(
        self,
        window_ids: Sequence[int],
        start: int,
        stop: int,
        clerk_ids: Sequence[int] = (),
    ) -> list[Tap]:
        """Return ratings `start` to `stop` in order of time, for these windows.

        window_ids: keys in the order of `windows`. clerk_ids: keys in the order of
        `hall_clerks()`; none: nobody is known. The id of a rating depends on its
        day and place alone, so an interrupted loading goes on where it was.
        """
        ends = accumulate(map(len, self.days))
        taps: list[Tap] = []
        for day, end in zip(self.days, ends, strict=True):
            begin = end - len(day)
            wanted = range(max(start - begin, 0), min(stop - begin, len(day)))
            sits = clerks_in_week(week_of(day.day))
            clerks = [clerk_ids[clerk] for clerk in sits] if clerk_ids else None
            taps += [self._tap(day, place, window_ids, clerks) for place in wanted]
        return taps

    def _tap(
        self,
        day: DemonstrationDay,
        place: int,
        window_ids: Sequence[int],
        clerks: Sequence[int] | None,
    ) -> Tap:
        level = Level(int(day.level[place]))
        midnight = datetime.combine(day.day, time(), self.zone)
        # Added before the zone is resolved: seconds run on the hall's own clock.
        moment = midnight + timedelta(seconds=int(day.second[place]))
        return Tap(
            event_id=history_id("demonstration", f"n:{day.day}:{place}"),
            window_id=window_ids[day.window[place]],
            channel=Channel.PHONE if day.phone[place] else Channel.TABLET,
            origin=Origin.PRINTED if day.phone[place] else Origin.TABLET,
            level=level,
            tapped_at=moment.astimezone(UTC),
            comment=_words(level, float(day.words[place])),
            clerk_id=None if clerks is None else clerks[day.window[place]],
        )


@dataclass(frozen=True, eq=False)
class _Character:
    """What a window is like throughout; one value a window."""

    quality: Floats
    volume: Floats
    phone_share: Floats


@lru_cache(maxsize=2)
def demonstration(now: datetime, zone: ZoneInfo, seed: int = SEED) -> Demonstration:
    """Return the demonstration that ends at `now`: 90 days in the hall's zone.

    The same arguments give the same ratings; a later `now` on the same day only
    adds today's.
    """
    local = now.astimezone(zone)
    today = local.date()
    windows = hall_windows()
    first = today - timedelta(days=DAYS - 1)
    opened = tuple(
        today - NEW_SINCE if window.number == NEW_WINDOW else first
        for window in windows
    )
    character = _character(windows, seed)
    days = [
        _day(first + timedelta(days=place), character, seed) for place in range(DAYS)
    ]
    kept = [_since_opening(day, opened) for day in days if day is not None]
    elapsed = (local.hour * 60 + local.minute) * 60 + local.second
    if kept[-1].day == today:
        kept[-1] = _picked(kept[-1], kept[-1].second <= elapsed)
    return Demonstration(zone, windows, opened, tuple(kept))


def _character(windows: Sequence[HallWindow], seed: int) -> _Character:
    rng = np.random.default_rng(seed)
    count = len(windows)
    spread = np.clip(rng.normal(0.0, 1.0, count), -1.6, 2.2)
    quality = _QUALITY_SPREAD * spread
    volume = np.clip(
        rng.lognormal(np.log(_VOLUME_MEDIAN), _VOLUME_SPREAD, count),
        _VOLUME_LEAST,
        _VOLUME_MOST,
    )
    numbers = [window.number for window in windows]
    quality[numbers.index(LOW_WINDOW)] = _LOW_QUALITY
    volume[numbers.index(IDLE_WINDOW)] = _IDLE_VOLUME
    quality += [DIFFICULTY[window.service_type] for window in windows]
    return _Character(quality, volume, rng.uniform(0.1, 0.55, count))


def _day(day: date, character: _Character, seed: int) -> DemonstrationDay | None:
    if day.weekday() >= _SATURDAY:
        return None
    rng = np.random.default_rng([seed, day.toordinal()])
    count = len(character.volume)
    busy = np.exp(rng.normal(0.0, _VOLUME_DAY_SPREAD, count))
    visits = rng.poisson(character.volume * _WEEKDAYS[day.weekday()] * busy)
    swing = rng.normal(0.0, _WINDOW_DAY_SPREAD, count)
    swing += rng.normal(0.0, _CENTRE_DAY_SPREAD)
    window = np.repeat(np.arange(count), visits)
    size = len(window)
    phone = rng.random(size) < character.phone_share[window]
    mood = (character.quality + swing)[window] + _PHONE_HARSHER * phone
    said = rng.random(size)
    unsorted = DemonstrationDay(
        day=day,
        window=window,
        second=_seconds(rng, size),
        phone=phone,
        level=_levels(mood, rng.random(size)),
        words=np.where(phone & (said < _COMMENTED), said / _COMMENTED, -1.0),
    )
    return _picked(unsorted, np.lexsort((window, unsorted.second)))


def _seconds(rng: np.random.Generator, size: int) -> Ints:
    slots = np.concatenate([np.arange(start, end, _SLOT) for start, end in _OPEN])
    weights = np.full(len(slots), _CALM)
    for peak, spread, height in _PEAKS:
        distance = (slots + _SLOT / 2 - peak) / spread
        weights += height * np.exp(-0.5 * distance**2)
    chosen = rng.choice(slots, size, p=weights / weights.sum())
    return chosen + rng.integers(0, _SLOT, size)


def _levels(mood: Floats, chance: Floats) -> Ints:
    shares = np.array(_AT_LEAST)
    odds = shares / (1.0 - shares)
    better = odds[:, None] * np.exp(mood)
    reached: Ints = np.sum(chance < better / (1.0 + better), axis=0)
    return 1 + reached


def _since_opening(day: DemonstrationDay, opened: Sequence[date]) -> DemonstrationDay:
    open_now = np.array([first <= day.day for first in opened])
    return _picked(day, open_now[day.window])


def _picked(day: DemonstrationDay, which: NDArray[np.generic]) -> DemonstrationDay:
    return DemonstrationDay(
        day=day.day,
        window=day.window[which],
        second=day.second[which],
        phone=day.phone[which],
        level=day.level[which],
        words=day.words[which],
    )


def _words(level: Level, chosen: float) -> str:
    if chosen < 0.0:
        return ""
    choice = GOOD_WORDS if level.good else BAD_WORDS if level.bad else MIDDLE_WORDS
    return choice[int(chosen * len(choice))]
