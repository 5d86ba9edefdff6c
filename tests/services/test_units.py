"""Units added, renamed, moved and ended; never a ring, never anything deleted."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select

from kiosk.domain.errors import FieldMissing
from kiosk.domain.units import (
    NoUnitHeadings,
    UnitHasEnded,
    UnitInItself,
    UnitInUse,
    UnitLinesWrong,
    UnitNameTaken,
    UnitTooDeep,
)
from kiosk.domain.window_list import WindowRow
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Clerk, LedgerEntry, Placement, Posting, Unit, Window
from kiosk.services.units import (
    UnitImport,
    add_unit,
    end_unit,
    import_units,
    move_unit,
    read_unit_list,
    rename_unit,
    resume_unit,
)
from tests.builders import make_window
from tests.conftest import NOON
from tests.engines import ON_SQLITE
from tests.places import TODAY, kept, take, version
from tests.waiting import PATIENCE

CENTRE = 1


def act(change, *given):
    with recording("test", NOON) as records:
        return change(records, CENTRE, *given)


def tree() -> dict[str, str | None]:
    """The unit above each, by name."""
    with reading() as session:
        units = {unit.id: unit for unit in session.scalars(select(Unit))}
    return {
        unit.name: units[unit.parent_id].name if unit.parent_id else None
        for unit in units.values()
    }


def unit(name: str) -> Unit:
    with reading() as session:
        return session.scalars(select(Unit).where(Unit.name == name)).one()


@pytest.fixture
def three(app) -> tuple[int, int, int]:
    """甲 at the top, 乙 under it, 丙 under that."""
    first = act(add_unit, "甲", None)
    second = act(add_unit, "乙", first)
    return first, second, act(add_unit, "丙", second)


# --- one unit -----------------------------------------------------------------


def test_a_unit_is_added_where_it_belongs(three):
    assert tree() == {"甲": None, "乙": "甲", "丙": "乙"}


def test_the_very_same_unit_again_is_the_one_that_is_there(three):
    entries = version()
    assert act(add_unit, " 乙 ", three[0]) == three[1]
    assert version() == entries


def test_a_name_is_given_once_in_a_centre(three):
    for parent in (None, three[1]):
        with pytest.raises(UnitNameTaken) as refusal:
            act(add_unit, "乙", parent)
    assert refusal.value.values == {"unit": "乙"}
    with pytest.raises(UnitNameTaken):
        act(rename_unit, three[2], "甲")


@ON_SQLITE
@pytest.mark.parametrize("name", ["", " \u200b ", "长" * 101])
def test_a_unit_needs_a_name_that_fits(three, name):
    with pytest.raises(FieldMissing):
        act(add_unit, name, None)
    with pytest.raises(FieldMissing):
        act(rename_unit, three[0], name)


def test_a_renamed_unit_stays_the_same_and_the_ledger_has_both_names(three):
    with transaction() as session:
        window = make_window(session, "A001", unit="甲").id
    act(rename_unit, three[0], "长" * 100)
    with reading() as session:
        held = session.scalars(select(Placement.unit_id)).all()
        body = session.scalars(
            select(LedgerEntry.body).order_by(LedgerEntry.number.desc()).limit(1)
        ).one()
    assert held == [three[0]]
    assert kept()["A001"].id == window
    assert kept()["A001"].unit == "长" * 100
    assert '"name":"甲"' in body
    assert '"name":"长长' in body


# --- the tree -----------------------------------------------------------------


def test_a_unit_moves_with_all_below_it(three):
    other = act(add_unit, "丁", None)
    act(move_unit, three[1], other)
    assert tree() == {"甲": None, "乙": "丁", "丙": "乙", "丁": None}
    act(move_unit, three[1], None)
    assert tree()["乙"] is None


@pytest.mark.parametrize("parent", [0, 1, 2])
def test_a_unit_made_its_own_parent_or_its_own_childs_child_is_refused(three, parent):
    with pytest.raises(UnitInItself) as refusal:
        act(move_unit, three[0], three[parent])
    assert refusal.value.values == {"unit": "甲", "parent": "甲乙丙"[parent]}
    assert tree()["甲"] is None


def test_eight_levels_fit_and_a_ninth_does_not(three):
    last = three[2]
    for level in range(4, 9):
        last = act(add_unit, f"第{level}级", last)
    with pytest.raises(UnitTooDeep):
        act(add_unit, "第9级", last)
    loose = act(add_unit, "散", None)
    with pytest.raises(UnitTooDeep):
        act(move_unit, loose, last)


def test_two_moves_that_together_make_a_ring_one_is_refused(app):
    one, two = act(add_unit, "甲", None), act(add_unit, "乙", None)
    together = Barrier(2)

    def moved(unit_id: int, parent: int) -> bool:
        with app.app_context():
            together.wait(timeout=PATIENCE)
            try:
                act(move_unit, unit_id, parent)
            except UnitInItself:
                return False
            return True

    with ThreadPoolExecutor(2) as pool:
        asked = [pool.submit(moved, one, two), pool.submit(moved, two, one)]
        done = [each.result() for each in asked]
    assert sorted(done) == [False, True]
    assert list(tree().values()).count(None) == 1


# --- the end ------------------------------------------------------------------


def test_an_empty_unit_ends_today_and_its_past_stays(three):
    act(end_unit, three[2], TODAY)
    assert unit("丙").ended_on == TODAY
    entries = version()
    act(end_unit, three[2], TODAY)
    assert version() == entries


def test_a_unit_with_something_in_it_does_not_end(three):
    with transaction() as session:
        make_window(session, "A001", unit="甲")
        make_window(session, "A002", unit="甲").closed_on = TODAY
        clerk = Clerk(
            centre_id=CENTRE, name="张", badge="1", named=False, started_on=TODAY
        )
        session.add(clerk)
        session.flush()
        session.add(Posting(clerk_id=clerk.id, unit_id=three[0], starts_on=TODAY))
    with pytest.raises(UnitInUse) as refusal:
        act(end_unit, three[0], TODAY)
    assert refusal.value.values == {"windows": 1, "clerks": 1, "units": 1}


def test_what_has_closed_or_left_does_not_keep_a_unit(three):
    with transaction() as session:
        make_window(session, "A002", unit="丙").closed_on = TODAY
        gone = Clerk(
            centre_id=CENTRE, name="张", badge="1", named=False, started_on=TODAY,
            ended_on=TODAY,
        )  # fmt: skip
        moved = Clerk(
            centre_id=CENTRE, name="李", badge="2", named=False, started_on=TODAY
        )
        session.add_all([gone, moved])
        session.flush()
        session.add(Posting(clerk_id=gone.id, unit_id=three[2], starts_on=TODAY))
        session.add(
            Posting(clerk_id=moved.id, unit_id=three[2], starts_on=TODAY, ends_on=TODAY)
        )
    act(end_unit, three[2], TODAY)
    assert unit("丙").ended_on == TODAY


def test_nothing_new_comes_into_a_unit_that_has_ended(three):
    act(end_unit, three[2], TODAY)
    with pytest.raises(UnitHasEnded):
        act(add_unit, "丁", three[2])
    with pytest.raises(UnitNameTaken):
        act(add_unit, "丙", three[1])
    loose = act(add_unit, "戊", None)
    with pytest.raises(UnitHasEnded):
        act(move_unit, loose, three[2])
    with pytest.raises(UnitHasEnded) as refusal:
        take([WindowRow(unit="丙", number="A001", name="x")])
    assert refusal.value.values == {"unit": "丙"}
    assert kept() == {}


def test_a_unit_goes_on_when_the_one_above_does(three):
    act(end_unit, three[2], TODAY)
    act(end_unit, three[1], TODAY)
    with pytest.raises(UnitHasEnded):
        act(resume_unit, three[2])
    act(end_unit, three[0], TODAY)
    act(resume_unit, three[0])
    act(resume_unit, three[1])
    assert (unit("甲").ended_on, unit("乙").ended_on) == (None, None)


# --- lists --------------------------------------------------------------------


def listed(text: str):
    found = read_unit_list(text.encode(), "units.csv")
    assert found.errors == ()
    return act(import_units, found.rows)


def test_a_list_adds_and_moves_units_and_again_changes_nothing(three):
    text = "单位,上级单位\n丙,\n丁,戊\n戊,甲\n"
    assert listed(text) == UnitImport(added=2, moved=1, unchanged=0)
    assert tree() == {"甲": None, "乙": "甲", "丙": None, "戊": "甲", "丁": "戊"}
    entries = version()
    assert listed(text) == UnitImport(added=0, moved=0, unchanged=3)
    assert version() == entries


def test_a_list_that_does_not_fit_is_named_by_line_and_not_taken(three):
    found = read_unit_list("unit,parent\n丁,\n甲,丙\n戊,己\n".encode(), "u.csv")
    with pytest.raises(UnitLinesWrong) as refusal:
        act(import_units, found.rows)
    wrong = [(each.line, each.refusal.code) for each in refusal.value.errors]
    assert wrong == [(3, "unit_in_itself"), (4, "parent_unknown")]
    assert tree() == {"甲": None, "乙": "甲", "丙": "乙"}


def test_a_list_names_no_unit_that_has_ended(three):
    act(end_unit, three[2], TODAY)
    found = read_unit_list("单位,上级单位\n丙,甲\n丁,丙\n".encode(), "u.csv")
    with pytest.raises(UnitLinesWrong) as refusal:
        act(import_units, found.rows)
    wrong = [(each.line, each.refusal.code) for each in refusal.value.errors]
    assert wrong == [(2, "unit_ended"), (3, "unit_ended")]


@ON_SQLITE
def test_a_file_without_a_list_of_units_is_refused(app):
    with pytest.raises(NoUnitHeadings):
        read_unit_list("甲,乙\n1,2\n".encode(), "u.csv")


def test_a_window_moved_into_a_unit_later_keeps_it_from_ending(three):
    with transaction() as session:
        window = make_window(session, "A001", unit="丁")
        session.flush()
        session.add(
            Placement(
                window_id=window.id, unit_id=three[2], starts_on=TODAY.replace(day=30),
                service_type_id=1,
            )
        )  # fmt: skip
    with pytest.raises(UnitInUse):
        act(end_unit, three[2], TODAY)
    with transaction() as session:
        session.get_one(Window, window.id).closed_on = TODAY
    act(end_unit, three[2], TODAY)
