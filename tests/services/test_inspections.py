"""Looks taken once each, finds that become cases, and what units hold against them."""

from dataclasses import replace
from datetime import timedelta
from threading import Barrier, Thread
from uuid import uuid4

import pytest
from sqlalchemy import select

from kiosk.domain.cases import Source
from kiosk.domain.inspections import (
    FindingState,
    LookChanged,
    LookOutside,
    NoSuchSheet,
    NothingThere,
    NothingToRule,
    NotOpenToObjection,
    ReasonMissing,
    TooManyFinds,
)
from kiosk.domain.nominations import CampaignClosed
from kiosk.domain.policy import NotOpen, Role, Scope
from kiosk.extensions import reading, recording, transaction
from kiosk.models import ORGANISATION, Campaign, Case, Centre, Inspection, Unit
from kiosk.queries.inspections import deductions, findings, looks
from kiosk.services.inspections import (
    object_to_finding,
    rule_finding,
)
from tests.builders import make_window
from tests.campaign_work import flaws, work_rules
from tests.campaigns import the_campaign
from tests.conftest import NOON
from tests.inspections import CENTRE, find, look, take
from tests.nominations import EVERYWHERE, open_campaign
from tests.people import make_account
from tests.staff import entries, make_clerk, unit_key


@pytest.fixture
def window(app):
    """A window of unit 甲; unit 乙 has one too."""
    with transaction() as session:
        key = make_window(session, "A1", unit="甲").id
        make_window(session, "B1", unit="乙")
    return key


@pytest.fixture
def campaign(window):
    return open_campaign(work_rules())


@pytest.fixture
def inspector(app):
    return make_account("inspector", Role.INSPECTOR, NOON)


def found(campaign):
    """Return the finds of a campaign, the oldest first."""
    with reading() as session:
        return findings(session, campaign)[::-1]


def seen(campaign):
    with reading() as session:
        return looks(session, campaign)


def change(campaign, **moments):
    with recording("test", NOON) as records:
        records.change(Campaign, ORGANISATION, campaign, moments)


def object_to(key, reason="当日在培训", scope=EVERYWHERE, now=NOON):
    with recording("test", now) as records:
        object_to_finding(records, key, reason, scope, CENTRE)


def rule(key, account, reason="情况属实", now=NOON, *, drops=False):
    with recording("test", now) as records:
        rule_finding(records, key, reason, account, drops=drops)


def test_a_look_is_kept_with_a_case_for_each_find(campaign, window, inspector):
    clerk = make_clerk(unit="甲")
    take(
        look(
            campaign,
            window,
            find(note=" 未佩戴 ", clerk_id=clerk),
            find("gifts", clerk_id=999),
            note="上午",
        ),
        inspector,
    )
    [kept] = seen(campaign)
    assert (kept.unit_name, kept.window_number, kept.note) == ("甲", "A1", "上午")
    assert (kept.inspector_id, kept.looked_at) == (inspector, NOON)
    dress, gifts = found(campaign)
    assert (dress.item, dress.deduction, dress.clerk_name) == ("dress", 1, "示例甲")
    assert (gifts.item, gifts.deduction, gifts.clerk_name) == ("gifts", 2, None)
    assert {each.state for each in (dress, gifts)} == {FindingState.STANDS}
    with reading() as session:
        cases = session.scalars(select(Case).order_by(Case.id)).all()
    assert [case.id for case in cases] == [dress.case_id, gifts.case_id]
    assert {(case.source, case.unit_id, case.window_id) for case in cases} == {
        (Source.INSPECTION, unit_key("甲"), window)
    }
    assert (len(entries("inspection")), len(entries("finding"))) == (1, 2)
    assert flaws() == []


def test_the_same_look_counts_once_whenever_it_comes(campaign, window, inspector):
    sent = look(campaign, window, find())
    key = take(sent, inspector)
    change(campaign, posted_at=NOON)
    # The device did not hear the first answer, and says so by sending again.
    later = NOON + timedelta(days=9)
    assert take(sent, inspector, later) == key
    moment = NOON + timedelta(seconds=1)
    anew = replace(sent, looked_at=moment, finds=[find(found_at=moment)])
    assert take(anew, inspector, later) == key
    assert len(found(campaign)) == 1
    assert seen(campaign)[0].looked_at == NOON


def test_another_look_with_its_id_is_refused(campaign, window, inspector):
    sent = look(campaign, window, find())
    take(sent, inspector)
    other = make_account("other", Role.INSPECTOR, NOON)
    for changed, who in (
        (replace(sent, finds=[find(), find()]), inspector),
        (replace(sent, finds=[find(note="改")]), inspector),
        (replace(sent, announced=True), inspector),
        (sent, other),
    ):
        with pytest.raises(LookChanged):
            take(changed, who)
    assert (len(seen(campaign)), len(found(campaign))) == (1, 1)


