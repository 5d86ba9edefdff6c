"""Figures of cases: what counts, of what, and what is not yet due."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from kiosk.domain.case_figures import (
    Amount,
    CaseFact,
    Change,
    Rate,
    case_figures,
    figures_by_unit,
)
from kiosk.domain.cases import Answer, CallOutcome, CaseState, Second, Source

DUE = datetime(2026, 6, 10, 10, 0, tzinfo=UTC)
"""Close of business; the same for every step of these cases."""
TICK, DAY = timedelta(microseconds=1), timedelta(days=1)
WAITING = CaseFact(
    source=Source.RATING, unit_id=1, accept_due=DUE, answer_due=DUE, rectify_due=DUE
)
ANSWERED = replace(
    WAITING,
    state=CaseState.ANSWERED,
    accepted_at=DUE - DAY,
    answered_at=DUE - TICK,
    answer=Answer.EXPLAINED,
    second_due=DUE + DAY,
)
PROMISED = replace(ANSWERED, answer=Answer.RECTIFIED)


def of(*facts, now=DUE):
    return case_figures(facts, now)


@pytest.mark.parametrize(
    ("accepted_at", "now", "rate"),
    [
        (None, DUE - TICK, Rate(0, 0)),
        (None, DUE, Rate(0, 1)),
        (DUE - TICK, DUE - TICK, Rate(1, 1)),
        (DUE, DUE, Rate(0, 1)),
        (DUE - TICK, DUE + 90 * DAY, Rate(1, 1)),
    ],
)
def test_accepted_in_time_is_before_the_close_of_business(accepted_at, now, rate):
    assert of(replace(WAITING, accepted_at=accepted_at), now=now).accepted == rate


@pytest.mark.parametrize(
    ("answered_at", "paused", "now", "rate"),
    [
        (None, False, DUE - TICK, Rate(0, 0)),
        (None, False, DUE, Rate(0, 1)),
        (None, True, DUE + DAY, Rate(0, 0)),
        (DUE - TICK, False, DUE, Rate(1, 1)),
        (DUE, False, DUE, Rate(0, 1)),
        (DUE, True, DUE, Rate(0, 1)),
    ],
)
def test_a_paused_case_is_not_overdue(answered_at, paused, now, rate):
    fact = replace(WAITING, answered_at=answered_at, paused=paused)
    assert of(fact, now=now).answered == rate


@pytest.mark.parametrize(
    ("rectified_at", "now", "done", "in_time"),
    [
        (None, DUE - TICK, Rate(0, 0), Rate(0, 0)),
        (None, DUE, Rate(0, 1), Rate(0, 1)),
        (DUE - TICK, DUE, Rate(1, 1), Rate(1, 1)),
        (DUE, DUE, Rate(1, 1), Rate(0, 1)),
    ],
)
def test_what_was_promised_is_put_right_or_late(rectified_at, now, done, in_time):
    found = of(replace(PROMISED, rectified_at=rectified_at), ANSWERED, now=now)
    assert found.rectified == done
    assert found.rectified_in_time == in_time


LEFT = replace(ANSWERED, contact=True)
CALLED = replace(LEFT, called_at=DUE, call_outcome=CallOutcome.UNWANTED)


@pytest.mark.parametrize(
    ("fact", "now", "rate"),
    [
        (ANSWERED, DUE + DAY, Rate(0, 0)),
        (LEFT, DUE + DAY - TICK, Rate(0, 0)),
        (LEFT, DUE + DAY, Rate(0, 1)),
        (replace(LEFT, state=CaseState.CLOSED), DUE, Rate(0, 1)),
        (replace(LEFT, second=Second.CONTENT), DUE + DAY, Rate(0, 0)),
        (replace(LEFT, second_due=None), DUE + DAY, Rate(0, 0)),
        (replace(LEFT, answered_at=None), DUE + DAY, Rate(0, 0)),
        (CALLED, DUE, Rate(1, 1)),
        # Erased ninety days after closing: the call stays made.
        (replace(CALLED, contact=False), DUE, Rate(1, 1)),
    ],
)
def test_who_left_a_contact_is_called(fact, now, rate):
    assert of(fact, now=now).called == rate


def test_two_calls_in_vain_are_calls_and_told():
    in_vain = replace(CALLED, call_outcome=CallOutcome.NOT_REACHED)
    found = of(in_vain, CALLED, replace(in_vain, called_at=None))
    assert (found.called, found.unreached) == (Rate(2, 2), 1)


def test_an_answer_that_nobody_rated_is_never_taken_for_content():
    closed = replace(ANSWERED, state=CaseState.CLOSED)
    found = of(
        *(replace(closed, second=second) for second in Second),
        replace(closed, second=Second.CONTENT),
        closed,
        ANSWERED,
        replace(ANSWERED, second_due=DUE),
        WAITING,
    ).second
    assert (found.content, found.fairly, found.not_content) == (2, 1, 1)
    assert found.unrated == 2
    assert found.rate == Rate(4, 6)
    assert found.satisfied == Rate(3, 4)


def test_reopened_is_of_all_that_were_ever_answered():
    again = replace(WAITING, reopened=True)
    assert of(again, replace(ANSWERED, reopened=True), ANSWERED, WAITING).reopened == (
        Rate(2, 3)
    )


def test_ever_overdue_is_of_all():
    assert of(replace(ANSWERED, late=True), WAITING, ANSWERED).raised == Rate(1, 3)


def test_appeals_upheld_are_of_the_decided():
    both = replace(ANSWERED, appeals=2, appeals_decided=1, appeals_upheld=1)
    waits = replace(ANSWERED, appeals=1)
    found = of(both, waits)
    assert (found.appeals, found.upheld) == (3, Rate(1, 1))


def test_joined_cases_are_told_with_the_ratings_in_them():
    joined = replace(WAITING, source=Source.JOINED, ratings=4, cause=2)
    found = of(joined, joined, replace(WAITING, ratings=1))
    assert found.by_source[Source.JOINED] == Amount(2, 8)
    assert found.by_source[Source.RATING] == Amount(1, 1)
    assert found.by_source[Source.SUGGESTION] == Amount(0, 0)
    assert found.by_cause == {0: Amount(1, 1), 2: Amount(2, 8)}
    assert (found.cases, found.ratings) == (3, 9)


def test_units_have_figures_of_their_own():
    found = figures_by_unit([WAITING, replace(ANSWERED, unit_id=2), WAITING], DUE)
    assert {unit: each.cases for unit, each in found.items()} == {1: 2, 2: 1}
    assert found[2].answered == Rate(1, 1)
    assert found[1].answered == Rate(0, 2)


def test_a_share_of_nothing_has_no_percentage():
    assert Rate(0, 0).percent is None
    assert Rate(7, 8).percent == 87.5
    assert of().answered == Rate(0, 0)


@pytest.mark.parametrize(
    ("now", "before", "points"),
    [
        (Rate(7, 8), Rate(3, 4), 12.5),
        (Rate(3, 4), Rate(7, 8), -12.5),
        (Rate(0, 0), Rate(3, 4), None),
        (Rate(3, 4), Rate(0, 0), None),
    ],
)
def test_change_is_in_points_of_percent(now, before, points):
    assert Change(now, before).points == points
