"""The close of business that a daily checkpoint follows."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from kiosk.domain.closing import last_close

SHANGHAI = ZoneInfo("Asia/Shanghai")
BERLIN = ZoneInfo("Europe/Berlin")
THURSDAY = {3: time(17, 30)}


def local(zone, day, hour, minute=0, second=0, month=7):
    return datetime(2026, month, day, hour, minute, second, tzinfo=zone)


@pytest.mark.parametrize(
    ("now", "close"),
    [
        (local(SHANGHAI, 16, 17, 30), local(SHANGHAI, 16, 17, 30)),
        (local(SHANGHAI, 16, 17, 29, 59), local(SHANGHAI, 15, 18)),
        (local(SHANGHAI, 16, 23, 59), local(SHANGHAI, 16, 17, 30)),
        (local(SHANGHAI, 17, 0), local(SHANGHAI, 16, 17, 30)),
        (local(SHANGHAI, 17, 17, 59, 59), local(SHANGHAI, 16, 17, 30)),
        (local(SHANGHAI, 17, 18), local(SHANGHAI, 17, 18)),
    ],
)
def test_a_weekday_closes_by_its_hours_or_at_six(now, close):
    assert last_close(now, SHANGHAI, THURSDAY) == close


def test_day_is_that_of_the_centre():
    now = datetime(2026, 7, 16, 9, 30, tzinfo=UTC)
    assert last_close(now, SHANGHAI, THURSDAY) == now


def test_close_is_by_the_clock_on_the_wall_when_summer_time_ends():
    now = local(BERLIN, 25, 18, month=10)
    assert last_close(now, BERLIN, {}).astimezone(UTC).hour == 17
    before = local(BERLIN, 24, 18, month=10)
    assert last_close(before, BERLIN, {}).astimezone(UTC).hour == 16
