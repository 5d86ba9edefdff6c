"""How long a case may take: working days, from a region's rule and the settings."""

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from kiosk.domain.working_days import WorkCalendar


@dataclass(frozen=True, kw_only=True)
class Periods:
    """Working days that the steps of a case may take."""

    accept: int = 1
    answer: int = 5
    rectify: int = 15
    second: int = 10
    """That a citizen has to rate the answer."""
    look_back: int = 20
    """After which a measure is looked at again."""


@dataclass(frozen=True)
class Clock:
    """A centre's working days and its periods."""

    calendar: WorkCalendar
    zone: ZoneInfo
    periods: Periods

    def due(self, start: datetime, days: int) -> datetime:
        """Return the close of business at which a period ends; raise NoWorkingDays."""
        return self.calendar.deadline(start, days, self.zone)

    def day(self, moment: datetime) -> date:
        """Return the centre's day of a moment."""
        return moment.astimezone(self.zone).date()

    def next_close(self, due: datetime) -> datetime:
        """Return the close of business one working day after a deadline."""
        day = self.calendar.after(self.day(due), 1)
        return datetime.combine(day, self.calendar.closing(day), self.zone)

    def look_back(self, answered_at: datetime) -> date:
        """Return the day on which a measure is looked at again."""
        return self.calendar.after(self.day(answered_at), self.periods.look_back)

    def shifted(self, due: datetime, paused_at: datetime, now: datetime) -> datetime:
        """Return a deadline moved on by the working days of a pause.

        The day on which it began counts, the day on which it ends does not: a pause
        that begins and ends on one day gives none.
        """
        day, last = self.day(paused_at), self.day(now)
        days = 0
        while day < last:
            days += self.calendar.is_working_day(day)
            day = date.fromordinal(day.toordinal() + 1)
        if days == 0:
            return due
        moved = self.day(due)
        # Day by day: a pause may be longer than any period of the calendar's.
        for _ in range(days):
            moved = self.calendar.next_working_day(moved)
        return datetime.combine(moved, self.calendar.closing(moved), self.zone)
