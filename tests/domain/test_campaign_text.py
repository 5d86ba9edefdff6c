"""Rules written as TOML are the same rules when they are read."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.campaign_parse import parse_preset
from kiosk.domain.campaign_rules import Issuer
from kiosk.domain.campaign_text import preset_text
from tests.campaign_presets import PRESETS, star


@pytest.mark.parametrize("file", sorted(PRESETS.glob("*.toml")), ids=lambda f: f.stem)
def test_a_preset_comes_back_in_any_year(file):
    rules = parse_preset(file.read_bytes(), 2027)
    assert parse_preset(preset_text(rules).encode(), 1999) == rules


@given(st.text("窗口𠀀\"'\\#=[]{}\n\t\x00\x7f ", max_size=40))
def test_no_word_breaks_the_text(words):
    rules = replace(star(), issuer=Issuer(name=words))
    cleaned = parse_preset(preset_text(rules).encode(), 2027)
    again = parse_preset(preset_text(cleaned).encode(), 2027)
    assert again == cleaned
    assert replace(cleaned, issuer=Issuer()) == star()
    kept = [letter for letter in words if letter not in "\n\t\x00\x7f "]
    assert [x for x in cleaned.issuer.name if x != " "] == kept
