"""Campaigns are made, changed, made known and amended; rules that hold stay."""

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from kiosk.domain.campaign_life import (
    AmendmentReasonNeeded,
    AnnouncedAlready,
    CampaignEnded,
    ChangedMeanwhile,
    NotRunning,
    SlugInvalid,
    SlugTaken,
)
from kiosk.domain.campaign_parse import RulesInvalid
from kiosk.domain.campaign_rules import Issuer, Rules
from kiosk.domain.campaign_stages import RulesFrozen
from kiosk.domain.errors import RuleBroken
from kiosk.domain.policy import NotOpen
from kiosk.extensions import reading, recording
from kiosk.models import LedgerEntry
from kiosk.queries.campaigns import campaign_by_slug, campaigns, rule_versions
from kiosk.services.campaigns import (
    Changed,
    amend,
    announce,
    change_rules,
    create_campaign,
    drop_campaign,
)
from tests.campaigns import make_campaign, preset_rules, the_campaign
from tests.case_acts import at_once

NOW = datetime(2027, 5, 20, 2, 0, tzinfo=UTC)
TODAY = date(2027, 5, 20)
FIRST = date(2027, 5, 24)
"""First day of the first stage of S1."""
RUNNING = date(2027, 6, 20)
SLUG = "star-2027"


def create(rules: Rules | None = None, slug: str = SLUG) -> int:
    with recording("account:1", NOW) as records:
        return create_campaign(records, rules or preset_rules(), slug)


def changed(rules: Rules, based_on: int = 1, reason: str = "") -> Changed:
    return Changed(rules=rules, based_on=based_on, reason=reason)


def change(rules: Rules, day: date = TODAY, based_on: int = 1) -> int:
    with recording("account:1", NOW) as records:
        return change_rules(records, SLUG, changed(rules, based_on), day)


def amended(rules: Rules, day: date = RUNNING, reason: str = "天气", n: int = 1) -> int:
    with recording("account:1", NOW) as records:
        return amend(records, SLUG, changed(rules, n, reason), day)


def known(day: date = TODAY) -> None:
    with recording("account:1", NOW) as records:
        announce(records, SLUG, day)


def drop(why: str = "另行组织") -> None:
    with recording("account:1", NOW) as records:
        drop_campaign(records, SLUG, why)


def with_seats(rules: Rules, seats: int) -> Rules:
    return replace(rules, awards=(replace(rules.awards[0], seats=seats),))


def later_vote(rules: Rules, days: int) -> Rules:
    """Move the last day of the vote."""
    stages = tuple(
        replace(stage, ends=stage.ends + timedelta(days=days))
        if stage.key == "vote"
        else stage
        for stage in rules.stages
    )
    return replace(rules, stages=stages)


def entries() -> list[str]:
    with reading() as session:
        query = select(LedgerEntry.kind).order_by(LedgerEntry.number)
        kinds = session.scalars(query.where(LedgerEntry.kind.like("campaign%")))
        return list(kinds)


def test_a_draft_is_seen_by_who_asks_for_drafts_only(app):
    create()
    found = the_campaign(SLUG)
    assert (found.version, found.public, found.rules) == (1, False, preset_rules())
    with reading() as session:
        assert campaigns(session) == []
        assert [each.slug for each in campaigns(session, drafts=True)] == [SLUG]
        assert campaign_by_slug(session, "other") is None
    assert entries() == ["campaign", "campaign-rules"]


def test_campaigns_stand_newest_first(app):
    for slug in ("first", "second"):
        make_campaign(NOW, slug=slug)
    with reading() as session:
        assert [each.slug for each in campaigns(session)] == ["second", "first"]


@pytest.mark.parametrize("slug", ["", "a b", "明星", "-a", "a--b", "a" * 61])
def test_an_address_is_written_in_one_way(app, slug):
    with pytest.raises(SlugInvalid):
        create(slug=slug)


def test_no_address_is_used_twice(app):
    create()
    with pytest.raises(SlugTaken):
        create(slug=" Star-2027 ")


def test_rules_that_contradict_themselves_are_not_kept(app):
    wrong = with_seats(preset_rules(), 0)
    with pytest.raises(RulesInvalid):
        create(wrong)
    create()
    with pytest.raises(RulesInvalid) as refused:
        change(wrong)
    assert [each.code for each in refused.value.problems] == ["seats_wrong"]
    assert the_campaign(SLUG).version == 1


def test_a_draft_may_lack_what_it_needs_to_be_made_known(app):
    create(preset_rules(issuer=Issuer()))
    assert change(with_seats(preset_rules(issuer=Issuer()), 8)) == 2
    with pytest.raises(RulesInvalid):
        known()
    assert change(preset_rules(), based_on=2) == 3
    known()
    assert the_campaign(SLUG).public
    with pytest.raises(AnnouncedAlready):
        known()


