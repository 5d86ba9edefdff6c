"""How often a cause is named, before an answer and since."""

from datetime import date, timedelta

import pytest

from kiosk.domain.board import Period
from kiosk.domain.cause_counts import (
    NO_COUNT,
    CauseCount,
    like_period,
    look_back_periods,
    middle_share,
)

DAY = timedelta(days=1)
ANSWERED, LOOK_BACK = date(2026, 6, 10), date(2026, 7, 8)


@pytest.mark.parametrize(
    ("times", "ratings", "shown"),
    [(0, 5, True), (0, 4, False), (1, 5, False), (4, 90, False), (5, 90, True)],
)
def test_a_unit_sees_no_group_of_one_to_four(times, ratings, shown):
    assert CauseCount(times, ratings).is_shown is shown


def test_times_in_a_hundred_ratings():
    assert CauseCount(3, 8).per_hundred == 37.5
    assert CauseCount(9, 8).per_hundred == 112.5
    assert NO_COUNT.per_hundred is None


def test_the_median_is_of_windows_with_enough_ratings():
    counts = [CauseCount(1, 10), CauseCount(3, 10), CauseCount(2, 4)]
    assert middle_share(counts) == 20
    assert middle_share([*counts, CauseCount(0, 5)]) == 10
    assert middle_share([CauseCount(2, 4)]) is None


def test_like_causes_are_looked_for_in_thirty_days_with_today():
    assert like_period(ANSWERED) == Period(date(2026, 5, 12), ANSWERED)
    assert like_period(ANSWERED).days == 30


def test_as_many_days_before_the_answer_as_until_the_look_back():
    before, since = look_back_periods(ANSWERED, LOOK_BACK, LOOK_BACK + 9 * DAY)
    assert before == Period(date(2026, 5, 13), date(2026, 6, 9))
    assert since == Period(date(2026, 6, 11), LOOK_BACK)
    assert before.days == since.days == 28


def test_days_since_the_answer_end_today():
    before, since = look_back_periods(ANSWERED, LOOK_BACK, ANSWERED + DAY)
    assert since == Period(ANSWERED + DAY, ANSWERED + DAY)
    assert before.days == 28


def test_on_the_day_of_the_answer_there_is_nothing_since():
    assert look_back_periods(ANSWERED, LOOK_BACK, ANSWERED)[1] is None


def test_a_look_back_planned_for_the_very_day_takes_one_day():
    before, since = look_back_periods(ANSWERED, ANSWERED, LOOK_BACK)
    assert before == Period(ANSWERED - DAY, ANSWERED - DAY)
    assert since == Period(ANSWERED + DAY, ANSWERED + DAY)
