"""Cases as figures need them, ratings beside them, and upheld complaints."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from kiosk.domain.board import Period
from kiosk.domain.case_texts import TextKind
from kiosk.domain.cases import Answer, CallOutcome, Road, Second, Source
from kiosk.extensions import reading, recording, transaction
from kiosk.models import (
    Case,
    CaseAppeal,
    CaseContact,
    CaseRating,
    Contact,
    Rating,
)
from kiosk.queries.case_figures import Seen, case_facts, has_cases, upheld_complaints
from kiosk.services.case_texts import write_text
from tests.builders import make_window
from tests.case_acts import DONE, EXPLAINED, PROMISE, Acts
from tests.conftest import NOON
from tests.reports import case_row, put_cases, told_facts, unit_id
from tests.screens import keep, phone_tap
from tests.staff import make_clerk
from tests.statements import statements

TODAY = NOON.date()
DAY = timedelta(days=1)
JULY = Period(TODAY.replace(day=1), TODAY.replace(day=31))
ALL = Seen()


@pytest.fixture
def windows(app) -> tuple[int, int]:
    with transaction() as session:
        first = make_window(session, "A001", unit="市人社局").id
        return first, make_window(session, "B001", unit="市医保局").id


@pytest.fixture
def acts(windows, clock) -> Acts:
    return Acts(clock, unit_id("市人社局"))


def facts(seen=ALL, period=JULY):
    with reading() as session:
        return case_facts(session, 1, period, seen)


def rate(window, level, clock, **said) -> int:
    event = keep(phone_tap(window, level, **said), clock()).event_id
    with reading() as session:
        return session.scalars(select(Rating.id).where(Rating.event_id == event)).one()


def add(*rows):
    with transaction() as session:
        session.add_all(rows)


def test_a_fact_is_what_the_case_went_through(acts, windows, clock):
    key, ratings = acts.about_ratings(windows[0], 1, 2)
    acts.rate(key, Second.FAIRLY, ratings[0])
    [fact] = facts()
    assert (fact.source, fact.ratings, fact.second) == (Source.JOINED, 2, 2)
    assert (fact.answered_at, fact.answer) == (clock(), Answer.EXPLAINED)
    assert (fact.late, fact.paused, fact.reopened, fact.contact) == (False,) * 4
    assert (fact.appeals, fact.appeals_decided, fact.appeals_upheld) == (0, 0, 0)


def test_cases_are_found_by_day_and_by_unit(acts, clock):
    first, second = acts.unit_id, unit_id("市医保局")
    days = [JULY.first - DAY, JULY.first, JULY.last, JULY.last + DAY]
    put_cases(
        [
            case_row(unit, 10 * number + unit, received_on=day)
            for number, day in enumerate(days, 1)
            for unit in (first, second)
        ],
        clock(),
    )
    assert [fact.unit_id for fact in facts()] == [first, second] * 2
    assert {fact.unit_id for fact in facts(Seen(frozenset({first})))} == {first}
    assert {fact.unit_id for fact in facts(Seen(None, frozenset({first})))} == {second}
    assert facts(Seen(frozenset())) == []
    with reading() as session:
        assert has_cases(session, 1, JULY, Seen(frozenset({first})))
        assert not has_cases(session, 1, JULY, Seen(frozenset()))
        assert not has_cases(session, 2, JULY, ALL)


def test_appeals_are_counted_by_what_became_of_them(acts, clock):
    key = acts.answered()
    with recording("test", clock()) as records:
        case = records.session.get_one(Case, key)
        text = write_text(records, case, TextKind.APPEAL, "不服", None)
        for side, state in (("citizen", 0), ("clerk", 1)):
            row = {"case_id": key, "side": side, "text_id": text}
            state_row = {"filed_at": clock(), "state": state}
            records.add(CaseAppeal, 1, [row | state_row])
    [fact] = facts()
    assert (fact.appeals, fact.appeals_decided, fact.appeals_upheld) == (2, 1, 1)


def erased(case_id, when):
    with transaction() as session:
        session.get_one(CaseContact, case_id).erased_at = when


def test_a_contact_asks_for_a_call_unless_it_was_taken_back(acts, clock):
    key = acts.answered()
    add(CaseContact(case_id=key, key_hash=b"1" * 32, consented_at=None))
    assert not facts()[0].contact
    with transaction() as session:
        session.get_one(CaseContact, key).consented_at = clock()
    assert facts()[0].contact
    erased(key, clock())
    assert not facts()[0].contact
    acts.close(key)
    assert not facts()[0].contact
    # Erased by the rule, after it closed: it was kept for its time.
    erased(key, clock() + 90 * DAY)
    assert facts()[0].contact


def test_a_contact_left_with_a_rating_counts_too(acts, windows, clock):
    _, [rating] = acts.about_ratings(windows[0], 1)
    assert not facts()[0].contact
    add(Contact(rating_id=rating, sealed=b"x", consented_at=clock()))
    assert facts()[0].contact


def test_a_contact_hangs_on_the_tap_and_the_case_on_its_correction(
    acts, windows, clock
):
    tap = phone_tap(windows[0], 3)
    keep(tap, clock())
    with reading() as session:
        query = select(Rating.id).where(Rating.event_id == tap.event_id)
        root = session.scalars(query).one()
    clock.forward(seconds=30)
    correction = rate(windows[0], 1, clock, revises=tap.event_id)
    key = acts.opened()
    add(CaseRating(rating_id=correction, case_id=key))
    add(Contact(rating_id=root, sealed=b"x", consented_at=clock()))
    assert facts()[0].contact
    with transaction() as session:
        session.get_one(Contact, root).erased_at = clock() + DAY
    assert not facts()[0].contact
    with transaction() as session:
        session.get_one(Case, key).closed_at = clock()
    assert facts()[0].contact


def test_facts_take_three_statements(acts, clock):
    for _ in range(3):
        acts.answered()
    with statements() as said:
        assert len(facts()) == 3
    assert len(said) == 3


def upheld():
    with reading() as session:
        return upheld_complaints(session, 1, JULY)


def test_upheld_is_what_was_put_right(acts, windows, clock):
    clerk = make_clerk("0317")
    put_right = acts.answered(DONE, clerk_id=clerk)
    bad = acts.answered(PROMISE, source=Source.RATING, road=Road.PHONE)
    acts.answered(EXPLAINED)
    acts.agree(acts.accepted())
    acts.accepted()
    acts.about_ratings(windows[0], 1)
    acts.answered(DONE, source=Source.SUGGESTION)
    acts.answered(DONE, source=Source.JOINED, road=Road.TABLET)
    acts.answered(DONE, received_on=JULY.first - DAY)
    assert [(each.case_id, each.clerk_id) for each in upheld()] == [
        (put_right, clerk),
        (bad, None),
    ]
    assert {each.pending for each in upheld()} == {False}


@pytest.mark.parametrize(
    ("side", "state", "found"),
    [
        ("clerk", 0, [True]),
        ("clerk", 1, []),
        ("clerk", 2, [False]),
        ("citizen", 0, [False]),
    ],
)
def test_a_clerks_appeal_overturns_or_holds_it_open(acts, clock, side, state, found):
    key = acts.answered(DONE)
    with recording("test", clock()) as records:
        case = records.session.get_one(Case, key)
        text = write_text(records, case, TextKind.APPEAL, "不服", None)
        row = {"case_id": key, "side": side, "text_id": text, "state": state}
        records.add(CaseAppeal, 1, [row | {"filed_at": clock()}])
    assert [each.pending for each in upheld()] == found


def test_a_lived_month_is_told_by_the_ledger_alone(acts, clock):
    """Facts from rows and from entries are the same, whatever was done."""
    waits, put_right = acts.opened(), acts.answered(PROMISE)
    paused, called = acts.accepted(), acts.answered()
    again, unfounded = acts.answered(), acts.accepted(cause=3)
    clock.forward(days=1)
    acts.rectify(put_right)
    acts.pause(paused)
    acts.call(called, CallOutcome.NOT_REACHED)
    acts.reopen(again)
    acts.doubt(unfounded)
    clock.forward(days=1)
    acts.resume(paused)
    acts.pause(paused)
    acts.call(called, CallOutcome.NOT_REACHED)
    acts.agree(unfounded)
    acts.rate(put_right, Second.CONTENT)
    with recording("test", clock()) as records:
        records.change(Case, 1, waits, {"late": True, "raised": 1}, why="overdue")
        case = records.session.get_one(Case, unfounded)
        text = write_text(records, case, TextKind.APPEAL, "不服", None)
        row = {"case_id": unfounded, "side": "citizen", "text_id": text}
        [appeal] = records.add(CaseAppeal, 1, [row | {"filed_at": clock()}])
        records.change(CaseAppeal, 1, appeal, {"state": 2}, why="ruling")
    told = told_facts()
    assert [replace(fact, ratings=0) for fact in facts()] == told
    assert [fact.state for fact in told] == [0, 4, 1, 4, 1, 3]
    assert [fact.paused for fact in told].index(True) == 2
    assert (told[0].late, told[4].reopened) == (True, True)
    assert (told[5].appeals, told[5].appeals_upheld) == (1, 0)
