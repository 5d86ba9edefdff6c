"""Which ratings a board counts, and on which side of midnight."""

from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import update

from kiosk.domain.intake import Channel, RatingState
from kiosk.extensions import transaction
from kiosk.models import Centre, Placement, TallyBucket, TallyDay, Window
from tests.board_ratings import (
    board_at,
    first_day,
    listed_window,
    open_window,
    past_day,
    rows_at,
)
from tests.conftest import NOON
from tests.screens import ZONE, keep, phone_tap

TODAY = NOON.astimezone(ZONE).date()


def test_period_holds_its_first_day_and_not_the_day_before(app):
    window = open_window("A001")
    first = first_day(NOON)
    past_day(window, first - timedelta(days=1))
    assert rows_at(NOON)["A001"].ratings == 0
    past_day(window, first)
    assert rows_at(NOON)["A001"].ratings == 8


def test_day_is_the_centres_own(app):
    window = open_window("A001")
    keep(phone_tap(window, 5), NOON)
    late = datetime.combine(TODAY, time(23, 59, 59), ZONE)
    assert board_at(late).today == 1
    after = board_at(late + timedelta(seconds=1))
    assert (after.today, rows_at(late)["A001"].ratings) == (0, 1)


def test_rating_counted_for_tomorrow_waits_for_it(app):
    window = open_window("A001")
    ahead = datetime.combine(TODAY, time(23, 59), ZONE)
    keep(phone_tap(window, 5, tapped_at=ahead + timedelta(seconds=90)), ahead)
    assert rows_at(ahead)["A001"].ratings == 0
    assert rows_at(ahead + timedelta(minutes=2))["A001"].ratings == 1


def test_hours_are_the_centres_and_count_both_channels(app):
    window = open_window("A001")
    past_day(window, TODAY, (5, 1, 3))
    past_day(window, TODAY, (4,), Channel.PHONE)
    keep(phone_tap(window, 5), NOON)
    past_day(window, TODAY - timedelta(days=1))
    board = board_at(NOON)
    assert board.hours == (0,) * 10 + (4, 0, 1) + (0,) * 11
    assert board.today == 5


def test_verified_and_unverified_ratings_add_up(app):
    window = open_window("A001")
    past_day(window, TODAY)
    with transaction() as session:
        nothing = {f"{kind}{level}": 0 for kind in "cp" for level in range(1, 6)}
        key = {"window_id": window, "day": TODAY, "channel": 0, "state": 0}
        counts = nothing | {"c1": 1, "c5": 3}
        session.add(TallyDay(**key, **counts, verified=True))
    board = board_at(NOON)
    assert (board.rows[0].ratings, board.levels) == (12, (1, 0, 0, 0, 11))


@pytest.mark.parametrize("state", [RatingState.HELD, RatingState.EXCLUDED])
def test_held_and_excluded_ratings_are_in_no_number(app, state):
    window = open_window("A001")
    past_day(window, TODAY)
    with transaction() as session:
        for table in (TallyDay, TallyBucket):
            session.execute(update(table).values(state=int(state)))
    board = board_at(NOON)
    assert (board.rows[0].ratings, board.today, sum(board.levels)) == (0, 0, 0)
    assert board.rows[0].reason.code == "no_ratings"


def test_closed_window_and_other_centre_are_not_on_the_board(app):
    listed_window("A001", TODAY)
    closed, other = listed_window("A002", TODAY), listed_window("A003", TODAY)
    past_day(closed, TODAY)
    past_day(other, TODAY)
    with transaction() as session:
        session.get(Window, closed).closed_on = TODAY
        centre = Centre(code="two", name="二号厅", time_zone="Asia/Shanghai")
        session.add(centre)
        session.flush()
        session.get(Window, other).centre_id = centre.id
    board = board_at(NOON)
    assert [row.window for row in board.rows] == ["A001"]
    assert (board.today, sum(board.levels)) == (0, 48)


def test_window_without_a_placement_today_is_left_out(app):
    listed_window("A001", TODAY)
    lost = listed_window("A002", TODAY)
    with transaction() as session:
        lost_today = update(Placement).where(Placement.window_id == lost)
        session.execute(lost_today.values(ends_on=TODAY))
    board = board_at(NOON)
    assert [row.window for row in board.rows] == ["A001"]
    assert sum(board.levels) == 48
