"""Stages go from ahead to open to over, never back."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.campaign_kinds import StageKind
from kiosk.domain.campaign_rules import Stage, Words
from kiosk.domain.campaign_stages import (
    NoSuchStage,
    NotOpenYet,
    OverAlready,
    RulesFrozen,
    StageState,
    check_changeable,
    check_open,
    is_open,
    is_over,
    state_of,
)
from tests.campaign_presets import star

DAY = timedelta(days=1)
ORDER = list(StageState)
DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))


def stage(begins: date, ends: date) -> Stage:
    kind, title = StageKind.VOTE, Words("投票", "")
    return Stage(key="v", kind=kind, title=title, begins=begins, ends=ends)


@given(DAYS, DAYS, st.lists(DAYS, min_size=2))
def test_a_stage_never_goes_back(begins, ends, days):
    states = [state_of(stage(begins, ends), day) for day in sorted(days)]
    assert [ORDER.index(each) for each in states] == sorted(map(ORDER.index, states))


@given(DAYS, st.integers(0, 400))
def test_first_and_last_day_are_open(begins, length):
    one = stage(begins, begins + length * DAY)
    assert state_of(one, one.begins - DAY) is StageState.AHEAD
    assert state_of(one, one.begins) is StageState.OPEN
    assert state_of(one, one.ends) is StageState.OPEN
    assert state_of(one, one.ends + DAY) is StageState.OVER


def two_votes():
    spring = stage(date(2027, 3, 1), date(2027, 3, 2))
    autumn = stage(date(2027, 9, 1), date(2027, 9, 2))
    return replace(star(), stages=(autumn, spring))


@pytest.mark.parametrize(
    ("day", "refusal"),
    [
        (date(2027, 2, 28), NotOpenYet(day=date(2027, 3, 1))),
        (date(2027, 3, 2), None),
        (date(2027, 5, 1), NotOpenYet(day=date(2027, 9, 1))),
        (date(2027, 9, 1), None),
        (date(2027, 9, 3), OverAlready(day=date(2027, 9, 2))),
    ],
)
def test_of_two_stages_either_opens(day, refusal):
    rules, kind = two_votes(), StageKind.VOTE
    assert is_open(rules, kind, day) is (refusal is None)
    assert is_over(rules, kind, day) is isinstance(refusal, OverAlready)
    if refusal is None:
        check_open(rules, kind, day)
        return
    with pytest.raises(type(refusal)) as caught:
        check_open(rules, kind, day)
    assert caught.value.values == refusal.values


def test_a_stage_that_is_not_there_is_over_and_refuses():
    assert is_over(star(), StageKind.JURY, date(2027, 1, 1))
    with pytest.raises(NoSuchStage):
        check_open(star(), StageKind.JURY, date(2027, 1, 1))


def test_rules_change_until_the_day_before_the_first():
    rules = star()
    check_changeable(rules, rules.first_day - DAY, announced=True)
    check_changeable(rules, rules.first_day, announced=False)
    for day in (rules.first_day, rules.last_day + DAY):
        with pytest.raises(RulesFrozen) as caught:
            check_changeable(rules, day, announced=True)
        assert caught.value.values == {"day": rules.first_day}
