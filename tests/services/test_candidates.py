"""Candidates: put forward within quota and time, withdrawn, replaced, cancelled."""

import json
from dataclasses import replace
from threading import Barrier, Thread

import pytest

from kiosk.domain.campaign_stages import NotOpenYet, OverAlready
from kiosk.domain.candidates import CandidateState, MarkKind
from kiosk.domain.errors import RuleBroken
from kiosk.domain.nominations import (
    AgreementMissing,
    BrandNameMissing,
    CampaignClosed,
    CandidateEnded,
    EntersByItself,
    NamedAlready,
    NobodyChosen,
    OtherUnit,
    QuotaFull,
    RateWrong,
    ReasonNeeded,
    ReplacedTooLate,
)
from kiosk.domain.policy import NotOpen, Scope
from kiosk.extensions import reading, recording, transaction
from kiosk.models import ORGANISATION, Campaign, Window
from kiosk.queries.nominations import candidate_marks
from kiosk.services.candidate_marks import RateDraft, enter_mark
from kiosk.services.candidates import (
    Named,
    cancel_candidate,
    nominate,
    replace_candidate,
    withdraw_candidate,
)
from kiosk.services.verify import verify_ledger
from tests.builders import make_window
from tests.conftest import NOON
from tests.nominations import (
    BEST,
    BRAND,
    EVERYWHERE,
    STAR,
    TODAY,
    day,
    open_campaign,
    small_rules,
    stand,
    wanted,
)
from tests.staff import entries, make_clerk, unit_key

RATE = RateDraft(kind=MarkKind.KNOWLEDGE, rate="92.5", note="6月考试")


@pytest.fixture
def windows(app):
    """Three windows of one unit and one of another."""
    with transaction() as session:
        keys = [make_window(session, number).id for number in ("A001", "A002", "A003")]
        return [*keys, make_window(session, "B001", unit="市医保局").id]


@pytest.fixture
def clerks(windows):
    """Two people of the first unit and one of the other."""
    return [
        make_clerk(),
        make_clerk("0318", "示例乙"),
        make_clerk("0401", "示例丙", unit="市医保局"),
    ]


def do(act, *values, today=TODAY):
    with recording("account:1", NOON) as records:
        return act(records, *values, today)


def put(campaign, award, subject, today=TODAY, **changes):
    return do(nominate, wanted(campaign, award, subject, **changes), today=today)


def named(campaign, award, number, scope=EVERYWHERE):
    return Named(campaign_id=campaign, award=award, number=number, scope=scope)


def told(campaign, award=None):
    return [(one.number, one.name, one.state.name) for one in stand(campaign, award)]


def check_ledger():
    with reading() as session:
        verdict = verify_ledger(session.connection())
    assert [flaw for chain in verdict.chains for flaw in chain.flaws] == []


def test_a_person_is_put_forward_with_their_words_and_the_ledger_tells_it(clerks):
    campaign = open_campaign()
    words = {"smile": "六个一", "skill": ""}
    assert put(campaign, "star", clerks[0], statement=words) == 1
    [found] = stand(campaign)
    assert (found.name, found.unit_name, found.award) == ("示例甲", "市人社局", "star")
    assert (found.clerk_id, found.window_id) == (clerks[0], None)
    assert found.statement == {"smile": "六个一"}
    assert found.standing
    assert found.put_at == NOON
    [entry] = map(json.loads, entries("candidate"))
    assert entry["before"] is None
    assert (entry["by"], entry["after"]["name"]) == ("account:1", "示例甲")
    check_ledger()


def test_each_kind_of_award_names_its_own(windows, clerks):
    campaign, unit = open_campaign(), unit_key()
    assert put(campaign, "best", windows[0]) == 1
    assert put(campaign, "best", windows[3]) == 2
    assert put(campaign, "section", unit) == 1
    assert put(campaign, "brand", unit, name=" 阳光  服务 ") == 1
    assert told(campaign) == [
        (1, "A001 社保综合A001", "STANDING"),
        (2, "B001 社保综合B001", "STANDING"),
        (1, "阳光 服务", "STANDING"),
        (1, "市人社局", "STANDING"),
    ]
    with pytest.raises(EntersByItself):
        put(campaign, "idea", unit)


def test_one_more_than_the_quota_is_refused_and_nothing_is_kept(windows, clerks):
    campaign = open_campaign()
    put(campaign, "star", clerks[0])
    with pytest.raises(QuotaFull):
        put(campaign, "star", clerks[1])
    put(campaign, "star", clerks[2])
    for window in windows[:2]:
        put(campaign, "best", window)
    with pytest.raises(QuotaFull):
        put(campaign, "best", windows[2])
    assert len(stand(campaign)) == 4


