"""Conditions tried on days before a campaign, under every reading."""

from dataclasses import replace
from datetime import date

import pytest

from kiosk.domain.campaign_inputs import Satisfaction
from kiosk.domain.campaign_kinds import AwardKind, GateKind, Reading
from kiosk.domain.campaign_rules import Gate
from kiosk.domain.campaign_trial import before, passing, told, tried_gates
from kiosk.domain.satisfaction import lower_bound
from tests.campaigns import preset_rules

RULES = preset_rules()
GATE = Gate(
    kind=GateKind.SATISFACTION, reading=Reading.TOP2, at_least=90, minimum=20, days=5
)


def found(rate, effective=40.0, days=8):
    return Satisfaction(rate=rate, levels=None, effective=effective, days=days)


def test_rules_are_tried_on_days_that_are_over():
    tried = before(RULES, date(2027, 5, 20))
    assert (tried.begins, tried.ends) == (date(2027, 4, 20), date(2027, 5, 19))
    assert replace(tried, begins=RULES.begins, ends=RULES.ends) == RULES


def test_only_conditions_about_ratings_are_tried():
    knows = Gate(kind=GateKind.KNOWLEDGE, at_least=90)
    star = replace(RULES.awards[0], gates=(GATE, knows, replace(GATE, at_least=95)))
    idea = replace(star, key="idea", kind=AwardKind.SUGGESTION)
    tried = tried_gates(replace(RULES, awards=(idea, star)))
    assert [(award.key, gate.at_least) for award, gate in tried] == [
        ("star", 90),
        ("star", 95),
    ]


def test_a_rate_comes_with_its_bound():
    one = told(Reading.TOP3, found(95.0))
    assert (one.reading, one.rate) == (Reading.TOP3, 95.0)
    assert one.bound == round(lower_bound(95.0, 40.0), 6)
    assert one.bound < 95.0


@pytest.mark.parametrize(
    ("rate", "effective"), [(None, 0.0), (95.0, 0.0), (None, 40.0)]
)
def test_without_ratings_there_is_no_bound(rate, effective):
    assert told(Reading.TOP2, found(rate, effective)).bound is None


def test_who_passes_is_counted_by_rate_and_by_bound():
    whom = {
        Reading.TOP2: [found(90.0), found(89.99), found(99.0, 400.0), found(None)],
        Reading.TOP3: [found(95.0), found(95.0), found(99.0, 400.0, 4), found(99.0, 3)],
    }
    two, three = passing(GATE, RULES, whom)
    assert (two.reading, two.by_rate, two.by_bound) == (Reading.TOP2, 2, 1)
    # Neither too few days nor too few ratings are enough under any reading.
    assert (three.reading, three.by_rate, three.by_bound) == (Reading.TOP3, 2, 0)


def test_the_condition_counts_alike_whether_it_asks_for_the_bound():
    whom = {Reading.TOP2: [found(92.0), found(99.0, 400.0)]}
    assert passing(GATE, RULES, whom) == passing(replace(GATE, bound=True), RULES, whom)
