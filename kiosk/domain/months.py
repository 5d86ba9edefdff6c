"""Months as reports have them."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from kiosk.domain.board import Period

YEAR_FIRST, YEAR_LAST = 2000, 2999
_WRITTEN = re.compile(r"[0-9]{4}-[0-9]{2}")
_MONTHS = 12


@dataclass(frozen=True, order=True)
class Month:
    """A month of the centre's calendar."""

    year: int
    month: int

    @property
    def period(self) -> Period:
        """All its days."""
        return Period(date(self.year, self.month, 1), self.after.first - _DAY)

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, self.month, 1)

    @property
    def before(self) -> "Month":
        """The month before."""
        return month_of(self.first - _DAY)

    @property
    def after(self) -> "Month":
        """The next month."""
        return Month(self.year + self.month // _MONTHS, self.month % _MONTHS + 1)

    def __str__(self) -> str:
        """Return it as addresses have it, such as 2026-07."""
        return f"{self.year:04d}-{self.month:02d}"


_DAY = timedelta(days=1)


def month_of(day: date) -> Month:
    """Return the month that a day lies in."""
    return Month(day.year, day.month)


def parse_month(text: str) -> Month | None:
    """Return the month that is written like 2026-07; None for anything else."""
    if not _WRITTEN.fullmatch(text):
        return None
    year, month = int(text[:4]), int(text[5:])
    known = YEAR_FIRST <= year <= YEAR_LAST and 1 <= month <= _MONTHS
    return Month(year, month) if known else None
