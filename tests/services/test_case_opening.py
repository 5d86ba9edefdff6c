"""Ratings with words, wishes and contacts become cases of their own, each once."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from kiosk.domain.cases import CaseState, Road, Source
from kiosk.domain.comments import Wish
from kiosk.domain.intake import RatingState
from kiosk.domain.working_days import NoWorkingDays, WorkCalendar
from kiosk.extensions import reading, recording, transaction, write
from kiosk.models import Placement, Rating, Unit
from kiosk.services.calendar import USUAL_HOURS
from kiosk.services.case_inbox import queue_rating
from kiosk.services.case_opening import open_waiting
from kiosk.services.contacts import withdraw_contact
from tests.case_acts import CENTRE, CLOCK, at_once, told_of
from tests.case_sources import (
    COMPETENCE,
    EFFICIENCY,
    SLOW,
    UNCLEAR,
    call_me,
    cases,
    inbox,
    key_of,
    open_all,
    open_one,
    said,
    ticked,
)
from tests.ledger_story import told, verified
from tests.screens import FAR_APART, Screen, pair_screen
from tests.staff import entries, make_clerk, plan, span

SECRET = "an-own-secret-of-a-phone"


@pytest.fixture
def screen(app, clock) -> Screen:
    return pair_screen("A001", clock())


def change_ratings(**values: object) -> None:
    """Make all ratings what this test needs, past the services."""
    with transaction() as session:
        session.execute(update(Rating).values(values))


def test_words_of_a_bad_rating_get_a_case_of_their_own(screen, clock):
    rating = said(screen.window_id, clock(), 2)
    given = clock()
    clock.forward(hours=1)
    assert open_all(clock()) == [1]
    [case] = cases()
    row = case.row
    assert case.ratings == [rating]
    assert (row.number, row.source, row.road) == ("2026-0001", "rating", Road.PHONE)
    assert (row.window_id, row.unit_id, row.cause) == (screen.window_id, 1, 0)
    assert (row.week, row.part, row.verified) == (None, None, False)
    # Its periods run from when the words came; units learn the half-day only.
    assert (row.received_at, row.received_on, row.half) == (given, given.date(), 2)
    assert row.accept_due == CLOCK.due(given, 1)
    assert (row.state, inbox()) == (CaseState.WAITING, [])


def test_what_the_rating_is_stands_in_its_case(screen, clock):
    said(screen.window_id, clock() - timedelta(minutes=1))
    change_ratings(verified=True)
    open_all(clock())
    assert (cases()[0].row.half, cases()[0].row.verified) == (1, True)


def test_a_rating_whose_time_is_uncertain_is_of_no_half_day(screen, clock):
    said(screen.window_id, clock())
    change_ratings(time_uncertain=True)
    open_all(clock())
    assert cases()[0].row.half == 0


def test_words_on_a_screen_come_by_the_screen(screen, clock):
    ticked(screen, clock(), UNCLEAR, own=SECRET)
    call_me(SECRET, clock())
    open_all(clock())
    row = cases()[0].row
    assert (row.road, row.cause) == (Road.TABLET, COMPETENCE)


@pytest.mark.parametrize("level", [1, 5])
def test_a_complaint_is_about_somebody_and_an_idea_about_nobody(screen, clock, level):
    clerk = make_clerk()
    plan(clerk, screen.window_id, span())
    for wish in (Wish.COMPLAINT, Wish.SUGGESTION):
        said(screen.window_id, clock(), level, comment="", kind=int(wish))
    open_all(clock())
    told_by = [(case.row.source, case.row.clerk_id) for case in cases()]
    assert told_by == [(Source.COMPLAINT, clerk), (Source.SUGGESTION, None)]


def test_whoever_wants_a_call_gets_a_case_whatever_the_level(screen, clock):
    rating = key_of(screen.rate(5, clock(), own=SECRET))
    call_me(SECRET, clock.forward(hours=2))
    open_all(clock.forward(hours=1))
    [case] = cases()
    assert (case.row.source, case.ratings) == (Source.RATING, [rating])
    # It was asked for two hours after the tap: no answer was due before.
    assert case.row.received_at == clock() - timedelta(hours=1)


@pytest.mark.parametrize("state", [RatingState.HELD, RatingState.EXCLUDED])
def test_words_are_answered_even_where_the_rating_does_not_count(screen, clock, state):
    said(screen.window_id, clock())
    change_ratings(state=int(state))
    open_all(clock())
    assert [case.row.source for case in cases()] == [Source.RATING]


def test_what_was_taken_back_before_anybody_looked_opens_nothing(screen, clock):
    screen.rate(5, clock(), own=SECRET)
    call_me(SECRET, clock())
    with recording("citizen", clock()) as records:
        assert withdraw_contact(records, SECRET)
    assert open_all(clock()) == [None]
    assert (cases(), inbox()) == ([], [])


# Whose it is


def test_a_case_goes_to_the_unit_that_the_window_had_on_that_day(screen, clock):
    today = clock().date()
    with recording("test", clock()) as records:
        [other] = records.add(Unit, CENTRE, [{"centre_id": CENTRE, "name": "二处"}])
        records.change(Placement, CENTRE, 1, {"ends_on": today})
        moved = {"window_id": screen.window_id, "unit_id": other, "starts_on": today}
        records.add(Placement, CENTRE, [moved | {"service_type_id": 1}])
    for days in (1, 0):
        said(screen.window_id, clock() - timedelta(days=days))
    open_all(clock())
    assert [case.row.unit_id for case in cases()] == [1, other]


def test_what_is_older_than_the_window_goes_to_its_first_unit(screen, clock):
    said(screen.window_id, clock())
    change_ratings(day=date(2019, 12, 31))
    open_all(clock())
    assert cases()[0].row.unit_id == 1


# Once, whatever comes after


def test_to_look_again_opens_nothing_new(screen, clock):
    rating = said(screen.window_id, clock())
    assert open_all(clock()) == [1]
    before = entries("case-rating")
    write(lambda connection: queue_rating(connection, rating))
    assert open_all(clock()) == [1]
    assert len(cases()) == 1
    assert entries("case-rating") == before


def test_a_rating_that_waits_no_more_is_somebody_elses(screen, clock):
    rating = said(screen.window_id, clock())
    open_all(clock())
    assert open_one(rating, clock()) is None


def test_words_of_a_correction_belong_to_the_case_of_the_tap(screen, clock):
    first = said(screen.window_id, clock(), 2)
    open_all(clock())
    with reading() as session:
        event = session.get_one(Rating, first).event_id
    again = said(screen.window_id, clock.forward(minutes=1), 1, revises=event)
    open_all(clock())
    [case] = cases()
    assert case.ratings == [first, again]
    assert len(entries("case-rating")) == 2


def test_a_tap_and_its_correction_are_one_case_when_both_wait(screen, clock):
    first = screen.rate(2, clock(), own=SECRET)
    call_me(SECRET, clock())
    then = clock.forward(seconds=FAR_APART.seconds)
    again = screen.rate(1, then, revises=str(first))
    screen.send([screen.reasons(again, [SLOW])], clock())
    assert open_all(clock()) == [1, 1]
    [case] = cases()
    assert case.ratings == [key_of(first), key_of(again)]
    assert (case.row.source, case.row.cause) == (Source.RATING, EFFICIENCY)


def test_two_workers_at_once_open_one_case(app, screen, clock):
    rating = said(screen.window_id, clock())

    def act() -> int | None:
        return open_one(rating, clock())

    assert sorted(at_once(app, act, act), key=repr) == [1, None]
    assert len(cases()) == 1


def test_two_workers_number_the_cases_of_a_centre_without_gaps(app, screen, clock):
    ratings = [said(screen.window_id, clock()) for _ in range(4)]
    at_once(app, *[lambda key=key: open_one(key, clock()) for key in ratings])
    numbers = sorted(case.row.number for case in cases())
    assert numbers == ["2026-0001", "2026-0002", "2026-0003", "2026-0004"]


def test_without_working_days_it_waits_in_the_inbox(screen, clock):
    rating = said(screen.window_id, clock())
    never = {clock().date() + timedelta(days=n): False for n in range(-5, 900)}
    closed = type(CLOCK)(WorkCalendar(never, USUAL_HOURS), CLOCK.zone, CLOCK.periods)
    with pytest.raises(NoWorkingDays), recording("system", clock()) as records:
        open_waiting(records, rating, closed)
    assert (cases(), inbox()) == ([], [rating])


def test_all_of_it_is_entered_and_proven(screen, clock):
    said(screen.window_id, clock())
    open_all(clock())
    assert told_of(1) == [""]
    assert len(entries("case-rating")) == 1
    assert told(verified()) == []
