"""People served: what may be entered, and when a response rate is one."""

from datetime import date, timedelta

import pytest

from kiosk.domain.served import (
    SERVED_MOST,
    Response,
    ServedDayClosed,
    ServedUnreadable,
    check_served_day,
    parse_served,
)

TODAY = date(2026, 7, 16)


@pytest.mark.parametrize(
    ("typed", "n"),
    [("0", 0), (" 37 ", 37), ("３７", 37), ("007", 7), ("10000", SERVED_MOST)],
)
def test_number_of_people_as_typed(typed, n):
    assert parse_served(typed) == n


@pytest.mark.parametrize(
    "typed",
    ["", "-1", "10001", "1.5", "1,000", "٣", "十", "1e3", "+1", "000001", "9" * 5000],
)
def test_anything_else_is_refused(typed):
    with pytest.raises(ServedUnreadable) as refused:
        parse_served(typed)
    assert refused.value.values == {"most": SERVED_MOST}


@pytest.mark.parametrize("days_ago", [0, 1])
def test_today_and_yesterday_are_open(days_ago):
    check_served_day(TODAY - timedelta(days=days_ago), TODAY)


@pytest.mark.parametrize("days_ago", [-1, 2])
def test_tomorrow_and_the_day_before_yesterday_are_not(days_ago):
    with pytest.raises(ServedDayClosed):
        check_served_day(TODAY - timedelta(days=days_ago), TODAY)


@pytest.mark.parametrize(
    ("ratings", "served", "percent", "exceeds"),
    [
        (20, 40, 50, False),
        (40, 40, 100, False),
        (41, 40, None, True),
        (5, 40, 12.5, False),
        (4, 40, None, False),
        (0, 40, None, False),
        (20, 0, None, False),
        (5, 4, None, True),
        (4, 3, None, False),
    ],
)
def test_response_is_a_share_of_people_or_nothing(ratings, served, percent, exceeds):
    response = Response(ratings, served)
    assert response.percent == percent
    assert response.exceeds is exceeds
    assert response.is_shown is (percent is not None or exceeds)
