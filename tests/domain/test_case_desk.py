"""What the desk's form takes: short lists, a day that is near, half of it."""

from datetime import date, timedelta

import pytest

from kiosk.domain.case_desk import (
    DayNotRight,
    DeskChoiceMissing,
    PlaceUnknown,
    half_span,
    parse_cause,
    parse_day,
    parse_half,
    parse_place,
    parse_road,
    parse_source,
)
from kiosk.domain.cases import Road, Source
from tests.screens import ZONE

TODAY = date(2026, 7, 16)


def test_only_complaints_and_ideas_by_desk_or_hotline_are_taken_down():
    assert parse_source("complaint") is Source.COMPLAINT
    assert parse_source("suggestion") is Source.SUGGESTION
    assert parse_road("desk") is Road.DESK
    assert parse_road("hotline") is Road.HOTLINE
    for text in ("", "joined", "inspection", "Complaint"):
        with pytest.raises(DeskChoiceMissing):
            parse_source(text)
    for text in ("", "phone", "tablet", "unit"):
        with pytest.raises(DeskChoiceMissing):
            parse_road(text)


def test_causes_and_halves_are_those_of_the_lists():
    assert [parse_cause(text) for text in "01234"] == [0, 1, 2, 3, 4]
    assert [parse_half(text) for text in "012"] == [0, 1, 2]
    for text in ("", "5", "-1", "1 ", "一"):
        with pytest.raises(DeskChoiceMissing):
            parse_cause(text)
    for text in ("", "3", "上午"):
        with pytest.raises(DeskChoiceMissing):
            parse_half(text)


@pytest.mark.parametrize("back", [0, 1, 365])
def test_a_day_may_lie_a_year_back(back):
    day = TODAY - timedelta(back)
    assert parse_day(f" {day.isoformat()} ", TODAY) == day


@pytest.mark.parametrize(
    "text", ["", "2026-07-17", "2025-07-15", "16.7.", "0000-01-01"]
)
def test_a_day_ahead_or_long_ago_is_refused(text):
    with pytest.raises(DayNotRight) as refused:
        parse_day(text, TODAY)
    assert refused.value.values == {"days": 365}


def test_a_place_is_a_window_or_a_unit():
    assert parse_place("w12") == (True, 12)
    assert parse_place("u3") == (False, 3)
    for text in ("", "12", "w", "x1", "w-1", "w1234567890", "w1 "):
        with pytest.raises(PlaceUnknown):
            parse_place(text)


def test_halves_meet_at_noon_and_make_up_the_day():
    whole, first, second = (half_span(TODAY, half, ZONE) for half in (0, 1, 2))
    assert (first.start, second.end) == (whole.start, whole.end)
    assert first.end == second.start
    assert f"{first.end.astimezone(ZONE):%H:%M}" == "12:00"
