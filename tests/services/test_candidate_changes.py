"""Windows and people that move, close or leave while a campaign runs."""

from dataclasses import replace

import pytest

from kiosk.domain.campaign_kinds import Change
from kiosk.domain.candidate_changes import ChangeKind, NothingToSettle, Settlement
from kiosk.domain.candidates import CandidateState
from kiosk.domain.nominations import CampaignClosed, CandidateEnded, ReasonNeeded
from kiosk.domain.policy import NotOpen
from kiosk.extensions import reading, recording, transaction
from kiosk.models import ORGANISATION, Campaign
from kiosk.queries.nominations import candidate_changes
from kiosk.services.candidate_changes import settle_change
from kiosk.services.candidates import Named, nominate, withdraw_candidate
from kiosk.services.clerks import end_service, move_clerk
from kiosk.services.verify import verify_ledger
from kiosk.services.window_changes import Destination, close_window, move_window
from tests.builders import make_window
from tests.conftest import NOON
from tests.nominations import (
    BEST,
    EVERYWHERE,
    STAR,
    TODAY,
    day,
    open_campaign,
    small_rules,
    stand,
    wanted,
)
from tests.screens import HALL
from tests.staff import entries, make_clerk, unit_key
from tests.statements import statements

APART = replace(STAR, change=Change.SEPARATE, quota=0)
CARRIED = replace(BEST, key="carried", change=Change.CARRY)
LATER = day(4)


@pytest.fixture
def windows(app):
    with transaction() as session:
        return [
            make_window(session, number, unit=unit).id
            for number, unit in (("A001", "甲"), ("A002", "甲"), ("B001", "乙"))
        ]


@pytest.fixture
def campaign(windows):
    """A campaign in which the first window and a person of its unit stand."""
    key = open_campaign(small_rules(APART, replace(BEST, quota=0), CARRIED))
    clerk = make_clerk(unit="甲")
    named = (("best", windows[0]), ("carried", windows[0]), ("star", clerk))
    for award, subject in named:
        do(nominate, wanted(key, award, subject))
    return key


def do(act, *values, today=TODAY):
    with recording("account:1", NOON) as records:
        return act(records, *values, today)


def settled(campaign, award, *, number=1, today=LATER):
    found = one(campaign, award, number)
    return do(settle_change, campaign, found.id, "按规则办理", today=today)


def one(campaign, award, number=1):
    return stand(campaign, award)[number - 1]


def changes(campaign, on=LATER):
    names = {each.id: each.award for each in stand(campaign)}
    with reading() as session:
        found = candidate_changes(session, campaign, on)
    return {names[key]: (each.kind, each.day) for key, each in found.items()}


def move(window, unit="乙"):
    where = Destination(unit_key(unit), "社保")
    do(move_window, window, where, day(2))


def leave(clerk):
    with recording("account:1", NOON) as records:
        end_service(records, HALL, clerk, day(3))


def test_nothing_has_changed_and_nothing_is_settled(campaign):
    assert changes(campaign) == {}
    with pytest.raises(NothingToSettle):
        settled(campaign, "best")


def test_a_moved_window_stays_its_units_and_counts_anew_or_all_along(campaign, windows):
    move(windows[0])
    moved = (ChangeKind.MOVED, day(2))
    assert changes(campaign, day(1)) == {}
    assert changes(campaign) == {"best": moved, "carried": moved}
    with pytest.raises(NothingToSettle):
        settled(campaign, "carried")
    assert settled(campaign, "best") is Settlement.COUNTS_ANEW
    with pytest.raises(NothingToSettle):
        settled(campaign, "best")
    best, carried = one(campaign, "best"), one(campaign, "carried")
    assert (best.counts_from, carried.counts_from) == (day(2), None)
    assert {best.unit_name, carried.unit_name} == {"甲"}
    assert best.name == "A001 社保综合A001"
    assert '"why":"按规则办理"' in entries("candidate")[-1]


def test_who_moved_and_came_back_has_not_moved(campaign, windows):
    move(windows[0])
    where = Destination(unit_key("甲"), "社保")
    do(move_window, windows[0], where, day(3), today=day(2))
    assert changes(campaign) == {}


def test_a_closed_window_goes_on_as_the_one_that_follows(campaign, windows):
    do(close_window, windows[0], day(3), windows[1])
    ended = (ChangeKind.ENDED, day(3))
    assert changes(campaign) == {"best": ended, "carried": ended}
    assert settled(campaign, "best") is Settlement.GOES_ON
    best = one(campaign, "best")
    assert (best.window_id, best.counts_from) == (windows[1], day(3))
    assert best.name == "A001 社保综合A001"
    assert best.standing
    assert changes(campaign) == {"carried": ended}


def test_one_window_does_not_stand_twice_because_another_closed(campaign, windows):
    do(nominate, wanted(campaign, "best", windows[1]))
    do(close_window, windows[0], day(3), windows[1])
    assert settled(campaign, "best") is Settlement.WITHDRAWN
    assert [each.standing for each in stand(campaign, "best")] == [False, True]


def test_what_nothing_follows_takes_no_part_any_more(campaign, windows):
    do(close_window, windows[0], day(3), None)
    leave(one(campaign, "star").clerk_id)
    assert changes(campaign)["star"] == (ChangeKind.ENDED, day(3))
    for award in ("best", "star"):
        assert settled(campaign, award) is Settlement.WITHDRAWN
        found = one(campaign, award)
        assert found.state is CandidateState.WITHDRAWN
        assert found.reason == "按规则办理"
    assert one(campaign, "carried").standing
    with reading() as session:
        verdict = verify_ledger(session.connection())
    assert [flaw for chain in verdict.chains for flaw in chain.flaws] == []


def test_a_moved_person_counts_anew(campaign):
    clerk = one(campaign, "star").clerk_id
    with recording("account:1", NOON) as records:
        move_clerk(records, HALL, clerk, unit_key("乙"), day(2))
    assert changes(campaign) == {"star": (ChangeKind.MOVED, day(2))}
    assert settled(campaign, "star") is Settlement.COUNTS_ANEW
    assert one(campaign, "star").counts_from == day(2)


def test_only_standing_candidates_of_a_running_campaign_are_settled(campaign, windows):
    move(windows[0])
    best = one(campaign, "best")
    with pytest.raises(ReasonNeeded):
        do(settle_change, campaign, best.id, " ", today=LATER)
    with pytest.raises(NotOpen):
        do(settle_change, campaign, 99, "按规则", today=LATER)
    named = Named(campaign_id=campaign, award="best", number=1, scope=EVERYWHERE)
    do(withdraw_candidate, named, "退出")
    with pytest.raises(CandidateEnded):
        settled(campaign, "best")
    assert "best" not in changes(campaign)
    with recording("test", NOON) as records:
        records.change(Campaign, ORGANISATION, campaign, {"posted_at": NOON})
    with pytest.raises(CampaignClosed):
        settled(campaign, "carried")


def test_changes_are_found_in_two_statements(campaign, windows):
    move(windows[0])
    with reading() as session, statements() as said:
        candidate_changes(session, campaign, LATER)
    assert len(said) == 2
