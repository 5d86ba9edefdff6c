"""Working days, and the moment at which a period counted in them ends.

Monday to Friday are working days unless the calendar says otherwise; a Saturday or
Sunday is one only when the calendar says so. That a hall is open on Saturdays does not
make them working days: people come, periods do not run.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kiosk.domain.errors import RuleBroken, sentence

SATURDAY = 5
CLOSING = time(18, 0)
"""Close of business where no hours are known for a weekday."""
DAYS_MOST = 250
"""Longest period in working days, about a year."""
_LOOK_MOST = 2 * 366


class NoWorkingDays(RuleBroken):
    """The calendar has so many days off that a period never ends."""

    code = "no_working_days"
    text = sentence("The calendar has no working days left within two years.")


@dataclass(frozen=True)
class Span:
    """A time of day in which a centre is open."""

    opens: time
    closes: time


@dataclass(frozen=True)
class WorkCalendar:
    """A centre's days and hours."""

    exceptions: Mapping[date, bool] = field(default_factory=dict)
    """Days that differ from their weekday: True is worked."""
    hours: Mapping[int, tuple[Span, ...]] = field(default_factory=dict)
    """Opening by weekday, 0 Monday to 6 Sunday."""

    def is_working_day(self, day: date) -> bool:
        """Whether periods run on this day."""
        return self.exceptions.get(day, day.weekday() < SATURDAY)

    def closing(self, day: date) -> time:
        """Return when business ends on a day.

        A weekend worked instead of another day has no hours of its own then; it
        closes as Mondays do.
        """
        spans = self.hours.get(day.weekday()) or self.hours.get(0, ())
        return max((span.closes for span in spans), default=CLOSING)

    def next_working_day(self, day: date) -> date:
        """Return the first working day after `day`; raise NoWorkingDays."""
        for ahead in range(1, _LOOK_MOST):
            found = day + timedelta(days=ahead)
            if self.is_working_day(found):
                return found
        raise NoWorkingDays

    def after(self, day: date, days: int) -> date:
        """Return the working day that lies `days` working days after `day`.

        The day itself does not count; `days` from 0 to DAYS_MOST, where 0 is the day
        itself or the next one that is worked.
        """
        if not 0 <= days <= DAYS_MOST:
            raise ValueError(f"days must be 0 to {DAYS_MOST}")
        if days == 0:
            return day if self.is_working_day(day) else self.next_working_day(day)
        for _ in range(days):
            day = self.next_working_day(day)
        return day

    def deadline(self, received_at: datetime, days: int, zone: ZoneInfo) -> datetime:
        """Return the close of business at which a period of working days ends.

        What comes after close of business, or on a day off, counts as come on the
        next working day.
        """
        local = received_at.astimezone(zone)
        day = local.date()
        late = local.time() >= self.closing(day)
        if late or not self.is_working_day(day):
            day = self.next_working_day(day)
        last = self.after(day, days)
        return datetime.combine(last, self.closing(last), zone)


def different_days(days: Iterable[tuple[date, bool]]) -> dict[date, bool]:
    """Return only the days that differ from their weekday."""
    return {
        day: working for day, working in days if working != (day.weekday() < SATURDAY)
    }
