"""Taking lists of windows in, and one by one; the same again is harmless."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from sqlalchemy import event, select

from kiosk.domain.window_list import NumberTaken, WindowRow
from kiosk.extensions import db, reading, recording
from kiosk.models import Chain, ServiceType, Unit, Window
from kiosk.queries.places import window_by_code
from kiosk.services import places
from kiosk.services.places import WindowImport, add_window
from tests.builders import the_centre
from tests.conftest import NOON
from tests.engines import ON_SQLITE
from tests.places import (
    LONG_AGO,
    ROWS,
    TODAY,
    changed,
    facts,
    kept,
    placements,
    take,
    version,
)
from tests.waiting import PATIENCE


def test_a_first_list_makes_windows_units_and_service_types(app):
    assert take(ROWS) == WindowImport(added=3, changed=0, unchanged=0)
    windows = kept()
    assert {number: facts(window) for number, window in windows.items()} == {
        "A001": ("社保综合1", "市人社局", "社会保险"),
        "A002": ("社保卡", "市人社局", "社会保险"),
        "B001": ("异地备案", "市医保局", "市医保局"),
    }
    first = windows["A001"]
    assert (first.location, first.phone) == ("一楼A区", "0000-5550101")
    assert (windows["A002"].location, windows["A002"].phone) == ("", "")
    assert placements("A001") == [("市人社局", "社会保险", TODAY, None)]
    with reading() as session:
        assert list(session.scalars(select(Unit.name).order_by(Unit.id))) == [
            "市人社局",
            "市医保局",
        ]
        assert session.scalars(select(ServiceType.name)).all() == [
            "社会保险",
            "市医保局",
        ]
        assert set(session.scalars(select(Window.opened_on))) == {TODAY}


def test_each_window_gets_an_address_of_its_own(app):
    take(ROWS)
    codes = {number: window.code for number, window in kept().items()}
    assert len(set(codes.values())) == 3
    with reading() as session:
        assert window_by_code(session, codes["B001"], TODAY).number == "B001"


def test_an_address_in_use_is_not_given_again(app, monkeypatch):
    take(ROWS[:1])
    used = kept()["A001"].code
    drawn = iter([used, "new2345", "new2345", used, "new6789"])
    monkeypatch.setattr(places, "new_code", lambda: next(drawn))
    take(ROWS)
    codes = {number: window.code for number, window in kept().items()}
    assert codes.pop("A001") == used
    assert set(codes.values()) == {"new2345", "new6789"}


def test_the_same_list_again_changes_nothing_at_all(app):
    take(ROWS)
    before = (kept(), version())
    assert take(ROWS) == WindowImport(added=0, changed=0, unchanged=3)
    assert take(ROWS, TODAY + timedelta(days=1)) == WindowImport(0, 0, 3)
    assert (kept(), version()) == before
    assert placements("A001") == [("市人社局", "社会保险", TODAY, None)]


def test_an_empty_list_changes_nothing(app):
    before = version()
    assert take([]) == WindowImport(0, 0, 0)
    assert version() == before


@pytest.mark.parametrize("field", ["name", "location", "phone"])
def test_a_changed_word_is_taken_over_and_code_and_placement_stay(app, field):
    take(ROWS, LONG_AGO)
    before = kept()["A001"]
    rows = [changed(ROWS[0], **{field: "新"}), *ROWS[1:]]
    assert take(rows) == WindowImport(added=0, changed=1, unchanged=2)
    after = kept()["A001"]
    assert getattr(after, field) == "新"
    assert (after.id, after.code) == (before.id, before.code)
    assert facts(kept()["A002"]) == ("社保卡", "市人社局", "社会保险")
    assert placements("A001") == [("市人社局", "社会保险", LONG_AGO, None)]


def test_what_a_list_does_not_state_stays(app):
    take(ROWS)
    row = WindowRow(unit="市人社局", number="A001", name="社保综合1")
    assert take([row]) == WindowImport(0, 0, 1)
    assert kept()["A001"].location == "一楼A区"
    assert take([changed(row, location="", phone="")]) == WindowImport(0, 1, 0)
    assert (kept()["A001"].location, kept()["A001"].phone) == ("", "")


def test_windows_that_a_list_leaves_out_stay(app):
    take(ROWS)
    assert take(ROWS[2:]) == WindowImport(0, 0, 1)
    assert list(kept()) == ["A001", "A002", "B001"]


def test_the_ledger_tells_of_each_row_that_a_list_makes_or_changes(app):
    before = version()
    take(ROWS)
    # Two units, two types, three windows and their placements.
    assert version() == before + 10
    take([changed(row, name="新") for row in ROWS], TODAY + timedelta(days=1))
    assert version() == before + 13
    with reading() as session:
        head = session.get_one(Chain, 1)
    assert head.changed_at == NOON + timedelta(days=1)


def test_the_number_of_statements_does_not_grow_with_the_list(app):
    def numbered(count, **fields):
        return [
            WindowRow(unit=f"单位{n % 7}", number=f"W{n}", name=f"窗口{n}", **fields)
            for n in range(count)
        ]

    def statements(rows, today):
        seen = []
        listen = ("before_cursor_execute", lambda *given: seen.append(given[2]))
        event.listen(db.engine, *listen)
        take(rows, today)
        event.remove(db.engine, *listen)
        return len([each for each in seen if not each.startswith("BEGIN")])

    few = statements(numbered(7), LONG_AGO)
    many = statements(numbered(300), LONG_AGO)
    assert (few, many) == (13, 11)
    later = statements(numbered(300, location="二楼", service_type="综合"), TODAY)
    assert later == 15


@ON_SQLITE
@pytest.mark.unmeasured
def test_twenty_thousand_windows_are_taken_in_one_piece(app):
    """More than SQLite takes values in a statement."""
    rows = [
        WindowRow(unit=f"单位{n // 50}", number=f"W{n}", name=f"窗口{n}")
        for n in range(20_000)
    ]
    assert take(rows) == WindowImport(added=20_000, changed=0, unchanged=0)
    assert take(rows) == WindowImport(added=0, changed=0, unchanged=20_000)


def test_two_lists_at_the_same_moment_are_taken_one_after_the_other(app):
    rows = [
        WindowRow(unit=f"单位{n // 6}", number=f"W{n}", name=f"窗口{n}")
        for n in range(60)
    ]
    together = Barrier(2)

    def taken():
        with app.app_context():
            together.wait(timeout=PATIENCE)
            return take(rows)

    with ThreadPoolExecutor(2) as pool:
        done = [each.result() for each in [pool.submit(taken), pool.submit(taken)]]
    assert sorted(done, key=lambda each: each.added) == [
        WindowImport(added=0, changed=0, unchanged=60),
        WindowImport(added=60, changed=0, unchanged=0),
    ]


# One window


def add(row, today=TODAY):
    with recording("test", NOON) as records:
        return add_window(records, the_centre(records.session).id, row, today)


def test_a_single_window_is_added(app):
    before = version()
    added = add(ROWS[2])
    assert (added.number, added.name, added.opened_on) == ("B001", "异地备案", TODAY)
    assert kept()["B001"].id == added.id
    # The unit, the type, the window, and where it is placed.
    assert version() == before + 4


def test_the_very_same_window_again_is_the_one_that_is_there(app):
    first = add(ROWS[0]).id
    before = version()
    assert add(ROWS[0]).id == first
    assert version() == before


def test_another_window_with_a_number_in_use_is_refused(app):
    add(ROWS[0])
    before = version()
    with pytest.raises(NumberTaken) as refusal:
        add(changed(ROWS[0], name="另一个"))
    assert refusal.value.values == {"number": "A001"}
    assert kept()["A001"].name == "社保综合1"
    assert version() == before


def code_only():
    return {number: window.code_only for number, window in kept().items()}


def test_list_says_which_screens_show_the_code_only_or_keeps_what_is(app):
    take([changed(ROWS[0], code_only=True), *ROWS[1:]])
    assert code_only() == {"A001": True, "A002": False, "B001": False}
    assert take(ROWS) == WindowImport(0, 0, 3)
    assert code_only()["A001"] is True
    turned = [changed(ROWS[0], code_only=False), changed(ROWS[1], code_only=True)]
    assert take(turned) == WindowImport(0, 2, 0)
    assert code_only() == {"A001": False, "A002": True, "B001": False}