def test_a_look_brought_twice_at_once_counts_once(campaign, window, inspector, app):
    sent, keys, both = look(campaign, window, find()), [], Barrier(2)

    def bring():
        with app.app_context():
            both.wait()
            keys.append(take(sent, inspector))

    threads = [Thread(target=bring) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(keys) == 2
    assert len(set(keys)) == 1
    assert (len(seen(campaign)), len(found(campaign))) == (1, 1)


def test_what_was_seen_in_time_is_taken_later_until_the_list(
    campaign, window, inspector
):
    week = NOON + timedelta(days=7)
    take(look(campaign, window, find()), inspector, week)
    for offset in (-3, 3):
        other = replace(look(campaign, window), looked_at=NOON + timedelta(days=offset))
        with pytest.raises(LookOutside):
            take(replace(other, event_id=uuid4()), inspector, week)
    change(campaign, posted_at=week)
    with pytest.raises(CampaignClosed):
        take(look(campaign, window, event_id=uuid4()), inspector, week)
    [kept] = seen(campaign)
    assert kept.looked_at == NOON
    assert found(campaign)[0].received_at == week


def test_a_clock_that_is_ahead_is_held_to_now(campaign, window, inspector):
    ahead = NOON + timedelta(hours=1)
    take(look(campaign, window, find(found_at=ahead), looked_at=ahead), inspector)
    assert seen(campaign)[0].looked_at == NOON
    assert found(campaign)[0].found_at == NOON


def test_a_unit_is_looked_at_as_a_whole(campaign, inspector):
    take(look(campaign, None, unit_id=unit_key("甲")), inspector)
    [kept] = seen(campaign)
    assert (kept.unit_name, kept.window_number) == ("甲", None)
    assert found(campaign) == []


def test_where_nothing_is_nothing_is_kept(campaign, window, inspector):
    with transaction() as session:
        away = Centre(code="away", name="分中心", time_zone="Asia/Shanghai")
        session.add(away)
        session.flush()
        units = [
            Unit(centre_id=1, name="已撤", ended_on=NOON.date()),
            Unit(centre_id=away.id, name="外地"),
        ]
        session.add_all(units)
        session.flush()
        keys = [unit.id for unit in units]
    for where in [{"window_id": 999}, {}, {"unit_id": 999}] + [
        {"unit_id": key} for key in keys
    ]:
        wrong = look(campaign, None, **where)
        with pytest.raises(NothingThere):
            take(wrong, inspector)
    with reading() as session:
        assert session.scalars(select(Inspection)).all() == []


def test_what_the_sheet_does_not_have_is_refused(campaign, window, inspector):
    for wrong, refusal in (
        (look(campaign, window, sheet="other"), NoSuchSheet),
        (look(campaign, window, find("other")), NoSuchSheet),
        (look(campaign, window, *[find()] * 61), TooManyFinds),
        (look(999, window), NotOpen),
    ):
        with pytest.raises(refusal):
            take(wrong, inspector)
    assert seen(campaign) == []


def test_a_unit_objects_and_another_one_decides(campaign, window, inspector):
    judge = make_account("judge", Role.ORGANISER, NOON)
    take(look(campaign, window, find(), find("gifts")), inspector)
    first, second = found(campaign)
    with pytest.raises(NothingToRule):
        rule(first.id, judge)
    for each in (first, second):
        object_to(each.id)
    # It counts until somebody decides.
    assert points(window) == 3
    with pytest.raises(NothingToRule):
        rule(first.id, inspector)
    with pytest.raises(ReasonMissing):
        rule(first.id, judge, reason=" ")
    rule(first.id, judge)
    rule(second.id, judge, "有证明", drops=True)
    first, second = found(campaign)
    assert (first.state, first.objection) == (FindingState.CONFIRMED, "当日在培训")
    assert (second.state, second.ruling) == (FindingState.DROPPED, "有证明")
    assert points(window) == 1
    with pytest.raises(NothingToRule):
        rule(second.id, judge)
    with pytest.raises(NotOpenToObjection):
        object_to(first.id)
    assert flaws() == []


def points(window):
    with reading() as session:
        return deductions(session, the_campaign("small")).windows[window]


def test_objections_are_taken_three_working_days(campaign, window, inspector):
    # Thursday; the third working day is Tuesday.
    take(look(campaign, window, find(), find()), inspector)
    first, second = found(campaign)
    object_to(first.id, now=NOON + timedelta(days=5))
    with pytest.raises(NotOpenToObjection):
        object_to(second.id, now=NOON + timedelta(days=6))
    assert found(campaign)[1].state is FindingState.STANDS


def test_only_its_own_unit_objects_with_words(campaign, window, inspector):
    take(look(campaign, window, find()), inspector)
    [kept] = found(campaign)
    for key, scope in (
        (kept.id, Scope(units=frozenset({unit_key("乙")}))),
        (999, EVERYWHERE),
    ):
        with pytest.raises(NotOpen):
            object_to(key, scope=scope)
    with pytest.raises(ReasonMissing):
        object_to(kept.id, reason="")
    object_to(kept.id, scope=Scope(units=frozenset({unit_key("甲")})))
    change(campaign, posted_at=NOON)
    with pytest.raises(CampaignClosed):
        rule(kept.id, make_account("judge", Role.ORGANISER, NOON))
