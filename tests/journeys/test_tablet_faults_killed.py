"""The browser is killed between tap and receipt and started again: what the screen
thanked for is delivered once, what it did not at most once.
"""

from collections.abc import Iterator

import pytest

from tests.engines import ON_SQLITE
from tests.faults.figures import FIGURES
from tests.faults.halls import Hall, open_hall
from tests.faults.killed_browsers import (
    MOMENTS,
    KilledScreen,
    check_confirmed_once_and_others_at_most_once,
    die_and_start_again,
)

pytestmark = [pytest.mark.journey, ON_SQLITE]


@pytest.fixture
def hall(app, database_url, tmp_path, browser) -> Iterator[Hall]:
    with open_hall(database_url, tmp_path, browser) as hall:
        yield hall


def test_what_was_thanked_for_outlives_the_browser(hall, tmp_path):
    with KilledScreen(hall, tmp_path / "profile") as screen:
        die_and_start_again(screen, FIGURES.browser_kills)
    check_confirmed_once_and_others_at_most_once(screen)
    # Not vacuous: many were thanked for, and some were sent a second time.
    assert len(screen.confirmed) >= FIGURES.browser_kills // 2
    sent = [each for one in hall.line.deliveries for each in one.ids]
    assert len(sent) > len(set(sent))


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ("makes the id when it sends", "taps are there twice"),
        # What it had not written it had not numbered either: the next has its number.
        ("thanks before it has written", "confirmed are lost|taps are there twice"),
    ],
)
def test_the_check_sees_an_outbox_that(hall, tmp_path, broken, words):
    with KilledScreen(hall, tmp_path / "profile", broken) as screen:
        die_and_start_again(screen, len(MOMENTS))
    with pytest.raises(AssertionError, match=words):
        check_confirmed_once_and_others_at_most_once(screen)
