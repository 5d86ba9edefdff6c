"""How long what people left is kept, and which backups still hold what is gone."""

from datetime import timedelta

import pytest

from kiosk.domain.case_texts import TextKind
from kiosk.domain.retention import (
    LOOK_EVERY,
    PASSING,
    look_is_due,
    old_backups,
    words_before,
)
from tests.conftest import NOON

DAY, MOMENT = timedelta(days=1), timedelta(microseconds=1)


def test_words_stay_two_years():
    assert NOON - words_before(NOON) == timedelta(days=730)


def test_what_citizens_and_clerks_said_goes_and_what_the_office_wrote_stays():
    assert frozenset(TextKind) - PASSING == {
        TextKind.REPLY,
        TextKind.MEASURE,
        TextKind.FINDING,
        TextKind.PAUSE,
        TextKind.RESULT,
        TextKind.NOTE,
        TextKind.RULING,
    }


@pytest.mark.parametrize(
    ("last", "due"),
    [
        (None, True),
        (NOON, False),
        (NOON - LOOK_EVERY + MOMENT, False),
        (NOON - LOOK_EVERY, True),
        # A clock that was set back would else stop the looks for as long.
        (NOON + MOMENT, True),
    ],
)
def test_it_is_looked_once_an_hour(last, due):
    assert look_is_due(last, NOON) is due


def test_a_backup_holds_what_was_erased_after_it_was_made():
    made = [("late", NOON + 3 * DAY), ("early", NOON), ("middle", NOON + DAY)]
    erased = [NOON - DAY, NOON + DAY, NOON + 2 * DAY]
    first, second = old_backups(made, erased)
    assert (first.name, first.since) == ("early", NOON + DAY)
    assert (second.name, second.since) == ("middle", NOON + 2 * DAY)
    assert first.ends_at == NOON + 36 * DAY
    assert (first.last, second.last) == (False, False)


def test_a_backup_ends_35_days_after_the_first_that_was_erased():
    old, _ = old_backups([("a", NOON), ("b", NOON + DAY)], [NOON + 2 * DAY])
    assert not old.goes(NOON + 37 * DAY - MOMENT)
    assert old.goes(NOON + 37 * DAY)


def test_the_newest_backup_never_goes_by_itself():
    _, newest = old_backups([("a", NOON), ("b", NOON + DAY)], [NOON + 2 * DAY])
    assert newest.last
    assert not newest.goes(NOON + 999 * DAY)


def test_without_backups_or_erasures_nothing_is_old():
    assert old_backups([], [NOON]) == []
    assert old_backups([("a", NOON)], []) == []
