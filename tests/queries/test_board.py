"""The board against an independent recount, and what it must not tell too early."""

from datetime import date, datetime, time, timedelta
from uuid import uuid4

import numpy as np
import pytest
from sqlalchemy import update

from kiosk.domain.intake import Channel, RatingState
from kiosk.domain.ranking import fair_scores
from kiosk.extensions import reading, transaction
from kiosk.models import Rating, Window
from kiosk.queries.board import board_stamp
from tests.board_ratings import (
    board_at,
    first_day,
    listed_window,
    open_window,
    past_day,
    past_days,
    rows_at,
    statements,
)
from tests.conftest import NOON
from tests.recount import ratings, version
from tests.screens import FAR_APART, ZONE, keep, pair_screen, phone_tap
from tests.staff import enter_served_on

TODAY = NOON.astimezone(ZONE).date()


@pytest.mark.parametrize("windows", [1, 3])
def test_board_takes_six_statements(app, windows):
    for number in range(windows):
        past_days(open_window(f"A{number:03}"), TODAY)
    with statements() as seen:
        board_at(NOON)
    # The centre's look-up, then version, windows, counts, served, hours and held.
    assert len(seen) == 1 + 6


def response(row) -> tuple[int | None, float | None, bool]:
    return row.served, row.response_rate, row.over_served


def test_response_takes_only_days_with_a_number_of_people_served(app):
    listed, quiet = listed_window("A001", TODAY), open_window("A002")
    # Six days of eight ratings; people were counted on two of them and on a day
    # before the board's first, which counts for nothing.
    enter_served_on(listed, 10, TODAY - timedelta(days=1))
    enter_served_on(listed, 30, TODAY - timedelta(days=2))
    enter_served_on(listed, 500, first_day(NOON) - timedelta(days=1))
    enter_served_on(quiet, 40)
    rows = rows_at(NOON)
    assert response(rows["A001"]) == (40, 40.0, False)
    assert response(rows["A002"]) == (40, None, False)


def test_more_ratings_than_people_are_a_flag_and_no_rate(app):
    window = listed_window("A001", TODAY)
    assert response(rows_at(NOON)["A001"]) == (None, None, False)
    yesterday = TODAY - timedelta(days=1)
    enter_served_on(window, 8, yesterday)
    assert response(rows_at(NOON)["A001"]) == (8, 100.0, False)
    enter_served_on(window, 7, yesterday)
    assert response(rows_at(NOON)["A001"]) == (7, None, True)


def test_response_moves_with_the_fifth_new_rating(app):
    window = open_window("A001")
    enter_served_on(window, 20)
    seen = []
    for _ in range(6):
        keep(phone_tap(window, 5, channel=Channel.TABLET), NOON)
        seen.append(rows_at(NOON)["A001"].response_rate)
    assert seen == [None, None, None, None, 25.0, 25.0]


def test_people_served_elsewhere_or_at_closed_windows_are_left_out(app):
    open_window("A001")
    gone = open_window("A002")
    enter_served_on(gone, 9)
    with transaction() as session:
        session.execute(update(Window).where(Window.id == gone).values(closed_on=TODAY))
    assert [response(row) for row in board_at(NOON).rows] == [(None, None, False)]


def test_stamp_takes_one_statement(app):
    with reading() as session, statements() as seen:
        stamp = board_stamp(session)
    assert len(seen) == 1
    # The chain has begun, which is its first entry.
    assert (stamp.version, stamp.centre.id, stamp.centre.zone) == (1, 1, ZONE)
    assert stamp.demonstration is False


def test_stamp_rises_with_a_rating(app):
    window = open_window("A001")
    before = version()
    keep(phone_tap(window, 5), NOON)
    with reading() as session:
        stamp = board_stamp(session)
    assert (stamp.version, stamp.changed_at) == (before + 1, NOON)


def test_no_stamp_before_there_is_an_installation(unbegun):
    with reading() as session:
        assert board_stamp(session) is None


