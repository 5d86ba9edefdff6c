"""Juries: points by criterion, who keeps out, and whose points count."""

from dataclasses import replace

import pytest

from kiosk.domain.campaign_kinds import PartKind, Tie
from kiosk.domain.campaign_rules import Part
from kiosk.domain.juries import (
    JurorSheet,
    PointsWrong,
    counted_points,
    is_scored,
    parse_points,
)
from tests.nominations import STAR


def sheet(candidate: int, points: int, **changes: object) -> JurorSheet:
    values: dict[str, object] = {"juror_unit": None, "candidate_unit": 1}
    values |= {"points": {"smile": points, "skill": 1}, "abstained": False}
    return JurorSheet(candidate_id=candidate, **values | changes)


def test_points_are_whole_numbers_up_to_the_most_of_each_criterion():
    assert parse_points(STAR, {"smile": "20", "skill": " 0 "}) == {
        "smile": 20,
        "skill": 0,
    }


@pytest.mark.parametrize("typed", ["", "21", "-1", "1.5", "٣", "99999", "ten"])
def test_other_points_are_refused_with_the_most(typed):
    with pytest.raises(PointsWrong) as refused:
        parse_points(STAR, {"smile": typed, "skill": "1"})
    assert refused.value.values == {"most": 20, "criterion": "微笑服务"}


def test_points_come_in_rising_order_and_do_not_tell_whose_they_are():
    sheets = [sheet(7, 18), sheet(7, 9), sheet(8, 20)]
    assert counted_points(sheets, {}) == {7: (10.0, 19.0), 8: (21.0,)}


def test_who_abstains_takes_nothing_away():
    sheets = [sheet(7, 18), sheet(7, 0, abstained=True)]
    assert counted_points(sheets, {}) == {7: (19.0,)}


def test_points_of_the_own_unit_do_not_count_even_if_they_are_there():
    related = {5: frozenset({1, 5})}
    sheets = [sheet(7, 18, juror_unit=5), sheet(7, 9, juror_unit=6), sheet(7, 3)]
    assert counted_points(sheets, related) == {7: (4.0, 10.0)}


def test_criteria_that_only_ask_for_words_are_not_scored():
    part = Part(kind=PartKind.JURY, weight=100)
    assert not is_scored(STAR)
    assert is_scored(replace(STAR, parts=(part,)))
    assert is_scored(replace(STAR, ties=(Tie.JURY,)))
    assert not is_scored(replace(STAR, parts=(part,), criteria=()))
