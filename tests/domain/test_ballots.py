"""Codes, choices and counts of ballots, each a plain rule."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.ballots import (
    CODES_MOST,
    FEWEST_BALLOTS,
    BallotCodeUnknown,
    CodesCount,
    NoBallot,
    NotOnBallot,
    TooManyNames,
    ballot_awards,
    check_choices,
    count_votes,
    has_ballot,
    new_ballot_code,
    new_vote_key,
    parse_ballot_code,
    parse_codes_count,
    shown_code,
)
from kiosk.domain.campaign_inputs import Votes
from tests.ballots import star_rules, with_tie

RULES = star_rules()
AWARD = RULES.awards[0]


def test_codes_have_57_bits_and_survive_being_typed():
    codes = {new_ballot_code() for _ in range(500)}
    assert len(codes) == 500
    assert len(set("".join(codes))) == 28
    for code in codes:
        assert len(code) == 12
        assert parse_ballot_code(shown_code(code)) == code
        assert parse_ballot_code(f" {shown_code(code).upper()} ") == code


def test_a_code_is_shown_in_fours():
    assert shown_code("bcdfghjkmnpq") == "bcdf-ghjk-mnpq"


@pytest.mark.parametrize(
    "typed", ["", "bcdf", "bcdf-ghjk-mnpa", "bcdf-ghjk-mnp1", "bcdf-ghjk-mnpqr", "票"]
)
def test_what_cannot_be_a_code_is_none(typed):
    with pytest.raises(BallotCodeUnknown):
        parse_ballot_code(typed)


@given(st.text(max_size=30))
def test_whatever_is_typed_is_a_code_or_refused(typed):
    try:
        code = parse_ballot_code(typed)
    except BallotCodeUnknown:
        return
    assert parse_ballot_code(code) == code


def test_keys_of_votes_are_random_and_whole():
    keys = {new_vote_key() for _ in range(200)}
    assert len(keys) == 200
    assert {len(key) for key in keys} == {16}


@pytest.mark.parametrize(("typed", "count"), [("1", 1), (" 40 ", 40), ("500", 500)])
def test_a_number_of_codes(typed, count):
    assert parse_codes_count(typed) == count


@pytest.mark.parametrize("typed", ["", "0", "501", "-1", "1.5", "٣", "9" * 5000])
def test_not_a_number_of_codes(typed):
    with pytest.raises(CodesCount) as refused:
        parse_codes_count(typed)
    assert refused.value.values == {"most": CODES_MOST}


def test_awards_are_voted_about_by_a_part_or_to_break_a_tie():
    tie = with_tie(RULES)
    unvoted = replace(AWARD, key="third", parts=(), ties=())
    rules = replace(RULES, awards=(AWARD, tie, unvoted))
    assert ballot_awards(rules) == (AWARD, tie)
    assert has_ballot(rules)
    for none in (
        replace(RULES, awards=(unvoted,)),
        replace(RULES, electorates=()),
    ):
        assert not has_ballot(none)
        with pytest.raises(NoBallot):
            ballot_awards(none)


def test_choices_are_sorted_and_a_name_twice_counts_once():
    assert check_choices(AWARD, [9, 4, 9], {4, 9, 11}) == (4, 9)
    assert check_choices(AWARD, [], {4}) == ()


def test_one_name_too_many_or_a_strange_one_is_refused():
    with pytest.raises(TooManyNames):
        check_choices(AWARD, [1, 2, 3], {1, 2, 3})
    assert check_choices(replace(AWARD, choose=3), [1, 2, 3], {1, 2, 3}) == (1, 2, 3)
    with pytest.raises(NotOnBallot):
        check_choices(AWARD, [5], {4})


_CANDIDATES = {1: "star", 2: "star", 3: "second"}
_BALLOT = st.tuples(
    st.sampled_from(["cadres", "representatives"]),
    st.sampled_from(["star", "second"]),
).flatmap(
    lambda drawn: st.sets(
        st.sampled_from(
            [key for key, award in _CANDIDATES.items() if award == drawn[1]]
        )
    ).map(lambda names: (*drawn, sorted(names)))
)


@given(st.lists(_BALLOT, max_size=40))
def test_counts_are_those_of_counting_by_hand_and_small_groups_are_silent(ballots):
    counts = count_votes(ballots, _CANDIDATES)
    assert set(counts) == set(_CANDIDATES)
    for key, award in _CANDIDATES.items():
        for electorate in ("cadres", "representatives"):
            mine = [b for b in ballots if b[:2] == (electorate, award)]
            told = counts[key].get(electorate)
            if len(mine) < FEWEST_BALLOTS:
                assert told is None
            else:
                votes = sum(key in names for _, _, names in mine)
                assert told == Votes(votes=votes, ballots=len(mine))
