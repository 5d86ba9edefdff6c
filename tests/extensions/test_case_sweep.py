"""The sweep of cases: opens them, runs their clock, and outlives what fails."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from kiosk.domain.cases import CaseState
from kiosk.extensions import db, recording, transaction
from kiosk.extensions.cases import CaseSweep
from kiosk.models import CalendarDay
from tests.case_acts import Acts, at_once, case_row, told_of
from tests.case_sources import SLOW, cases, inbox, said, ticked
from tests.conftest import make_settings
from tests.screens import Screen, pair_screen
from tests.statements import statements
from tests.waiting import until

CENTRE = 1


@pytest.fixture
def sweep(app) -> CaseSweep:
    return CaseSweep(app, every=0.01)


@pytest.fixture
def screen(app, clock) -> Screen:
    return pair_screen("A001", clock())


@pytest.fixture
def acts(screen, clock) -> Acts:
    return Acts(clock, unit_id=1)


def bare(screen: Screen, clock, times: int) -> None:
    for _ in range(times):
        screen.rate(1, clock.forward(seconds=10))


def test_what_came_in_is_opened_at_the_next_look(sweep, screen, clock):
    said(screen.window_id, clock())
    ticked(screen, clock(), SLOW)
    assert sweep.look(clock()) == 2
    assert [case.row.source for case in cases()] == ["rating", "joined"]
    assert inbox() == []
    assert sweep.look(clock()) == 0


def test_more_than_a_page_is_opened_in_one_look(sweep, screen, clock, monkeypatch):
    monkeypatch.setattr("kiosk.queries.case_opening.PAGE", 2)
    for _ in range(5):
        said(screen.window_id, clock())
    assert sweep.look(clock()) == 5
    assert (len(cases()), inbox()) == (5, [])


def test_bare_ones_are_joined_once_a_minute_from_the_setting_on(sweep, screen, clock):
    bare(screen, clock, 4)
    assert sweep.look(clock()) == 0
    bare(screen, clock, 1)
    # The minute is not over.
    assert sweep.look(clock()) == 0
    assert sweep.look(clock.forward(minutes=1)) == 5
    assert [case.ratings for case in cases()] == [[1, 2, 3, 4, 5]]
    assert sweep.look(clock.forward(minutes=1)) == 0


def test_another_threshold_is_another_number(app, screen, clock):
    app.extensions["kiosk"]["settings"] = make_settings(
        app.extensions["kiosk"]["settings"].instance, bare_cases_from=2
    )
    bare(screen, clock, 2)
    assert CaseSweep(app).look(clock()) == 2


def test_the_days_of_the_settings_are_the_clocks(app, acts, clock):
    app.extensions["kiosk"]["settings"] = make_settings(
        app.extensions["kiosk"]["settings"].instance, second_days=3, look_back_days=7
    )
    found = CaseSweep(app)
    with recording("system", clock()) as records:
        periods = found._clock(records.session, CENTRE, clock()).periods
    assert (periods.second, periods.look_back) == (3, 7)


def test_the_clock_runs_once_a_minute(sweep, acts, clock):
    late, over = acts.opened(), acts.answered()
    moment = case_row(over).second_due
    assert moment is not None
    assert sweep.look(clock()) == 0
    clock.now = moment
    assert sweep.look(clock()) == 2
    assert case_row(late).raised == 2
    assert case_row(over).state == CaseState.CLOSED
    assert sweep.look(clock.forward(minutes=1)) == 0


def test_a_clock_that_was_set_back_does_not_stop_the_looking(sweep, acts, clock):
    sweep.look(clock.forward(days=400))
    clock.forward(days=-400)
    key = acts.opened()
    clock.now = case_row(key).accept_due
    assert sweep.look(clock()) == 1


def test_idle_it_costs_one_statement_and_three_at_the_minute(sweep, screen, clock):
    said(screen.window_id, clock())
    sweep.look(clock())
    sweep.look(clock.forward(minutes=1))
    with statements() as sent:
        assert sweep.look(clock.forward(seconds=5)) == 0
    assert len(sent) == 1
    with statements() as sent:
        assert sweep.look(clock.forward(minutes=1)) == 0
    assert len(sent) == 3


def test_two_workers_open_each_case_once(app, screen, clock):
    for _ in range(3):
        said(screen.window_id, clock())
    bare(screen, clock, 5)
    sweeps = [CaseSweep(app), CaseSweep(app)]
    done = at_once(app, *[lambda each=each: each.look(clock()) for each in sweeps])
    assert sum(done) == 8
    assert sorted(len(case.ratings) for case in cases()) == [1, 1, 1, 5]


def test_a_rating_that_cannot_be_opened_keeps_no_other_waiting(
    sweep, screen, clock, caplog
):
    wrong = said(screen.window_id, clock())
    right = said(screen.window_id, clock())
    day = clock().date()
    # No working day is known: the clock of a case cannot be reckoned.
    with recording("test", clock()) as records:
        rows = [
            {"centre_id": CENTRE, "day": day + timedelta(days=n), "working": False}
            | {"name": "停"}
            for n in range(800)
        ]
        keys = records.add(CalendarDay, CENTRE, rows)
    assert sweep.look(clock()) == 0
    assert inbox() == [wrong, right]
    assert "cases could not be looked after; it is tried again" in caplog.text
    with recording("test", clock()) as records:
        for key in keys:
            records.strike(CalendarDay, CENTRE, key)
    # Not at each look: a minute later.
    assert sweep.look(clock.forward(seconds=59)) == 0
    assert sweep.look(clock.forward(seconds=1)) == 2
    assert inbox() == []


def test_a_database_that_fails_is_logged_and_tried_again(sweep, screen, clock, caplog):
    said(screen.window_id, clock())
    with transaction() as session:
        session.execute(text("ALTER TABLE case_inbox RENAME TO elsewhere"))
    assert sweep.look(clock()) == 0
    assert "cases could not be looked after" in caplog.text
    with transaction() as session:
        session.execute(text("ALTER TABLE elsewhere RENAME TO case_inbox"))
    assert sweep.look(clock()) == 1


def test_the_thread_opens_what_comes_and_ends_when_told(sweep, screen, clock):
    sweep.start()
    try:
        said(screen.window_id, clock())
        until(cases)
    finally:
        sweep.stop()
        sweep.join(60)
    assert not sweep.is_alive()
    db.session.remove()
    assert told_of(1) == [""]
