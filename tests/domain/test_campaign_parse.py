"""Rules out of TOML and plain values: every fault is told with its place."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.campaign_kinds import AwardKind, Change, Reading, StageKind
from kiosk.domain.campaign_parse import (
    PRESET_MOST,
    NotOneOf,
    NotToml,
    OtherFormat,
    PresetTooLong,
    RuleMissing,
    RulesInvalid,
    RuleUnknown,
    RuleWrong,
    parse_preset,
    parse_rules,
    plain_rules,
)
from kiosk.domain.campaign_rules import Stage, Words
from tests.campaign_presets import star

DAYS = st.dates(date(1000, 1, 1), date(9999, 12, 31))
LETTERS = st.text("文明服务窗口 abcXYZ\"'\\", min_size=1, max_size=30)
TEXTS = LETTERS.map(lambda text: " ".join(text.split())).filter(bool)
WORDS = st.builds(Words, TEXTS, st.one_of(st.just(""), TEXTS))
KEYS = st.from_regex(r"[a-z0-9]{1,9}(-[a-z0-9]{1,9}){0,2}", fullmatch=True)
STAGES = st.builds(
    Stage,
    key=KEYS,
    kind=st.sampled_from(StageKind),
    title=WORDS,
    begins=DAYS,
    ends=DAYS,
)

NOON = datetime(2027, 6, 1, 12, tzinfo=UTC)


def data(**changes: Any) -> dict[str, Any]:
    return plain_rules(star()) | changes


def faults(given_data: dict[str, Any]) -> list[tuple[type, str]]:
    with pytest.raises(RulesInvalid) as caught:
        parse_rules(given_data, 2027)
    return [(type(each), each.values["place"]) for each in caught.value.problems]


@given(
    st.lists(STAGES, min_size=1, max_size=4),
    WORDS,
    st.integers(0, 100_000),
    st.sampled_from(AwardKind),
    st.sampled_from(Change),
)
def test_plain_values_give_the_same_rules_again(stages, title, number, kind, change):
    rules = star()
    award = replace(rules.awards[0], kind=kind, change=change, seats=number)
    rules = replace(rules, stages=tuple(stages), title=title, awards=(award,))
    stored = json.loads(json.dumps(plain_rules(rules)))
    assert parse_rules(stored, 1999) == rules


def test_months_and_days_fall_in_the_year_or_the_next_one():
    given_data = data(begins="06-01", ends="01-31")
    given_data["stages"][0] |= {"begins": "05-24", "ends": date(2028, 3, 1)}
    rules = parse_rules(given_data, 2027)
    assert rules.begins == date(2027, 6, 1)
    assert rules.ends == date(2028, 1, 31)
    assert rules.stages[0].ends == date(2028, 3, 1)


def test_the_leap_day_is_only_in_leap_years():
    assert parse_rules(data(begins="02-29", stages=[]), 2028).begins.day == 29
    assert faults(data(begins="02-29")) == [(RuleWrong, "begins")]


@pytest.mark.parametrize("day", ["13-01", "x", 5, None, NOON, True])
def test_what_is_no_day_is_told(day):
    assert faults(data(ends=day)) == [(RuleWrong, "ends")]


@pytest.mark.parametrize("number", [-1, 100_001, True, 2.0, "5", None])
def test_what_is_no_number_is_told(number):
    assert faults(data(quorum=number)) == [(RuleWrong, "quorum")]


@pytest.mark.parametrize("key", ["", "A", "a--b", "-a", "a_b", "a" * 41, 7, "星"])
def test_what_is_no_key_is_told(key):
    assert faults(data(key=key)) == [(RuleWrong, "key")]


@pytest.mark.parametrize(
    "words",
    [
        "星",
        None,
        {"zh": "星", "de": "Stern"},
        {"en": "Star"},
        {"zh": " ", "en": "Star"},
        {"zh": "星" * 601},
    ],
)
def test_what_are_no_words_is_told(words):
    assert set(faults(data(title=words))) == {(RuleWrong, "title")}


def test_words_without_english_are_read_in_chinese():
    title = parse_rules(data(title={"zh": "星"}), 2027).title
    assert title == Words("星", "")
    assert title.read("en") == "星"


def test_lists_and_tables_of_the_wrong_kind_are_told():
    given_data = data(offices="none", stages=[3], issuer={"name": 5})
    given_data["tasks"] = [{}] * 61
    assert set(faults(given_data)) == {
        (RuleWrong, "stages[1]"),
        (RuleWrong, "tasks"),
        (RuleWrong, "offices"),
        (RuleWrong, "issuer.name"),
    }


def test_what_is_missing_or_misspelt_is_told_with_its_place():
    given_data = data(seats=3)
    del given_data["awards"][0]["seats"]
    del given_data["stages"]
    assert set(faults(given_data)) == {
        (RuleUnknown, "seats"),
        (RuleMissing, "awards[1].seats"),
        (RuleMissing, "stages"),
    }


@pytest.mark.parametrize("reading", ["top-4", 2, ["top-2"]])
def test_an_unknown_reading_is_told_with_those_there_are(reading):
    given_data = data()
    given_data["awards"][0]["gates"][0]["reading"] = reading
    with pytest.raises(RulesInvalid) as caught:
        parse_rules(given_data, 2027)
    (problem,) = caught.value.problems
    assert isinstance(problem, NotOneOf)
    assert problem.values["place"] == "awards[1].gates[1].reading"
    assert problem.values["choices"] == ", ".join(Reading)


def test_a_switch_is_true_or_false():
    given_data = data()
    given_data["awards"][0]["replace"] = 1
    assert faults(given_data) == [(RuleWrong, "awards[1].replace")]


def test_an_option_may_be_left_open():
    given_data = data()
    given_data["awards"][0]["gates"][0]["at_most"] = None
    assert parse_rules(given_data, 2027) == star()


@pytest.mark.parametrize(
    "text",
    [b"a = ", b"\xff", b"a = " + b"[" * 60_000, b"a = " + b"9" * 5_000],
    ids=["half", "no text", "nested", "huge"],
)
def test_what_is_no_toml_is_refused(text):
    with pytest.raises(NotToml):
        parse_preset(text, 2027)


def test_a_file_that_is_too_long_is_refused():
    with pytest.raises(PresetTooLong):
        parse_preset(b"#" * (PRESET_MOST + 1), 2027)
    with pytest.raises(OtherFormat):
        parse_preset(b"#" * PRESET_MOST, 2027)


@pytest.mark.parametrize("text", [b"", b"format = 2", b'format = "1"'])
def test_another_format_is_refused(text):
    with pytest.raises(OtherFormat):
        parse_preset(text, 2027)
