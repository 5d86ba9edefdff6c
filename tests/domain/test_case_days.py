"""The strip of working days on a case's page, and how many are left."""

from datetime import date

import pytest

from kiosk.domain.case_days import STRIP_MOST, DayKind, days_left, strip
from kiosk.domain.working_days import WorkCalendar
from kiosk.services.calendar import USUAL_HOURS

# 2026-10-10, a Saturday, is worked; 1 to 7 October are days off.
OCTOBER = WorkCalendar(
    {date(2026, 10, day): False for day in range(1, 8)} | {date(2026, 10, 10): True},
    USUAL_HOURS,
)


@pytest.mark.parametrize(
    ("today", "due", "left"),
    [
        (date(2026, 10, 9), date(2026, 10, 12), 2),
        (date(2026, 9, 30), date(2026, 10, 8), 1),
        (date(2026, 10, 8), date(2026, 10, 8), 0),
        (date(2026, 10, 12), date(2026, 10, 9), -2),
    ],
)
def test_exchanged_working_days_count_and_days_off_do_not(today, due, left):
    assert days_left(OCTOBER, today, due) == left


def test_each_day_of_a_period_is_drawn_as_what_it_is():
    days = strip(
        OCTOBER, date(2026, 10, 8), date(2026, 10, 13), today=date(2026, 10, 10)
    )
    assert [(each.day.day, each.kind) for each in days] == [
        (8, DayKind.USED),
        (9, DayKind.USED),
        (10, DayKind.NOW),
        (11, DayKind.OFF),
        (12, DayKind.AHEAD),
        (13, DayKind.DUE),
    ]


@pytest.mark.parametrize(
    ("length", "drawn"), [(STRIP_MOST, STRIP_MOST), (STRIP_MOST + 1, 0), (0, 0)]
)
def test_a_period_too_long_for_the_page_is_told_in_words(length, drawn):
    first = date(2026, 11, 1)
    due = date.fromordinal(first.toordinal() + length - 1)
    assert len(strip(OCTOBER, first, due, today=first)) == drawn
