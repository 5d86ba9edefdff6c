"""Ballots: codes are good once, too many names are none, the close rewrites all."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from threading import Barrier

import pytest
from sqlalchemy import select

from kiosk.domain.ballots import (
    BallotClosed,
    BallotCodeCancelled,
    BallotCodeSpent,
    BallotCodeUnknown,
    BallotNotAnnounced,
    BallotStillOpen,
    CodesMadeMeanwhile,
    ElectorateUnknown,
    NoBallot,
    NoSuchSlip,
    NotOnBallot,
    TooManyNames,
    shown_code,
)
from kiosk.domain.campaign_kinds import StageKind
from kiosk.domain.campaign_stages import NoSuchStage, NotOpenYet, OverAlready
from kiosk.domain.candidates import CandidateState
from kiosk.domain.errors import RuleBroken
from kiosk.domain.policy import NotOpen
from kiosk.extensions import reading, recording
from kiosk.models import ORGANISATION, Campaign, Candidate, LedgerEntry
from kiosk.queries.ballots import ballot_counts, turnout
from kiosk.services.ballots import (
    cast_ballot,
    close_ballot,
    issue_codes,
    reissue_code,
)
from kiosk.services.verify import verify_ledger
from tests.ballots import (
    AFTER,
    DAY,
    SLUG,
    VOTING,
    close,
    give_codes,
    make_ballot,
    star_rules,
    the_campaign,
    vote,
    votes_there,
    with_tie,
)

BEFORE = date(2026, 8, 31)
LAST = date(2026, 9, 3)


@pytest.fixture
def named(app):
    """The keys of three candidates for two seats."""
    return make_ballot(star_rules(), {"star": 3}, VOTING)["star"]


def issue(electorate="cadres", count=1, seen=0, day=DAY, slug=SLUG):
    with recording("account:1", VOTING) as records:
        return issue_codes(records, slug, electorate, count, seen, day)


def reissue(number, electorate="cadres", day=DAY):
    with recording("account:1", VOTING) as records:
        return reissue_code(records, SLUG, electorate, number, day)


def set_campaign(**values):
    with recording("test", VOTING) as records:
        records.change(Campaign, ORGANISATION, the_campaign().id, values)


def told():
    """How many were issued, voted and void, by electorate."""
    with reading() as session:
        found = turnout(session, the_campaign())
    return {one.electorate.key: (one.issued, one.voted, one.void) for one in found}


def entries():
    with reading() as session:
        query = select(LedgerEntry.body).where(LedgerEntry.kind == "elector")
        bodies = session.scalars(query.order_by(LedgerEntry.number)).all()
        verdict = verify_ledger(session.connection())
    assert [flaw for chain in verdict.chains for flaw in chain.flaws] == []
    return [json.loads(body) for body in bodies]


def test_codes_are_numbered_and_differ_and_are_nowhere_in_clear(named):
    slips = issue(count=40)
    more = issue(count=2, seen=40)
    other = issue("representatives", count=1)
    assert [slip.number for slip in slips + more] == list(range(1, 43))
    assert [slip.number for slip in other] == [1]
    codes = {slip.code for slip in slips + more + other}
    assert len(codes) == 43
    assert told() == {"cadres": (42, 0, 0), "representatives": (1, 0, 0)}
    said = json.dumps(entries())
    assert "code_hash" not in said
    assert not any(code in said for code in codes)


def test_a_form_that_is_sent_twice_makes_codes_once(named):
    issue(count=3)
    with pytest.raises(CodesMadeMeanwhile):
        issue(count=3)
    assert told()["cadres"] == (3, 0, 0)


def test_a_ballot_counts_and_the_ledger_says_only_that_a_number_voted(named):
    slips = issue(count=2)
    vote(shown_code(slips[1].code).upper(), {"star": [named[2], named[0]]})
    assert told()["cadres"] == (2, 1, 0)
    [row] = votes_there()
    assert (row.electorate, row.award) == ("cadres", "star")
    assert json.loads(row.choices) == [named[0], named[2]]
    last = entries()[-1]
    assert last["by"] == "elector"
    changed = {
        name for name in last["after"] if last["after"][name] != last["before"][name]
    }
    assert (changed, last["after"]["number"]) == ({"spent"}, 2)
    with reading() as session:
        kinds = set(session.scalars(select(LedgerEntry.kind)))
        bodies = "".join(session.scalars(select(LedgerEntry.body)))
    assert "vote" not in kinds
    assert "choices" not in bodies


def test_a_code_is_good_once(named):
    [slip] = issue()
    vote(slip.code, {"star": named[:1]})
    with pytest.raises(BallotCodeSpent):
        vote(slip.code, {"star": named[1:2]})
    [row] = votes_there()
    assert json.loads(row.choices) == named[:1]


def test_two_tabs_at_once_hand_in_one_ballot(app, named):
    slips = issue(count=6)

    def send(code, name, start):
        with app.app_context():
            start.wait()
            try:
                vote(code, {"star": [name]})
            except BallotCodeSpent:
                return "spent"
            return "taken"

    for slip in slips:
        start = Barrier(2)
        with ThreadPoolExecutor(2) as pool:
            both = [pool.submit(send, slip.code, key, start) for key in named[:2]]
        assert sorted(each.result() for each in both) == ["spent", "taken"]
    assert len(votes_there()) == 6
    assert told()["cadres"] == (6, 6, 0)


def test_one_name_too_many_leaves_the_code_good(named):
    [slip] = issue()
    with pytest.raises(TooManyNames) as refused:
        vote(slip.code, {"star": named})
    assert refused.value.values == {"chosen": 3, "most": 2}
    assert votes_there() == []
    vote(slip.code, {"star": named[:2]})
    assert told()["cadres"] == (1, 1, 0)


def test_who_is_not_on_the_ballot_cannot_be_chosen(named):
    [slip] = issue()
    with recording("test", VOTING) as records:
        gone = {"state": int(CandidateState.CANCELLED), "ended_at": VOTING}
        records.change(Candidate, ORGANISATION, named[0], gone)
    for stranger in (named[0], named[-1] + 1):
        with pytest.raises(NotOnBallot):
            vote(slip.code, {"star": [stranger]})
    vote(slip.code, {"star": [named[1]]})


def test_an_empty_ballot_is_one_for_every_award(app):
    rules = star_rules()
    rules = star_rules(
        with_tie(rules), replace(rules.awards[0], key="un", parts=(), ties=())
    )
    make_ballot(rules, {"star": 1, "second": 1}, VOTING)
    [slip] = issue()
    vote(slip.code, {})
    assert sorted((row.award, row.choices) for row in votes_there()) == [
        ("second", "[]"),
        ("star", "[]"),
    ]


@pytest.mark.parametrize("code", ["", "0000-0000-0000", "bcdf-ghjk-mnpq", "票"])
def test_an_unknown_code_is_none(named, code):
    issue()
    with pytest.raises(BallotCodeUnknown):
        vote(code, {})


def test_a_code_of_another_campaign_is_none(named):
    [slip] = issue()
    make_ballot(star_rules(), {"star": 1}, VOTING, slug="second")
    with pytest.raises(BallotCodeUnknown), recording("elector", VOTING) as records:
        cast_ballot(records, "second", slip.code, {}, DAY)
    with pytest.raises(NotOpen), recording("elector", VOTING) as records:
        cast_ballot(records, "third", slip.code, {}, DAY)


def test_a_lost_slip_is_void_and_another_one_counts(named):
    [lost, kept] = issue(count=2)
    new = reissue(lost.number)
    assert new.number == 3
    assert new.code != lost.code
    with pytest.raises(BallotCodeCancelled):
        vote(lost.code, {"star": named[:1]})
    vote(new.code, {"star": named[:1]})
    vote(kept.code, {"star": named[:1]})
    assert told()["cadres"] == (2, 2, 1)
    assert [entry.get("why", "") for entry in entries()] == ["", "", "lost", "", "", ""]


def test_a_slip_that_voted_or_is_void_or_is_none_is_not_replaced(named):
    [used, lost] = issue(count=2)
    vote(used.code, {})
    reissue(lost.number)
    for number, refusal in (
        (used.number, BallotCodeSpent),
        (lost.number, BallotCodeCancelled),
        (9, NoSuchSlip),
    ):
        with pytest.raises(refusal):
            reissue(number)
    with pytest.raises(NoSuchSlip):
        reissue(1, electorate="representatives")


def test_a_slip_that_votes_while_it_is_replaced_does_one_of_both(app, named):
    slips = issue(count=6)

    def run(act, start):
        with app.app_context():
            start.wait()
            try:
                act()
            except RuleBroken as refusal:
                return type(refusal)
            return None

    for slip in slips:
        start = Barrier(2)
        acts = (
            lambda slip=slip: vote(slip.code, {}),
            lambda slip=slip: reissue(slip.number),
        )
        with ThreadPoolExecutor(2) as pool:
            both = [pool.submit(run, act, start) for act in acts]
        refused = [each.result() for each in both]
        assert refused in ([None, BallotCodeSpent], [BallotCodeCancelled, None])
    issued, voted, void = told()["cadres"]
    assert (issued, voted + void) == (6, 6)
    assert len(votes_there()) == voted


@pytest.mark.parametrize(
    ("day", "refusal", "said"),
    [(BEFORE, NotOpenYet, date(2026, 9, 1)), (AFTER, OverAlready, LAST)],
)
def test_outside_its_days_no_ballot_is_taken(named, day, refusal, said):
    [slip] = issue()
    with pytest.raises(refusal) as refused:
        vote(slip.code, {"star": named[:1]}, day)
    assert refused.value.values == {"day": said}
    assert told()["cadres"] == (1, 0, 0)
    vote(slip.code, {"star": named[:1]}, LAST)


def test_codes_are_made_from_the_announcement_to_the_last_day(app):
    make_ballot(star_rules(), {"star": 1}, VOTING, announced=False)
    with pytest.raises(BallotNotAnnounced):
        issue()
    set_campaign(announced_at=VOTING)
    issue(day=BEFORE)
    issue(day=LAST, seen=1)
    with pytest.raises(OverAlready):
        issue(day=AFTER, seen=2)
    with pytest.raises(ElectorateUnknown):
        issue("everybody")
    with pytest.raises(NotOpen):
        issue(slug="none")
    set_campaign(dropped_at=VOTING)
    with pytest.raises(BallotClosed):
        issue(seen=2)


def test_a_campaign_without_a_ballot_has_no_codes(app):
    rules = star_rules()
    unvoted = replace(rules.awards[0], parts=(), ties=())
    make_ballot(replace(rules, awards=(unvoted,)), {"star": 1}, VOTING)
    with pytest.raises(NoBallot):
        issue()
    with pytest.raises(NoBallot):
        close()


def test_a_campaign_without_a_stage_for_it_has_no_codes(app):
    rules = star_rules()
    stages = tuple(one for one in rules.stages if one.kind is not StageKind.VOTE)
    make_ballot(replace(rules, stages=stages), {"star": 1}, VOTING)
    with pytest.raises(NoSuchStage):
        issue()


def test_the_close_gives_every_vote_a_new_key_and_loses_none(named):
    slips = give_codes("cadres", 7) + give_codes("representatives", 6)
    for n, slip in enumerate(slips):
        vote(slip.code, {"star": [named[n % 3]]})
    before = votes_there()
    with pytest.raises(BallotStillOpen) as refused:
        close(LAST)
    assert refused.value.values == {"day": LAST}
    assert close() is True
    after = votes_there()
    assert {row.key for row in before} & {row.key for row in after} == set()
    assert told_rows(before) == told_rows(after)
    assert the_campaign().ballot_closed_at == VOTING
    assert close() is False
    assert {row.key for row in votes_there()} == {row.key for row in after}
    for slip in slips[:1]:
        with pytest.raises(BallotCodeSpent):
            vote(slip.code, {}, LAST)
    with reading() as session:
        counts = ballot_counts(session, the_campaign())
    assert [counts[key]["cadres"].votes for key in named] == [3, 2, 2]
    entries()


def told_rows(rows):
    return sorted((row.electorate, row.award, row.choices) for row in rows)


def test_after_the_close_nothing_is_taken_even_where_the_rules_are_later(named):
    slips = issue(count=2)
    vote(slips[0].code, {})
    close()
    with pytest.raises(BallotClosed):
        vote(slips[1].code, {})
    with pytest.raises(BallotClosed):
        issue(seen=2)


def test_other_campaigns_votes_stay_as_they_are_at_the_close(named):
    [slip] = issue()
    vote(slip.code, {"star": named[:1]})
    make_ballot(star_rules(), {"star": 1}, VOTING, slug="second")
    [before] = votes_there()
    with recording("system", VOTING) as records:
        assert close_ballot(records, "second", AFTER)
    [after] = votes_there()
    assert (after.key, after.campaign_id) == (before.key, the_campaign().id)
