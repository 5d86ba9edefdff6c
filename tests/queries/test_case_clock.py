"""The clock of a centre's cases: its own calendar, hours, zone and periods."""

from datetime import UTC, date, datetime, time

import pytest

from kiosk.domain.case_periods import Periods
from kiosk.domain.working_days import Span
from kiosk.extensions import reading, recording
from kiosk.models import Centre
from kiosk.queries.case_clock import case_clock
from kiosk.services.calendar import DayRow, begin_calendar, set_day, set_hours
from tests.screens import ZONE
from tests.statements import statements

CENTRE = 1


@pytest.fixture
def calendar(app, clock) -> None:
    with recording("test", clock()) as records:
        begin_calendar(records, CENTRE, 2026)


def clock_at(now, **more):
    with reading() as session:
        return case_clock(
            session, CENTRE, now, **({"second": 10, "look_back": 20} | more)
        )


def told(due) -> str:
    return f"{due.astimezone(ZONE):%Y-%m-%d %H:%M}"


def test_periods_come_from_the_region_and_from_the_settings(calendar, clock):
    values = {"accept_days": 2, "answer_days": 7, "rectify_days": 30}
    with recording("test", clock()) as records:
        records.change(Centre, CENTRE, CENTRE, values)
    found = clock_at(clock(), second=6, look_back=9)
    assert found.periods == Periods(
        accept=2, answer=7, rectify=30, second=6, look_back=9
    )
    assert (found.zone, told(found.due(clock(), 2))) == (ZONE, "2026-07-20 17:30")


def test_a_new_centre_has_the_usual_periods(calendar, clock):
    assert clock_at(clock()).periods == Periods()


def test_holidays_and_exchanged_days_are_the_centres(calendar):
    now = datetime(2026, 9, 30, 2, 0, tzinfo=UTC)
    found = clock_at(now)
    assert told(found.due(now, 1)) == "2026-10-08 17:30"
    assert told(found.due(now, 3)) == "2026-10-10 17:30"


def test_a_day_entered_by_hand_counts(calendar, clock):
    with recording("test", clock()) as records:
        set_day(records, CENTRE, DayRow(date(2026, 7, 17), False, "停电"))
    assert told(clock_at(clock()).due(clock(), 1)) == "2026-07-20 17:30"


def test_hours_that_were_changed_count_from_then_on(calendar, clock):
    before = clock_at(clock()).due(clock(), 1)
    shorter = {weekday: (Span(time(9), time(16)),) for weekday in range(5)}
    with recording("test", clock()) as records:
        set_hours(records, CENTRE, shorter)
    assert told(before) == "2026-07-17 17:30"
    assert told(clock_at(clock()).due(clock(), 1)) == "2026-07-17 16:00"


def test_without_a_calendar_the_weekdays_count(app, clock):
    now = datetime(2026, 9, 30, 2, 0, tzinfo=UTC)
    assert told(clock_at(now).due(now, 1)) == "2026-10-01 18:00"


@pytest.mark.parametrize(
    ("day", "counts"),
    [
        # 400 days back and 800 ahead of 16 July 2026
        (date(2025, 6, 11), True),
        (date(2025, 6, 10), False),
        (date(2028, 9, 22), True),
        (date(2028, 9, 25), False),
    ],
)
def test_days_are_read_as_far_as_periods_and_pauses_reach(app, clock, day, counts):
    assert day.weekday() < 5
    with recording("test", clock()) as records:
        set_day(records, CENTRE, DayRow(day, False, "休"))
    assert clock_at(clock()).calendar.is_working_day(day) is not counts


def test_it_takes_three_statements_however_long_the_calendar(calendar, clock):
    with statements() as seen:
        clock_at(clock())
    assert len(seen) == 3
