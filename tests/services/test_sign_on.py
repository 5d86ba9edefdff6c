"""Signing on at the window: over any plan, and never two at once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest

from kiosk.domain.shift_errors import ClerkNotServing, NotOnDutyHere
from kiosk.extensions import reading, recording, transaction
from kiosk.services.clerks import end_service
from kiosk.services.sign_on import clerk_by_pin, sign_off, sign_on
from tests.builders import make_window
from tests.screens import HALL, pair_screen
from tests.staff import (
    PIN,
    TODAY,
    at,
    check_clerk_tallies,
    clerks_of_ratings,
    entries,
    make_clerk,
    plan,
    shifts,
    span,
)

TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def windows(app, clock):
    clock.now = at("09:00")
    with transaction() as session:
        return [make_window(session, number).id for number in ("A001", "A002")]


@pytest.fixture
def staff(windows):
    return make_clerk("0317", "示例甲", pin=PIN), make_clerk("0318", "示例乙")


def on(window: int, clerk: int, now):
    with recording("device:1", now) as records:
        return sign_on(records, HALL, window, clerk)


def off(window: int, clerk: int, now) -> None:
    with recording("device:1", now) as records:
        sign_off(records, HALL, window, clerk)


def test_sign_on_holds_from_now_to_the_end_of_the_day(windows, staff, clock):
    until = on(windows[0], staff[0], clock())
    assert until == at("00:00", TOMORROW)
    assert shifts() == [(staff[0], windows[0], "16 09:00", "17 00:00", "sign-on", True)]
    assert '"by":"device:1"' in entries("shift")[0]


def test_signed_on_twice_is_signed_on_once(windows, staff, clock):
    until = on(windows[0], staff[0], clock())
    assert on(windows[0], staff[0], clock.forward(minutes=5)) == until
    assert len(shifts()) == 1
    assert len(entries("shift")) == 1


def test_who_comes_ends_who_was_there(windows, staff, clock):
    on(windows[0], staff[0], clock())
    on(windows[0], staff[1], clock.forward(hours=1))
    assert shifts() == [
        (staff[0], windows[0], "16 09:00", "16 10:00", "sign-on", True),
        (staff[1], windows[0], "16 10:00", "17 00:00", "sign-on", True),
    ]


def test_signing_on_elsewhere_ends_the_earlier_one(windows, staff, clock):
    on(windows[0], staff[0], clock())
    on(windows[1], staff[0], clock.forward(hours=1))
    assert [kept[1:4] for kept in shifts()] == [
        (windows[0], "16 09:00", "16 10:00"),
        (windows[1], "16 10:00", "17 00:00"),
    ]


def test_sign_on_cuts_the_plan_of_another_and_lasts_to_the_next_plan(
    windows, staff, clock
):
    plan(staff[0], windows[0], span("08:30", "12:00"), at("08:00"))
    plan(staff[0], windows[0], span("13:30", "17:00"), at("08:00"))
    assert on(windows[0], staff[1], clock()) == at("13:30")
    assert shifts() == [
        (staff[0], windows[0], "16 08:30", "16 09:00", "roster", True),
        (staff[0], windows[0], "16 13:30", "16 17:00", "roster", True),
        (staff[1], windows[0], "16 09:00", "16 13:30", "sign-on", True),
    ]


def test_sign_on_lasts_to_the_clerks_own_plan_elsewhere(windows, staff, clock):
    plan(staff[0], windows[1], span("14:00", "17:00"), at("08:00"))
    assert on(windows[0], staff[0], clock()) == at("14:00")


def test_plan_that_began_this_very_moment_never_was(windows, staff, clock):
    plan(staff[0], windows[0], span("09:00", "12:00"), at("08:00"))
    on(windows[0], staff[1], clock())
    assert [kept[-1] for kept in shifts()] == [False, True]


def test_own_plan_that_runs_is_the_sign_on(windows, staff, clock):
    plan(staff[0], windows[0], span("08:30", "12:00"), at("08:00"))
    assert on(windows[0], staff[0], clock()) == at("12:00")
    assert len(shifts()) == 1


def test_sign_on_before_the_own_plan_lasts_up_to_it(windows, staff, clock):
    plan(staff[0], windows[0], span("10:00", "12:00"), at("08:00"))
    assert on(windows[0], staff[0], clock()) == at("10:00")


def test_sign_off_ends_now_and_twice_is_refused(windows, staff, clock):
    on(windows[0], staff[0], clock())
    off(windows[0], staff[0], clock.forward(hours=2))
    assert shifts()[0][2:4] == ("16 09:00", "16 11:00")
    with pytest.raises(NotOnDutyHere):
        off(windows[0], staff[0], clock())


def test_sign_off_at_another_window_or_of_another_clerk_is_refused(
    windows, staff, clock
):
    on(windows[0], staff[0], clock())
    for window, clerk in ((windows[1], staff[0]), (windows[0], staff[1])):
        with pytest.raises(NotOnDutyHere):
            off(window, clerk, clock.forward(minutes=1))
    assert shifts()[0][3] == "17 00:00"


def test_clerk_who_left_or_has_not_begun_cannot_sign_on(windows, staff, clock):
    late = make_clerk("0400", "示例丙", starts_on=TOMORROW)
    with pytest.raises(ClerkNotServing, match="示例丙"):
        on(windows[0], late, clock())
    with recording("test", clock()) as records:
        end_service(records, HALL, staff[0], TODAY)
    with pytest.raises(ClerkNotServing, match="示例甲"):
        on(windows[0], staff[0], clock())
    assert on(windows[0], late, at("00:00", TOMORROW)) == at(
        "00:00", TOMORROW + timedelta(days=1)
    )


def test_ratings_ahead_of_the_clock_follow_the_sign_on(windows, staff, clock):
    screen = pair_screen("B001", clock())
    on(screen.window_id, staff[0], clock())
    screen.rate(5, clock(), tapped_at=(clock() + timedelta(minutes=1)).isoformat())
    on(screen.window_id, staff[1], clock.forward(seconds=30))
    assert clerks_of_ratings() == [staff[1]]
    check_clerk_tallies()
    off(screen.window_id, staff[1], clock.forward(seconds=10))
    assert clerks_of_ratings() == [None]
    check_clerk_tallies()


def test_of_two_who_sign_on_at_once_one_is_on_duty(app, windows, staff, clock):
    barrier = Barrier(2)
    moments = {staff[0]: clock(), staff[1]: clock() + timedelta(milliseconds=1)}

    def one(clerk: int) -> None:
        barrier.wait()
        with app.app_context():
            on(windows[0], clerk, moments[clerk])

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(one, staff))
    ends = [kept for kept in shifts() if kept[-1] and kept[3] == "17 00:00"]
    assert len(ends) == 1


def test_one_clerk_at_two_windows_at_once_is_on_duty_at_one(app, windows, staff, clock):
    barrier = Barrier(2)

    def one(window: int) -> None:
        barrier.wait()
        with app.app_context():
            on(window, staff[0], clock())

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(one, windows))
    assert len([kept for kept in shifts() if kept[-1]]) == 1


def found(badge: str, pin: str, day=TODAY) -> int | None:
    with reading() as session:
        return clerk_by_pin(session, 1, badge, pin, day)


def test_badge_and_pin_find_the_clerk(windows, staff):
    assert found("0317", PIN) == staff[0]
    assert found(" ０３１７ ", " ２４６８ ") == staff[0]


def test_wrong_pin_unknown_badge_and_no_pin_find_nobody(windows, staff):
    for badge, pin in (
        ("0317", "2469"),
        ("0317", ""),
        ("0317", PIN + "0"),
        ("0318", PIN),
        ("0318", ""),
        ("9999", PIN),
        ("", ""),
    ):
        assert found(badge, pin) is None


def test_badge_of_one_who_left_is_the_successors(windows, staff, clock):
    with recording("test", clock()) as records:
        end_service(records, HALL, staff[0], TOMORROW)
    assert found("0317", PIN) == staff[0]
    assert found("0317", PIN, TOMORROW) is None
    new = make_clerk("0317", "示例丙", pin="8642", now=at("00:00", TOMORROW))
    assert found("0317", "8642", TOMORROW) == new
    assert found("0317", PIN, TOMORROW) is None
