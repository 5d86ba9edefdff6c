"""A screen whose clock is wrong or is set, two tabs of it, and a page that stays open
over an upgrade: every tap counts once, and for the day on which it was made.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Route

from kiosk.config import ROOT
from tests.engines import ON_SQLITE
from tests.faults.halls import Hall, open_hall
from tests.faults.tablets import (
    Tablet,
    another_tab,
    check_all_once_in_order,
    kept_ratings,
)
from tests.screens import ZONE

pytestmark = [pytest.mark.journey, ON_SQLITE]

DAY = timedelta(days=1)
LATE = timedelta(seconds=15)
WRONG = {
    "a day ahead": DAY,
    "a day behind": -DAY,
    "in 1970": datetime(1970, 1, 1, 0, 0, 30, tzinfo=UTC) - datetime.now(UTC),  # noqa: TID251
}


@pytest.fixture
def hall(app, database_url, tmp_path, browser) -> Iterator[Hall]:
    with open_hall(database_url, tmp_path, browser) as hall:
        yield hall


@pytest.fixture
def believing_hall(app, database_url, tmp_path, browser) -> Iterator[Hall]:
    twin, promise = "tests.faults.twins:app", {"BROKEN_PROMISE": "believes_clocks"}
    with open_hall(database_url, tmp_path, browser, twin, **promise) as hall:
        yield hall


def tap_over_two_days(hall: Hall, wrong_by: timedelta) -> list[datetime]:
    """Tap with and without a network; return when each tap really was."""
    tablet = hall.tablet(wrong_by=wrong_by)
    made = []
    for cut in (False, True, True, False):
        hall.line.cut = cut
        for _ in range(3):
            tablet.forward(hours=4)
            tablet.tell_server()
            made.append(hall.clock.now())
            tablet.tap()
            if not cut:
                # Nothing is on its way for the hours that pass now.
                tablet.step_until_empty()
    tablet.step_until_empty()
    return made


def check_each_counts_for_its_day(made: list[datetime]) -> None:
    kept = kept_ratings()
    assert len(kept) == len(made)
    assert [row.day for row in kept] == [at.astimezone(ZONE).date() for at in made]
    late = [abs(row.tapped_at - at) for row, at in zip(kept, made, strict=True)]
    assert max(late) < LATE
    assert not any(row.time_uncertain for row in kept)


@pytest.mark.parametrize("wrong", WRONG)
def test_taps_count_for_their_day_with_a_clock(hall, wrong):
    check_each_counts_for_its_day(tap_over_two_days(hall, WRONG[wrong]))


def test_the_check_sees_a_server_that_lets_the_screens_clock_decide(believing_hall):
    made = tap_over_two_days(believing_hall, DAY)
    with pytest.raises(AssertionError):
        check_each_counts_for_its_day(made)


def test_taps_count_for_their_day_when_the_clock_is_set_right_meanwhile(hall):
    """Between tap and sending, by a time server or by hand."""
    tablet = hall.tablet(wrong_by=DAY)
    tablet.tap()
    tablet.step_until_empty()
    hall.line.cut = True
    made = [hall.clock.now()]
    for _ in range(3):
        tablet.forward(hours=3)
        tablet.tell_server()
        made.append(hall.clock.now())
        tablet.tap()
    tablet.page.clock.set_system_time(hall.clock.now())
    tablet.wrong_by = timedelta(0)
    hall.line.cut = False
    tablet.step_until_empty()
    check_each_counts_for_its_day(made)


# Two tabs


def test_two_tabs_of_one_screen_send_each_tap_once(hall):
    first = hall.tablet()
    second = another_tab(first)
    hall.line.cut = True
    for number in range(30):
        (first, second)[number % 2].tap()
        first.forward(seconds=6)
    hall.line.cut = False
    first.step_until_empty()
    second.step_until_empty()
    told = sorted([*first.confirmed, *second.confirmed], key=lambda e: e["sequence"])
    assert [event["sequence"] for event in told] == list(range(1, 31))
    check_all_once_in_order(told)


# A page that stays open


def next_release(route: Route) -> None:
    """Serve the outbox as a later release may: with one layout more."""
    layout = (ROOT / "static/js/tablet/layout.js").read_text("utf-8")
    changed = layout.replace("\n];\n", "\n  () => {},\n];\n")
    assert changed != layout
    route.fulfill(body=changed, content_type="text/javascript")


def taps(tablet: Tablet, number: int) -> None:
    for _ in range(number):
        tablet.tap()
        tablet.forward(seconds=6)


def test_a_page_that_is_open_for_a_week_outlives_an_upgrade(hall):
    old = hall.tablet()
    taps(old, 3)
    old.step_until_empty()
    for _ in range(7):
        old.forward(days=1)
    hall.server.kill()
    taps(old, 3)
    hall.server.start()
    taps(old, 3)
    old.step_until_empty()
    check_all_once_in_order(old.confirmed)


def test_taps_that_wait_are_delivered_by_the_next_releases_page(hall):
    """And the old page, still open in another tab, loses nothing either."""
    old = hall.tablet()
    hall.line.cut = True
    taps(old, 5)
    hall.line.cut = False
    old.page.context.route("**/js/tablet/layout.js*", next_release)
    new = another_tab(old)
    new.step_until_empty()
    taps(new, 3)
    taps(old, 3)
    new.step_until_empty()
    told = [*old.confirmed[:5], *new.confirmed, *old.confirmed[5:]]
    kept = {str(row.event_id) for row in kept_ratings()}
    assert kept == {event["id"] for event in told}
    assert len(kept_ratings()) == len(told)
