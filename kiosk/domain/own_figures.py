"""What a clerk sees of the own ratings: sums of weeks, never of fewer than five.

Weeks are taken from the first one on and joined until five ratings have come
together. A rest that is smaller stays hidden, also from the group before it: shown
there and taken out later, it could be found by subtraction.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kiosk.domain.small_groups import SMALLEST_GROUP

WEEK = timedelta(days=7)
_BEST = 5


@dataclass(frozen=True, slots=True)
class OwnWeeks:
    """Weeks in a row that are told together."""

    first: date
    """A Monday."""
    last: date
    """A Sunday."""
    counts: tuple[int, ...]
    """Counted ratings by level 1 to 5."""

    @property
    def total(self) -> int:
        """Ratings in all, five or more."""
        return sum(self.counts)

    @property
    def mean(self) -> float:
        """Mean of the levels, 1 to 5, uncorrected."""
        said = sum(level * n for level, n in enumerate(self.counts, start=1))
        return said / self.total

    def share(self, level: int) -> float:
        """Return the share of a level, 0 to 1."""
        return self.counts[level - 1] / self.total


def week_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def joined_weeks(
    days: Iterable[tuple[date, Sequence[int]]], today: date
) -> list[OwnWeeks]:
    """Return complete weeks before today's, joined to five ratings, newest first.

    days: counts by level 1 to 5, in any order, a day any number of times.
    """
    weeks = _by_week(days, week_of(today))
    groups: list[OwnWeeks] = []
    first: date | None = None
    counts = [0] * _BEST
    for monday in sorted(week for week, counted in weeks.items() if any(counted)):
        first = first or monday
        counts = [a + b for a, b in zip(counts, weeks[monday], strict=True)]
        if sum(counts) >= SMALLEST_GROUP:
            last = monday + WEEK - timedelta(days=1)
            groups.append(OwnWeeks(first, last, tuple(counts)))
            first, counts = None, [0] * _BEST
    return groups[::-1]


def _by_week(
    days: Iterable[tuple[date, Sequence[int]]], this_week: date
) -> Mapping[date, list[int]]:
    weeks: dict[date, list[int]] = {}
    for day, counts in days:
        monday = week_of(day)
        if monday < this_week:
            week = weeks.setdefault(monday, [0] * _BEST)
            week[:] = [a + b for a, b in zip(week, counts, strict=True)]
    return weeks
