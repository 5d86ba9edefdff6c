"""The live board's own rules: its period, moves since yesterday, what is lacking."""

import math
from dataclasses import dataclass
from datetime import date, timedelta

from kiosk.domain.day_share import IntArray
from kiosk.domain.errors import sentence
from kiosk.domain.listing import Unlisted
from kiosk.domain.rank_interval import DECIMALS
from kiosk.domain.ranking import DEFAULTS, FairSettings

BOARD_DAYS = 90
"""Days a board without a campaign looks back, the present day among them."""
SEATS = 10
"""The place a range is held against: the selections of the field seat ten."""

_LACKS = {
    Unlisted.NO_RATINGS: sentence("no ratings yet"),
    Unlisted.TOO_FEW: sentence("%(missing)s ratings to go"),
    Unlisted.TOO_FEW_DAYS: sentence("not yet %(days)s days"),
    Unlisted.BELOW_GATE: sentence("satisfaction not yet %(gate)s%%"),
}


@dataclass(frozen=True)
class Period:
    """Days of a centre, both ends included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has, at least 1."""
        return (self.last - self.first).days + 1


@dataclass(frozen=True)
class Reason:
    """Why a window is not listed, and how much is missing.

    `missing` is in the reason's own unit: effective ratings, days, or points of
    percent; never negative.
    """

    why: Unlisted
    missing: float

    @property
    def code(self) -> str:
        """The reason for machines, e.g. `too_few`."""
        return self.why.name.lower()

    def words(self, settings: FairSettings = DEFAULTS) -> tuple[str, dict[str, int]]:
        """Return the English sentence and its values; the edge translates it.

        A part of a rating is a whole one to go: nobody gives three quarters.
        """
        values = {
            "missing": math.ceil(round(self.missing, DECIMALS)),
            "days": settings.listed_days,
            "gate": round(settings.gate_percent),
        }
        return _LACKS[self.why], values


def board_period(today: date) -> Period:
    """Return the period of a board on which no campaign runs."""
    return Period(today - timedelta(days=BOARD_DAYS - 1), today)


def places_moved(before: IntArray, after: IntArray) -> list[int | None]:
    """Return how many places each window rose; negative fell, None not comparable.

    before, after: places from 1, 0 where a window was or is not listed.
    """
    moved = zip(before.tolist(), after.tolist(), strict=True)
    return [old - new if old and new else None for old, new in moved]
