"""Opening hours as typed."""

from datetime import time

import pytest

from kiosk.domain.hours import HoursOverlap, HoursWrong, in_order, parse_span
from kiosk.domain.working_days import Span

MORNING = Span(time(9), time(12))


def test_a_span_and_none():
    assert parse_span(" 09:00", "12:00 ") == MORNING
    assert parse_span(" ", "") is None


@pytest.mark.parametrize(
    ("opens", "closes"),
    [
        ("09:00", ""),
        ("", "12:00"),
        ("12:00", "09:00"),
        ("09:00", "09:00"),
        ("nine", "12:00"),
        ("09:00:30", "12:00"),
        ("09:00+08:00", "12:00"),
        ("25:00", "26:00"),
    ],
)
def test_what_is_no_span(opens, closes):
    with pytest.raises(HoursWrong):
        parse_span(opens, closes)


def test_spans_of_a_day_follow_one_another():
    afternoon = Span(time(13), time(17))
    assert in_order([MORNING, afternoon]) == (MORNING, afternoon)
    assert in_order([None, afternoon]) == (afternoon,)
    for second in (Span(time(12), time(17)), Span(time(8), time(9))):
        with pytest.raises(HoursOverlap):
            in_order([MORNING, second])
