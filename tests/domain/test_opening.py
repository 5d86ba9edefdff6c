"""When a hall is open: hours, days off, weekends worked instead, and the next time."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from kiosk.domain.opening import ALWAYS_OPEN, Opening, opening_at
from kiosk.domain.working_days import Span, WorkCalendar

ZONE = ZoneInfo("Asia/Shanghai")
MORNING, AFTERNOON = Span(time(9), time(12)), Span(time(13, 30), time(17, 30))
WEEK = dict.fromkeys(range(5), (AFTERNOON, MORNING))
THURSDAY, FRIDAY = date(2026, 7, 16), date(2026, 7, 17)
SATURDAY, MONDAY = date(2026, 7, 18), date(2026, 7, 20)


def at(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=ZONE)


def look(moment: datetime, calendar: WorkCalendar) -> Opening:
    return opening_at(calendar, moment.astimezone(UTC), ZONE)


@pytest.mark.parametrize("calendar", [WorkCalendar(), WorkCalendar({}, {0: ()})])
def test_a_hall_without_hours_is_always_open(calendar):
    assert look(at(SATURDAY, 3), calendar) == ALWAYS_OPEN
    closed = WorkCalendar({THURSDAY: False}, calendar.hours)
    assert look(at(THURSDAY, 10), closed) == ALWAYS_OPEN


@pytest.mark.parametrize(
    ("moment", "since"),
    [
        (at(THURSDAY, 9), at(THURSDAY, 9)),
        (at(THURSDAY, 11, 59), at(THURSDAY, 9)),
        (at(THURSDAY, 13, 30), at(THURSDAY, 13, 30)),
        (at(THURSDAY, 17, 29), at(THURSDAY, 13, 30)),
    ],
)
def test_open_from_the_opening_to_the_closing(moment, since):
    assert look(moment, WorkCalendar({}, WEEK)) == Opening(is_open=True, since=since)


@pytest.mark.parametrize(
    ("moment", "again"),
    [
        (at(THURSDAY, 8, 59), at(THURSDAY, 9)),
        (at(THURSDAY, 12), at(THURSDAY, 13, 30)),
        (at(THURSDAY, 17, 30), at(FRIDAY, 9)),
        (at(FRIDAY, 17, 30), at(MONDAY, 9)),
        (at(SATURDAY, 10), at(MONDAY, 9)),
    ],
)
def test_closed_in_between_and_says_when_it_opens_again(moment, again):
    assert look(moment, WorkCalendar({}, WEEK)) == Opening(is_open=False, next_at=again)


def test_a_day_off_is_closed_whatever_its_weekday():
    calendar = WorkCalendar({FRIDAY: False}, WEEK)
    found = look(at(FRIDAY, 10), calendar)
    assert found == Opening(is_open=False, next_at=at(MONDAY, 9))


def test_a_weekend_worked_instead_opens_as_mondays_do_or_as_itself():
    calendar = WorkCalendar({SATURDAY: True}, WEEK)
    assert look(at(SATURDAY, 10), calendar).is_open
    own = WorkCalendar({SATURDAY: True}, WEEK | {5: (AFTERNOON,)})
    assert not look(at(SATURDAY, 10), own).is_open
    assert look(at(SATURDAY, 14), own).is_open
    # People come on Saturdays here, although no period runs on them.
    assert look(at(SATURDAY, 14), WorkCalendar({}, {5: (AFTERNOON,)})).is_open


def test_where_no_opening_is_near_none_is_told():
    off = {date(2026, 7, day): False for day in range(16, 32)}
    off |= {date(2026, 8, day): False for day in range(1, 32)}
    found = look(at(THURSDAY, 10), WorkCalendar(off, WEEK))
    assert found == Opening(is_open=False)
