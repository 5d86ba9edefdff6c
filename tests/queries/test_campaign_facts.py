"""What else a campaign reads: upheld complaints, the tree of units, working days."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from kiosk.domain.board import Period
from kiosk.domain.case_appeals import AppealState, Appellant
from kiosk.domain.cases import Road, Source
from kiosk.extensions import reading, recording, transaction
from kiosk.models import CalendarDay, CaseAppeal, CaseText, Placement, Unit, Window
from kiosk.queries.campaign_facts import unit_tree, upheld_complaints, working_days
from tests.board_ratings import open_window
from tests.case_acts import DONE, EXPLAINED, PROMISE, Acts
from tests.conftest import NOON
from tests.nominations import TODAY, day, stand
from tests.published import ready_campaign
from tests.staff import make_clerk, unit_key
from tests.statements import statements

WEEK = Period(day(-6), TODAY)


@pytest.fixture
def window(app):
    return open_window("A1", unit="甲")


@pytest.fixture
def acts(window, clock):
    return Acts(clock, unit_key("甲"))


def found(period=WEEK):
    with reading() as session, statements() as said:
        upheld = upheld_complaints(session, period)
    assert len(said) == 1
    return upheld


def appeal(case, side, state):
    with transaction() as session:
        text = session.scalars(select(CaseText.id).limit(1)).one()
        row = CaseAppeal(case_id=case, side=str(side), text_id=text, filed_at=NOON)
        row.state = int(state)
        session.add(row)


def test_what_is_put_right_is_upheld(acts, window):
    clerk = make_clerk("0300", unit="甲")
    acts.answered(DONE, window_id=window, clerk_id=clerk)
    acts.answered(PROMISE, source=Source.RATING, road=Road.PHONE)
    first, second = found()
    unit = unit_key("甲")
    assert (first.day, first.unit_id, first.window_id, first.clerk_id) == (
        TODAY, unit, window, clerk,
    )  # fmt: skip
    assert (second.unit_id, second.window_id, second.clerk_id) == (unit, None, None)


def test_what_was_explained_or_waits_or_blames_nobody_is_not(acts):
    acts.answered(EXPLAINED)
    acts.opened()
    acts.answered(DONE, source=Source.JOINED, road=Road.TABLET)
    acts.answered(DONE, source=Source.SUGGESTION)
    acts.answered(DONE, source=Source.INSPECTION)
    assert found() == []


@pytest.mark.parametrize(
    ("received", "there"), [(-7, False), (-6, True), (0, True), (1, False)]
)
def test_the_day_of_what_it_is_about_decides(acts, received, there):
    acts.answered(DONE, received_on=day(received))
    assert bool(found()) is there


@pytest.mark.parametrize(
    ("side", "state", "there"),
    [
        (Appellant.CLERK, AppealState.OPEN, False),
        (Appellant.CLERK, AppealState.REJECTED, True),
        (Appellant.CITIZEN, AppealState.OPEN, True),
    ],
)
def test_an_open_appeal_of_the_clerk_keeps_it_pending(acts, side, state, there):
    key = acts.answered(DONE)
    appeal(key, side, state)
    assert bool(found()) is there


def test_an_appeal_in_one_case_does_not_free_another(acts):
    appeal(acts.answered(DONE), Appellant.CLERK, AppealState.OPEN)
    acts.answered(DONE, received_on=day(-1))
    assert [each.day for each in found()] == [day(-1)]


def test_a_complaint_concerns_its_window_person_or_unit(acts, window):
    clerk = make_clerk("0300", unit="甲")
    acts.answered(DONE, window_id=window, clerk_id=clerk)
    [upheld] = found()
    ready_campaign()
    one = stand(1)[0]
    unit = unit_key("甲")

    def concerns(units=(), **changes):
        values = {"window_id": None, "clerk_id": None} | changes
        return upheld.concerns(_changed(one, **values), units)

    assert concerns(window_id=window)
    assert not concerns(window_id=window + 1, clerk_id=clerk, units={unit})
    assert concerns(clerk_id=clerk)
    assert not concerns(clerk_id=clerk + 1, units={unit})
    assert concerns(units={unit})
    assert not concerns(units={unit + 1})


def _changed(one, **values):
    return type(one)(**{**vars(one), **values})


def test_units_hold_the_windows_they_had_last(window):
    other = open_window("B1", unit="乙")
    with transaction() as session:
        kind = session.scalars(select(Placement.service_type_id)).first()
        moved = {"window_id": other, "unit_id": unit_key("甲"), "starts_on": day(-1)}
        session.add(Placement(service_type_id=kind, **moved))
        later = {"window_id": window, "unit_id": unit_key("乙"), "starts_on": day(1)}
        session.add(Placement(service_type_id=kind, **later))
    with reading() as session, statements() as said:
        tree = unit_tree(session, WEEK)
    assert len(said) == 2
    assert tree.windows_of({unit_key("甲")}) == tuple(sorted((window, other)))
    assert tree.windows_of({unit_key("乙")}) == ()


@pytest.mark.parametrize(
    ("closed", "there"), [(day(-6), False), (day(-5), True), (day(9), True)]
)
def test_a_window_closed_before_the_period_is_nobody_s(window, closed, there):
    with transaction() as session:
        session.execute(update(Window).values(closed_on=closed))
    with reading() as session:
        assert (window in unit_tree(session, WEEK).windows) is there


def test_what_is_below_a_unit_goes_all_the_way_down(window):
    top = unit_key("甲")
    with recording("test", NOON) as records:
        below = top
        keys = [top]
        for name in ("一科", "一组", "小组"):
            row = {"centre_id": 1, "name": name, "parent_id": below}
            [below] = records.add(Unit, 1, [row])
            keys.append(below)
    with reading() as session:
        tree = unit_tree(session, WEEK)
    assert tree.below(top) == frozenset(keys)
    assert tree.below(keys[2]) == frozenset(keys[2:])


def test_working_days_follow_the_calendar(app):
    week = Period(date(2026, 7, 13), date(2026, 7, 19))

    def days():
        with reading() as session:
            return working_days(session, 1, week)

    assert days() == 5
    with transaction() as session:
        for at, working in ((date(2026, 7, 14), False), (date(2026, 7, 18), True)):
            row = {"centre_id": 1, "day": at, "working": working, "name": "调休"}
            session.add(CalendarDay(**row))
    assert days() == 5
    with transaction() as session:
        row = {"centre_id": 1, "day": week.first, "working": False, "name": "节日"}
        session.add(CalendarDay(**row))
    assert days() == 4
    assert week.first + timedelta(days=6) == week.last
