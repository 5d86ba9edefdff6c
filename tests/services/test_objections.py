"""Objections: taken from anybody in time, decided by somebody free of conflict."""

from datetime import timedelta
from uuid import UUID

import pytest

from kiosk.domain.contacts import SealBroken
from kiosk.domain.objections import (
    Conflict,
    NotOnList,
    ObjectionEmpty,
    ObjectionMoved,
    ObjectionsClosed,
    ObjectionState,
    RulingMissing,
)
from kiosk.domain.policy import NotOpen, Role
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Objection
from kiosk.queries.campaign_sheets import sheets
from kiosk.queries.objections import (
    objection_by_key,
    objection_by_receipt,
    objection_totals,
    objections,
    on_hold,
    open_objections,
)
from kiosk.services.objections import (
    ObjectionDraft,
    decide_objection,
    read_objector,
    receive_objection,
)
from kiosk.services.publications import cancel_award
from kiosk.services.sealing import KEY_BYTES, Sealer
from tests.campaign_work import flaws
from tests.nominations import stand
from tests.people import make_account
from tests.published import CLOSED, HERE, POSTED, fixed, posted, ready_campaign
from tests.staff import entries, unit_key

SEALER = Sealer(b"k" * KEY_BYTES)
TEL = "0000-5550199"


@pytest.fixture
def campaign(app):
    """A posted list of two windows."""
    key = ready_campaign()
    posted()
    return key


def send(candidate=None, words="六月的材料不实", event=1, at=POSTED, **changes):
    draft = ObjectionDraft(
        event_id=UUID(int=event), candidate_id=candidate, words=words, **changes
    )
    with recording("citizen", at) as records:
        return receive_objection(records, "small", draft, HERE, SEALER)


def only():
    with reading() as session:
        [found] = objections(session, ())
    return found


def decide(key, decision, ruling="", own=(), at=POSTED):
    handler = make_account(f"handler-{decision}-{len(ruling)}", Role.CASE_HANDLER, at)
    with recording("test", at) as records:
        decide_objection(records, key, decision, ruling, handler, own)


def test_an_objection_is_kept_without_telling_anybody_who_made_it(campaign):
    first = stand(campaign)[0]
    receipt = send(first.id, name="张三", contact=TEL)
    found = only()
    assert (found.candidate, found.left_contact) == (first.name, True)
    assert found.due.isoformat() == "2026-08-13"
    with reading() as session:
        assert read_objector(session, found.id, SEALER) == ("张三", TEL)
        row = session.get(Objection, found.id)
        assert TEL not in row.contact
        assert objection_by_receipt(session, campaign, receipt) == found
        assert objection_by_receipt(session, campaign + 1, receipt) is None
    told = "".join(entries("objection"))
    assert not [word for word in ("张三", TEL, "六月", receipt) if word in told]
    assert flaws() == []


def test_the_same_form_sent_twice_is_one_objection(campaign):
    assert send() == send()
    assert only().candidate is None
    with reading() as session:
        assert read_objector(session, only().id, SEALER) == ("", "")


def test_an_objection_is_taken_to_the_last_second_of_the_notice(campaign):
    with reading() as session:
        until = sheets(session, campaign)[0].objections_until
    send(at=until)
    with pytest.raises(ObjectionsClosed):
        send(event=2, at=until + timedelta(seconds=1))


def test_before_the_posting_and_after_the_result_none_is_taken(app):
    ready_campaign()
    with pytest.raises(ObjectionsClosed):
        send()
    posted()
    fixed()
    with pytest.raises(ObjectionsClosed):
        send(at=CLOSED)


def test_what_is_wrong_with_an_objection_is_said(campaign):
    with pytest.raises(ObjectionEmpty):
        send(words=" ")
    with pytest.raises(NotOnList):
        send(999)
    gone = stand(campaign)[0]
    with recording("test", POSTED) as records:
        cancel_award(records, "small", gone.id, "不实", HERE)
    with pytest.raises(NotOnList):
        send(gone.id)
    draft = ObjectionDraft(event_id=UUID(int=1), candidate_id=None, words="不实")
    with recording("citizen", POSTED) as records, pytest.raises(NotOpen):
        receive_objection(records, "elsewhere", draft, HERE, SEALER)


def test_an_objection_is_admitted_then_decided(campaign):
    first = stand(campaign)[0]
    send(first.id)
    key = only().id
    decide(key, ObjectionState.ADMITTED)
    with reading() as session:
        assert on_hold(session, campaign) == {first.id}
        assert open_objections(session, campaign) == 1
    decide(key, ObjectionState.DISMISSED, "经查属实材料齐全")
    with reading() as session:
        assert on_hold(session, campaign) == frozenset()
        assert open_objections(session, campaign) == 0
        totals = objection_totals(session, campaign)
    assert totals[ObjectionState.DISMISSED] == sum(totals.values()) == 1
    assert only().ruling == "经查属实材料齐全"
    with pytest.raises(ObjectionMoved):
        decide(key, ObjectionState.UPHELD, "改判")


def test_what_cannot_be_looked_into_is_refused_with_its_reason(campaign):
    send()
    key = only().id
    with pytest.raises(RulingMissing):
        decide(key, ObjectionState.REFUSED)
    with pytest.raises(ObjectionMoved):
        decide(key, ObjectionState.UPHELD, "未受理不能裁定")
    decide(key, ObjectionState.REFUSED, "未写明事实")
    assert only().state is ObjectionState.REFUSED
    with recording("test", POSTED) as records, pytest.raises(NotOpen):
        decide_objection(records, 999, ObjectionState.REFUSED, "无", 1, ())


def test_nobody_decides_or_reads_about_the_own_unit(campaign):
    first = stand(campaign)[0]
    send(first.id)
    own = frozenset({unit_key("部门1")})
    key = only().id
    with pytest.raises(Conflict):
        decide(key, ObjectionState.ADMITTED, own=own)
    with reading() as session:
        assert objections(session, own) == []
        assert objection_by_key(session, key, own) is None
        assert objection_by_key(session, 999, ()) is None
        assert objection_by_key(session, key, ()).id == key


def test_open_ones_come_first(campaign):
    send()
    decide(only().id, ObjectionState.REFUSED, "未写明事实")
    send(event=2)
    with reading() as session:
        states = [each.state for each in objections(session, ())]
    assert states == [ObjectionState.RECEIVED, ObjectionState.REFUSED]


def test_a_contact_is_read_with_its_own_key_only(campaign):
    send(contact=TEL)
    other = Sealer(b"o" * KEY_BYTES)
    with reading() as session:
        with pytest.raises(SealBroken):
            read_objector(session, only().id, other)
        with pytest.raises(NotOpen):
            read_objector(session, 999, SEALER)
    with transaction() as session:
        session.get(Objection, only().id).receipt = "AAAABBBBCCCC2"
    with reading() as session, pytest.raises(SealBroken):
        read_objector(session, only().id, SEALER)
