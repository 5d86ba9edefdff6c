"""Months as reports have them."""

from datetime import date

import pytest

from kiosk.domain.months import Month, month_of, parse_month


@pytest.mark.parametrize(
    ("month", "first", "last", "before", "after"),
    [
        (Month(2026, 2), (2026, 2, 1), (2026, 2, 28), "2026-01", "2026-03"),
        (Month(2028, 2), (2028, 2, 1), (2028, 2, 29), "2028-01", "2028-03"),
        (Month(2026, 12), (2026, 12, 1), (2026, 12, 31), "2026-11", "2027-01"),
        (Month(2026, 1), (2026, 1, 1), (2026, 1, 31), "2025-12", "2026-02"),
    ],
)
def test_days_of_a_month_and_its_neighbours(month, first, last, before, after):
    assert (month.period.first, month.period.last) == (date(*first), date(*last))
    assert (str(month.before), str(month.after)) == (before, after)
    assert month_of(date(*last)) == month == month_of(date(*first))


@pytest.mark.parametrize("text", ["2026-07", "2000-01", "2999-12"])
def test_a_month_is_read_as_it_is_written(text):
    assert str(parse_month(text)) == text


@pytest.mark.parametrize(
    "text",
    [
        *("", "2026", "2026-7", "2026-13", "2026-00", "1999-12", "3000-01"),
        *("2026-07-01", " 2026-07", "2026-07\n", "-026-07", "２０２６-07"),
    ],
)
def test_anything_else_is_no_month(text):
    assert parse_month(text) is None
