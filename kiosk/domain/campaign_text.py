"""Rules of a campaign as the TOML of a preset, to keep, to edit and to load again."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from kiosk.domain.campaign_parse import FORMAT, plain_rules
from kiosk.domain.campaign_rules import Rules

_ESCAPED = re.compile(r'["\\\x00-\x1f\x7f]')
_BLOCKS = ("stages", "awards", "electorates", "sheets", "tasks", "offices")
"""Lists of which each entry is a table of its own: they come last."""


def preset_text(rules: Rules) -> str:
    """Return TOML that `parse_preset` reads back as the same rules in any year."""
    return "\n".join(_lines(plain_rules(rules))) + "\n"


def _lines(plain: Mapping[str, Any]) -> Iterator[str]:
    yield f"format = {FORMAT}"
    for name, value in plain.items():
        if name not in _BLOCKS:
            yield f"{name} = {_value(value)}"
    for name in _BLOCKS:
        for entry in plain[name]:
            yield ""
            yield f"[[{name}]]"
            for key, value in entry.items():
                yield f"{key} = {_value(value)}"


def _value(value: Any) -> str:
    """Return a value on one line; inline tables may not hold line breaks."""
    if isinstance(value, str):
        return f'"{_ESCAPED.sub(_escape, value)}"'
    if isinstance(value, list):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, Mapping):
        pairs = value.items()
        # TOML has no word for nothing: what is left open is left out.
        told = [f"{name} = {_value(each)}" for name, each in pairs if each is not None]
        return "{ " + ", ".join(told) + " }"
    return str(value).lower()


def _escape(found: re.Match[str]) -> str:
    return f"\\u{ord(found.group()):04X}"
