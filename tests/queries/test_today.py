"""The hall on one day: counts, screens, and the price of asking."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from kiosk.domain.intake import RatingState
from kiosk.extensions import reading, recording, transaction
from kiosk.models import TallyDay, Window
from kiosk.queries.places import only_centre
from kiosk.queries.today import windows_on_day
from kiosk.services.devices import note_heartbeat, revoke_device
from tests.builders import make_window
from tests.conftest import NOON
from tests.screens import another_screen, keep, pair_screen, past_tap, phone_tap
from tests.staff import enter_served_on
from tests.statements import statements

TODAY = NOON.date()


def the_day(day=TODAY):
    with reading() as session:
        return windows_on_day(session, only_centre(session).id, day)


def test_window_without_anything_is_listed_with_nothing(app):
    with transaction() as session:
        made = make_window(session, "A001")
    (found,) = the_day()
    assert (found.window.id, found.window.unit) == (made.id, "市人社局")
    assert (found.ratings, found.screens, found.last_heard_at) == (0, 0, None)


def test_ratings_of_both_channels_count_on_their_day(app, clock):
    screen = pair_screen("A001", clock())
    for level in (5, 1):
        clock.forward(seconds=10)
        screen.rate(level, clock())
    keep(phone_tap(screen.window_id, 3), clock())
    keep(past_tap(screen.window_id, 5, NOON - timedelta(days=1)), clock())
    assert [found.ratings for found in the_day()] == [3]


def test_a_corrected_tap_counts_once(app, clock):
    screen = pair_screen("A001", clock())
    first = screen.rate(5, clock())
    clock.forward(seconds=10)
    screen.rate(1, clock(), revises=str(first))
    assert [found.ratings for found in the_day()] == [1]


def test_newest_heartbeat_of_paired_screens_is_told(app, clock):
    screen = pair_screen("A001", clock())
    with transaction() as session:
        other = another_screen(
            session, session.get_one(Window, screen.window_id), clock()
        )
        note_heartbeat(session, screen.device_id, NOON + timedelta(minutes=5))
    (found,) = the_day()
    assert (found.screens, found.last_heard_at) == (2, NOON + timedelta(minutes=5))
    with recording("test", clock()) as records:
        revoke_device(records, screen.device_id)
    (found,) = the_day()
    assert (found.screens, found.last_heard_at) == (1, NOON)
    with recording("test", clock()) as records:
        revoke_device(records, other.device_id)
    assert [(found.screens, found.last_heard_at) for found in the_day()] == [(0, None)]


@pytest.mark.parametrize("state", [RatingState.HELD, RatingState.EXCLUDED])
def test_held_and_excluded_ratings_do_not_count(app, clock, state):
    screen = pair_screen("A001", clock())
    screen.rate(5, clock())
    with transaction() as session:
        session.execute(update(TallyDay).values(state=int(state)))
    assert [found.ratings for found in the_day()] == [0]


@pytest.mark.parametrize("windows", [1, 3])
def test_four_statements_however_many_windows(app, clock, windows):
    for number in range(windows):
        screen = pair_screen(f"A{number:03}", clock())
        screen.rate(5, clock())
    with reading() as session:
        centre = only_centre(session).id
        with statements() as seen:
            assert len(windows_on_day(session, centre, TODAY)) == windows
    assert len(seen) == 4


def test_people_served_stand_beside_the_ratings_of_their_day(app, clock):
    screen = pair_screen("A001", clock())
    pair_screen("A002", clock())
    for _ in range(5):
        clock.forward(seconds=10)
        screen.rate(5, clock())
    enter_served_on(screen.window_id, 20)
    enter_served_on(screen.window_id, 90, TODAY - timedelta(days=1))
    assert [(day.served, day.response.percent) for day in the_day()] == [
        (20, 25.0),
        (0, None),
    ]
