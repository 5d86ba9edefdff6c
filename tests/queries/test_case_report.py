"""Ratings, reasons and examples that a month's report tells."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from kiosk.domain.board import Period
from kiosk.domain.case_texts import TextKind
from kiosk.domain.served import Response
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Case, CaseRating, Rating, TallyReason
from kiosk.queries.case_figures import Seen
from kiosk.queries.case_report import (
    UnitRatings,
    bad_in_cases,
    bad_reasons,
    examples,
    unit_ratings,
)
from kiosk.services.case_texts import write_text
from tests.board_ratings import past_day
from tests.builders import make_window
from tests.case_acts import Acts
from tests.conftest import NOON
from tests.reports import unit_id
from tests.screens import keep, phone_tap
from tests.staff import enter_served_on

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


def add(*rows):
    with transaction() as session:
        session.add_all(rows)


def rate(window, level, clock) -> int:
    event = keep(phone_tap(window, level), clock()).event_id
    with reading() as session:
        return session.scalars(select(Rating.id).where(Rating.event_id == event)).one()


def test_ratings_of_a_unit_beside_people_served(windows, clock):
    first, _ = windows
    past_day(first, TODAY - DAY, [1, 2, 4, 4, 4, 5, 5, 5, 5, 5])
    enter_served_on(first, 20, TODAY - DAY)
    past_day(first, TODAY - 2 * DAY, [3] * 5)
    with reading() as session:
        found = unit_ratings(session, 1, JULY, ALL)
    told = UnitRatings((1, 1, 5, 3, 5), 2, Response(10, 20))
    assert found == {unit_id("市人社局"): told}
    assert told.shown == 15
    assert (told + told).levels == (2, 2, 10, 6, 10)
    assert (told + told).response == Response(20, 40)
    assert replace(told, levels=(0, 0, 0, 0, 4)).shown is None


def test_bad_ratings_in_cases_are_those_that_stand(acts, windows, clock):
    first, second = windows
    first_said = phone_tap(first, 1)
    keep(first_said, clock())
    with reading() as session:
        query = select(Rating.id).where(Rating.event_id == first_said.event_id)
        root = session.scalars(query).one()
    bad, good = rate(first, 2, clock), rate(second, 1, clock)
    key = acts.opened()
    add(*(CaseRating(rating_id=each, case_id=key) for each in (root, bad, good)))
    rate(first, 1, clock)

    def found():
        with reading() as session:
            return bad_in_cases(session, 1, JULY, ALL)

    assert found() == {unit_id("市人社局"): 2, unit_id("市医保局"): 1}
    clock.forward(seconds=30)
    keep(phone_tap(first, 2, revises=first_said.event_id), clock())
    assert found()[unit_id("市人社局")] == 2


def test_reasons_under_five_are_left_out(windows, clock):
    cells = [(211, 5), (212, 4), (221, 9), (111, 30)]
    add(
        *(
            TallyReason(window_id=windows[0], day=TODAY, state=0, reason=each, n=n)
            for each, n in cells
        ),
        TallyReason(window_id=windows[1], day=TODAY, state=0, reason=211, n=5),
        TallyReason(window_id=windows[1], day=TODAY, state=1, reason=231, n=50),
    )
    with reading() as session:
        assert bad_reasons(session, 1, JULY, ALL) == [(211, 10), (221, 9)]
        own = Seen(frozenset({unit_id("市医保局")}))
        assert bad_reasons(session, 1, JULY, own) == [(211, 5)]


def test_examples_are_those_that_are_kept(acts, clock):
    key = acts.opened(cause=2)
    with recording("test", clock()) as records:
        case = records.session.get_one(Case, key)
        for kind in (TextKind.VOICE, TextKind.REPLY, TextKind.EXAMPLE):
            write_text(records, case, kind, f"这是{kind}", None)
    with reading() as session:
        [found] = examples(session, 1, JULY, ALL)
        assert (found.words, found.cause) == ("这是example", 2)
        assert examples(session, 1, JULY, Seen(frozenset())) == []
