"""The shipped preset that tests of a campaign's rules begin with."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import kiosk
from kiosk.domain.campaign_parse import parse_preset
from kiosk.domain.campaign_rules import Award, Gate, Part, Rules

PRESETS = Path(kiosk.__file__).parent / "presets"


def star(year: int = 2027) -> Rules:
    """Return the rules of the smile service star."""
    text = (PRESETS / "s1-smile-service-star.toml").read_bytes()
    return parse_preset(text, year)


def with_award(rules: Rules, **changes: Any) -> Rules:
    """Return rules whose first award is another one."""
    first: Award = replace(rules.awards[0], **changes)
    return replace(rules, awards=(first, *rules.awards[1:]))


def with_gate(rules: Rules, **gate: Any) -> Rules:
    """Return rules whose first award has one condition."""
    return with_award(rules, gates=(Gate(**gate),))


def with_part(rules: Rules, kind: Any) -> Rules:
    """Return rules whose first award follows from one part."""
    return with_award(rules, parts=(Part(kind=kind, weight=100),))
