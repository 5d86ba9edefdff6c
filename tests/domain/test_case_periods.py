"""The clock of cases over the exchanged working days of 2026, worked out by hand."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from kiosk.domain.case_periods import Clock, Periods
from kiosk.domain.working_days import NoWorkingDays, Span, WorkCalendar
from kiosk.services.calendar import known_year

SHANGHAI = ZoneInfo("Asia/Shanghai")
OFFICE = {weekday: (Span(time(9), time(17, 30)),) for weekday in range(5)}
SATURDAYS = OFFICE | {5: (Span(time(9), time(16)),)}
SHORTER = {weekday: (Span(time(9), time(16)),) for weekday in range(5)}
KNOWN = {
    row.day: row.working for year in (2025, 2026) for row in known_year(year) or ()
}
"""As the State Council announced them; of 2027 nothing is known yet."""


def clock(hours=OFFICE, days=KNOWN) -> Clock:
    return Clock(WorkCalendar(days, hours), SHANGHAI, Periods())


def at(text: str) -> datetime:
    """Return a moment in the hall, such as "2026-10-08 17:30"."""
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def told(due: datetime) -> str:
    return f"{due.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def test_the_periods_of_a_region_without_rules_of_its_own():
    periods = Periods()
    assert (periods.accept, periods.answer, periods.rectify) == (1, 5, 15)
    assert (periods.second, periods.look_back) == (10, 20)


NATIONAL_DAY = [
    # received, days, due: off 1 to 7 October, worked Saturday 10 October
    ("2026-09-30 10:00", 1, "2026-10-08"),
    ("2026-09-30 10:00", 2, "2026-10-09"),
    ("2026-09-30 10:00", 3, "2026-10-10"),
    ("2026-09-30 10:00", 5, "2026-10-13"),
    ("2026-09-30 17:29", 5, "2026-10-13"),
    ("2026-09-30 17:30", 1, "2026-10-09"),
    ("2026-09-30 17:30", 5, "2026-10-14"),
    ("2026-10-01 09:00", 1, "2026-10-09"),
    ("2026-10-04 23:59", 1, "2026-10-09"),
    ("2026-10-07 23:59", 1, "2026-10-09"),
    ("2026-10-08 00:00", 1, "2026-10-09"),
    ("2026-10-10 16:00", 1, "2026-10-12"),
    ("2026-10-10 16:00", 5, "2026-10-16"),
    ("2026-10-10 17:30", 1, "2026-10-13"),
    ("2026-10-11 10:00", 1, "2026-10-13"),
    # worked Sunday 20 September, off Friday 25 September
    ("2026-09-18 18:00", 1, "2026-09-21"),
    ("2026-09-20 09:00", 1, "2026-09-21"),
    ("2026-09-20 09:00", 5, "2026-09-28"),
    ("2026-09-23 09:00", 15, "2026-10-21"),
]
SPRING_FESTIVAL = [
    # off 15 to 23 February, worked Saturdays 14 and 28 February
    ("2026-02-13 10:00", 1, "2026-02-14"),
    ("2026-02-13 10:00", 5, "2026-02-27"),
    ("2026-02-13 17:30", 1, "2026-02-24"),
    ("2026-02-14 10:00", 1, "2026-02-24"),
    ("2026-02-14 10:00", 5, "2026-02-28"),
    ("2026-02-14 17:31", 1, "2026-02-25"),
    ("2026-02-17 12:00", 1, "2026-02-25"),
    ("2026-02-17 12:00", 5, "2026-03-02"),
    ("2026-02-28 09:00", 1, "2026-03-02"),
]
YEAR_END = [
    # off 1 to 3 January, worked Sunday 4 January
    ("2025-12-31 10:00", 1, "2026-01-04"),
    ("2025-12-31 10:00", 5, "2026-01-08"),
    ("2025-12-31 17:30", 1, "2026-01-05"),
    ("2026-01-01 00:00", 1, "2026-01-05"),
    # a year that is missing has no days off but its weekends
    ("2026-12-30 10:00", 1, "2026-12-31"),
    ("2026-12-30 10:00", 2, "2027-01-01"),
    ("2026-12-30 10:00", 5, "2027-01-06"),
]


@pytest.mark.parametrize(
    ("received", "days", "due"), NATIONAL_DAY + SPRING_FESTIVAL + YEAR_END
)
def test_a_period_ends_at_close_of_business_of_its_last_working_day(
    received, days, due
):
    assert told(clock().due(at(received), days)) == f"{due} 17:30"


def test_a_year_that_is_entered_by_hand_counts_from_then_on():
    entered = clock(days=KNOWN | {date(2027, 1, 1): False})
    assert told(entered.due(at("2026-12-30 10:00"), 5)) == "2027-01-07 17:30"


@pytest.mark.parametrize(
    ("received", "due"),
    [
        # open on Saturdays until four, which makes them no working days
        ("2026-07-17 10:00", "2026-07-20 17:30"),
        ("2026-07-18 10:00", "2026-07-21 17:30"),
        ("2026-07-18 15:59", "2026-07-21 17:30"),
        # a Saturday worked instead closes when Saturdays do
        ("2026-10-09 10:00", "2026-10-10 16:00"),
        ("2026-10-10 15:59", "2026-10-12 17:30"),
        ("2026-10-10 16:00", "2026-10-13 17:30"),
    ],
)
def test_a_hall_that_is_open_on_saturdays(received, due):
    assert told(clock(SATURDAYS).due(at(received), 1)) == due


def test_hours_that_change_in_between_change_what_is_counted_from_then_on():
    received, paused = at("2026-07-16 10:00"), at("2026-07-17 10:00")
    before, afterwards = clock(), clock(SHORTER)
    due = before.due(received, 5)
    assert told(due) == "2026-07-23 17:30"
    assert told(afterwards.due(at("2026-07-16 16:00"), 5)) == "2026-07-24 16:00"
    # What was promised stays as it was until a pause moves it.
    assert afterwards.shifted(due, paused, paused + timedelta(hours=2)) == due
    moved = afterwards.shifted(due, paused, at("2026-07-20 09:00"))
    assert told(moved) == "2026-07-24 16:00"


PAUSES = [
    # due, paused, resumed, due then
    ("2026-07-23", "2026-07-16 10:00", "2026-07-16 17:00", "2026-07-23"),
    ("2026-07-23", "2026-07-16 10:00", "2026-07-17 00:00", "2026-07-24"),
    ("2026-07-23", "2026-07-16 23:59", "2026-07-17 00:00", "2026-07-24"),
    # from Friday over the weekend: Friday only
    ("2026-07-23", "2026-07-17 15:00", "2026-07-18 10:00", "2026-07-24"),
    ("2026-07-23", "2026-07-17 15:00", "2026-07-20 09:00", "2026-07-24"),
    # on the weekend: nothing
    ("2026-07-23", "2026-07-18 09:00", "2026-07-19 09:00", "2026-07-23"),
    ("2026-07-23", "2026-07-18 09:00", "2026-07-20 09:00", "2026-07-23"),
    ("2026-07-23", "2026-07-18 09:00", "2026-07-21 09:00", "2026-07-24"),
    # a week, two weekends apart
    ("2026-07-23", "2026-07-20 09:00", "2026-07-27 09:00", "2026-07-30"),
    ("2026-07-24", "2026-07-23 09:00", "2026-07-24 09:00", "2026-07-27"),
    # over the National Day: its days give none, the Saturday worked gives one
    ("2026-10-13", "2026-09-30 16:00", "2026-10-08 09:00", "2026-10-14"),
    ("2026-10-13", "2026-10-09 16:00", "2026-10-12 09:00", "2026-10-15"),
    ("2026-09-29", "2026-09-28 09:00", "2026-09-30 09:00", "2026-10-08"),
    # resumed only after it was due
    ("2026-07-17", "2026-07-16 09:00", "2026-07-21 09:00", "2026-07-22"),
    # a clock that went back gives none
    ("2026-07-23", "2026-07-20 09:00", "2026-07-17 09:00", "2026-07-23"),
]


@pytest.mark.parametrize(("due", "paused", "resumed", "then"), PAUSES)
def test_a_pause_moves_what_is_due_by_its_working_days(due, paused, resumed, then):
    found = clock().shifted(at(f"{due} 17:30"), at(paused), at(resumed))
    assert told(found) == f"{then} 17:30"


def test_the_day_of_a_pause_is_the_day_in_the_hall():
    """Thursday 17:00 UTC is Friday 01:00 in Shanghai."""
    paused = datetime(2026, 7, 16, 17, 0, tzinfo=UTC)
    due = at("2026-07-23 17:30")
    assert clock().day(paused) == date(2026, 7, 17)
    assert clock().shifted(due, paused, at("2026-07-17 18:00")) == due
    assert told(clock().shifted(due, paused, at("2026-07-18 00:00"))) == (
        "2026-07-24 17:30"
    )


def test_a_pause_may_be_longer_than_any_period():
    """60 weeks, 300 working days: more than a period can have."""
    weeks = timedelta(weeks=60)
    paused, due = at("2026-07-20 09:00"), at("2026-07-21 17:30")
    found = clock(days={}).shifted(due, paused, paused + weeks)
    assert found == due + weeks


@pytest.mark.parametrize(
    ("answered", "day"),
    [
        ("2026-09-30 10:00", date(2026, 11, 3)),
        # a look-back needs no hours: after closing is the same day
        ("2026-09-30 23:00", date(2026, 11, 3)),
        ("2026-10-17 10:00", date(2026, 11, 13)),
    ],
)
def test_a_measure_is_looked_at_again_after_twenty_working_days(answered, day):
    assert clock().look_back(at(answered)) == day


def test_a_calendar_without_working_days_ends_no_period():
    start = date(2026, 7, 16)
    never = {start + timedelta(days=n): False for n in range(800)}
    with pytest.raises(NoWorkingDays):
        clock(days=never).due(at("2026-07-16 10:00"), 1)
    with pytest.raises(NoWorkingDays):
        clock(days=never).shifted(
            at("2026-07-16 17:30"), at("2026-07-14 09:00"), at("2026-07-15 09:00")
        )
