"""To which unit and type a window belongs from when, and which window is meant."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from kiosk.extensions import reading, recording, transaction
from kiosk.models import Centre, Unit, Window
from kiosk.queries.installation import centre_version
from kiosk.services.chains import begin_chain
from kiosk.services.places import WindowImport, import_windows
from tests.builders import make_window
from tests.conftest import NOON
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


@pytest.mark.parametrize(
    ("fields", "place"),
    [
        ({"unit": "市医保局"}, ("市医保局", "社会保险")),
        ({"service_type": "综合受理"}, ("市人社局", "综合受理")),
        ({"unit": "新局", "service_type": None}, ("新局", "新局")),
    ],
    ids=["unit", "service type", "unit without a stated type"],
)
def test_another_unit_or_type_is_a_new_placement_from_today(app, fields, place):
    take(ROWS, LONG_AGO)
    rows = [changed(ROWS[0], **fields), *ROWS[1:]]
    assert take(rows) == WindowImport(added=0, changed=1, unchanged=2)
    assert placements("A001") == [
        ("市人社局", "社会保险", LONG_AGO, TODAY),
        (*place, TODAY, None),
    ]
    assert placements("A002") == [("市人社局", "社会保险", LONG_AGO, None)]
    yesterday = kept(TODAY - timedelta(days=1))["A001"]
    assert facts(yesterday) == ("社保综合1", "市人社局", "社会保险")
    assert facts(kept()["A001"]) == ("社保综合1", *place)
    assert take(rows) == WindowImport(0, 0, 3)


def test_a_placement_that_began_today_is_altered_in_place(app):
    take(ROWS)
    moved = [changed(ROWS[0], unit="市医保局", name="新名")]
    assert take(moved) == WindowImport(added=0, changed=1, unchanged=0)
    assert placements("A001") == [("市医保局", "社会保险", TODAY, None)]
    assert kept()["A001"].name == "新名"


def test_a_placement_that_begins_later_by_another_zone_is_altered_in_place(app):
    take(ROWS, TODAY + timedelta(days=1))
    assert take([changed(ROWS[0], unit="市医保局")]) == WindowImport(0, 1, 0)
    assert placements("A001") == [
        ("市医保局", "社会保险", TODAY + timedelta(days=1), None)
    ]


def test_a_closed_window_is_not_revived_by_its_number(app):
    with transaction() as session:
        old = make_window(session, "A001")
        old.closed_on = TODAY
        old_id = old.id
    assert take(ROWS[:1]) == WindowImport(added=1, changed=0, unchanged=0)
    assert kept()["A001"].id != old_id


def test_a_window_that_closes_later_is_still_the_one_of_its_number(app):
    with transaction() as session:
        old = make_window(session, "A001", unit="市人社局", kind="社会保险")
        old.closed_on = TODAY + timedelta(days=1)
        old_id = old.id
    assert take(ROWS[:1]) == WindowImport(added=0, changed=1, unchanged=0)
    assert (kept()["A001"].id, kept()["A001"].name) == (old_id, "社保综合1")


def test_of_two_windows_with_a_number_the_one_that_goes_on_is_meant(app):
    with transaction() as session:
        lasting = make_window(session, "A001", kind="社会保险")
        closing = make_window(session, "A009", kind="社会保险")
        closing.closed_on = TODAY + timedelta(days=1)
        session.flush()
        closing.number = "A001"
        ids = (lasting.id, closing.id)
    take(ROWS[:1])
    with reading() as session:
        names = [session.get_one(Window, each).name for each in ids]
    assert names == ["社保综合1", "社保综合A009"]


def test_another_centre_keeps_its_own_names_and_numbers(app):
    take(ROWS)
    ours = version()
    with transaction() as session:
        other = Centre(code="east", name="东区", time_zone="Asia/Shanghai")
        session.add(other)
        session.flush()
        east = other.id
        begin_chain(session, uuid4(), other, other.time_zone, NOON)
    with recording("test", NOON) as records:
        done = import_windows(records, east, ROWS, TODAY)
    assert done == WindowImport(added=3, changed=0, unchanged=0)
    with reading() as session:
        units = session.scalars(select(Unit.name).where(Unit.centre_id == east))
        assert sorted(units) == ["市人社局", "市医保局"]
        assert centre_version(session, east) > 1
    assert version() == ours