def test_what_is_known_stays_whole(app):
    make_campaign(NOW)
    with pytest.raises(RulesInvalid):
        change(preset_rules(issuer=Issuer()))


def test_the_same_rules_again_are_no_new_version(app):
    create()
    assert change(preset_rules()) == 1


def test_the_last_hour_is_in_time_and_the_first_day_is_not(app):
    make_campaign(NOW)
    assert change(with_seats(preset_rules(), 8), FIRST - timedelta(days=1)) == 2
    with pytest.raises(RulesFrozen):
        change(with_seats(preset_rules(), 9), FIRST, 2)
    assert the_campaign(SLUG).rules.awards[0].seats == 8


def test_a_draft_is_never_frozen_but_cannot_be_made_known_late(app):
    create()
    assert change(with_seats(preset_rules(), 8), FIRST + timedelta(days=9)) == 2
    with pytest.raises(RulesInvalid):
        known(FIRST + timedelta(days=1))


def test_an_amendment_is_a_version_with_its_reason(app):
    make_campaign(NOW)
    assert amended(later_vote(preset_rules(), 1), reason=" 台风\u200b停课 ") == 2
    with reading() as session:
        found = rule_versions(session, the_campaign(SLUG).id)
    assert [(each.number, each.reason) for each in found] == [(2, "台风停课"), (1, "")]
    assert [each.rules for each in found] == [
        later_vote(preset_rules(), 1),
        preset_rules(),
    ]
    assert entries()[-2:] == ["campaign-rules", "campaign"]


@pytest.mark.parametrize("reason", ["", " \u200b", "长" * 201])
def test_an_amendment_says_why(app, reason):
    make_campaign(NOW)
    with pytest.raises(AmendmentReasonNeeded):
        amended(later_vote(preset_rules(), 1), reason=reason)


def test_what_does_not_hold_yet_is_changed_and_not_amended(app):
    create()
    with pytest.raises(NotRunning):
        amended(preset_rules())
    known()
    with pytest.raises(NotRunning):
        amended(preset_rules(), FIRST - timedelta(days=1))


def test_an_amendment_leaves_what_is_over(app):
    make_campaign(NOW)
    moved = replace(
        preset_rules(),
        stages=tuple(
            replace(stage, ends=RUNNING) if stage.key == "mobilise" else stage
            for stage in preset_rules().stages
        ),
    )
    with pytest.raises(RulesInvalid):
        amended(moved)


def test_what_is_over_is_changed_no_more(app):
    make_campaign(NOW)
    with pytest.raises(AmendmentReasonNeeded):
        drop("")
    drop()
    assert the_campaign(SLUG).dropped_at == NOW
    for act in (drop, known, lambda: change(preset_rules())):
        with pytest.raises(CampaignEnded):
            act()


def test_of_no_campaign_nothing_is_done(app):
    for act in (drop, known, lambda: change(preset_rules())):
        with pytest.raises(NotOpen):
            act()


def test_of_two_who_change_at_once_the_second_is_told(app):
    """They began with the same version: one waits for the lock and then sees."""
    make_campaign(NOW)
    told: list[object] = []
    ready = threading.Barrier(2)

    def act(seats: int) -> None:
        with app.app_context():
            ready.wait()
            try:
                told.append(change(with_seats(preset_rules(), seats)))
            except RuleBroken as refusal:
                told.append(type(refusal))

    threads = [threading.Thread(target=act, args=(seats,)) for seats in (8, 9)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(map(str, told)) == sorted(map(str, [2, ChangedMeanwhile]))
    assert the_campaign(SLUG).version == 2


def test_of_two_who_take_one_address_at_once_one_is_told(app):
    found = at_once(app, create, create)
    assert sorted(found, key=str) == sorted([1, SlugTaken], key=str)
    with reading() as session:
        assert len(campaigns(session, drafts=True)) == 1


def test_of_two_amendments_at_once_one_is_told_to_look_again(app):
    make_campaign(NOW)
    rules = preset_rules()

    def widened(seats):
        award = replace(rules.awards[0], seats=seats)
        return lambda: amended(replace(rules, awards=(award,)), reason=f"{seats}个")

    found = at_once(app, widened(11), widened(12))
    assert sorted(map(str, found)) == sorted(["2", str(ChangedMeanwhile)])
    with reading() as session:
        found = campaign_by_slug(session, SLUG)
        versions = rule_versions(session, found.id)
    assert [each.number for each in versions] == [2, 1]
    assert versions[0].reason == f"{found.rules.awards[0].seats}个"
