"""A word taken down for somebody: one case a form, numbers hidden, contact sealed."""

import json
from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from kiosk.domain.case_desk import OwnUnit, PlaceUnknown, SlipTaken
from kiosk.domain.case_texts import TextKind
from kiosk.domain.cases import CaseState, Road, Source, WordsMissing, WordsTooLong
from kiosk.domain.contacts import Reach
from kiosk.domain.masking import MARK
from kiosk.domain.tokens import token_hash
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Case, CaseContact, Unit, Window
from kiosk.queries.case_desk import slip_line
from kiosk.queries.case_own import own_case
from kiosk.services.case_desk import TakenDown, take_down
from kiosk.services.sealing import KEY_BYTES, Sealer
from tests.builders import make_window
from tests.case_acts import CENTRE, CLOCK, at_once, authors, case_row, texts
from tests.engines import ON_SQLITE
from tests.ledger_story import told, verified
from tests.staff import entries, make_clerk, plan, span, unit_key

SECRET = "the-secret-of-a-slip-0001"
PHONE = "13900005678"
SEALER = Sealer(b"k" * KEY_BYTES)


@pytest.fixture
def window(app) -> int:
    with transaction() as session:
        return make_window(session, "A001").id


@pytest.fixture
def said(window, clock) -> TakenDown:
    return TakenDown(
        event_id=uuid4(),
        secret=SECRET,
        source=Source.COMPLAINT,
        road=Road.DESK,
        window=True,
        place=window,
        cause=2,
        words=f"排了很久，\n没人解释，打{PHONE}",
        day=CLOCK.day(clock()),
        half=1,
    )


def take(told_of: TakenDown, clock, own: frozenset[int] = frozenset(), **more) -> int:
    with recording("account:1", clock()) as records:
        return take_down(records, CENTRE, replace(told_of, **more), own, SEALER, CLOCK)


def contact_of(key: int) -> CaseContact:
    with reading() as session:
        return session.get_one(CaseContact, key)


def count() -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(Case))


def test_a_complaint_at_the_desk_is_a_case_with_numbers_hidden(said, window, clock):
    key = take(said, clock)
    case = case_row(key)
    assert (case.number, case.source, case.road) == ("2026-0001", "complaint", "desk")
    assert (case.unit_id, case.window_id) == (unit_key(), window)
    assert (case.cause, case.half, case.verified) == (2, 1, False)
    assert (case.state, case.received_at) == (CaseState.WAITING, clock())
    assert texts(key) == [(TextKind.VOICE, f"排了很久，\n没人解释，打{MARK}")]
    assert authors(key) == [None]
    left = contact_of(key)
    assert (left.key_hash, left.sealed) == (token_hash(SECRET), None)
    assert (left.consented_at, entries("contact")) == (None, [])
    assert told(verified()) == []


def test_the_slips_secret_opens_the_citizens_own_page(said, clock):
    take(said, clock)
    with reading() as session:
        found = own_case(session, token_hash(SECRET))
    assert (found.number, found.rated, found.contact) == ("2026-0001", False, False)


@ON_SQLITE
def test_a_number_is_sealed_and_the_ledger_tells_only_that_it_was_given(said, clock):
    key = take(said, clock, reach=Reach("李女士", PHONE), road=Road.HOTLINE)
    left = contact_of(key)
    assert SEALER.open(left.sealed, said.event_id) == Reach("李女士", PHONE)
    assert left.consented_at == clock()
    [body] = map(json.loads, entries("contact"))
    assert body["case"] == key
    assert (body["what"], body["road"]) == ("given", "hotline")
    assert PHONE not in "".join(entries("contact") + entries("case"))
    with reading() as session:
        assert slip_line(session, CENTRE, key).contact


@ON_SQLITE
def test_what_is_about_a_whole_unit_has_no_window_and_no_clerk(said, clock):
    key = take(said, clock, window=False, place=unit_key())
    case = case_row(key)
    assert (case.unit_id, case.window_id, case.clerk_id) == (unit_key(), None, None)


@ON_SQLITE
def test_who_was_alone_on_duty_in_that_half_is_concerned(said, window, clock):
    clerk = make_clerk()
    plan(clerk, window, span("09:00", "12:00"))
    other = make_clerk("0318", "示例乙")
    plan(other, window, span("12:00", "17:00"))
    found = {
        half: case_row(take(said, clock, half=half, event_id=uuid4(), secret=each))
        for half, each in ((1, "a" * 20), (2, "b" * 20), (0, "c" * 20))
    }
    assert {half: case.clerk_id for half, case in found.items()} == {
        1: clerk,
        2: other,
        0: None,
    }
    idea = take(
        said, clock, source=Source.SUGGESTION, event_id=uuid4(), secret="d" * 20
    )
    assert case_row(idea).clerk_id is None


def test_the_same_form_twice_opens_one_case(said, clock):
    key = take(said, clock)
    clock.forward(seconds=1)
    assert take(said, clock, words="别的话") == key
    assert count() == 1
    assert len(texts(key)) == 1


def test_a_double_click_opens_one_case(app, said, clock):
    found = at_once(app, lambda: take(said, clock), lambda: take(said, clock))
    assert found[0] == found[1]
    assert count() == 1
    assert len(texts(found[0])) == 1


@ON_SQLITE
def test_another_secret_or_another_kind_of_case_is_not_the_same_form(
    said, clock, window
):
    key = take(said, clock)
    with pytest.raises(SlipTaken):
        take(said, clock, secret="x" * 20)
    with transaction() as session:
        session.delete(session.get_one(CaseContact, key))
    with pytest.raises(SlipTaken):
        take(said, clock)
    assert count() == 1


@ON_SQLITE
@pytest.mark.parametrize(
    ("words", "refusal"), [(" \n ", WordsMissing), ("长" * 10_000, WordsTooLong)]
)
def test_empty_and_endless_words_open_nothing(said, clock, words, refusal):
    with pytest.raises(refusal):
        take(said, clock, words=words)
    assert count() == 0


@ON_SQLITE
def test_a_place_that_is_not_there_opens_nothing(said, clock, window):
    for more in ({"place": 99_999}, {"window": False, "place": 99_999}):
        with pytest.raises(PlaceUnknown):
            take(said, clock, **more)
    with transaction() as session:
        unit = session.get_one(Unit, unit_key())
        unit.ended_on = said.day
    with pytest.raises(PlaceUnknown):
        take(said, clock, window=False, place=unit.id)
    before = said.day - timedelta(1)
    assert case_row(take(said, clock, window=False, place=unit.id, day=before))


@ON_SQLITE
def test_a_closed_window_may_still_be_spoken_about(said, clock, window):
    with transaction() as session:
        session.get_one(Window, window).closed_on = said.day
    assert case_row(take(said, clock)).window_id == window


@ON_SQLITE
def test_nobody_takes_down_what_is_about_their_own_unit(said, clock):
    with pytest.raises(OwnUnit):
        take(said, clock, frozenset({unit_key()}))
    assert count() == 0


@ON_SQLITE
def test_only_what_was_taken_down_has_a_slip(said, clock):
    key = take(said, clock)
    with reading() as session:
        line = slip_line(session, CENTRE, key)
        assert slip_line(session, CENTRE + 1, key) is None
        assert slip_line(session, CENTRE, key + 1) is None
    assert (line.number, line.window, line.half) == ("2026-0001", "A001", 1)
    assert (line.unit, line.contact) == ("市人社局", False)
