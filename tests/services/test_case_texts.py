"""Words of a case: committed to in the ledger, and erased with their salt."""

import json

import pytest
from sqlalchemy import select

from kiosk.domain.case_texts import TextKind
from kiosk.domain.chain import commitment
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Case, CaseText
from kiosk.services.case_texts import erase_texts, write_text
from tests.builders import make_window
from tests.case_acts import Acts, at_once, texts
from tests.ledger_story import told, verified
from tests.staff import entries, unit_key

WORDS = "王某态度差，请回电。"


@pytest.fixture
def acts(app, clock) -> Acts:
    with transaction() as session:
        make_window(session, "A001")
    return Acts(clock, unit_key())


def write(key: int, kind: TextKind, words: str, now) -> int:
    with recording("citizen", now) as records:
        case = records.session.get_one(Case, key)
        return write_text(records, case, kind, words, None)


def erase(key: int, *kinds: TextKind, now) -> int:
    with recording("system", now) as records:
        case = records.session.get_one(Case, key)
        return erase_texts(records, case, kinds, "retention")


def row(key: int) -> CaseText:
    with reading() as session:
        return session.get_one(CaseText, key)


def notes() -> list[dict[str, object]]:
    return [json.loads(body) for body in entries("case-text")]


def test_the_ledger_tells_that_something_was_written_and_not_what(acts, clock):
    case = acts.opened()
    key = write(case, TextKind.VOICE, WORDS, clock())
    kept = row(key)
    assert (kept.words, kept.written_at, kept.erased_at) == (WORDS, clock(), None)
    assert (kept.account_id, len(kept.salt)) == (None, 32)
    [note] = notes()
    assert note == {
        "at": "2026-07-16T04:00:00.000000Z",
        "by": "citizen",
        "case": case,
        "kind": "voice",
        "text": key,
        "words": commitment(kept.salt, WORDS).hex(),
    }
    assert told(verified()) == []


def test_the_same_words_twice_have_salts_of_their_own(acts, clock):
    case = acts.opened()
    first, second = (write(case, TextKind.VOICE, WORDS, clock()) for _ in range(2))
    assert row(first).salt != row(second).salt
    assert notes()[0]["words"] != notes()[1]["words"]


def test_words_go_with_their_salt_and_the_ledger_says_why(acts, clock):
    case, other = acts.opened(), acts.opened()
    voice = write(case, TextKind.VOICE, WORDS, clock())
    reply = write(case, TextKind.REPLY, "已整改", clock())
    elsewhere = write(other, TextKind.VOICE, WORDS, clock())
    assert erase(case, TextKind.VOICE, TextKind.CALL, now=clock.forward(days=1)) == 1
    gone = row(voice)
    assert (gone.words, gone.salt, gone.erased_at) == ("", b"", clock())
    assert texts(case) == [(TextKind.VOICE, ""), (TextKind.REPLY, "已整改")]
    assert row(reply).erased_at is row(elsewhere).erased_at is None
    last = notes()[-1]
    assert (last["what"], last["why"], last["text"]) == ("erased", "retention", voice)
    assert last["case"] == case
    assert "words" not in last
    assert told(verified()) == []


def test_erasing_again_does_nothing(acts, clock):
    case = acts.opened()
    write(case, TextKind.VOICE, WORDS, clock())
    assert erase(case, TextKind.VOICE, now=clock()) == 1
    before = len(notes())
    assert erase(case, TextKind.VOICE, now=clock.forward(days=1)) == 0
    assert len(notes()) == before


def test_of_two_who_erase_at_once_one_does(app, acts, clock):
    case = acts.opened()
    for _ in range(2):
        write(case, TextKind.VOICE, WORDS, clock())
    found = at_once(app, *[lambda: erase(case, TextKind.VOICE, now=clock())] * 2)
    assert sorted(found) == [0, 2]
    assert sum(note.get("what") == "erased" for note in notes()) == 2
    with reading() as session:
        assert set(session.scalars(select(CaseText.words))) == {""}
