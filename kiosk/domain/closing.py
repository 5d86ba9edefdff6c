"""When a centre closes for the day: the moment its daily checkpoint is due."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

USUAL_CLOSE = time(18)
"""Of a weekday without opening hours of its own."""


def last_close(now: datetime, zone: ZoneInfo, closes: Mapping[int, time]) -> datetime:
    """Return the latest close of business that is not after `now`.

    closes: the last closing time by weekday, 0 Monday to 6 Sunday. Every day has
    a close, also one on which nobody came.
    """
    today = now.astimezone(zone).date()
    close = _close_of(today, zone, closes)
    if close <= now:
        return close
    return _close_of(today - timedelta(days=1), zone, closes)


def _close_of(day: date, zone: ZoneInfo, closes: Mapping[int, time]) -> datetime:
    return datetime.combine(day, closes.get(day.weekday(), USUAL_CLOSE), zone)
