"""Windows as they are managed: where they belong, within the scope of who asks."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from kiosk.domain.policy import Scope
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Unit, Window
from kiosk.queries.places import open_windows, window_by_id
from kiosk.queries.today import windows_on_day
from kiosk.queries.units import unit_lines
from kiosk.queries.windows import (
    closed_window,
    ratings_of,
    window_line,
    window_lines,
    window_placements,
)
from kiosk.services.window_changes import Destination, move_window
from tests.builders import make_window
from tests.conftest import NOON
from tests.places import TODAY
from tests.screens import keep, past_tap, phone_tap
from tests.statements import statements

DAY = timedelta(days=1)
WHOLE = Scope()
CENTRE = 1


@pytest.fixture
def two(app) -> tuple[int, int]:
    """Keys of A001 of 甲局 and B001 of 乙局."""
    with transaction() as session:
        return (
            make_window(session, "A001", unit="甲局", kind="甲类").id,
            make_window(session, "B001", unit="乙局", kind="乙类").id,
        )


def unit(name: str) -> int:
    with reading() as session:
        return session.scalars(select(Unit.id).where(Unit.name == name)).one()


def own() -> Scope:
    return Scope(frozenset({unit("甲局")}))


def lines(scope, day=TODAY):
    with reading() as session:
        return [each.number for each in window_lines(session, CENTRE, day, scope)]


def move_away(window: int, day) -> None:
    where = Destination(unit("乙局"), "乙类")
    with recording("test", NOON) as records:
        move_window(records, window, where, day, TODAY)


def test_only_windows_of_the_scope_are_read(two):
    nothing = Scope(frozenset())
    for scope, found in ((WHOLE, ["A001", "B001"]), (own(), ["A001"]), (nothing, [])):
        with reading() as session:
            opened = open_windows(session, CENTRE, TODAY, scope)
            days = windows_on_day(session, CENTRE, TODAY, scope)
            keys = [window_line(session, key, TODAY, scope) for key in two]
            by_key = [window_by_id(session, key, TODAY, scope) for key in two]
        assert lines(scope) == found
        assert [each.number for each in opened] == found
        assert [each.window.number for each in days] == found
        assert [each.number for each in keys if each] == found
        assert [each.number for each in by_key if each] == found


def test_a_window_belongs_to_the_scope_by_its_placement_of_the_day(two):
    move_away(two[0], TODAY + 2 * DAY)
    assert lines(own(), TODAY + DAY) == ["A001"]
    assert lines(own(), TODAY + 2 * DAY) == []


def test_a_window_that_opens_later_belongs_to_its_first_placement(two):
    with reading() as session:
        [line] = window_lines(session, CENTRE, TODAY - 9999 * DAY, own())
    assert line.unit == "甲局"


def test_units_outside_the_scope_are_days_only(two):
    move_away(two[0], TODAY + 2 * DAY)
    with reading() as session:
        told = [
            (each.unit, each.service_type)
            for each in window_placements(session, two[0], own())
        ]
        whole = [each.unit for each in window_placements(session, two[0], WHOLE)]
    assert told == [("甲局", "甲类"), (None, None)]
    assert whole == ["甲局", "乙局"]


def test_units_are_counted_and_shown_within_the_scope(two):
    with transaction() as session:
        child = Unit(centre_id=CENTRE, name="丙局", parent_id=unit("甲局"))
        session.add(child)
        session.flush()
        below = child.id
        session.get_one(Unit, unit("甲局")).parent_id = unit("乙局")
    scope = Scope(frozenset({unit("甲局"), below}))
    with reading() as session, statements() as seen:
        found = unit_lines(session, CENTRE, TODAY, scope)
    assert [(each.name, each.level, each.parent, each.windows) for each in found] == [
        ("甲局", 0, "", 1),
        ("丙局", 1, "甲局", 0),
    ]
    assert found[0].parent_id is None
    assert len(seen) == 3


def test_ratings_are_counted_in_every_state_and_none_is_zero(two):
    keep(phone_tap(two[0], 5), NOON)
    keep(past_tap(two[0], 1, NOON - 40 * DAY), NOON)
    with reading() as session:
        assert ratings_of(session, two) == {two[0]: 2, two[1]: 0}
        assert ratings_of(session, []) == {}


def test_a_window_is_closed_from_its_day_on(two):
    with transaction() as session:
        window = session.get_one(Window, two[0])
        window.closed_on, window.successor_id = TODAY, two[1]
        code = window.code
    with reading() as session:
        assert closed_window(session, TODAY - DAY, code=code) is None
        closed = closed_window(session, TODAY, code=code)
        same = closed_window(session, TODAY, window_id=two[0])
        assert closed_window(session, TODAY, window_id=two[1]) is None
        assert closed_window(session, TODAY, code="none") is None
    assert closed == same
    assert (closed.number, closed.closed_on) == ("A001", TODAY)
    assert closed.successor.number == "B001"
