"""Places and seats: by total, by ties, by what false ratings cannot move."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.campaign_archive import outcome_text
from kiosk.domain.campaign_inputs import PersonRatings, Votes
from kiosk.domain.campaign_kinds import AwardKind, GateKind, Tie
from kiosk.domain.campaign_outcome import compute
from kiosk.domain.campaign_rules import Gate
from tests.outcomes import (
    a_candidate,
    an_award,
    campaigns,
    close_calls,
    parts,
    some_inputs,
    some_rules,
    window_days,
)

BY_TEST = an_award(parts=parts(knowledge=100), ties=(Tie.JURY, Tie.INSPECTION))


def outcome(award, *candidates, **changes):
    [found] = compute(some_inputs(some_rules(award), *candidates, **changes)).awards
    return found


def known(*rates: float | None, **changes):
    return [
        a_candidate(key, **({"knowledge": rate} | changes))
        for key, rate in enumerate(rates, 1)
    ]


def keys(found, of: str = "key"):
    return [getattr(row, of) for row in found.rows]


def test_the_greatest_totals_take_the_seats():
    found = outcome(BY_TEST, *known(70.0, 90.0, 80.0))
    assert keys(found) == [2, 3, 1]
    assert keys(found, "total") == [90.0, 80.0, 70.0]
    assert keys(found, "place") == [1, 2, 3]
    assert keys(found, "elected") == [True, True, False]
    assert keys(found, "band") == [None] * 3
    assert keys(found, "tie") == [""] * 3
    assert (found.key, found.seats, found.empty) == ("best", 2, 0)
    assert [row.key for row in found.elected] == [2, 3]


def test_a_total_is_the_sum_of_what_was_weighed():
    award = an_award(parts=parts(knowledge=33, appraisal=67))
    [row] = outcome(award, *known(66.666667, appraisal=33.333333)).rows
    assert [part.weighted for part in row.parts] == [22.0, 22.333333]
    assert row.total == 44.333333


def test_ties_decide_between_equal_totals_in_their_order():
    one, two, three, four = known(80.0, 80.0, 80.0, 80.0)
    found = outcome(
        BY_TEST,
        replace(one, deductions=2),
        replace(two, jury=(50.0,)),
        replace(three, deductions=1),
        four,
    )
    assert keys(found) == [2, 3, 1, 4]
    assert keys(found, "tie") == ["jury", "inspection", "inspection", ""]
    assert keys(found, "place") == [1, 2, 3, 4]
    assert found.undecided == ()


def test_who_no_rule_tells_apart_shares_a_place_and_takes_no_last_seat():
    found = outcome(BY_TEST, *known(80.0, 90.0, 80.0, 70.0))
    assert keys(found) == [2, 1, 3, 4]
    assert keys(found, "place") == [1, 2, 2, 4]
    assert keys(found, "elected") == [True, False, False, False]
    assert found.undecided == (1, 3)
    assert found.empty == 1


def test_equals_who_all_have_seats_are_not_undecided():
    found = outcome(BY_TEST, *known(80.0, 80.0, 70.0))
    assert keys(found, "place") == [1, 1, 3]
    assert keys(found, "elected") == [True, True, False]
    assert found.undecided == ()


def test_equals_stand_by_number():
    first, second = known(80.0, 80.0)
    found = outcome(BY_TEST, replace(first, number=7), replace(second, number=3))
    assert keys(found) == [2, 1]


def test_who_has_no_point_takes_no_seat_and_is_not_undecided():
    found = outcome(BY_TEST, *known(50.0, None, None))
    assert keys(found, "total") == [50.0, 0.0, 0.0]
    assert keys(found, "elected") == [True, False, False]
    assert (found.undecided, found.empty) == ((), 1)


def test_who_misses_a_condition_or_left_has_neither_parts_nor_place():
    gate = Gate(kind=GateKind.COMPLAINTS, at_most=0)
    award = replace(BY_TEST, gates=(gate,))
    one, two, three = known(90.0, 80.0, 70.0)
    left = replace(one, standing=False, ended="withdrawn")
    found = outcome(award, three, left, replace(two, complaints=1))
    assert keys(found) == [3, 1, 2]
    assert keys(found, "admitted") == [True, False, False]
    assert keys(found, "ended") == ["", "withdrawn", ""]
    for row in found.rows[1:]:
        assert (row.parts, row.total, row.place, row.band) == ((), None, None, None)
        assert not row.elected
    assert [row.checks[0].passed for row in found.rows] == [True, True, False]


def test_a_vacated_seat_stays_empty():
    one, two, three = known(90.0, 80.0, 70.0)
    gone = replace(one, standing=False, ended="cancelled", vacates=True)
    found = outcome(BY_TEST, gone, two, three)
    assert [row.key for row in found.elected] == [2]
    assert (found.seats, found.empty) == (2, 1)
    followed = outcome(BY_TEST, replace(gone, vacates=False), two, three)
    assert [row.key for row in followed.elected] == [2, 3]
    both = outcome(BY_TEST, gone, replace(gone, key=2), replace(gone, key=4), three)
    assert (both.elected, both.empty) == ([], 2)


def test_each_award_has_its_own_candidates_in_the_order_of_the_rules():
    rules = some_rules(BY_TEST, replace(BY_TEST, key="other"))
    one, two = known(80.0, 70.0)
    found = compute(some_inputs(rules, one, replace(two, award="other")))
    assert [(each.key, keys(each)) for each in found.awards] == [
        ("best", [1]),
        ("other", [2]),
    ]
    assert found.award("other") is found.awards[1]
    assert found.award("none") is None
    assert outcome(BY_TEST).rows == ()


STARS = an_award(
    kind=AwardKind.PERSON,
    parts=parts(rating=60, inspection=20, ballot=20),
    ties=(Tie.BALLOT, Tie.EFFECTIVE),
)


def example(**changes):
    """The worked example of docs/rules.md; y so that the scores are round."""
    average = 90.126761
    people, candidates = [], []
    rows = ((91.0, 300, 4, 5, 10), (90.0, 200, 2, 4, 8), (89.5, 100, 0, 4, 7))
    for key, (score, effective, off, cadres, staff) in enumerate(rows, 1):
        mean = round(score + 30 * (score - average) / effective, 6)
        told = {"mean": mean, "variance": 9000.0, "service_type": 0}
        people.append(PersonRatings(key=key, effective=float(effective), **told))
        votes = {
            "cadres": Votes(votes=cadres, ballots=10),
            "staff": Votes(votes=staff, ballots=20),
        }
        who = a_candidate(key, window=None, person=key, deductions=off, votes=votes)
        who = replace(who, unverified=0.5)
        candidates.append(replace(who, **changes.get(f"c{key}", {})))
    return outcome(changes.get("award", STARS), *candidates, people=tuple(people))


def test_the_worked_example():
    found = example()
    weighted = [[part.weighted for part in row.parts] for row in found.rows]
    assert weighted == [
        pytest.approx([54.6, 19.2, 10.0], abs=1e-5),
        pytest.approx([54.0, 19.6, 8.0], abs=1e-5),
        pytest.approx([53.7, 20.0, 7.4], abs=1e-5),
    ]
    assert keys(found, "total") == pytest.approx([83.8, 81.6, 81.1], abs=1e-5)
    assert keys(found) == [1, 2, 3]
    assert keys(found, "band") == [1, 2, 2]
    # A band lies across the last seat: the votes decide, and 2 has one more.
    assert keys(found, "tie") == ["", "ballot", "ballot"]
    assert keys(found, "elected") == [True, True, False]


def test_votes_give_the_last_seat_to_who_could_have_been_pushed_out():
    votes = {
        "cadres": Votes(votes=0, ballots=10),
        "staff": Votes(votes=14, ballots=20),
    }
    found = example(c3={"votes": votes, "deductions": 5})
    assert keys(found) == [1, 3, 2]
    assert keys(found, "place") == [1, 2, 3]
    totals = keys(found, "total")
    assert totals[1] < totals[2]
    assert [row.key for row in found.elected] == [1, 3]
    assert found.rows[1].tie == found.rows[2].tie == "ballot"


def test_with_everything_verified_totals_stand():
    verified = {"unverified": 0.0}
    found = example(c2=verified, c3=verified)
    assert keys(found, "band") == [1, 2, 3]
    assert keys(found, "tie") == ["", "", ""]


def test_an_empty_seat_moves_the_line_that_is_looked_at():
    found = example(c1={"standing": False, "ended": "cancelled", "vacates": True})
    assert [row.key for row in found.elected] == [2]
    assert keys(found, "tie") == ["ballot", "ballot", ""]


def test_where_votes_are_equal_too_the_total_decides_and_no_tie_is_named():
    votes = {
        "cadres": Votes(votes=4, ballots=10),
        "staff": Votes(votes=8, ballots=20),
    }
    found = example(c3={"votes": votes})
    assert keys(found) == [1, 3, 2]
    assert keys(found, "tie") == ["", "", ""]
    assert keys(found, "place") == [1, 2, 3]


def test_twins_at_the_last_seat_are_undecided():
    windows = [window_days(key, 1, 1, 2, 6, 20) for key in (1, 2)]
    windows.append(window_days(3, 9, 0, 0, 0, 0))
    award = an_award(seats=1, ties=(Tie.BALLOT, Tie.EFFECTIVE))
    found = outcome(
        award,
        a_candidate(1),
        a_candidate(2),
        windows=tuple(windows),
    )
    assert keys(found, "place") == [1, 1]
    assert keys(found, "band") == [1, 1]
    assert found.undecided == (1, 2)
    assert found.elected == []


def test_a_score_that_is_no_number_is_refused_before_it_is_published():
    found = compute(some_inputs(some_rules(BY_TEST), *known(float("nan"))))
    with pytest.raises(ValueError, match="JSON"):
        outcome_text(found)


@settings(max_examples=60, deadline=None)
@given(campaigns(), st.randoms(use_true_random=False))
def test_the_order_of_the_inputs_means_nothing(inputs, chance):
    mixed = {}
    for name in ("windows", "people", "candidates"):
        rows = list(getattr(inputs, name))
        chance.shuffle(rows)
        mixed[name] = tuple(rows)
    assert outcome_text(compute(replace(inputs, **mixed))) == outcome_text(
        compute(inputs)
    )


@settings(max_examples=60, deadline=None)
@given(close_calls())
def test_only_the_seats_in_question_leave_the_order_of_totals(inputs):
    [found] = compute(inputs).awards
    totals = keys(found, "total")
    by_total = sorted(totals, reverse=True)
    moved = [at for at, total in enumerate(totals) if total != by_total[at]]
    # Whoever moved is named with a tie that ratings do not move.
    assert all(
        found.rows[at].tie in {Tie.BALLOT, Tie.JURY, Tie.INSPECTION} for at in moved
    )
    bands = keys(found, "band")
    assert bands == sorted(bands)


@settings(max_examples=60, deadline=None)
@given(campaigns())
def test_what_holds_for_every_list(inputs):
    for award, found in zip(inputs.rules.awards, compute(inputs).awards, strict=True):
        assert sorted(keys(found)) == sorted(
            one.key for one in inputs.candidates if one.award == award.key
        )
        assert len(found.elected) <= award.seats
        ranked = [row for row in found.rows if row.place is not None]
        assert all(row.admitted for row in ranked)
        assert [row.place for row in ranked] == sorted(row.place for row in ranked)
        assert all(row.place <= at for at, row in enumerate(ranked, 1))
        assert all(row.total > 0.0 for row in found.elected)
        assert not {row.key for row in found.elected} & set(found.undecided)
        # Nobody without a seat is before somebody with one, but for equals.
        seats = [row.elected for row in ranked if row.total > 0.0]
        assert seats == sorted(seats, reverse=True)