def replayed(windows: list[int], first: date, days: int) -> np.ndarray:
    """Count what may be shown from the rating rows alone, event by event.

    Five new ratings of a window show all of it; a correction is none, and what
    is not shown yet stays as it was at the last showing.
    """
    counted = {window: {} for window in windows}
    shown = {window: [] for window in windows}
    waiting = dict.fromkeys(windows, 0)
    for row in ratings():
        if row.state == RatingState.MERGED:
            continue
        alive = counted[row.window_id]
        waiting[row.window_id] += alive.pop(row.revises, None) is None
        alive[row.event_id] = row
        if waiting[row.window_id] == 5:
            shown[row.window_id] = list(alive.values())
            waiting[row.window_id] = 0
    counts = np.zeros((len(windows), days, 2, 5), int)
    for at, window in enumerate(windows):
        for row in shown[window]:
            past = (row.day - first).days
            if 0 <= past < days:
                counts[at, past, row.channel, row.level - 1] += 1
    return counts


def rate_everywhere(screens) -> None:
    """Rate over fifty days at changing windows, with corrections and repeats."""
    dice = np.random.default_rng(7)
    start = datetime.combine(first_day(NOON) - timedelta(days=2), time(9), ZONE)
    last = {}
    for nth in range(700):
        now = start + timedelta(hours=2.5 * nth) + FAR_APART
        at = int(dice.integers(len(screens)))
        screen = screens[at]
        level = int(dice.choice([5, 4, 3, 2, 1], p=[0.75, 0.19, 0.03, 0.02, 0.01]))
        kind = int(dice.integers(10))
        if kind == 0 and at in last:
            screen.rate(level, now, revises=str(last.pop(at)))
        elif kind == 1:
            screen.rate(level, now)
            screen.rate(level, now + timedelta(seconds=1))
        elif kind == 2:
            keep(phone_tap(screen.window_id, level), now)
        else:
            last[at] = screen.rate(level, now)


def test_board_equals_an_independent_recount(app):
    start = NOON - timedelta(days=100)
    screens = [pair_screen(f"A{nth:03}", start) for nth in range(3)]
    rate_everywhere(screens)
    board = board_at(NOON)
    first, days = board.period.first, board.period.days
    windows = [screen.window_id for screen in screens]
    counts = replayed(windows, first, days)
    assert counts.sum() < len(ratings())
    fair = fair_scores(counts, [1, 1, 1])
    for at, row in enumerate(board.rows):
        by_level = counts[at].sum(axis=(0, 1))
        n = int(by_level.sum())
        assert n > 100
        assert row.mean == pytest.approx(by_level @ [0, 25, 50, 75, 100] / n)
        assert row.good_rate == pytest.approx(100 * by_level[3:].sum() / n)
        assert row.score == fair.score[at]
        assert row.effective == fair.effective[at]
        assert (row.place or 0, row.low or 0, row.high or 0) == (
            fair.place[at],
            fair.place_low[at],
            fair.place_high[at],
        )
        live = [
            each
            for each in ratings()
            if each.window_id == windows[at]
            and each.state == RatingState.COUNTED
            and first <= each.day <= board.period.last
        ]
        assert row.ratings == len(live) >= n
    assert board.levels == tuple(counts.sum(axis=(0, 1, 2)))


def test_score_moves_with_the_fifth_new_rating_and_the_count_at_once(app):
    window = listed_window("A001", TODAY)
    before = rows_at(NOON)["A001"]
    seen = []
    for _ in range(5):
        keep(phone_tap(window, 1, channel=Channel.TABLET), NOON)
        row = rows_at(NOON)["A001"]
        seen.append((row.ratings, row.score == before.score, row.good_rate))
    assert seen == [
        (49, True, 100.0),
        (50, True, 100.0),
        (51, True, 100.0),
        (52, True, 100.0),
        (53, False, pytest.approx(100 * 48 / 53)),
    ]


def test_rows_are_by_number_and_places_by_score(app):
    listed_window("B002", TODAY, bad=4)
    listed_window("A010", TODAY)
    listed_window("A009", TODAY, bad=8)
    board = board_at(NOON)
    assert [row.window for row in board.rows] == ["A009", "A010", "B002"]
    assert [row.window for row in board.listed] == ["A010", "B002", "A009"]
    assert [row.place for row in board.listed] == [1, 2, 3]
    assert board.waiting == []
    assert all(row.low <= row.place <= row.high for row in board.listed)


