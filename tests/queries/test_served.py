"""Where a clerk counts now, and the response of a window's days."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from kiosk.domain.board import Period
from kiosk.domain.intake import RatingState
from kiosk.domain.served import Response
from kiosk.extensions import reading, transaction
from kiosk.models import Shift, TallyDay, Window
from kiosk.queries.served import counter_of, responses_of, served_counts
from tests.board_ratings import past_day
from tests.screens import pair_screen
from tests.staff import TODAY, at, enter_served_on, make_clerk, plan, span
from tests.statements import statements

DAY = timedelta(days=1)


@pytest.fixture
def window(app, clock) -> int:
    clock.now = at("08:00")
    return pair_screen("A001", clock()).window_id


@pytest.fixture
def clerk(window) -> int:
    return make_clerk("0317")


def where(clerk, moment, today=TODAY):
    """(window, people served) of the clerk's counter, or None."""
    with reading() as session:
        found = counter_of(session, clerk, at(moment), today)
    return None if found is None else (found.window.number, found.served)


def test_counter_is_there_from_the_first_moment_of_the_shift_to_before_its_end(
    window, clerk, clock
):
    plan(clerk, window, span("09:00", "12:00"), clock())
    enter_served_on(window, 3)
    assert [
        where(clerk, moment) for moment in ("08:59", "09:00", "11:59", "12:00")
    ] == [
        None,
        ("A001", 3),
        ("A001", 3),
        None,
    ]


def test_who_took_over_counts_and_who_was_before_does_not(window, clerk, clock):
    other = make_clerk("0318", "示例乙")
    plan(clerk, window, span("09:00", "12:00"), clock())
    second = plan(other, window, span("13:00", "17:00"), clock())
    # A sign-on at the screen begins within the shift of the one before.
    with transaction() as session:
        session.execute(
            update(Shift).where(Shift.id == second).values(starts_at=at("10:00"))
        )
    assert [where(clerk, "09:59"), where(other, "09:59")] == [("A001", 0), None]
    assert [where(clerk, "10:00"), where(other, "10:00")] == [None, ("A001", 0)]


def test_of_two_that_begin_at_once_the_later_row_counts(window, clerk, clock):
    other = make_clerk("0318", "示例乙")
    plan(clerk, window, span("09:00", "12:00"), clock())
    second = plan(other, window, span("13:00", "17:00"), clock())
    with transaction() as session:
        session.execute(
            update(Shift).where(Shift.id == second).values(starts_at=at("09:00"))
        )
    assert [where(clerk, "10:00"), where(other, "10:00")] == [None, ("A001", 0)]


def test_superseded_shift_and_closed_window_have_no_counter(window, clerk, clock):
    shift = plan(clerk, window, span("09:00", "17:00"), clock())
    with transaction() as session:
        session.execute(update(Window).values(closed_on=TODAY + DAY))
    assert where(clerk, "10:00") == ("A001", 0)
    assert where(clerk, "10:00", TODAY + DAY) is None
    with transaction() as session:
        session.execute(
            update(Shift).where(Shift.id == shift).values(superseded_at=at("09:30"))
        )
    assert where(clerk, "10:00") is None


def test_shift_of_long_ago_is_not_looked_at(window, clerk, clock):
    shift = plan(clerk, window, span("09:00", "17:00"), clock())
    with transaction() as session:
        session.execute(
            update(Shift)
            .where(Shift.id == shift)
            .values(starts_at=at("10:00", TODAY - 2 * DAY))
        )
    assert where(clerk, "09:59") == ("A001", 0)
    assert where(clerk, "10:00") is None


def responses(window, first, last):
    with reading() as session, statements() as seen:
        found = responses_of(session, window, Period(first, last))
    assert len(seen) == 1
    return found


def test_response_of_days_with_people_served_only(window, clock):
    past_day(window, TODAY - 3 * DAY, (5, 1))
    past_day(window, TODAY - 2 * DAY, (5, 1, 3))
    past_day(window, TODAY - DAY, (5,) * 6)
    enter_served_on(window, 12, TODAY - 3 * DAY)
    enter_served_on(window, 8, TODAY - DAY)
    enter_served_on(window, 4, TODAY)
    assert responses(window, TODAY - 3 * DAY, TODAY) == {
        TODAY - 3 * DAY: Response(2, 12),
        TODAY - DAY: Response(6, 8),
        TODAY: Response(0, 4),
    }
    assert list(responses(window, TODAY - 2 * DAY, TODAY - DAY)) == [TODAY - DAY]
    enter_served_on(window, 0, TODAY)
    assert list(responses(window, TODAY, TODAY)) == []


def test_held_ratings_are_no_response(window, clock):
    past_day(window, TODAY, (5,) * 6)
    enter_served_on(window, 8, TODAY)
    with transaction() as session:
        session.execute(update(TallyDay).values(state=int(RatingState.HELD)))
    assert responses(window, TODAY, TODAY) == {TODAY: Response(0, 8)}


def test_counts_stand_by_window_and_day_of_the_period(window, clock):
    others = [pair_screen(f"B00{n}", clock()).window_id for n in range(2)]
    enter_served_on(window, 3, TODAY - DAY)
    enter_served_on(window, 4, TODAY)
    enter_served_on(others[0], 5, TODAY)
    enter_served_on(others[1], 6, TODAY)
    enter_served_on(window, 7, TODAY - 2 * DAY)
    period = Period(TODAY - DAY, TODAY)
    with reading() as session, statements() as seen:
        found = served_counts(session, 1, [others[0], window], period)
        elsewhere = served_counts(session, 2, [window], period)
    assert len(seen) == 2
    assert found.tolist() == [[0, 5], [3, 4]]
    assert elsewhere.tolist() == [[0, 0]]
