"""Sheets of a campaign: posted, objected to, fixed, and a place taken away."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from kiosk.domain.campaign_archive import outcome_text, parse_archive
from kiosk.domain.campaign_kinds import PartKind
from kiosk.domain.campaign_life import CampaignEnded
from kiosk.domain.campaign_outcome import compute
from kiosk.domain.campaign_rules import Electorate, Part, Words
from kiosk.domain.campaign_stages import NotOpenYet, OverAlready
from kiosk.domain.nominations import CandidateEnded, ReasonNeeded
from kiosk.domain.objections import ObjectionState
from kiosk.domain.policy import NotOpen
from kiosk.domain.publications import (
    ApprovalTooLong,
    BallotNotCounted,
    NoticeRunning,
    NotPosted,
    ObjectionsOpen,
    PostedAlready,
    PublicationKind,
    StagesOpen,
)
from kiosk.extensions import reading, recording, transaction
from kiosk.models import ORGANISATION, Campaign, Objection
from kiosk.queries.campaign_sheets import sheet_archive, sheets
from kiosk.services.publications import cancel_award
from tests.board_ratings import past_days
from tests.campaign_work import flaws
from tests.conftest import NOON
from tests.nominations import (
    TODAY,
    small_rules,
    stand,
)
from tests.published import (
    AWARD,
    CLOSED,
    HERE,
    POSTED,
    fixed,
    posted,
    ready_campaign,
    without_ballot,
)
from tests.screens import ZONE
from tests.staff import entries


@pytest.fixture
def campaign(app):
    """Three windows in the order 1, 2, 3 and one that misses the condition."""
    return ready_campaign()


def _cancel(key, at, reason="材料不实"):
    with recording("organiser", at) as records:
        return cancel_award(records, "small", key, reason, HERE)


def _sheets(campaign):
    with reading() as session:
        return sheets(session, campaign)


def _elected(sheet):
    return [row.name.split()[0] for row in sheet.outcome.awards[0].elected]


def _object(campaign, state, candidate=None):
    row = {"campaign_id": campaign, "candidate_id": candidate, "words": "不实"}
    row |= {"receipt": f"r{state}", "state": int(state), "received_at": POSTED}
    row |= {"due": TODAY + timedelta(days=30)}
    with recording("test", POSTED) as records:
        return records.add(Objection, ORGANISATION, [row])[0]


def test_the_list_is_posted_with_everything_it_follows_from(campaign):
    assert posted() == 1
    [sheet] = _sheets(campaign)
    assert sheet.kind is PublicationKind.NOTICE
    assert _elected(sheet) == ["1", "2"]
    assert sheet.objections_until.astimezone(ZONE).strftime("%m-%d %H:%M") == (
        "08-13 18:00"
    )
    with reading() as session:
        archive = sheet_archive(session, campaign, 1)
    inputs = parse_archive(archive)
    assert compute(inputs) == sheet.outcome
    assert sum(sum(day[2:]) for each in inputs.windows for day in each.days) == 4 * 48
    assert flaws() == []


def test_who_misses_a_condition_is_told_which(campaign):
    posted()
    last = _sheets(campaign)[0].outcome.awards[0].rows[-1]
    assert (last.name.split()[0], last.admitted, last.place) == ("4", False, None)
    assert [check.value for check in last.checks] == [75.0]


def test_a_list_is_posted_once(campaign):
    posted()
    with pytest.raises(PostedAlready):
        posted()
    assert len(_sheets(campaign)) == 1


@pytest.mark.parametrize(
    ("after", "refusal"), [(5, NotOpenYet), (19, NotOpenYet), (31, OverAlready)]
)
def test_a_list_is_posted_in_its_days_only(campaign, after, refusal):
    with pytest.raises(refusal):
        posted(NOON + timedelta(days=after))
    assert _sheets(campaign) == []


def test_a_list_waits_for_every_stage_that_moves_numbers(app):
    key = ready_campaign(rules=without_ballot(small_rules(AWARD, test=(-1, 25))))
    with pytest.raises(StagesOpen) as refused:
        posted()
    assert "08-10" in str(refused.value.values["day"])
    assert _sheets(key) == []


def test_a_list_waits_for_the_count_of_the_ballot(app):
    voted = replace(
        AWARD,
        parts=(
            Part(kind=PartKind.RATING, weight=70),
            Part(kind=PartKind.BALLOT, weight=30),
        ),
    )
    rules = small_rules(voted)
    people = Electorate(key="people", title=Words("代表", ""), weight=100)
    ready_campaign(voted, replace(rules, electorates=(people,)))
    with pytest.raises(BallotNotCounted):
        posted()


def test_ratings_that_come_after_the_posting_move_nothing(campaign):
    posted()
    before = _sheets(campaign)[0].outcome
    window = stand(campaign)[2].window_id
    past_days(window, TODAY, (5,) * 40, (1, 2, 3))
    assert fixed() == 2
    result = _sheets(campaign)[0]
    assert (result.kind, result.approval) == (
        PublicationKind.RESULT,
        "示文〔2026〕8号",
    )
    assert result.outcome == before
    with reading() as session:
        assert sheet_archive(session, campaign, 1) == sheet_archive(
            session, campaign, 2
        )


def test_a_result_needs_a_posted_list(campaign):
    with pytest.raises(NotPosted):
        fixed()


def test_a_result_waits_for_the_end_of_the_notice(campaign):
    posted()
    with pytest.raises(NoticeRunning):
        fixed(POSTED + timedelta(days=6))
    with pytest.raises(NotOpenYet):
        fixed(POSTED + timedelta(days=9))
    with pytest.raises(OverAlready):
        fixed(POSTED + timedelta(days=90))
    assert len(_sheets(campaign)) == 1


@pytest.mark.parametrize("state", [ObjectionState.RECEIVED, ObjectionState.ADMITTED])
def test_a_result_waits_for_every_objection(campaign, state):
    posted()
    _object(campaign, state)
    with pytest.raises(ObjectionsOpen):
        fixed()


def test_decided_objections_hold_nothing_up(campaign):
    posted()
    for state in (ObjectionState.REFUSED, ObjectionState.DISMISSED):
        _object(campaign, state)
    assert fixed() == 2


def test_a_result_is_fixed_once_and_its_number_is_short(campaign):
    posted()
    with pytest.raises(ApprovalTooLong):
        fixed(approval="号" * 61)
    fixed()
    with pytest.raises(CampaignEnded):
        fixed()
    with pytest.raises(CampaignEnded):
        posted()


def test_fraud_before_the_posting_leaves_the_seat_to_others(campaign):
    first = stand(campaign)[0]
    assert _cancel(first.id, NOON) is None
    posted()
    assert _elected(_sheets(campaign)[0]) == ["2", "3"]


def test_fraud_after_the_posting_leaves_the_seat_empty(campaign):
    posted()
    first = stand(campaign)[0]
    assert _cancel(first.id, POSTED + timedelta(days=1)) == 2
    sheet = _sheets(campaign)[0]
    assert sheet.kind is PublicationKind.CANCELLATION
    assert _elected(sheet) == ["2"]
    assert sheet.outcome.awards[0].empty == 1
    assert sheet.objections_until == _sheets(campaign)[1].objections_until
    fixed()
    assert _elected(_sheets(campaign)[0]) == ["2"]


def test_the_next_in_line_follows_only_where_the_rules_say_so(app):
    rules = small_rules(replace(AWARD, succeed=True))
    key = ready_campaign(rules.awards[0], without_ballot(rules))
    posted()
    later = POSTED + timedelta(days=1)
    _cancel(stand(key)[0].id, later)
    sheet = _sheets(key)[0]
    assert _elected(sheet) == ["2", "3"]
    # Whoever is new on the list can be objected to for as long as the others.
    assert sheet.objections_until > _sheets(key)[1].objections_until


def test_who_held_no_seat_leaves_none_empty(campaign):
    posted()
    third = stand(campaign)[2]
    _cancel(third.id, POSTED)
    assert _elected(_sheets(campaign)[0]) == ["1", "2"]


def test_an_award_is_taken_away_after_the_result(campaign):
    posted()
    fixed()
    first = stand(campaign)[0]
    assert _cancel(first.id, CLOSED + timedelta(days=90)) == 3
    sheet = _sheets(campaign)[0]
    assert (sheet.objections_until, sheet.approval) == (None, "示文〔2026〕8号")
    with pytest.raises(CandidateEnded):
        _cancel(first.id, CLOSED)
    told = entries("publication")
    assert len(told) == 3


def test_nothing_is_cancelled_without_a_reason(campaign):
    with pytest.raises(ReasonNeeded):
        _cancel(stand(campaign)[0].id, NOON, " ")
    with pytest.raises(NotOpen):
        posted(slug="elsewhere")
    with recording("test", NOON) as records, pytest.raises(NotOpen):
        cancel_award(records, "elsewhere", 1, "不实", HERE)


def test_a_campaign_that_was_given_up_posts_nothing(campaign):
    with transaction() as session:
        session.get(Campaign, campaign).dropped_at = NOON
    with pytest.raises(CampaignEnded):
        posted()


def test_what_is_frozen_is_the_text_itself(campaign):
    posted()
    with reading() as session:
        text = sheet_archive(session, campaign, 1)
    assert outcome_text(compute(parse_archive(text)))
    assert json.loads(text)["slug"] == "small"
