"""Inspections: sheets, points off by whom they are about, and objections in time."""

from datetime import date

import pytest

from kiosk.domain.campaign_rules import Sheet, SheetItem, Words
from kiosk.domain.inspections import (
    FindFact,
    FindingState,
    NoSuchSheet,
    NotOpenToObjection,
    ReasonMissing,
    check_objection,
    deducted,
    item_of,
    look_hash,
    parse_finding_reason,
    parse_note,
    sheet_of,
)
from tests.campaigns import preset_rules

DRESS = SheetItem(key="dress", title=Words("着装", ""), deduction=1)
SHEET = Sheet(key="visit", title=Words("巡查", ""), items=(DRESS,))


def find(unit, window=None, clerk=None, deduction=1):
    return FindFact(unit_id=unit, window_id=window, clerk_id=clerk, deduction=deduction)


def test_sheets_and_items_are_found_by_key_or_refused():
    rules = preset_rules("s3-service-quality-month")
    first = rules.sheets[0]
    assert sheet_of(rules, first.key) is first
    assert item_of(SHEET, "dress") is DRESS
    with pytest.raises(NoSuchSheet):
        sheet_of(rules, "nowhere")
    with pytest.raises(NoSuchSheet):
        item_of(SHEET, "nothing")


def test_every_occurrence_costs_its_points():
    looks = [(1, 11), (1, 12), (2, None)]
    finds = [find(1, 11, 5), find(1, 11), find(1, 12, deduction=2), find(2)]
    found = deducted(looks, finds, {5: 1, 6: 1, 7: 2, 8: 3})
    assert found.windows == {11: 2, 12: 2}
    assert found.units == {1: 4, 2: 1}
    # Nobody looked at unit 3, so nothing is known of its people.
    assert found.clerks == {5: 1, 6: 0, 7: 0}


def test_a_look_without_a_find_is_worth_no_points_off():
    found = deducted([(1, 11)], [], {})
    assert (found.windows, found.units) == ({11: 0}, {1: 0})


def test_a_unit_objects_once_and_in_time():
    until = date(2026, 7, 20)
    check_objection(FindingState.STANDS, until, until)
    with pytest.raises(NotOpenToObjection):
        check_objection(FindingState.STANDS, date(2026, 7, 21), until)
    for state in (FindingState.OBJECTED, FindingState.CONFIRMED, FindingState.DROPPED):
        with pytest.raises(NotOpenToObjection):
            check_objection(state, until, until)


def test_notes_are_cut_and_reasons_needed():
    assert parse_note(" 未佩戴 " + "长" * 500) == ("未佩戴 " + "长" * 500)[:400]
    assert parse_finding_reason("有记录") == "有记录"
    for typed in ("", "长" * 401):
        with pytest.raises(ReasonMissing):
            parse_finding_reason(typed)


def test_looks_are_told_apart_by_what_they_say():
    assert look_hash({"a": 1, "b": 2}) == look_hash({"b": 2, "a": 1})
    assert look_hash({"a": 1}) != look_hash({"a": 2})
