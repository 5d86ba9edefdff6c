"""The second rating: what each citizen makes of an answer, and what comes of it."""

import pytest

from kiosk.domain.cases import (
    CallOutcome,
    CaseState,
    NotNow,
    Second,
    Side,
)
from kiosk.extensions import transaction
from kiosk.services.cases import Actor
from tests.builders import make_window
from tests.case_acts import (
    Acts,
    at_once,
    case_row,
    rating_key,
    seconds,
    stands,
    told_of,
)
from tests.ledger_story import told, verified
from tests.staff import entries, unit_key

CONTENT, NOT = CallOutcome.CONTENT, CallOutcome.NOT_CONTENT
IN_VAIN, UNWANTED = CallOutcome.NOT_REACHED, CallOutcome.UNWANTED


@pytest.fixture
def window(app) -> int:
    with transaction() as session:
        return make_window(session, "A001").id


@pytest.fixture
def acts(window, clock) -> Acts:
    return Acts(clock, unit_key())


def closing(key: int) -> tuple[CaseState, str]:
    case = case_row(key)
    return CaseState(case.state), case.closed_by


@pytest.mark.parametrize("second", [Second.CONTENT, Second.FAIRLY])
def test_whoever_is_content_closes_their_own_case_once(acts, second):
    key = acts.answered()
    acts.rate(key, second)
    assert (case_row(key).second, closing(key)) == (
        second,
        (CaseState.CLOSED, "citizen"),
    )
    with pytest.raises(NotNow):
        acts.rate(key, Second.NOT)
    assert case_row(key).second == second
    assert told_of(key)[-2:] == ["rate", "close"]


def test_nobody_rates_an_answer_that_is_not_there(acts):
    key = acts.accepted()
    with pytest.raises(NotNow):
        acts.rate(key, Second.CONTENT)
    assert case_row(key).second is None


def test_discontent_opens_again_and_the_new_answer_is_rated_anew(acts):
    key = acts.answered()
    acts.rate(key, Second.NOT)
    assert (stands(key), case_row(key).second) == (CaseState.CHECKING, None)
    assert told_of(key)[-2:] == ["rate", "reopen"]
    acts.answer(key)
    acts.rate(key, Second.NOT)
    assert closing(key) == (CaseState.CLOSED, "citizen")
    assert case_row(key).second == Second.NOT
    assert told(verified()) == []


def test_a_late_word_on_a_case_that_the_clock_closed_is_kept(acts):
    key = acts.answered()
    acts.close(key, Actor(Side.CLOCK))
    acts.rate(key, Second.FAIRLY)
    assert (case_row(key).second, closing(key)) == (2, (CaseState.CLOSED, "clock"))


def test_a_late_discontent_opens_again_what_the_clock_closed(acts):
    key = acts.answered()
    acts.close(key, Actor(Side.CLOCK))
    acts.rate(key, Second.NOT)
    assert closing(key) == (CaseState.CHECKING, "")


def test_a_joined_case_is_not_closed_by_one_content_citizen(acts, window):
    key, [first, second] = acts.about_ratings(window, 1, 2)
    acts.rate(key, Second.CONTENT, first)
    assert (seconds(key), stands(key)) == ([3, None], CaseState.ANSWERED)
    acts.rate(key, Second.FAIRLY, second)
    assert (seconds(key), case_row(key).second) == ([3, 2], Second.FAIRLY)
    assert stands(key) is CaseState.ANSWERED
    with pytest.raises(NotNow):
        acts.rate(key, Second.NOT, first)
    assert [entry.count('"second":') for entry in entries("case-second")] == [1, 1]
    assert told(verified()) == []


def test_one_who_is_not_content_opens_a_joined_case_for_all(acts, window):
    key, [first, second] = acts.about_ratings(window, 1, 2)
    acts.rate(key, Second.CONTENT, first)
    acts.rate(key, Second.NOT, second)
    assert (stands(key), seconds(key)) == (CaseState.CHECKING, [None, None])
    acts.answer(key)
    acts.rate(key, Second.CONTENT, first)
    acts.rate(key, Second.NOT, second)
    assert (stands(key), case_row(key).second) == (CaseState.ANSWERED, Second.NOT)


def test_a_rating_of_another_case_rates_nothing(acts, window, clock):
    key, _ = acts.about_ratings(window, 1)
    other, [theirs] = acts.about_ratings(window, 1)
    for strange in (theirs, rating_key(window, 1, clock())):
        with pytest.raises(NotNow):
            acts.rate(key, Second.CONTENT, strange)
    assert seconds(key) == seconds(other) == [None]
    assert entries("case-second") == []


def test_of_two_second_ratings_at_once_one_counts(app, acts):
    key = acts.answered()
    found = at_once(
        app,
        lambda: acts.rate(key, Second.CONTENT),
        lambda: acts.rate(key, Second.FAIRLY),
    )
    assert sorted(found, key=str) == sorted([None, NotNow], key=str)
    assert told_of(key).count("rate") == 1


def test_nor_is_it_closed_by_one_call(acts, window):
    key, [first, second] = acts.about_ratings(window, 1, 2)
    acts.call(key, CallOutcome.CONTENT)
    assert (stands(key), case_row(key).second) == (CaseState.ANSWERED, Second.CONTENT)
    acts.rate(key, Second.FAIRLY, first)
    acts.rate(key, Second.NOT, second)
    assert stands(key) is CaseState.CHECKING
