"""How often a cause is named at a window, beside all ratings there.

A look-back 回头看 puts two such counts side by side: as many days before the answer
and since. Rules: docs/rules.md, "Look-back".
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median

from kiosk.domain.board import Period
from kiosk.domain.small_groups import SMALLEST_GROUP, are_told_apart

LIKE_DAYS = 30
"""Days that like cases at a window are looked for, the present day among them."""
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class CauseCount:
    """Bad reasons of one cause, and the counted ratings of the same days."""

    times: int
    """How often visitors named one; of no cause: how many ratings were bad."""
    ratings: int

    @property
    def per_hundred(self) -> float | None:
        """Times in a hundred ratings, from 0; None without ratings.

        One visitor may name several reasons of a cause, so it can exceed 100.
        """
        return 100 * self.times / self.ratings if self.ratings else None

    @property
    def is_shown(self) -> bool:
        """Whether a unit may see it: it stands for no group of one to four."""
        return self.ratings >= SMALLEST_GROUP and are_told_apart([self.times])


NO_COUNT = CauseCount(0, 0)


def middle_share(counts: Iterable[CauseCount]) -> float | None:
    """Return the median of the shares of windows with enough ratings to have one."""
    shares = [
        100 * each.times / each.ratings
        for each in counts
        if each.ratings >= SMALLEST_GROUP
    ]
    return median(shares) if shares else None


def like_period(today: date) -> Period:
    """Return the days in which like causes are looked for."""
    return Period(today - timedelta(days=LIKE_DAYS - 1), today)


def look_back_periods(
    answered_on: date, look_back_on: date, today: date
) -> tuple[Period, Period | None]:
    """Return the days before an answer and those since that are held against them.

    As many days before as lie between answer and look-back; the day of the answer is
    in neither. None where no day since is there yet.
    """
    days = max(look_back_on - answered_on, _DAY)
    before = Period(answered_on - days, answered_on - _DAY)
    last = min(today, answered_on + days)
    since = Period(answered_on + _DAY, last) if last > answered_on else None
    return before, since
