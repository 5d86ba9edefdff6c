"""What the interface refuses: too many calls, days that are not over, odd cursors."""

from datetime import UTC, date, datetime

import pytest

from kiosk.domain.board import Period
from kiosk.domain.interface import (
    CALLS_MOST,
    CursorWrong,
    DaysWrong,
    TooManyCalls,
    check_calls,
    closed_days,
    cursor_of,
    parse_cursor,
)
from kiosk.domain.small_groups import are_told_apart

TODAY = date(2026, 7, 16)
NOW = datetime(2026, 7, 16, 4, 0, 20, tzinfo=UTC)


def test_the_last_call_of_a_minute_passes_and_the_next_waits():
    check_calls(CALLS_MOST, NOW)
    with pytest.raises(TooManyCalls) as refused:
        check_calls(CALLS_MOST + 1, NOW)
    assert refused.value.wait_seconds == 40


@pytest.mark.parametrize(
    ("first", "last", "found"),
    [
        (None, None, (date(2026, 7, 9), date(2026, 7, 15))),
        (None, date(2026, 7, 1), (date(2026, 6, 25), date(2026, 7, 1))),
        (date(2026, 7, 15), None, (date(2026, 7, 15), date(2026, 7, 15))),
        (date(2026, 4, 15), None, (date(2026, 4, 15), date(2026, 7, 15))),
        (None, date(1, 1, 2), (date(1, 1, 1), date(1, 1, 2))),
    ],
)
def test_days_that_are_over(first, last, found):
    assert closed_days(first, last, TODAY) == Period(*found)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        (None, TODAY),
        (TODAY, None),
        (date(2026, 7, 2), date(2026, 7, 1)),
        (date(2026, 4, 14), None),
        (date(1, 1, 1), None),
    ],
)
def test_days_that_are_not(first, last):
    with pytest.raises(DaysWrong):
        closed_days(first, last, TODAY)


def test_a_cursor_comes_back_as_it_went():
    assert parse_cursor(cursor_of(TODAY, 12)) == (TODAY, 12)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "2026-07-16",
        "2026-07-16.",
        "2026-99-01.1",
        "٢026-07-16.1",
        "2026-07-16.1 ",
    ],
)
def test_another_cursor_is_refused(text):
    with pytest.raises(CursorWrong):
        parse_cursor(text)


@pytest.mark.parametrize(
    ("counts", "apart"),
    [([], True), ([0, 5, 9], True), ([4, 9], False), ([1], False)],
)
def test_groups_are_told_apart_from_five_on(counts, apart):
    assert are_told_apart(counts) is apart
