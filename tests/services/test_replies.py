"""Reply templates: added, changed, ended and offered again, each in the ledger."""

import json

import pytest
from sqlalchemy import select

from kiosk.domain.policy import NotOpen
from kiosk.domain.replies import RepliesThere, ReplyNameTaken
from kiosk.domain.reply_words import SUGGESTED
from kiosk.extensions import reading, recording
from kiosk.models import LedgerEntry
from kiosk.queries.replies import replies_for, reply_by_id, reply_words
from kiosk.services.replies import (
    ReplyDraft,
    add_reply,
    change_reply,
    end_reply,
    offer_again,
    take_suggested,
)
from kiosk.services.verify import verify_ledger

WAIT = ReplyDraft("1", "等候", "您好！让您久等了。")
ANY = ReplyDraft("0", "通用", "您好！")
KIND = ReplyDraft("3", "态度", "您好！向您致歉。")


@pytest.fixture
def do(app, clock):
    def act(service, *values):
        with recording("account:1", clock()) as records:
            return service(records, 1, *values)

    return act


def offered(cause):
    with reading() as session:
        return [one.name for one in replies_for(session, 1, cause)]


def entries():
    with reading() as session:
        query = select(LedgerEntry.body).where(LedgerEntry.kind == "reply")
        bodies = session.scalars(query.order_by(LedgerEntry.number)).all()
        verdict = verify_ledger(session.connection())
    assert [flaw for chain in verdict.chains for flaw in chain.flaws] == []
    return [json.loads(body) for body in bodies]


def test_a_cause_gets_its_own_first_and_then_the_general(do):
    for draft in (ANY, WAIT, KIND):
        do(add_reply, draft)
    assert offered(1) == ["等候", "通用"]
    assert offered(3) == ["态度", "通用"]
    assert offered(0) == ["通用"]
    [first, *_] = entries()
    assert first["before"] is None
    assert (first["after"]["name"], first["by"]) == ("通用", "account:1")


def test_names_are_there_once(do):
    do(add_reply, ANY)
    key = do(add_reply, WAIT)
    with pytest.raises(ReplyNameTaken):
        do(add_reply, ReplyDraft("2", " 等候 ", "您好！"))
    with pytest.raises(ReplyNameTaken):
        do(change_reply, key, ReplyDraft("1", "通用", "您好！"))
    do(change_reply, key, ReplyDraft("2", "等候", "您好！请见谅。"))
    with reading() as session:
        found = reply_by_id(session, 1, key)
    assert (found.cause, found.words) == (2, "您好！请见谅。")
    assert offered(1) == ["通用"]


def test_what_has_ended_is_not_offered_and_may_come_back(do, clock):
    key = do(add_reply, WAIT)
    ended = clock.forward(hours=1)
    do(end_reply, key)
    clock.forward(hours=1)
    do(end_reply, key)
    assert offered(1) == []
    with reading() as session:
        assert [one.ended_at for one in reply_words(session, 1)] == [ended]
    assert len(entries()) == 2
    do(offer_again, key)
    do(offer_again, key)
    assert offered(1) == ["等候"]
    assert len(entries()) == 3


def test_what_is_not_there_is_not_open(do, clock):
    key = do(add_reply, WAIT)
    for act in (end_reply, offer_again):
        with pytest.raises(NotOpen):
            do(act, key + 1)
    with pytest.raises(NotOpen):
        do(change_reply, key + 1, ANY)
    with pytest.raises(NotOpen), recording("test", clock()) as records:
        end_reply(records, 2, key)
    with reading() as session:
        assert reply_by_id(session, 1, key + 1) is None
        assert reply_by_id(session, 2, key) is None


def test_the_suggested_ones_are_taken_once_by_whoever_takes_them(do):
    assert do(take_suggested) == len(SUGGESTED)
    with pytest.raises(RepliesThere):
        do(take_suggested)
    with reading() as session:
        found = reply_words(session, 1)
    assert sorted((one.cause, one.name, one.words) for one in found) == sorted(
        (each.cause, each.name, each.words) for each in SUGGESTED
    )
    assert {(entry["by"], entry["why"]) for entry in entries()} == {
        ("account:1", "suggested")
    }
    assert len(offered(2)) == 24
