"""Every preset that comes with the product can be used, in any year."""

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest

from kiosk.domain.campaign_check import rule_problems
from kiosk.domain.campaign_parse import parse_preset
from tests.campaign_presets import PRESETS

FILES = sorted(PRESETS.glob("*.toml"))


def words(value: Any) -> Iterator[dict[str, str]]:
    if isinstance(value, dict):
        if "zh" in value:
            yield value
        for each in value.values():
            yield from words(each)
    if isinstance(value, list):
        for each in value:
            yield from words(each)


def test_all_six_are_there():
    assert [file.stem for file in FILES] == [
        "s1-smile-service-star",
        "s2-service-quality-year",
        "s3-service-quality-month",
        "s4-quality-service-year",
        "s5-satisfied-in-the-city",
        "ten-best-civil-windows",
    ]


@pytest.mark.parametrize("year", [2026, 2027, 2028, 2031])
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_preset_has_no_problem_in_any_year(file, year):
    rules = parse_preset(file.read_bytes(), year)
    assert [str(problem) for problem in rule_problems(rules)] == []
    assert rules.first_day.year == year


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_all_words_are_in_both_languages(file):
    found = list(words(tomllib.loads(file.read_text("utf-8"))))
    assert len(found) > 10
    assert [each for each in found if not each.get("en")] == []
