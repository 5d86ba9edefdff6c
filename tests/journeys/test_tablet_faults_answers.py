"""What lines in halls answer in the server's stead: nothing leaves the outbox without
its own acknowledgement, and once the line is good everything arrives, once.
"""

from collections.abc import Iterator

import pytest

from kiosk.clock import utc_now
from tests.applications import copied_database, open_app
from tests.faults.halls import Hall, open_hall
from tests.faults.hostile_answers import HOSTILE
from tests.faults.tablets import Tablet, check_no_gap_and_no_clone, kept_ratings

pytestmark = pytest.mark.journey

TAPS = 3
TRIES = 4
"""Deliveries that get the hostile answer before the line is good again."""

BLAMED = {"409 for all", "413", "422 for all", "500"}
"""Answers that may mean one event alone: it may then be overtaken, once."""


@pytest.fixture(scope="module")
def hall(empty_sqlite, tmp_path_factory, browser) -> Iterator[Hall]:
    """One hall for the whole file."""
    folder = tmp_path_factory.mktemp("hall")
    url = copied_database(empty_sqlite, folder)
    with open_app(folder, url, utc_now), open_hall(url, folder, browser) as hall:
        yield hall


@pytest.fixture(scope="module")
def tablet(hall) -> Tablet:
    """One screen for all answers: it goes from each into the next."""
    return hall.tablet()


def tap_into(hall: Hall, tablet: Tablet, name: str, tries: int = TRIES) -> list[str]:
    """Tap while each delivery is answered so; return the events' ids."""
    hall.line.always(HOSTILE[name])
    tablet.confirmed.clear()
    for _ in range(TAPS):
        tablet.tap()
        tablet.forward(seconds=6)
    tablet.step_until_asked(tries)
    return [event["id"] for event in tablet.confirmed]


def check_nothing_left(tablet: Tablet, ids: list[str]) -> None:
    assert tablet.contents() == {"waiting": ids, "setAside": []}


def check_all_arrive(hall: Hall, tablet: Tablet, name: str, ids: list[str]) -> None:
    hall.line.good()
    tablet.step_until_empty()
    kept = [str(row.event_id) for row in kept_ratings()]
    kept = [each for each in kept if each in ids]
    assert sorted(kept) == sorted(ids)
    assert kept == ids or name in BLAMED
    check_no_gap_and_no_clone()


@pytest.mark.parametrize("name", HOSTILE)
def test_nothing_leaves_the_outbox_for(hall, tablet, name):
    ids = tap_into(hall, tablet, name)
    check_nothing_left(tablet, ids)
    check_all_arrive(hall, tablet, name, ids)


@pytest.mark.parametrize(
    ("broken", "name"),
    [
        ("takes any 200 for an acknowledgement", "200 with a captive portal's page"),
        ("takes any 200 for an acknowledgement", "receipts of other events"),
        ("takes any JSON refusal for its own", "422 for all"),
        ("removes before it sends", "502"),
    ],
)
def test_the_check_sees_an_outbox_that(hall, broken, name):
    tablet = hall.tablet(broken=broken)
    # It tries no more once it holds nothing, which no answer here permits.
    ids = tap_into(hall, tablet, name, tries=0)
    tablet.step_until_empty()
    with pytest.raises(AssertionError):
        check_nothing_left(tablet, ids)
