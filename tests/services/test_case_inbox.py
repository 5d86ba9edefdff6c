"""The inbox: written with the words themselves, and never by a bare tap."""

from collections.abc import Callable

import pytest

from kiosk.domain.comments import Wish
from kiosk.domain.reasons import Aspect, aspect_number
from kiosk.extensions import recording, write
from kiosk.services.case_inbox import queue_rating
from kiosk.services.contacts import withdraw_contact
from kiosk.services.past_ratings import record_history
from tests.case_sources import (
    SLOW,
    call_me,
    inbox,
    key_of,
    open_all,
    said,
    ticked,
)
from tests.screens import HALL, Screen, keep, pair_screen, past_tap, phone_tap
from tests.statements import statements

SECRET = "an-own-secret-of-a-phone"


@pytest.fixture
def screen(app, clock) -> Screen:
    return pair_screen("A001", clock())


@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
def test_a_bare_tap_waits_for_nothing(screen, clock, level):
    screen.rate(level, clock())
    said(screen.window_id, clock(), level, comment="")
    assert inbox() == []


def test_a_bare_tap_costs_no_statement_for_cases(screen, clock):
    with statements() as sent:
        screen.rate(1, clock())
    assert [each for each in sent if "case_" in each] == []


@pytest.mark.parametrize(
    ("level", "waits"), [(1, True), (2, True), (3, False), (4, False), (5, False)]
)
def test_words_wait_where_the_rating_is_bad(screen, clock, level, waits):
    rating = said(screen.window_id, clock(), level)
    assert inbox() == ([rating] if waits else [])


@pytest.mark.parametrize("level", [1, 2, 3, 4, 5])
@pytest.mark.parametrize("words", ["", "请加一把椅子"])
@pytest.mark.parametrize("wish", [Wish.COMPLAINT, Wish.SUGGESTION])
def test_a_complaint_and_an_idea_wait_at_any_level(screen, clock, level, words, wish):
    rating = said(screen.window_id, clock(), level, comment=words, kind=int(wish))
    assert inbox() == [rating]


def test_praise_waits_for_nothing_where_all_was_well(screen, clock):
    said(screen.window_id, clock(), 5, kind=int(Wish.PRAISE))
    assert inbox() == []


def test_bad_reasons_wait_and_good_ones_and_none_do_not(screen, clock):
    rating = ticked(screen, clock(), SLOW)
    ticked(screen, clock.forward(minutes=1))
    good = screen.rate(5, clock.forward(minutes=1))
    praise = aspect_number(Aspect.ATTITUDE, bad=False)
    screen.send([screen.reasons(good, [praise])], clock())
    assert inbox() == [rating]


def test_a_wish_to_be_called_waits_at_any_level(screen, clock):
    rating = key_of(screen.rate(5, clock(), own=SECRET))
    assert inbox() == []
    call_me(SECRET, clock.forward(minutes=5))
    assert inbox() == [rating]


def test_a_corrected_number_is_not_looked_at_again(screen, clock):
    screen.rate(5, clock(), own=SECRET)
    call_me(SECRET, clock())
    open_all(clock())
    call_me(SECRET, clock.forward(minutes=5))
    assert inbox() == []


def test_a_number_that_is_given_again_is(screen, clock):
    rating = key_of(screen.rate(5, clock(), own=SECRET))
    call_me(SECRET, clock())
    open_all(clock())
    with recording("citizen", clock()) as records:
        assert withdraw_contact(records, SECRET)
    call_me(SECRET, clock.forward(minutes=5))
    assert inbox() == [rating]


def test_past_ratings_of_files_wait_for_nothing(screen, clock):
    past = past_tap(screen.window_id, 1, clock.now, comment="等了很久")
    write(lambda connection: record_history(connection, [past], HALL, clock(), "test"))
    assert inbox() == []


def test_the_same_delivery_again_waits_once(screen, clock):
    tap = phone_tap(screen.window_id, 1, comment="等了很久")
    for _ in range(2):
        keep(tap, clock())
    assert len(inbox()) == 1


def test_to_queue_a_rating_twice_is_harmless(screen, clock):
    rating = key_of(screen.rate(1, clock()))
    for _ in range(2):
        write(lambda connection: queue_rating(connection, rating))
    assert inbox() == [rating]


class BreaksError(Exception):
    """What a test lets a transaction end with."""


def test_what_did_not_happen_waits_for_nothing(screen, clock):
    """The words and their place in the inbox come together or not at all."""
    rating = key_of(screen.rate(1, clock()))

    def breaks(connection) -> Callable[[], None]:
        queue_rating(connection, rating)
        raise BreaksError

    with pytest.raises(BreaksError):
        write(breaks)
    assert inbox() == []
