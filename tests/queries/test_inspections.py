"""Points off as they are read: by window, unit and person, in three statements."""

from dataclasses import replace
from uuid import uuid4

import pytest
from sqlalchemy import event

from kiosk.domain.inspections import FindingState
from kiosk.extensions import db, reading, recording, transaction
from kiosk.models import ORGANISATION, Finding, Inspection
from kiosk.queries.inspections import deductions, findings, looks
from kiosk.services.candidates import nominate
from tests.builders import make_window
from tests.campaign_work import work_rules
from tests.campaigns import the_campaign
from tests.conftest import NOON
from tests.nominations import TODAY, open_campaign, wanted
from tests.people import make_account
from tests.staff import make_clerk, unit_key


@pytest.fixture
def keys(app):
    """Windows of 甲 and 乙, and a clerk of each who stands for an award."""
    with transaction() as session:
        keys = {
            number: make_window(session, number, unit=unit).id
            for number, unit in (("A1", "甲"), ("A2", "甲"), ("B1", "乙"))
        }
    keys |= {name: unit_key(name) for name in ("甲", "乙")}
    keys["示例甲"] = make_clerk("0300", "示例甲", unit="甲")
    keys["示例丁"] = make_clerk("0301", "示例丁", unit="甲")
    keys["示例乙"] = make_clerk("0400", "示例乙", unit="乙")
    rules = work_rules()
    awards = tuple(replace(each, quota=2) for each in rules.awards)
    keys["campaign"] = open_campaign(replace(rules, awards=awards))
    keys["inspector"] = make_account("inspector", "inspector", NOON)
    with recording("test", NOON) as records:
        for name in ("示例甲", "示例丁", "示例乙"):
            nominate(records, wanted(keys["campaign"], "star", keys[name]), TODAY)
    return keys


def look(keys, unit, window=None, *finds, campaign=None):
    """Put a look into the database; finds are (deduction, clerk, state)."""
    row = {
        "event_id": uuid4(),
        "body_hash": "",
        "campaign_id": campaign or keys["campaign"],
        "sheet": "visit",
        "unit_id": keys[unit],
        "window_id": keys[window] if window else None,
        "announced": False,
        "inspector_id": keys["inspector"],
        "looked_at": NOON,
        "received_at": NOON,
    }
    with recording("test", NOON) as records:
        [key] = records.add(Inspection, ORGANISATION, [row])
        rows = [
            {
                "inspection_id": key,
                "item": "dress",
                "deduction": off,
                "clerk_id": keys[clerk] if clerk else None,
                "found_at": NOON,
                "state": int(state),
            }
            for off, clerk, state in finds
        ]
        if rows:
            records.add(Finding, ORGANISATION, rows)


def read(keys):
    with reading() as session:
        return deductions(session, the_campaign("small"))


def test_points_off_by_window_unit_and_person(keys):
    stands, dropped = FindingState.STANDS, FindingState.DROPPED
    look(keys, "甲", "A1", (1, "示例甲", stands), (2, None, FindingState.OBJECTED))
    look(keys, "甲", "A1", (4, None, FindingState.CONFIRMED), (8, "示例甲", dropped))
    look(keys, "甲", "A2")
    look(keys, "甲", None, (16, None, stands))
    found = read(keys)
    assert found.windows == {keys["A1"]: 7, keys["A2"]: 0}
    assert found.units == {keys["甲"]: 23}
    assert found.clerks == {keys["示例甲"]: 1, keys["示例丁"]: 0}


def test_another_campaign_costs_nothing_here(keys):
    other = open_campaign(work_rules(), "other")
    look(keys, "甲", "A1", (1, None, FindingState.STANDS), campaign=other)
    found = read(keys)
    assert (found.windows, found.units, found.clerks) == ({}, {}, {})
    with reading() as session:
        assert looks(session, keys["campaign"]) == []
        assert findings(session, keys["campaign"]) == []


def test_finds_are_read_for_some_units_only(keys):
    look(keys, "甲", "A1", (1, "示例甲", FindingState.STANDS))
    look(keys, "乙", None, (2, None, FindingState.STANDS))
    with reading() as session:
        everything = findings(session, keys["campaign"])
        own = findings(session, keys["campaign"], {keys["甲"]})
        none = findings(session, keys["campaign"], set())
    assert [each.deduction for each in everything] == [2, 1]
    assert [(each.unit_name, each.clerk_name) for each in own] == [("甲", "示例甲")]
    assert none == []


def test_the_number_of_statements_does_not_grow(keys):
    campaign = the_campaign("small")

    def count():
        asked = []
        with reading() as session:
            session.connection()
            event.listen(db.engine, "before_cursor_execute", note := _noting(asked))
            deductions(session, campaign)
            event.remove(db.engine, "before_cursor_execute", note)
        return len(asked)

    look(keys, "甲", "A1", (1, "示例甲", FindingState.STANDS))
    first = count()
    for window, unit in (("A2", "甲"), ("B1", "乙")):
        look(keys, unit, window, *[(1, None, FindingState.STANDS)] * 5)
    assert (first, count()) == (3, 3)


def _noting(asked):
    def note(_connection, _cursor, statement, *_rest):
        asked.append(statement)

    return note