def test_nobody_stands_twice_for_one_award(windows, clerks):
    rules = small_rules(replace(STAR, quota=0), replace(BEST, quota=0), BRAND)
    campaign, unit = open_campaign(rules), unit_key()
    put(campaign, "star", clerks[0])
    put(campaign, "best", windows[0])
    put(campaign, "brand", unit, name="阳光服务")
    with pytest.raises(NamedAlready, match="示例甲"):
        put(campaign, "star", clerks[0])
    with pytest.raises(NamedAlready, match="A001"):
        put(campaign, "best", windows[0])
    with pytest.raises(NamedAlready, match="阳光服务"):
        put(campaign, "brand", unit, name="阳光服务")
    assert put(campaign, "brand", unit, name="月光服务") == 2
    assert put(campaign, "star", clerks[1]) == 2


def test_a_unit_stands_once_for_its_award(windows):
    campaign, unit = open_campaign(), unit_key()
    put(campaign, "section", unit)
    with pytest.raises(NamedAlready, match="市人社局"):
        put(campaign, "section", unit)


def test_who_belongs_to_another_unit_is_not_in_the_list(windows, clerks):
    campaign, own = open_campaign(), Scope(frozenset({unit_key()}))
    for award, subject in (("star", clerks[2]), ("best", windows[3]), ("star", 99)):
        with pytest.raises(NobodyChosen):
            put(campaign, award, subject, scope=own)
    with pytest.raises(NobodyChosen):
        put(campaign, "section", unit_key("市医保局"), scope=own)
    with pytest.raises(NobodyChosen):
        put(campaign, "star", "", scope=own)
    put(campaign, "star", clerks[0], scope=own)
    put(campaign, "best", windows[0], scope=own)
    put(campaign, "section", unit_key(), scope=own)


def test_people_have_agreed_and_brands_have_a_name(clerks):
    campaign = open_campaign()
    with pytest.raises(AgreementMissing):
        put(campaign, "star", clerks[0], agreed=False)
    with pytest.raises(BrandNameMissing):
        put(campaign, "brand", unit_key(), name=" ")
    assert stand(campaign) == []


def test_names_come_neither_early_nor_late(clerks):
    campaign = open_campaign()
    with pytest.raises(NotOpenYet):
        put(campaign, "star", clerks[0], today=day(-2))
    with pytest.raises(OverAlready):
        put(campaign, "star", clerks[0], today=day(2))
    put(campaign, "star", clerks[0], today=day(1))
    with pytest.raises(OverAlready):
        do(withdraw_candidate, named(campaign, "star", 1), "退出", today=day(2))
    assert told(campaign) == [(1, "示例甲", "STANDING")]


def test_only_a_running_campaign_takes_names(clerks):
    draft = open_campaign(slug="draft", announced_at=None)
    with pytest.raises(NotOpen):
        put(draft, "star", clerks[0])
    with pytest.raises(NotOpen):
        put(99, "star", clerks[0])
    for moment in ("posted_at", "dropped_at"):
        closed = open_campaign(slug=moment, **{moment: NOON})
        with pytest.raises(CampaignClosed):
            put(closed, "star", clerks[0])
    with pytest.raises(NotOpen):
        put(open_campaign(), "other", clerks[0])


def test_a_withdrawn_one_makes_room_for_another_where_the_rules_say_so(clerks):
    kept = replace(STAR, key="kept", replace=False)
    campaign = open_campaign(small_rules(STAR, kept))
    for award in ("star", "kept"):
        put(campaign, award, clerks[0])
        do(withdraw_candidate, named(campaign, award, 1), "本人退出")
    assert put(campaign, "star", clerks[0]) == 2
    with pytest.raises(QuotaFull):
        put(campaign, "kept", clerks[1])
    [first, second] = stand(campaign, "star")
    assert (first.state, first.reason) == (CandidateState.WITHDRAWN, "本人退出")
    assert first.ended_at == NOON
    assert second.standing
    check_ledger()


def test_a_unit_withdraws_its_own_once_and_says_why(clerks):
    campaign = open_campaign()
    put(campaign, "star", clerks[0])
    other = Scope(frozenset({unit_key("市医保局")}))
    with pytest.raises(NotOpen):
        do(withdraw_candidate, named(campaign, "star", 1, other), "退出")
    with pytest.raises(NotOpen):
        do(withdraw_candidate, named(campaign, "star", 2), "退出")
    with pytest.raises(ReasonNeeded):
        do(withdraw_candidate, named(campaign, "star", 1), " ")
    assert told(campaign) == [(1, "示例甲", "STANDING")]
    do(withdraw_candidate, named(campaign, "star", 1), "退出")
    with pytest.raises(CandidateEnded):
        do(withdraw_candidate, named(campaign, "star", 1), "退出")


