"""What must be erased goes; the chain holds, and says that something went and why."""

import json

import pytest
from sqlalchemy import select

from kiosk.domain.ledger_errors import (
    EntryNeeded,
    EntryUnknown,
    NoComment,
    WhyMissing,
)
from kiosk.extensions import reading, recording
from kiosk.models import Comment, LedgerEntry, Window
from kiosk.services.erasure import WHY_MOST, erase_comment, erase_entry
from tests.engines import ON_SQLITE
from tests.ledger_story import (
    CENTRE,
    Story,
    busy_day,
    entry_of,
    last_entry,
    size,
    told,
    verified,
)


@pytest.fixture
def story(app, clock) -> Story:
    return busy_day(clock())


def erase(number: int, now, why: str = "应本人要求") -> bool:
    with recording("account:1", now) as records:
        return erase_entry(records, CENTRE, number, why)


def erase_words(number: int, now, why: str = "应本人要求") -> None:
    with recording("account:1", now) as records:
        erase_comment(records, CENTRE, number, why)


def entry(number: int) -> LedgerEntry:
    with reading() as session:
        return session.get_one(LedgerEntry, (CENTRE, number))


def last_body() -> dict[str, object]:
    return json.loads(entry(size()).body)


def test_a_ratings_entry_loses_its_body_and_the_chain_holds(story):
    number = entry_of(story.said)
    before = entry(number)
    assert erase(number, story.end)
    after = entry(number)
    assert (after.salt, after.body) == (None, None)
    assert (after.hash, after.commitment) == (before.hash, before.commitment)
    assert last_body() == {
        "at": "2026-07-16T04:10:00.000000Z",
        "by": "account:1",
        "event": str(story.said),
        "kind": "rating",
        "number": number,
        "revises": None,
        "state": 0,
        "what": "body",
        "why": "应本人要求",
    }
    assert told(verified()) == []


@ON_SQLITE
def test_erasing_again_does_nothing(story):
    number = entry_of(story.said)
    erase(number, story.end)
    before = size()
    assert not erase(number, story.end)
    assert size() == before


@ON_SQLITE
def test_what_an_erased_correction_replaced_is_still_replaced(story):
    assert erase(entry_of(story.correction), story.end)
    assert told(verified()) == []
    assert erase(entry_of(story.corrected), story.end)
    assert told(verified()) == []


@ON_SQLITE
@pytest.mark.parametrize("kind", ["window", "placement", "device", "shift", "unit"])
def test_a_records_entry_can_go_and_the_others_still_hold(story, kind):
    """Of the rows that it told of nothing can be said; of all others it can."""
    assert erase(last_entry(kind), story.end)
    assert told(verified()) == []


@ON_SQLITE
def test_a_record_that_changes_after_an_erased_entry_is_known_again(story):
    number = last_entry("window")
    key = json.loads(entry(number).body)["key"]
    erase(number, story.end)
    with recording("test", story.end) as records:
        records.change(Window, CENTRE, key, {"phone": "0000-5550199"})
    assert told(verified()) == []
    with recording("test", story.end) as records:
        records.session.execute(
            Window.__table__.update().values(phone="x").where(Window.id == key)
        )
    assert told(verified()) == [("record_differs", last_entry("window"))]


@ON_SQLITE
def test_a_struck_record_whose_entry_went_is_not_missed(story):
    assert erase(last_entry("calendar"), story.end)
    assert told(verified()) == []


def test_words_can_go_and_the_rating_stays(story):
    number = entry_of(story.said)
    erase_words(number, story.end)
    with reading() as session:
        words = session.scalars(select(Comment.words)).all()
    assert words == ["好"]
    assert entry(number).body is not None
    assert (last_body()["what"], last_body()["number"]) == ("comment", number)
    assert told(verified()) == []


@ON_SQLITE
def test_words_and_body_can_both_go(story):
    number = entry_of(story.said)
    erase_words(number, story.end)
    erase(number, story.end)
    assert told(verified()) == []


@ON_SQLITE
def test_a_rating_without_words_has_none_to_erase(story):
    with pytest.raises(NoComment, match=r"no comment with the entry \d+"):
        erase_words(entry_of(story.first), story.end)
    with pytest.raises(NoComment):
        erase_words(last_entry("window"), story.end)


@ON_SQLITE
@pytest.mark.parametrize("kind", ["begin", "attribution", "export"])
def test_entries_that_the_rest_stands_on_stay(story, kind):
    with pytest.raises(EntryNeeded, match=kind):
        erase(last_entry(kind), story.end)


@ON_SQLITE
def test_an_erasure_cannot_be_erased(story):
    erase(entry_of(story.said), story.end)
    with pytest.raises(EntryNeeded, match="erase"):
        erase(last_entry("erase"), story.end)


@ON_SQLITE
def test_there_must_be_such_an_entry(story):
    with pytest.raises(EntryUnknown, match=r"no entry 4711\."):
        erase(4711, story.end)
    with pytest.raises(EntryUnknown):
        erase_words(4711, story.end)


@ON_SQLITE
@pytest.mark.parametrize(("why", "fits"), [("因", True), ("因" * WHY_MOST, True)])
def test_a_reason_may_be_this_long(story, why, fits):
    assert erase(entry_of(story.said), story.end, why) is fits


@ON_SQLITE
@pytest.mark.parametrize("why", ["", "  \n", "因" * (WHY_MOST + 1)])
def test_a_reason_must_be_given_and_be_short(story, why):
    number = entry_of(story.said)
    with pytest.raises(WhyMissing, match="200"):
        erase(number, story.end, why)
    with pytest.raises(WhyMissing):
        erase_words(number, story.end, why)
    assert entry(number).body is not None
