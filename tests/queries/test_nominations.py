"""Whom units can put forward: theirs of the day, each kind in its order."""

import pytest

from kiosk.domain.campaign_kinds import AwardKind
from kiosk.domain.policy import Scope
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Clerk, Unit, Window
from kiosk.queries.nominations import nominees
from tests.builders import make_window
from tests.conftest import NOON
from tests.nominations import EVERYWHERE, TODAY, day
from tests.staff import make_clerk, unit_key
from tests.statements import statements


@pytest.fixture
def hall(app):
    with transaction() as session:
        keys = {
            number: make_window(session, number, unit=unit).id
            for number, unit in (("B2", "乙"), ("A1", "甲"), ("A2", "甲"))
        }
    keys["0400"] = make_clerk("0400", "示例乙", unit="乙")
    keys["0300"] = make_clerk("0300", "示例甲", unit="甲")
    return keys


def words(kind, scope=EVERYWHERE, on=TODAY):
    with reading() as session, statements() as said:
        found = [each.words for each in nominees(session, kind, on, scope)]
    assert len(said) == (kind is not AwardKind.SUGGESTION)
    return found


def test_each_kind_has_its_own_in_order(hall):
    assert words(AwardKind.WINDOW) == [
        "A1 社保综合A1",
        "A2 社保综合A2",
        "B2 社保综合B2",
    ]
    assert set(words(AwardKind.PERSON)) == {"示例乙（0400）", "示例甲（0300）"}
    assert set(words(AwardKind.UNIT)) == {"甲", "乙"} == set(words(AwardKind.BRAND))
    assert words(AwardKind.SUGGESTION) == []


def test_only_units_of_the_scope_are_offered(hall):
    own = Scope(frozenset({unit_key("乙")}))
    assert words(AwardKind.WINDOW, own) == ["B2 社保综合B2"]
    assert words(AwardKind.PERSON, own) == ["示例乙（0400）"]
    assert words(AwardKind.UNIT, own) == ["乙"]
    assert words(AwardKind.WINDOW, Scope(frozenset())) == []


def test_what_has_ended_or_not_begun_is_not_offered(hall):
    with recording("test", NOON) as records:
        records.change(Window, 1, hall["A1"], {"closed_on": TODAY})
        records.change(Window, 1, hall["A2"], {"opened_on": day(1)})
        records.change(Clerk, 1, hall["0300"], {"ended_on": TODAY})
        records.change(Clerk, 1, hall["0400"], {"started_on": day(1)})
        records.change(Unit, 1, unit_key("甲"), {"ended_on": TODAY})
    assert words(AwardKind.WINDOW) == ["B2 社保综合B2"]
    assert words(AwardKind.PERSON) == []
    assert words(AwardKind.UNIT) == ["乙"]
    assert words(AwardKind.WINDOW, on=day(-1)) == ["A1 社保综合A1", "B2 社保综合B2"]
    assert words(AwardKind.PERSON, on=day(1)) == ["示例乙（0400）"]
