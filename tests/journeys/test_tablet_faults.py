"""A tap is never lost and never doubled: the outbox in a real browser, a real server,
and between them a line that is cut and drops answers.

What a visitor is thanked for is what `put` gave back; what must hold is read in the
database. Each check is also made of a twin that breaks the promise, and must fail.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

import pytest
from numpy.random import Generator, default_rng
from sqlalchemy import update

from kiosk.clock import utc_now
from kiosk.domain.intake import RatingState
from kiosk.extensions import transaction
from kiosk.models import Device
from tests.engines import ON_SQLITE
from tests.faults.bad_line import Cut, Mood
from tests.faults.figures import FIGURES
from tests.faults.halls import Hall, open_hall
from tests.faults.tablets import (
    Event,
    Tablet,
    check_all_at_their_time,
    check_all_once_in_order,
    kept_ratings,
)
from tests.screens import ZONE

pytestmark = pytest.mark.journey

CUTS = 20
DROPPED = 0.3
"""Part of the answers that are lost after the server's commit."""


@pytest.fixture
def hall(app, database_url, tmp_path, browser) -> Iterator[Hall]:
    with open_hall(database_url, tmp_path, browser) as hall:
        yield hall


def tap_offline(hall: Hall, tablet: Tablet, taps: int, **time: float) -> None:
    """Tap so many times, evenly over a time in which the line is dead."""
    hall.line.cut = True
    for _ in range(taps):
        tablet.tap()
        tablet.forward(seconds=timedelta(**time).total_seconds() / taps)
    tablet.tell_server()
    hall.line.cut = False


def troubled(events: list[str], chosen: Generator) -> Callable[[list[str]], Mood]:
    """Cut the line once at each of twenty events, and drop answers after commits."""
    points = set(chosen.choice(events, CUTS, replace=False))

    def choose(ids: list[str]) -> Mood:
        met = sorted(points.intersection(ids))
        if met:
            points.remove(met[0])
            return list(Cut)[chosen.integers(len(Cut))]
        return Cut.AFTER if chosen.random() < DROPPED else None

    return choose


def flush_through_trouble(hall: Hall, tablet: Tablet) -> None:
    ids = [event["id"] for event in tablet.confirmed]
    hall.line.choose = troubled(ids, default_rng(5))
    tablet.step_until_empty()


def check_trouble_came(hall: Hall) -> None:
    moods = [delivery.mood for delivery in hall.line.deliveries]
    assert sum(mood is not None for mood in moods) >= CUTS
    assert {Cut.BEFORE, Cut.AFTER, Cut.WITHIN} <= set(moods)


# Without a network


def test_a_day_without_a_network_is_delivered_once_and_in_order(hall):
    tablet = hall.tablet()
    tap_offline(hall, tablet, 500, hours=8)
    assert tablet.waiting == 500
    flush_through_trouble(hall, tablet)
    check_trouble_came(hall)
    check_all_once_in_order(tablet.confirmed)
    check_all_at_their_time(tablet.confirmed)
    assert tablet.contents() == {"waiting": [], "setAside": []}


@ON_SQLITE
def test_a_week_without_a_network_is_delivered_once_and_in_order(hall):
    tablet = hall.tablet()
    tap_offline(hall, tablet, FIGURES.long_offline_taps, days=7)
    flush_through_trouble(hall, tablet)
    check_all_once_in_order(tablet.confirmed)
    check_all_at_their_time(tablet.confirmed)
    made = [datetime.fromisoformat(one["tapped_at"]) for one in tablet.confirmed]
    days = {at.astimezone(ZONE).date() for at in made}
    # Eight, or seven of a week that begins as a day does.
    assert {row.day for row in kept_ratings()} == days
    assert len(days) in {7, 8}


@ON_SQLITE
@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ("removes before it sends", "kept of 60 confirmed"),
        ("makes the id when it sends", "kept of 60 confirmed|not in the order"),
        ("sends the newest first", "not in the order of the taps"),
    ],
)
def test_the_check_sees_an_outbox_that(hall, broken, words):
    tablet = hall.tablet(broken=broken)
    tap_offline(hall, tablet, 60, hours=1)
    flush_through_trouble(hall, tablet)
    with pytest.raises(AssertionError, match=words):
        check_all_once_in_order(tablet.confirmed)


# Refused for good


def tap_with_one_spoilt(hall: Hall, tablet: Tablet, taps: int, place: int) -> Event:
    """Tap so many times, one of them with a level that there is not."""
    hall.line.cut = True
    for number in range(1, taps + 1):
        if number == place:
            spoilt = tablet.put(kind="rating", level=9)
        else:
            tablet.tap()
        tablet.forward(seconds=6)
    hall.line.cut = False
    return spoilt


def check_all_but_the_spoilt(tablet: Tablet, spoilt: Event) -> None:
    assert tablet.contents() == {"waiting": [], "setAside": [spoilt["id"]]}
    kept = [(str(row.event_id), row.sequence) for row in kept_ratings()]
    others = [each for each in tablet.confirmed if each["id"] != spoilt["id"]]
    assert kept == [(event["id"], event["sequence"]) for event in others]


@ON_SQLITE
def test_a_spoilt_event_keeps_none_of_the_others_waiting(hall):
    tablet = hall.tablet()
    spoilt = tap_with_one_spoilt(hall, tablet, 500, 250)
    tablet.step_until_empty()
    check_all_but_the_spoilt(tablet, spoilt)
    assert len(kept_ratings()) == 499


@ON_SQLITE
def test_the_check_sees_an_outbox_that_stops_at_what_is_refused(hall):
    tablet = hall.tablet(broken="stops at what is refused")
    spoilt = tap_with_one_spoilt(hall, tablet, 10, 5)
    tablet.step_until_asked(5)
    with pytest.raises(AssertionError):
        check_all_but_the_spoilt(tablet, spoilt)


def withdraw_while_a_hundred_wait(hall: Hall) -> Tablet:
    tablet = hall.tablet()
    hall.line.cut = True
    for _ in range(100):
        tablet.tap()
        tablet.forward(seconds=6)
    with transaction() as session:
        session.execute(update(Device).values(revoked_at=utc_now()))
    hall.line.cut = False
    tablet.step_until_empty()
    return tablet


def check_all_held(tablet: Tablet) -> None:
    check_all_once_in_order(tablet.confirmed)
    assert {row.state for row in kept_ratings()} == {RatingState.HELD}


def test_what_a_withdrawn_screen_still_holds_is_kept_but_counts_nowhere(hall):
    check_all_held(withdraw_while_a_hundred_wait(hall))


@ON_SQLITE
def test_the_check_sees_a_server_that_counts_what_withdrawn_screens_bring(
    app, database_url, tmp_path, browser
):
    twin = "tests.faults.twins:app"
    promise = {"BROKEN_PROMISE": "trusts_the_withdrawn"}
    with open_hall(database_url, tmp_path, browser, twin, **promise) as hall:
        tablet = withdraw_while_a_hundred_wait(hall)
        with pytest.raises(AssertionError):
            check_all_held(tablet)
