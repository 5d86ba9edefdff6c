"""What the look at new ratings reads: nothing twice, nothing of files, nothing lost."""

from datetime import timedelta

import pytest

from kiosk.domain.intake import Channel, Origin
from kiosk.extensions import reading, transaction
from kiosk.queries.holds import OVERLAP, Cell, Mark, new_cells, newest
from tests.builders import make_window
from tests.held import burst, give
from tests.screens import keep, past_tap


@pytest.fixture
def window_id(app) -> int:
    with transaction() as session:
        return make_window(session).id


def look(before=None):
    with reading() as session:
        mark = newest(session)
        return mark, new_cells(session, before, mark)


def test_before_the_first_rating_there_is_nothing_to_look_at(app):
    assert look() == (Mark(0, 0), [])


def test_each_window_day_and_channel_is_looked_at_once(window_id, clock):
    give(window_id, burst(clock, 3))
    give(window_id, [clock() + timedelta(days=1)])
    mark, cells = look()
    assert mark == Mark(4, 4)
    today = clock().date()
    phone = Channel.PHONE
    assert cells == [
        Cell(1, window_id, today, phone),
        Cell(1, window_id, today + timedelta(days=1), phone),
    ]


def test_a_file_of_past_ratings_gives_nothing_to_look_at(window_id, clock):
    for moment in burst(clock, 3):
        keep(past_tap(window_id, 5, moment, origin=Origin.HISTORY), clock())
    assert look() == (Mark(3, 3), [])


def test_a_smaller_key_that_comes_later_is_seen(window_id, clock):
    """On PostgreSQL the writer of a smaller key may commit after that of a greater."""
    give(window_id, burst(clock, 3))
    one_was_missing = Mark(3, 2)
    mark, cells = look(one_was_missing)
    assert mark != one_was_missing
    assert len(cells) == 1


def test_what_was_looked_at_long_ago_is_not_read_again(window_id, clock):
    give(window_id, burst(clock, 3))
    assert look(Mark(3 + OVERLAP, 3))[1] == []
    assert len(look(Mark(2 + OVERLAP, 3))[1]) == 1
