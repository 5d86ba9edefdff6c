"""Ratings without a word are answered together, by window, week and cause."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from kiosk.domain.cases import CaseState, Road, Source
from kiosk.domain.intake import Origin, RatingState
from kiosk.extensions import reading, transaction, write
from kiosk.models import Rating
from kiosk.services.case_inbox import queue_rating
from kiosk.services.past_ratings import record_history
from tests.builders import make_window
from tests.case_acts import EXPLAINED, Acts, at_once, case_row, told_of
from tests.case_sources import (
    COMPETENCE,
    EFFICIENCY,
    SLOW,
    UNCLEAR,
    call_me,
    cases,
    join,
    key_of,
    open_all,
    open_one,
    said,
    ticked,
)
from tests.ledger_story import told, verified
from tests.screens import (
    FAR_APART,
    HALL,
    Screen,
    keep,
    pair_screen,
    past_tap,
    phone_tap,
)
from tests.staff import entries, make_clerk, plan, span

SECRET = "an-own-secret-of-a-phone"
MONDAY = date(2026, 7, 13)
"""Of the week of the stopped clock."""


@pytest.fixture
def screen(app, clock) -> Screen:
    return pair_screen("A001", clock())


@pytest.fixture
def acts(screen, clock) -> Acts:
    return Acts(clock, unit_id=1)


def be(rating_id: int, state: RatingState) -> None:
    with transaction() as session:
        row = update(Rating).where(Rating.id == rating_id)
        session.execute(row.values(state=int(state)))


def bare(screen: Screen, clock, level: int = 1, **more: object) -> int:
    """Let somebody tap, far enough after the one before."""
    return key_of(screen.rate(level, clock.forward(minutes=1), **more))


def by_case() -> list[tuple[int, int | None, list[int]]]:
    """Return cause, part and ratings of each case."""
    return [(case.row.cause, case.row.part, case.ratings) for case in cases()]


# With reasons


def test_reasons_alone_open_a_joined_case_and_the_next_ones_join_it(screen, clock):
    first = ticked(screen, clock(), SLOW)
    open_all(clock.forward(minutes=1))
    second = ticked(screen, clock.forward(minutes=1), SLOW, UNCLEAR)
    assert open_all(clock()) == [1]
    [case] = cases()
    row = case.row
    assert (row.source, row.road, row.cause) == ("joined", Road.TABLET, EFFICIENCY)
    assert (row.week, row.part, row.half) == (MONDAY, 1, 0)
    assert row.window_id == screen.window_id
    assert case.ratings == [first, second]
    assert len(entries("case-rating")) == 2


def test_each_cause_window_and_week_has_a_case(screen, clock):
    other = pair_screen("A002", clock())
    week = timedelta(days=7)
    ratings = [
        ticked(screen, clock(), SLOW),
        ticked(screen, clock() + FAR_APART, UNCLEAR),
        ticked(other, clock(), SLOW),
        ticked(screen, clock.forward(days=week.days), SLOW),
    ]
    assert open_all(clock()) == [1, 2, 3, 4]
    rows = [case.row for case in cases()]
    assert [(row.window_id, row.week, row.cause) for row in rows] == [
        (1, MONDAY, EFFICIENCY),
        (1, MONDAY, COMPETENCE),
        (2, MONDAY, EFFICIENCY),
        (1, MONDAY + week, EFFICIENCY),
    ]
    assert [case.ratings for case in cases()] == [[each] for each in ratings]


def test_what_comes_after_the_answer_begins_another_part(screen, acts, clock):
    first = ticked(screen, clock(), SLOW)
    open_all(clock())
    acts.accept(1)
    second = ticked(screen, clock.forward(minutes=1), SLOW)
    open_all(clock())
    acts.answer(1, EXPLAINED)
    third = ticked(screen, clock.forward(minutes=1), SLOW)
    open_all(clock())
    assert by_case() == [
        (EFFICIENCY, 1, [first, second]),
        (EFFICIENCY, 2, [third]),
    ]


@pytest.mark.parametrize("state", [RatingState.HELD, RatingState.EXCLUDED])
def test_what_does_not_count_joins_nothing(screen, clock, state):
    rating = ticked(screen, clock(), SLOW)
    be(rating, state)
    assert open_all(clock()) == [None]
    assert cases() == []


def test_what_was_held_joins_the_case_of_its_cause_once_it_is_released(screen, clock):
    rating = ticked(screen, clock(), SLOW)
    be(rating, RatingState.HELD)
    open_all(clock())
    be(rating, RatingState.COUNTED)
    assert join(screen.window_id, MONDAY, clock()) == 0
    assert by_case() == [(EFFICIENCY, 1, [rating])]
    assert join(screen.window_id, MONDAY, clock()) == 0
    assert len(cases()) == 1


def test_a_second_look_at_the_same_reasons_changes_nothing(screen, clock):
    rating = ticked(screen, clock(), SLOW)
    open_all(clock())
    write(lambda connection: queue_rating(connection, rating))
    assert open_all(clock()) == [1]
    assert by_case() == [(EFFICIENCY, 1, [rating])]
    assert len(entries("case-rating")) == 1


def test_a_case_names_a_clerk_only_while_it_is_about_one(screen, clock):
    clerk, other = make_clerk(), make_clerk("0318", "示例乙")
    plan(clerk, screen.window_id, span("09:00", "12:30"))
    plan(other, screen.window_id, span("12:30", "17:00"))
    for _ in range(2):
        ticked(screen, clock.forward(minutes=1), SLOW)
    open_all(clock())
    assert case_row(1).clerk_id == clerk
    ticked(screen, clock.forward(hours=1), SLOW)
    open_all(clock())
    assert case_row(1).clerk_id is None
    assert told_of(1) == ["", "joined"]
    ticked(screen, clock.forward(minutes=1), SLOW)
    open_all(clock())
    assert told_of(1) == ["", "joined"]


def test_two_workers_at_once_open_one_joined_case(app, screen, clock):
    ratings = [ticked(screen, clock.forward(minutes=1), SLOW) for _ in range(4)]
    found = at_once(app, *[lambda key=key: open_one(key, clock()) for key in ratings])
    assert found == [1, 1, 1, 1]
    assert by_case() == [(EFFICIENCY, 1, ratings)]


# Words or a contact that come later


def test_whoever_asks_for_a_call_moves_out_of_the_joined_case(screen, clock):
    first = ticked(screen, clock(), SLOW)
    second = ticked(screen, clock.forward(minutes=1), SLOW, own=SECRET)
    open_all(clock())
    call_me(SECRET, clock.forward(minutes=1))
    assert open_all(clock()) == [2]
    assert by_case() == [(EFFICIENCY, 1, [first]), (EFFICIENCY, None, [second])]
    assert cases()[1].row.source == Source.RATING
    assert len(entries("case-rating")) == 3
    assert told(verified()) == []


def test_a_joined_case_of_one_opinion_becomes_its_own(screen, clock):
    rating = ticked(screen, clock(), SLOW, own=SECRET)
    open_all(clock())
    due = case_row(1).answer_due
    call_me(SECRET, clock.forward(minutes=1))
    assert open_all(clock()) == [1]
    [case] = cases()
    row = case.row
    assert (row.source, row.week, row.part, row.half) == ("rating", None, None, 2)
    assert (row.answer_due, case.ratings) == (due, [rating])
    assert told_of(1) == ["", "own"]
    # The next reasons of that week begin a joined case again.
    ticked(screen, clock.forward(minutes=1), SLOW)
    open_all(clock())
    assert [case.row.part for case in cases()] == [None, 1]
    assert told(verified()) == []


def test_an_answered_joined_case_stays_what_it_is(screen, acts, clock):
    rating = ticked(screen, clock(), SLOW, own=SECRET)
    open_all(clock())
    acts.accept(1)
    acts.answer(1)
    call_me(SECRET, clock.forward(minutes=1))
    open_all(clock())
    assert by_case() == [(EFFICIENCY, 1, []), (EFFICIENCY, None, [rating])]
    assert case_row(1).state == CaseState.ANSWERED


def test_a_correction_does_not_join_a_second_time(screen, clock):
    first = screen.rate(2, clock())
    screen.send([screen.reasons(first, [SLOW])], clock())
    open_all(clock())
    then = clock.forward(minutes=1)
    again = screen.rate(1, then, revises=str(first))
    screen.send([screen.reasons(again, [UNCLEAR])], then)
    assert open_all(then) == [1]
    assert by_case() == [(EFFICIENCY, 1, [key_of(first)])]
    assert join(screen.window_id, MONDAY, then, least=2) == 0


# Bare ones


def test_bare_ratings_are_joined_from_the_threshold_on(screen, clock):
    ratings = [bare(screen, clock, level) for level in (1, 2)]
    assert join(screen.window_id, MONDAY, clock()) == 0
    assert cases() == []
    ratings.append(bare(screen, clock))
    assert join(screen.window_id, MONDAY, clock()) == 3
    assert by_case() == [(0, 1, ratings)]
    row = case_row(1)
    assert (row.source, row.week, row.received_at) == ("joined", MONDAY, clock())
    assert len(entries("case-rating")) == 3
    assert told(verified()) == []


def test_what_comes_until_the_answer_joins_them_and_then_it_begins_anew(
    screen, acts, clock
):
    for _ in range(2):
        bare(screen, clock)
    assert join(screen.window_id, MONDAY, clock(), least=2) == 2
    bare(screen, clock)
    assert join(screen.window_id, MONDAY, clock(), least=2) == 1
    assert join(screen.window_id, MONDAY, clock(), least=2) == 0
    acts.accept(1)
    acts.answer(1)
    late = [bare(screen, clock)]
    assert join(screen.window_id, MONDAY, clock(), least=2) == 0
    late.append(bare(screen, clock))
    assert join(screen.window_id, MONDAY, clock(), least=2) == 2
    assert [part for _, part, _ in by_case()] == [1, 2]
    assert by_case()[1][2] == late


def test_only_what_counts_and_is_bad_and_bare_is_joined(screen, clock):
    for level in (3, 4, 5):
        bare(screen, clock, level)
    for state in (RatingState.HELD, RatingState.EXCLUDED):
        be(bare(screen, clock), state)
    said(screen.window_id, clock.forward(minutes=1))
    bare(screen, clock, own=SECRET)
    call_me(SECRET, clock())
    past = past_tap(screen.window_id, 1, clock(), origin=Origin.HISTORY)
    write(lambda connection: record_history(connection, [past], HALL, clock(), "test"))
    assert join(screen.window_id, MONDAY, clock(), least=2) == 0
    wanted = [bare(screen, clock), bare(screen, clock)]
    assert join(screen.window_id, MONDAY, clock(), least=2) == 2
    assert by_case() == [(0, 1, wanted)]


def test_a_week_begins_on_monday_and_a_window_stands_for_itself(screen, clock):
    with transaction() as session:
        other = make_window(session, "A002").id
    for window in (screen.window_id, other):
        for day in (MONDAY, MONDAY + timedelta(days=6), MONDAY + timedelta(days=7)):
            event = keep(phone_tap(window, 1), clock()).event_id
            with transaction() as session:
                row = update(Rating).where(Rating.event_id == event)
                session.execute(row.values(day=day))
    assert join(screen.window_id, MONDAY, clock(), least=2) == 2
    [case] = cases()
    assert (case.row.road, case.ratings) == (Road.PHONE, [1, 2])
    with reading() as session:
        assert session.get_one(Rating, 2).day == MONDAY + timedelta(days=6)


def test_the_correction_of_a_rating_in_a_case_is_no_new_one(screen, clock):
    first = screen.rate(2, clock())
    bare(screen, clock)
    join(screen.window_id, MONDAY, clock(), least=2)
    screen.rate(1, clock.forward(minutes=1), revises=str(first))
    assert join(screen.window_id, MONDAY, clock(), least=2) == 0
    assert len(cases()[0].ratings) == 2


def test_the_correction_of_one_that_was_in_no_case_is_joined(screen, clock):
    first = screen.rate(5, clock())
    again = screen.rate(1, clock.forward(minutes=1), revises=str(first))
    other = bare(screen, clock)
    assert join(screen.window_id, MONDAY, clock(), least=2) == 2
    assert by_case() == [(0, 1, [key_of(again), other])]


def test_two_workers_at_once_join_each_rating_once(app, screen, clock):
    ratings = [bare(screen, clock) for _ in range(3)]

    def act() -> int:
        return join(screen.window_id, MONDAY, clock())

    assert sorted(at_once(app, act, act)) == [0, 3]
    assert by_case() == [(0, 1, ratings)]
