"""Our time of a tap, from the clocks of a screen that may be wrong."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.domain.intake import CLOCK_SLACK
from kiosk.domain.tap_time import Clocks, time_of_tap
from tests.conftest import NOON

HOUR = timedelta(hours=1)
TICK = timedelta(microseconds=1)
CONTACT = NOON - 9 * HOUR
"""When the screen was last heard; all taps were made after it."""


def tap(wall: datetime, steady: timedelta, ahead: timedelta | None = None) -> Clocks:
    return Clocks(wall, "aaaaaaaa", steady, ahead)


def told(made: Clocks, sent: Clocks, received: datetime = NOON) -> datetime:
    return time_of_tap(made, sent, received, CONTACT)


def test_a_clock_that_is_right_is_believed():
    made = tap(NOON - 2 * HOUR, HOUR)
    assert told(made, tap(NOON, 3 * HOUR)) == NOON - 2 * HOUR


@pytest.mark.parametrize("wrong", [timedelta(days=1), -timedelta(days=1), 500 * HOUR])
def test_a_clock_that_is_always_as_wrong_is_set_right(wrong):
    made = tap(NOON - 2 * HOUR + wrong, HOUR)
    assert told(made, tap(NOON + wrong, 3 * HOUR)) == NOON - 2 * HOUR


def test_a_clock_set_right_in_between_gives_way_to_the_steady_one():
    made = tap(datetime(1970, 1, 1, tzinfo=UTC), HOUR)
    assert told(made, tap(NOON, 3 * HOUR)) == NOON - 2 * HOUR


def test_a_clock_known_to_have_been_set_gives_way_even_where_it_could_be_right():
    """It was right at the tap and is an hour slow at sending."""
    made = tap(NOON - 2 * HOUR, HOUR, timedelta(0))
    assert told(made, tap(NOON - HOUR, 3 * HOUR)) == NOON - 2 * HOUR


def test_a_machine_that_slept_is_told_by_its_wall_clock():
    """Its steady clock stood still for four of the five hours."""
    made = tap(NOON - 5 * HOUR, HOUR, timedelta(0))
    assert told(made, tap(NOON, 2 * HOUR)) == NOON - 5 * HOUR


def test_after_a_reload_the_steady_clock_tells_nothing():
    made = tap(datetime(1970, 1, 1, tzinfo=UTC), HOUR)
    sent = replace(tap(NOON, 3 * HOUR), run="bbbbbbbb")
    assert told(made, sent) == datetime(1970, 1, 1, tzinfo=UTC)


def test_after_a_reload_what_was_known_at_the_tap_helps():
    wall = datetime(1970, 1, 1, tzinfo=UTC)
    made = tap(wall, HOUR, NOON - 2 * HOUR - wall)
    sent = replace(tap(NOON, 3 * HOUR), run="bbbbbbbb")
    assert told(made, sent) == NOON - 2 * HOUR


def test_a_steady_clock_that_ran_backwards_tells_nothing():
    made = tap(datetime(1970, 1, 1, tzinfo=UTC), 3 * HOUR)
    assert told(made, tap(NOON, HOUR)).year == 1970


def test_being_set_by_no_more_than_the_slack_is_no_setting():
    made = tap(NOON - 2 * HOUR, HOUR, CLOCK_SLACK)
    assert told(made, tap(NOON, 2 * HOUR)) == NOON - 2 * HOUR
    made = replace(made, ahead=CLOCK_SLACK + TICK)
    assert told(made, tap(NOON, 2 * HOUR)) == NOON - HOUR


def test_a_clock_centuries_off_fails_nothing():
    end = datetime(9998, 12, 31, tzinfo=UTC)
    made = tap(end, HOUR, timedelta(days=400_000))
    sent = replace(tap(datetime(2, 1, 1, tzinfo=UTC), HOUR), run="bbbbbbbb")
    assert told(made, sent) == end


@pytest.mark.parametrize("years", [1, -1])
def test_no_time_falls_into_a_year_that_zones_cannot_move(years):
    wall = datetime(2 if years < 0 else 9998, 6, 1, tzinfo=UTC)
    made = tap(wall, HOUR)
    sent = replace(tap(NOON - years * timedelta(days=366), HOUR), run="bbbbbbbb")
    assert told(made, sent) == wall
