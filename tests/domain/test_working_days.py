"""Working days and deadlines: weekends, exchanged days, closing times, summer time."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.working_days import (
    CLOSING,
    DAYS_MOST,
    NoWorkingDays,
    Span,
    WorkCalendar,
    different_days,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
THURSDAY = date(2026, 7, 16)
OFFICE = {
    weekday: (Span(time(9), time(12)), Span(time(13, 30), time(17, 30)))
    for weekday in range(5)
}
OFF = {date(2026, 10, day): False for day in (1, 2, 5, 6, 7)}
NATIONAL_DAY = WorkCalendar(OFF | {date(2026, 10, 10): True}, OFFICE)


def at(day: date, hour: int, minute: int = 0, zone: ZoneInfo = SHANGHAI) -> datetime:
    return datetime.combine(day, time(hour, minute), zone)


def test_monday_to_friday_unless_the_calendar_says_otherwise():
    plain = WorkCalendar()
    week = [THURSDAY + timedelta(days=n) for n in range(7)]
    assert [plain.is_working_day(day) for day in week] == [1, 1, 0, 0, 1, 1, 1]
    assert not NATIONAL_DAY.is_working_day(date(2026, 10, 1))
    assert NATIONAL_DAY.is_working_day(date(2026, 10, 10))


def test_a_hall_open_on_saturdays_does_not_work_then():
    open_late = WorkCalendar({}, OFFICE | {5: (Span(time(9), time(16)),)})
    assert not open_late.is_working_day(date(2026, 7, 18))
    assert open_late.after(date(2026, 7, 17), 1) == date(2026, 7, 20)


@pytest.mark.parametrize(
    ("days", "last"),
    [
        (0, date(2026, 9, 30)),
        (1, date(2026, 10, 8)),
        (2, date(2026, 10, 9)),
        (3, date(2026, 10, 10)),
        (4, date(2026, 10, 12)),
    ],
)
def test_a_period_skips_the_holiday_and_takes_the_saturday_worked(days, last):
    assert NATIONAL_DAY.after(date(2026, 9, 30), days) == last


def test_no_days_from_a_day_off_is_the_next_one_worked():
    assert WorkCalendar().after(date(2026, 7, 18), 0) == date(2026, 7, 20)


@pytest.mark.parametrize(
    ("received", "due"),
    [
        (at(THURSDAY, 9), at(date(2026, 7, 17), 17, 30)),
        (at(THURSDAY, 17, 29), at(date(2026, 7, 17), 17, 30)),
        (at(THURSDAY, 17, 30), at(date(2026, 7, 20), 17, 30)),
        (at(date(2026, 7, 18), 10), at(date(2026, 7, 21), 17, 30)),
    ],
)
def test_what_comes_after_closing_counts_from_the_next_working_day(received, due):
    found = WorkCalendar({}, OFFICE).deadline(received, 1, SHANGHAI)
    assert found == due


def test_a_saturday_worked_instead_closes_as_mondays_do():
    assert NATIONAL_DAY.closing(date(2026, 10, 10)) == time(17, 30)
    assert WorkCalendar().closing(THURSDAY) == CLOSING


def test_closing_is_the_hall_s_own_time_across_the_end_of_summer_time():
    berlin = ZoneInfo("Europe/Berlin")
    friday = date(2026, 10, 23)
    found = WorkCalendar({}, OFFICE).deadline(at(friday, 9, 0, berlin), 1, berlin)
    assert found.astimezone(UTC) == datetime(2026, 10, 26, 16, 30, tzinfo=UTC)


def test_a_calendar_without_working_days_says_so_and_ends():
    never = WorkCalendar({THURSDAY + timedelta(days=n): False for n in range(800)})
    with pytest.raises(NoWorkingDays):
        never.after(THURSDAY, 1)


@pytest.mark.parametrize("days", [-1, DAYS_MOST + 1])
def test_periods_have_bounds(days):
    with pytest.raises(ValueError, match="0 to 250"):
        WorkCalendar().after(THURSDAY, days)


@given(
    start=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
    days=st.integers(1, 40),
    off=st.sets(st.integers(0, 90)),
)
def test_between_a_day_and_its_period_lie_just_so_many_working_days(start, days, off):
    calendar = WorkCalendar({start + timedelta(days=n): False for n in off})
    last = calendar.after(start, days)
    between = (last - start).days
    passed = [start + timedelta(days=n) for n in range(1, between + 1)]
    assert sum(map(calendar.is_working_day, passed)) == days
    assert calendar.is_working_day(last)


def test_only_days_unlike_their_weekday_are_exceptions():
    saturday = date(2026, 7, 18)
    told = [(THURSDAY, True), (THURSDAY + timedelta(1), False), (saturday, True)]
    assert different_days([*told, (saturday + timedelta(1), False)]) == {
        THURSDAY + timedelta(1): False,
        saturday: True,
    }
