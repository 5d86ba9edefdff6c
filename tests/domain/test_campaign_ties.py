"""What decides between equals, and whom a few false ratings could have swapped."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from kiosk.domain.campaign_inputs import Votes
from kiosk.domain.campaign_kinds import Tie
from kiosk.domain.campaign_scores import Score
from kiosk.domain.campaign_ties import (
    Standing,
    bands,
    contested,
    deciding,
    flip_cost,
    hard_order,
    hard_tie,
    tie_values,
    unnoticed,
)
from tests.outcomes import a_candidate, an_award, parts

AWARD = an_award(ties=(Tie.BALLOT, Tie.EFFECTIVE))
ALL_TIES = an_award(ties=tuple(Tie))
SCORE = Score(score=90.0, sd=1.0, effective=100.0, low=1, high=9)


def standing(total: float, *ties: float, room: float = 10.0, score: object = "own"):
    own = replace(SCORE, score=total)
    return Standing(
        total=total,
        ties=ties or (0.0, 100.0),
        score=own if score == "own" else score,
        unnoticed=room,
    )


@pytest.mark.parametrize(
    ("days", "share", "room"),
    [(20, 1.0, 40.0), (20, 0.5, 20.0), (0, 1.0, 0.0), (60, 0.333333, 39.99996)],
)
def test_two_a_working_day_go_unnoticed_of_what_is_not_verified(days, share, room):
    assert unnoticed(days, share) == room


def test_what_is_unknown_is_the_least():
    found = dict(zip(Tie, tie_values(ALL_TIES, a_candidate(1), None), strict=True))
    assert found == {
        Tie.BALLOT: 0.0,
        Tie.JURY: -1.0,
        Tie.INSPECTION: float("-inf"),
        Tie.RATING: -1.0,
        Tie.EFFECTIVE: -1.0,
    }


def test_each_tie_reads_its_own_number():
    known = a_candidate(
        1,
        jury=(70.0, 80.0, 80.0),
        deductions=3,
        votes={"a": Votes(votes=4, ballots=9), "b": Votes(votes=5, ballots=9)},
    )
    found = tie_values(ALL_TIES, known, SCORE)
    assert dict(zip(Tie, found, strict=True)) == {
        Tie.BALLOT: 9.0,
        Tie.JURY: 76.666667,
        Tie.INSPECTION: -3.0,
        Tie.RATING: 90.0,
        Tie.EFFECTIVE: 100.0,
    }


@pytest.mark.parametrize(
    ("ours", "theirs", "by"),
    [
        (standing(80.0, 5.0, 1.0), standing(79.0, 5.0, 1.0), ""),
        (standing(80.0, 5.0, 1.0), standing(80.0, 4.0, 2.0), "ballot"),
        (standing(80.0, 5.0, 2.0), standing(80.0, 5.0, 1.0), "effective"),
        (standing(80.0, 5.0, 1.0), standing(80.0, 5.0, 1.0), ""),
    ],
)
def test_the_first_tie_that_differs_decides(ours, theirs, by):
    assert deciding(AWARD, ours, theirs) == by


@pytest.mark.parametrize(
    ("score", "gap", "cost"),
    [
        # Five levels, mean 4.54, n = 600: a gap of 0.02, 0.05 and 0.10 of a level.
        (replace(SCORE, score=88.5, effective=600.0), 0.5, 27.272727),
        (replace(SCORE, score=88.5, effective=600.0), 1.25, 73.170732),
        (replace(SCORE, score=88.5, effective=600.0), 2.5, 166.666667),
        (SCORE, 0.0, 0.0),
        (SCORE, -1.0, 0.0),
        (None, 0.0, 0.0),
        (None, 0.1, float("inf")),
        (SCORE, 10.0, float("inf")),
        (SCORE, 9.9, 9900.0),
    ],
)
def test_how_many_false_ratings_catch_up(score, gap, cost):
    assert flip_cost(score, gap) == cost


@given(st.floats(0, 95), st.floats(1, 5000), st.floats(0.01, 4.9))
def test_so_many_fives_lift_a_mean_by_the_gap(mean, number, gap):
    """The formula says what the arithmetic of a plain mean does."""
    assume(mean + gap < 99.9)
    cost = flip_cost(replace(SCORE, score=mean, effective=number), gap)
    lifted = (mean * number + 100 * cost) / (number + cost)
    assert lifted == pytest.approx(mean + gap, abs=1e-4)


def test_neighbours_that_could_have_been_swapped_share_a_band():
    # 100 effective at 80: 1 point costs 100 / 19 = 5.3, 2 points 11.1, room 10.
    ordered = [standing(83.0), standing(82.0), standing(80.0), standing(79.0)]
    assert bands(AWARD, ordered) == [1, 1, 2, 2]
    all_verified = [standing(total, room=0.0) for total in (83.0, 82.0, 80.0)]
    assert bands(AWARD, all_verified) == [1, 2, 3]
    assert bands(AWARD, []) == []


def test_the_cost_must_be_less_than_the_room():
    lower = standing(80.0, room=flip_cost(replace(SCORE, score=80.0), 1.0))
    assert bands(AWARD, [standing(81.0), lower]) == [1, 2]
    assert bands(AWARD, [standing(81.0), replace(lower, unnoticed=5.27)]) == [1, 1]


def test_a_smaller_weight_of_the_ratings_makes_a_gap_dearer():
    half = replace(AWARD, parts=parts(rating=50, tasks=50))
    pair = [standing(81.0), standing(80.0)]
    assert bands(AWARD, pair) == [1, 1]
    assert bands(half, pair) == [1, 2]


@pytest.mark.parametrize("weights", [{"tasks": 100}, {"rating": 0, "tasks": 100}])
def test_where_ratings_weigh_nothing_there_are_no_bands(weights):
    award = replace(AWARD, seats=1, parts=parts(**weights))
    pair = [standing(80.0), standing(80.0)]
    assert bands(award, pair) == [None, None]
    assert contested(award, pair) == []


LINE = [standing(90.0), standing(83.0), standing(82.5), standing(82.0), standing(70.0)]


@pytest.mark.parametrize(
    ("seats", "places"),
    # 100 x 1 / 17 = 5.9 for a point; nobody passes 90 nor is passed by 70.
    [(1, []), (2, [1, 2, 3]), (3, [1, 2, 3]), (4, []), (5, []), (0, []), (-1, [])],
)
def test_the_last_seat_is_contested_by_those_who_could_pass_it(seats, places):
    assert contested(replace(AWARD, seats=seats), LINE) == places


def test_without_a_tie_that_taps_cannot_move_nothing_is_contested():
    soft = replace(AWARD, seats=2, ties=(Tie.RATING, Tie.EFFECTIVE))
    assert contested(soft, LINE) == []


def test_one_behind_may_pass_where_the_next_one_cannot():
    ordered = [standing(83.0), standing(82.5, room=0.0), standing(82.0)]
    assert contested(replace(AWARD, seats=1), ordered) == []


def test_contested_places_go_by_ties_that_taps_cannot_move_then_by_total():
    award = an_award(ties=(Tie.RATING, Tie.JURY, Tie.EFFECTIVE, Tie.BALLOT))
    assert hard_order(award, standing(80.0, 1.0, 2.0, 3.0, 4.0)) == (2.0, 4.0, 80.0)


def test_the_tie_that_is_printed_is_one_that_tells_them_apart():
    award = an_award(ties=(Tie.EFFECTIVE, Tie.JURY, Tie.BALLOT))
    one, other = standing(80.0, 1.0, 5.0, 7.0), standing(81.0, 2.0, 5.0, 8.0)
    assert hard_tie(award, [one, other]) == "ballot"
    assert hard_tie(award, [one, replace(other, ties=(1.0, 4.0, 7.0))]) == "jury"
    assert hard_tie(award, [one, replace(one, total=9.0)]) == ""
    assert hard_tie(award, []) == ""
