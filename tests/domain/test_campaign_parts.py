"""Each part of a total: what it is made of, and what it is when nothing is known."""

from dataclasses import replace

import pytest

from kiosk.domain.campaign_inputs import Votes
from kiosk.domain.campaign_kinds import PartKind
from kiosk.domain.campaign_parts import score_of, weighed
from kiosk.domain.campaign_results import Input, Weighed
from kiosk.domain.campaign_scores import Score, Scores
from tests.outcomes import a_candidate, an_award, parts, some_inputs, some_rules

INPUTS = some_inputs(some_rules())
SCORES = Scores(
    windows={
        1: Score(score=90.0, sd=2.0, effective=30.0, low=2, high=7),
        2: Score(score=80.0, sd=1.0, effective=10.0, low=1, high=1),
    },
    people={1: Score(score=70.0, sd=3.0, effective=5.0, low=3, high=4)},
)
NOBODY = a_candidate(9, window=99)


def part(kind: str, candidate=NOBODY, inputs=INPUTS, **changes) -> Weighed:
    award = an_award(parts=parts(**{kind: 30}), **changes)
    [found] = weighed(award, candidate, inputs, SCORES)
    assert (found.kind, found.weight) == (PartKind(kind), 30)
    return found


def told(found: Weighed) -> dict[str, float]:
    return {each.name: each.value for each in found.inputs}


@pytest.mark.parametrize("kind", list(PartKind))
def test_what_is_unknown_counts_nothing_and_says_so(kind):
    found = part(kind.value)
    assert (found.raw, found.weighted) == (None, 0.0)
    assert (found.low, found.high) == (None, None)


def test_the_rating_carries_its_error_and_range():
    found = part("rating", a_candidate(1))
    assert (found.raw, found.weighted) == (90.0, 27.0)
    assert found.inputs == (
        Input(name="effective", value=30.0),
        Input(name="sd", value=2.0),
    )
    assert (found.low, found.high) == (2, 7)


def test_a_person_has_the_score_of_the_person():
    person = a_candidate(1, window=None, person=1)
    assert score_of(person, SCORES) == SCORES.people[1]
    assert score_of(replace(person, person=2), SCORES) is None


def test_a_unit_has_the_mean_of_its_rated_windows_by_effective_ratings():
    unit = a_candidate(1, window=None, windows=(3, 2, 1))
    found = score_of(unit, SCORES)
    # (90 x 30 + 80 x 10) / 40; sqrt((2 x 30)^2 + (1 x 10)^2) / 40
    assert (found.score, found.effective) == (87.5, 40.0)
    assert found.sd == 1.520691
    weighed_part = part("rating", unit)
    assert (weighed_part.raw, weighed_part.low, weighed_part.high) == (87.5, None, None)
    assert score_of(replace(unit, windows=(1, 2, 3)), SCORES) == found
    assert score_of(replace(unit, windows=(3,)), SCORES) is None


@pytest.mark.parametrize(
    ("off", "points", "weight"), [(0, 100.0, 30.0), (7, 93.0, 27.9), (120, 0.0, 0.0)]
)
def test_inspection_takes_points_off_and_stops_at_nothing(off, points, weight):
    found = part("inspection", replace(NOBODY, deductions=off))
    assert (found.raw, found.weighted) == (points, weight)
    assert told(found) == {"deductions": float(off)}


def test_the_jury_is_a_mean_in_percent_with_its_spread():
    found = part("jury", replace(NOBODY, jury=(60.0, 70.0, 95.0)))
    assert (found.raw, found.weighted) == (75.0, 22.5)
    assert told(found) == {"jurors": 3.0, "spread": 35.0}


def test_of_other_criteria_the_points_are_other_percents():
    found = part(
        "jury",
        replace(NOBODY, jury=(20.0, 25.0)),
        criteria=an_award().criteria[:1],
    )
    assert found.raw == 75.0


def test_too_few_jurors_are_as_good_as_none():
    alone = replace(NOBODY, jury=(95.0,))
    found = part("jury", alone)
    assert (found.raw, found.weighted, told(found)) == (None, 0.0, {"jurors": 1.0})
    no_quorum = some_inputs(some_rules(quorum=0))
    assert part("jury", alone, no_quorum).raw == 95.0
    assert part("jury", NOBODY, no_quorum).raw is None


def test_points_without_criteria_are_not_read():
    both = replace(NOBODY, jury=(50.0, 60.0))
    assert part("jury", both, criteria=()).raw is None


def test_votes_count_by_the_weights_of_the_electorates():
    votes = {
        "cadres": Votes(votes=5, ballots=10),
        "staff": Votes(votes=10, ballots=40),
    }
    found = part("ballot", replace(NOBODY, votes=votes))
    assert (found.raw, found.weighted) == (35.0, 10.5)
    assert [each.name for each in found.inputs] == [
        "cadres.votes",
        "cadres.ballots",
        "staff.votes",
        "staff.ballots",
    ]
    assert [each.value for each in found.inputs] == [5.0, 10.0, 10.0, 40.0]


def test_an_electorate_that_is_not_told_gives_nobody_points():
    votes = {"cadres": Votes(votes=10, ballots=10)}
    found = part("ballot", replace(NOBODY, votes=votes))
    assert found.raw == 40.0
    assert list(told(found)) == ["cadres.votes", "cadres.ballots"]


def test_no_vote_among_ballots_is_nothing_but_known():
    votes = {"staff": Votes(votes=0, ballots=5)}
    found = part("ballot", replace(NOBODY, votes=votes))
    assert (found.raw, found.weighted) == (0.0, 0.0)


def test_tasks_done_of_those_set():
    found = part("tasks", replace(NOBODY, tasks_done=2, tasks_set=3))
    assert (found.raw, found.weighted) == (66.666667, 20.0)
    assert told(found) == {"done": 2.0, "set": 3.0}


def test_what_was_entered_stands_as_it_is():
    both = replace(NOBODY, knowledge=91.25, appraisal=0.0)
    assert (part("knowledge", both).raw, part("knowledge", both).weighted) == (
        91.25,
        27.375,
    )
    assert part("appraisal", both).raw == 0.0


def test_parts_come_in_the_order_of_the_rules():
    award = an_award(parts=parts(tasks=10, rating=60, jury=30))
    found = weighed(award, a_candidate(1), INPUTS, SCORES)
    assert [each.kind.value for each in found] == ["tasks", "rating", "jury"]
