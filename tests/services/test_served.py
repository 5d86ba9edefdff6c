"""The counter at a window: each press once, taken back once, entered on record."""

import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from kiosk.domain.served import SERVED_MOST, ServedDayClosed, ServedFull
from kiosk.extensions import reading, recording, transaction
from kiosk.models import ServedDay, ServedPress
from kiosk.queries.served import last_press, served_on
from kiosk.services.served import (
    Entry,
    Press,
    count_served,
    enter_served,
    take_back_press,
)
from tests.conftest import NOON
from tests.screens import pair_screen
from tests.services.test_accounts import together
from tests.staff import TODAY, entries, make_clerk

TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def window(app, clock) -> int:
    return pair_screen("A001", clock()).window_id


@pytest.fixture
def clerk(window) -> int:
    return make_clerk("0317")


def press(clerk, window, key=None, day=TODAY) -> bool:
    with transaction() as session:
        return count_served(session, Press(key or uuid4(), clerk, window, day))


def take_back(clerk, key, today=TODAY) -> bool:
    with transaction() as session:
        return take_back_press(session, clerk, key, today)


def enter(window, n, day=TODAY, today=TODAY) -> bool:
    with recording("account:7", NOON) as records:
        return enter_served(records, 1, Entry(window, day, n), today)


def served(window, day=TODAY) -> int:
    with reading() as session:
        return served_on(session, window, day)


def remembered() -> list[UUID]:
    with reading() as session:
        return list(session.scalars(select(ServedPress.press).order_by(ServedPress.id)))


def test_each_press_counts_once_however_often_it_comes(window, clerk):
    key = uuid4()
    assert served(window) == 0
    assert [press(clerk, window, key) for _ in range(3)] == [True, False, False]
    assert press(clerk, window)
    assert served(window) == 2


def test_one_press_sent_twice_at_once_counts_once_and_two_count_twice(
    app, window, clerk
):
    key = uuid4()
    same = together(app, *[lambda: press(clerk, window, key)] * 2)
    assert same == ["done", "done"]
    assert served(window) == 1
    together(app, *[lambda: press(clerk, window)] * 2)
    assert served(window) == 3


def test_windows_and_days_have_their_own_numbers(window, clerk, clock):
    other = pair_screen("A002", clock()).window_id
    press(clerk, window)
    press(clerk, other)
    press(clerk, window, day=TOMORROW)
    press(clerk, window, day=TOMORROW)
    numbers = [served(window), served(other), served(window, TOMORROW)]
    assert numbers == [1, 1, 2]


def test_press_is_taken_back_once_and_does_not_count_again(window, clerk):
    key = uuid4()
    press(clerk, window)
    press(clerk, window, key)
    assert [take_back(clerk, key) for _ in range(2)] == [True, False]
    assert served(window) == 1
    assert press(clerk, window, key) is False
    assert served(window) == 1


def test_only_ones_own_presses_of_the_day_are_taken_back(window, clerk):
    key = uuid4()
    press(clerk, window, key)
    other = make_clerk("0318", "示例乙")
    assert take_back(other, key) is False
    assert take_back(clerk, key, TOMORROW) is False
    assert take_back(clerk, uuid4()) is False
    assert served(window) == 1


def test_newest_press_that_counts_is_the_last_one(window, clerk):
    def last(today=TODAY):
        with reading() as session:
            return last_press(session, clerk, today)

    assert last() is None
    first, second = uuid4(), uuid4()
    press(clerk, window, first)
    press(clerk, window, second)
    assert (last().press, last().number) == (second, "A001")
    take_back(clerk, second)
    assert last().press == first
    assert last(TOMORROW) is None


def test_number_never_falls_below_nothing(window, clerk):
    key = uuid4()
    press(clerk, window, key)
    enter(window, 0)
    assert take_back(clerk, key) is True
    assert served(window) == 0


def test_counter_stops_at_its_end_and_the_press_is_not_used_up(window, clerk):
    enter(window, SERVED_MOST - 1)
    assert press(clerk, window) is True
    key = uuid4()
    with pytest.raises(ServedFull):
        press(clerk, window, key)
    assert served(window) == SERVED_MOST
    enter(window, 5)
    assert press(clerk, window, key) is True
    assert served(window) == 6


def test_presses_are_forgotten_the_day_after_tomorrow(window, clerk):
    first, second, third = uuid4(), uuid4(), uuid4()
    press(clerk, window, first)
    press(clerk, window, second, TOMORROW)
    assert remembered() == [first, second]
    press(clerk, window, third, TOMORROW + timedelta(days=1))
    assert remembered() == [second, third]
    assert served(window) == 1


def test_entered_number_replaces_and_the_ledger_tells_both(window, clerk):
    press(clerk, window)
    assert enter(window, 37) is True
    assert enter(window, 37) is False
    press(clerk, window)
    assert served(window) == 38
    [told] = [json.loads(body) for body in entries("served")]
    assert told == {
        "at": "2026-07-16T04:00:00.000000Z",
        "by": "account:7",
        "day": "2026-07-16",
        "served": 37,
        "was": 1,
        "window_id": window,
    }


def test_nothing_entered_for_nothing_is_no_entry(window):
    assert enter(window, 0) is False
    assert entries("served") == []


def test_yesterday_can_be_entered_and_the_day_before_cannot(window):
    yesterday = TODAY - timedelta(days=1)
    assert enter(window, 12, yesterday) is True
    assert served(window, yesterday) == 12
    for day in (TOMORROW, TODAY - timedelta(days=2)):
        with pytest.raises(ServedDayClosed):
            enter(window, 12, day)
    with reading() as session:
        days = set(session.scalars(select(ServedDay.day).where(ServedDay.n > 0)))
    assert days == {yesterday}
