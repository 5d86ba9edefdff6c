"""From when a window can move or close, and where it is on a day."""

from datetime import date, timedelta

import pytest

from kiosk.domain.placements import (
    DayOutOfReach,
    DayUnreadable,
    Held,
    check_start,
    holding,
    parse_day,
    planned_move,
)

TODAY = date(2026, 7, 16)
DAY = timedelta(days=1)
OLD = Held(1, 10, 20, date(2020, 1, 1), TODAY)
NOW = Held(2, 11, 20, TODAY, TODAY + 9 * DAY)
AHEAD = Held(3, 12, 20, TODAY + 9 * DAY, None)
ALL = [OLD, NOW, AHEAD]


@pytest.mark.parametrize("typed", ["2026-07-16", " 2026-07-16 "])
def test_a_day_is_read(typed):
    assert parse_day(typed) == TODAY


@pytest.mark.parametrize("typed", ["", "16.7.2026", "2026-02-30", "x" * 500, "今天"])
def test_anything_else_is_no_day(typed):
    with pytest.raises(DayUnreadable):
        parse_day(typed)


@pytest.mark.parametrize("days", [0, 1, 366])
def test_a_change_may_begin_today_and_within_a_year(days):
    check_start(TODAY + days * DAY, TODAY)


@pytest.mark.parametrize("days", [-1, 367])
def test_a_change_never_begins_in_the_past_or_further_ahead(days):
    with pytest.raises(DayOutOfReach) as refusal:
        check_start(TODAY + days * DAY, TODAY)
    assert refusal.value.values == {"first": "2026-07-16", "last": "2027-07-17"}


@pytest.mark.parametrize(
    ("days", "held"), [(-1, OLD), (0, NOW), (8, NOW), (9, AHEAD), (999, AHEAD)]
)
def test_one_placement_holds_on_a_day(days, held):
    assert holding(ALL, TODAY + days * DAY) is held


def test_before_the_first_day_none_holds():
    assert holding(ALL, date(2019, 12, 31)) is None


def test_a_move_is_planned_while_its_day_is_ahead():
    assert planned_move(ALL, TODAY) is AHEAD
    assert planned_move(ALL, TODAY + 8 * DAY) is AHEAD
    assert planned_move(ALL, TODAY + 9 * DAY) is None


def test_a_window_that_only_opens_later_is_no_move():
    assert planned_move([AHEAD], TODAY) is None
