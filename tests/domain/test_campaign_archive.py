"""An archive holds everything, is written one way only, and is read with care."""

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings

from kiosk.domain.campaign_archive import (
    NotAnArchive,
    archive_text,
    outcome_text,
    parse_archive,
)
from kiosk.domain.campaign_inputs import PersonRatings
from kiosk.domain.campaign_outcome import compute
from kiosk.domain.campaign_reading import read_outcome
from kiosk.domain.campaign_results import Outcome
from tests.campaigns import PRESETS, preset_rules
from tests.outcomes import (
    a_candidate,
    campaigns,
    some_inputs,
    some_rules,
    window_days,
)

PERSON = PersonRatings(
    key=4, service_type=0, effective=40.5, mean=90.0, variance=1234.5
)
INPUTS = some_inputs(
    some_rules(),
    a_candidate(1, name="1 号“窗口”\u2028"),
    windows=(window_days(1, 0, 0, 1, 2, 3, days=2),),
    people=(PERSON,),
)


def changed(**parts: object) -> str:
    return json.dumps(json.loads(archive_text(INPUTS)) | parts)


@settings(max_examples=60, deadline=None)
@given(campaigns())
def test_what_was_written_is_what_is_read(inputs):
    text = archive_text(inputs)
    assert parse_archive(text) == inputs
    found = compute(inputs)
    assert outcome_text(compute(parse_archive(text))) == outcome_text(found)
    assert read_outcome(outcome_text(found)) == found


@pytest.mark.parametrize("preset", sorted(path.stem for path in PRESETS.glob("*.toml")))
def test_the_rules_of_every_preset_come_back(preset):
    inputs = replace(INPUTS, rules=preset_rules(preset), windows=())
    assert parse_archive(archive_text(inputs)) == inputs


def test_it_is_one_line_of_sorted_json_in_utf_8():
    text = archive_text(INPUTS)
    assert text.endswith("}\n")
    assert text.count("\n") == 1
    again = json.dumps(
        json.loads(text), ensure_ascii=False, sort_keys=True, separators=(",", ":")
    )
    assert text == again + "\n"
    assert "1 号“窗口”" in text.replace("\\", "")
    assert outcome_text(Outcome(awards=())) == '{"awards":[]}\n'


def test_floats_have_six_decimals_and_no_minus_nothing():
    person = replace(PERSON, effective=40.123456789, mean=-0.0)
    plain = json.loads(archive_text(replace(INPUTS, people=(person,))))
    assert plain["people"][0]["effective"] == 40.123457
    assert '"mean":0.0' in archive_text(replace(INPUTS, people=(person,)))


def test_what_is_no_number_is_not_written():
    broken = replace(INPUTS, people=(replace(PERSON, mean=float("nan")),))
    with pytest.raises(ValueError, match="JSON"):
        archive_text(broken)


def test_whole_numbers_are_read_where_fractions_may_stand():
    person = json.loads(archive_text(INPUTS))["people"][0] | {"mean": 90}
    assert parse_archive(changed(people=[person])) == INPUTS


@pytest.mark.parametrize(
    "text",
    ["", "{", "null", "[]", "7", "{}", "[" * 100_000, archive_text(INPUTS)[:-9]],
)
def test_what_is_no_archive(text):
    with pytest.raises(NotAnArchive):
        parse_archive(text)


def _person(**parts: object) -> dict[str, object]:
    return {"people": [json.loads(archive_text(INPUTS))["people"][0] | parts]}


def _days(*rows: list[int]) -> dict[str, object]:
    return {"windows": [{"key": 1, "service_type": 0, "days": list(rows)}]}


def _rules(**parts: object) -> dict[str, object]:
    return {"rules": json.loads(archive_text(INPUTS))["rules"] | parts}


WINDOW = json.loads(archive_text(INPUTS))["windows"][0]
CANDIDATE = json.loads(archive_text(INPUTS))["candidates"][0]


@pytest.mark.parametrize(
    "parts",
    [
        {"slug": 7},
        {"slug": "\ud800"},
        {"version": "1"},
        {"version": True},
        {"version": 2**63},
        {"version": None},
        {"working_days": 1.5},
        {"day": "2027-13-01"},
        {"day": 20270301},
        {"more": 1},
        {"windows": {}, "people": 3},
        {"candidates": [CANDIDATE, CANDIDATE]},
        {"candidates": [CANDIDATE | {"clearances": []}]},
        {"candidates": [CANDIDATE | {"standing": 1}]},
        {"candidates": [CANDIDATE | {"deductions": 10**400}]},
        {"windows": [WINDOW, WINDOW]},
        {"people": [*_person()["people"], *_person()["people"]]},
        _person(mean=float("inf")),
        _person(mean=1e13),
        _person(mean=10**400),
        _person(mean=True),
        _person(effective=-0.5),
        _person(variance=-0.5),
        _days([0, 0, 1, 1, 1, 1]),
        _days([0, 0, 1, 1, 1, 1, 1, 1]),
        _days([-1, 0, 1, 1, 1, 1, 1]),
        _days([30, 0, 1, 1, 1, 1, 1]),
        _days([0, 2, 1, 1, 1, 1, 1]),
        _days([0, 0, -1, 1, 1, 1, 1]),
        _days([0, 0, 1, 1, 1, 1, 1_000_001]),
        _days([0, 1, 1, 1, 1, 1, 1], [0, 0, 1, 1, 1, 1, 1]),
        _days([0, 0, 1, 1, 1, 1, 1], [0, 0, 1, 1, 1, 1, 1]),
        _rules(ends="9999-12-31"),
        _rules(notice_days=None),
        _rules(title="十佳"),
        _rules(awards=[{"key": "best"}]),
        _rules(offices=[{"key": "o", "title": {"zh": "a", "en": "b", "fr": "c"}}]),
    ],
    ids=str,
)
def test_an_archive_that_makes_no_sense_is_refused(parts):
    with pytest.raises(NotAnArchive):
        parse_archive(changed(**parts))


def test_infinity_has_many_names():
    text = archive_text(INPUTS).replace('"mean":90.0', '"mean":1e999')
    assert "1e999" in text
    with pytest.raises(NotAnArchive):
        parse_archive(text)


@pytest.mark.parametrize("days", [[0, 29], [28, 29]])
def test_the_first_and_last_day_of_the_period_count(days):
    rows = [[day, 1, 1, 1, 1, 1, 1] for day in days]
    assert len(parse_archive(changed(**_days(*rows))).windows[0].days) == 2
