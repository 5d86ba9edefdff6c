"""The exported ledger: public without bodies, whole for auditors."""

import json

import pytest

from kiosk.extensions import reading, recording
from kiosk.queries.ledger import head_of, heads
from kiosk.services.erasure import erase_entry
from kiosk.services.ledger_export import FORMAT, public_lines, whole_lines
from tests.engines import ON_SQLITE
from tests.ledger_story import CENTRE, busy_day, entry_of, size
from tests.screens import keep, phone_tap


@pytest.fixture
def story(app, clock):
    return busy_day(clock())


def exported(lines=public_lines, chain: int = CENTRE) -> list[dict[str, object]]:
    with reading() as session:
        found = list(lines(session.connection(), chain))
    assert all(line.endswith("}\n") and line.count("\n") == 1 for line in found)
    return [json.loads(line) for line in found]


def test_the_public_form_tells_the_chain_and_nothing_else(story):
    head, *entries = exported()
    with reading() as session:
        chain = head_of(session, "main")
    assert head == {
        "format": FORMAT,
        "origin": chain.origin,
        "size": chain.number,
        "tip": chain.tip.hex(),
    }
    assert [entry["n"] for entry in entries] == list(range(1, size() + 1))
    assert {tuple(entry) for entry in entries} == {("n", "day", "kind", "c", "h")}
    assert {entry["day"] for entry in entries} == {"2026-07-16", "2020-01-01"}
    assert entries[-1]["h"] == head["tip"]


@ON_SQLITE
def test_no_word_and_no_minute_leaves_with_it(story):
    with reading() as session:
        text = "".join(public_lines(session.connection(), CENTRE))
    for told in ("好", "市人社局", "04:0", "level", str(story.first)):
        assert told not in text


@ON_SQLITE
def test_auditors_get_salts_and_bodies(story):
    _, *entries = exported(whole_lines)
    number = entry_of(story.said)
    told = json.loads(entries[number - 1]["body"])
    assert (told["event"], told["level"]) == (str(story.said), 2)
    assert len(bytes.fromhex(entries[number - 1]["salt"])) == 32
    assert "等了很久" not in json.dumps(entries, ensure_ascii=False)


@ON_SQLITE
def test_an_erased_body_is_null(story):
    number = entry_of(story.said)
    with recording("test", story.end) as records:
        erase_entry(records, CENTRE, number, "wish")
    _, *entries = exported(whole_lines)
    assert (entries[number - 1]["salt"], entries[number - 1]["body"]) == (None, None)


def test_what_joins_meanwhile_is_left_to_the_next_export(story):
    before = size()
    with reading() as session:
        lines = public_lines(session.connection(), CENTRE)
        first = json.loads(next(lines))
        keep(phone_tap(story.screen.window_id, 4), story.end)
        assert first["size"] == len(list(lines)) == before


@ON_SQLITE
def test_the_organisations_chain_is_one_too(story):
    head, *entries = exported(chain=0)
    assert head["origin"].endswith("/organisation")
    assert {entry["kind"] for entry in entries} == {
        "begin",
        "centre",
        "account",
        "role",
    }


@ON_SQLITE
@pytest.mark.parametrize("lines", [public_lines, whole_lines])
def test_a_chain_that_is_not_there_is_an_error(app, lines):
    with reading() as session, pytest.raises(LookupError, match="no chain 7"):
        lines(session.connection(), 7)


def test_chains_are_found_by_the_code_of_their_centre(app):
    with reading() as session:
        assert head_of(session, "nowhere") is None
        assert head_of(session, "organisation") == heads(session)[0]
        assert head_of(session, "main") == heads(session)[1]