def test_another_one_of_the_unit_takes_a_place_until_the_vote(clerks):
    campaign = open_campaign()
    put(campaign, "star", clerks[0])
    second = wanted(campaign, "star", clerks[1])
    with pytest.raises(OtherUnit, match="市人社局"):
        do(replace_candidate, 1, wanted(campaign, "star", clerks[2]), today=day(5))
    with pytest.raises(ReplacedTooLate):
        do(replace_candidate, 1, second, today=day(10))
    with pytest.raises(NamedAlready):
        do(replace_candidate, 1, wanted(campaign, "star", clerks[0]), today=day(5))
    assert do(replace_candidate, 1, second, today=day(5)) == 2
    [former, follower] = stand(campaign)
    assert (former.state, former.reason) == (CandidateState.REPLACED, "示例乙")
    assert (follower.name, follower.replaces_id) == ("示例乙", former.id)
    with pytest.raises(CandidateEnded):
        do(replace_candidate, 1, second, today=day(5))
    check_ledger()


def test_fraud_cancels_at_any_time_and_the_place_stays_empty(clerks):
    rules = small_rules(replace(STAR, quota=1))
    campaign = open_campaign(rules)
    put(campaign, "star", clerks[0])
    [found] = stand(campaign)
    with recording("account:1", NOON) as records:
        records.change(
            Campaign, ORGANISATION, campaign, {"final_at": NOON, "posted_at": NOON}
        )
    with recording("account:1", NOON) as records, pytest.raises(ReasonNeeded):
        cancel_candidate(records, campaign, found.id, "")
    with recording("account:1", NOON) as records:
        cancel_candidate(records, campaign, found.id, "材料造假")
    [found] = stand(campaign)
    assert (found.state, found.reason) == (CandidateState.CANCELLED, "材料造假")
    with recording("account:1", NOON) as records, pytest.raises(CandidateEnded):
        cancel_candidate(records, campaign, found.id, "再来一次")
    with recording("account:1", NOON) as records, pytest.raises(NotOpen):
        cancel_candidate(records, campaign, 99, "没有")
    check_ledger()


def test_who_was_cancelled_is_not_put_forward_again(windows):
    campaign = open_campaign(small_rules(replace(BEST, quota=0)))
    put(campaign, "best", windows[0])
    [found] = stand(campaign)
    with recording("account:1", NOON) as records:
        cancel_candidate(records, campaign, found.id, "刷分")
    with pytest.raises(NamedAlready):
        put(campaign, "best", windows[0])
    assert put(campaign, "best", windows[1]) == 2


def test_a_rate_is_entered_and_corrected_while_tests_are_held(windows, clerks):
    campaign = open_campaign()
    put(campaign, "star", clerks[0])
    put(campaign, "best", windows[0])
    best, star = stand(campaign)
    do(enter_mark, campaign, star.id, RATE)
    do(enter_mark, campaign, star.id, replace(RATE, rate="93"))
    with reading() as session:
        [mark] = candidate_marks(session, campaign).values()
    assert (mark.candidate_id, mark.kind, mark.value) == (star.id, RATE.kind, 9300)
    assert (mark.note, mark.entered_at) == ("6月考试", NOON)
    for wrong, about in ((RateWrong, star.id), (NotOpen, best.id), (NotOpen, 99)):
        with pytest.raises(wrong):
            do(enter_mark, campaign, about, replace(RATE, rate="101"))
    with pytest.raises(OverAlready):
        do(enter_mark, campaign, star.id, RATE, today=day(6))
    with pytest.raises(NotOpenYet):
        do(enter_mark, campaign, star.id, RATE, today=day(-2))
    assert len(entries("candidate-mark")) == 2
    check_ledger()


def test_a_renamed_window_keeps_the_name_it_was_put_forward_with(windows):
    campaign = open_campaign()
    put(campaign, "best", windows[0])
    with recording("account:2", NOON) as records:
        records.change(Window, 1, windows[0], {"name": "冠军窗口", "number": "A100"})
    assert told(campaign) == [(1, "A001 社保综合A001", "STANDING")]


def test_the_longest_names_fit(windows):
    campaign = open_campaign()
    with recording("account:2", NOON) as records:
        longest = {"name": "长" * 100, "number": "9" * 20}
        records.change(Window, 1, windows[0], longest)
    put(campaign, "best", windows[0])
    [found] = stand(campaign)
    assert found.name == "9" * 20 + " " + "长" * 99


def test_of_two_managers_at_once_one_gets_the_last_place(app, clerks):
    campaign = open_campaign()
    ready, refused = Barrier(2), []

    def act(subject):
        with app.app_context():
            ready.wait()
            try:
                put(campaign, "star", subject)
            except RuleBroken as refusal:
                refused.append(type(refusal))

    threads = [Thread(target=act, args=(clerk,)) for clerk in clerks[:2]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert refused == [QuotaFull]
    assert [one.number for one in stand(campaign)] == [1]
    check_ledger()