def test_places_and_ranges_are_among_the_listed(app):
    past_days(open_window("A001"), TODAY, (5,) * 20, days=range(1, 5))
    listed_window("A002", TODAY, bad=4)
    rows = rows_at(NOON)
    assert rows["A001"].score > rows["A002"].score
    assert [(row.place, row.low, row.high) for row in rows.values()] == [
        (None, None, None),
        (1, 1, 1),
    ]


def test_equal_scores_go_by_number(app):
    for number in ("C001", "A001", "B001"):
        listed_window(number, TODAY)
    assert [row.window for row in board_at(NOON).listed] == ["A001", "B001", "C001"]


def test_row_names_window_unit_and_type(app):
    open_window("A001", unit="市医疗保障局", kind="医疗保障")
    row = rows_at(NOON)["A001"]
    assert (row.name, row.unit, row.service_type) == (
        "社保综合A001",
        "市医疗保障局",
        "医疗保障",
    )


def test_what_each_window_lacks(app):
    open_window("A001")
    past_day(open_window("A002"), TODAY, (5,) * 4)
    past_day(open_window("A003"), TODAY, (5,) * 5)
    past_days(open_window("A004"), TODAY, (5,) * 20, days=range(1, 5))
    past_days(open_window("A005"), TODAY, (5, 5, 5, 5, 3, 3, 5, 5))
    listed_window("A006", TODAY)
    rows = rows_at(NOON)
    assert {number: row.reason and row.reason.code for number, row in rows.items()} == {
        "A001": "no_ratings",
        "A002": "too_few",
        "A003": "too_few",
        "A004": "too_few_days",
        "A005": "below_gate",
        "A006": None,
    }
    assert rows["A001"].reason.missing == 30.0
    assert rows["A001"].score is rows["A001"].mean is rows["A001"].place is None
    # Four ratings are counted, but no step of five has shown them yet.
    assert (rows["A002"].ratings, rows["A002"].reason.missing) == (4, 30.0)
    assert rows["A002"].mean is None
    assert rows["A003"].reason.missing == pytest.approx(30 - 5 / 1.08)
    assert rows["A004"].reason.missing == 1.0
    assert rows["A005"].place is None
    assert [number for number, row in rows.items() if row.listed] == ["A006"]


def test_change_is_against_the_board_without_today(app):
    listed_window("A001", TODAY, bad=1)
    falls = listed_window("A002", TODAY)
    listed_window("A003", TODAY, bad=1)
    new = open_window("A004")
    past_days(new, TODAY, (4,) * 8, days=range(5))
    past_day(falls, TODAY, (4,) * 15)
    rows = rows_at(NOON)
    assert [(row.place, row.change) for row in rows.values()] == [
        (1, 1),
        (3, -2),
        (2, 1),
        (4, None),
    ]


def test_without_ratings_today_nothing_moved(app):
    listed_window("A001", TODAY)
    listed_window("A002", TODAY, bad=3)
    assert [row.change for row in board_at(NOON).rows] == [0, 0]


def test_board_without_windows(app):
    board = board_at(NOON)
    assert (board.rows, board.today, board.levels) == ((), 0, (0, 0, 0, 0, 0))
    assert (board.listed, board.waiting, board.version) == ([], [], 1)


def test_board_knows_its_version_and_times(app, clock):
    window = open_window("A001")
    before = version()
    keep(phone_tap(window, 5), NOON)
    board = board_at(NOON + timedelta(hours=1))
    assert (board.version, board.changed_at) == (before + 1, NOON)
    assert board.computed_at == NOON + timedelta(hours=1)


def test_rating_again_under_the_same_id_changes_nothing(app):
    window = open_window("A001")
    tap = phone_tap(window, 5, event_id=uuid4())
    keep(tap, NOON)
    before = board_at(NOON)
    keep(tap, NOON)
    assert board_at(NOON) == before


def test_rating_rows_themselves_are_not_read(app):
    past_day(open_window("A001"), TODAY)
    before = rows_at(NOON)
    assert before["A001"].ratings == 8
    with transaction() as session:
        session.execute(update(Rating).values(level=1, day=TODAY - timedelta(days=400)))
    assert rows_at(NOON) == before
