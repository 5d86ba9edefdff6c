"""Rules of a campaign out of TOML or JSON, and back into plain values.

Every fault is collected, each with the place where it stands, so that whoever wrote a
preset mends it in one go. Days may be given as month and day alone: they then fall in
the year that is asked for, or in the next one where they would lie before the start.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from types import NoneType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

from kiosk.domain.campaign_rules import Rules, Words
from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.free_text import clean_text

PRESET_MOST = 64 * 1024
"""Bytes of a preset; the longest of ours has some twelve thousand."""
FORMAT = 1
_KEY = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_KEY_MOST = 40
_WORDS_MOST = 600
_NUMBER_MOST = 100_000
_LIST_MOST = 60
_MONTH_DAY = re.compile(r"\d\d-\d\d")
_Made = TypeVar("_Made")


class RulesInvalid(RuleBroken):
    """Rules that cannot be read or contradict themselves."""

    code = "rules_invalid"
    text = sentence("These rules have faults, so nothing was changed.")

    def __init__(self, problems: Sequence[RuleBroken]) -> None:
        """`problems`: each a sentence of its own."""
        super().__init__()
        self.problems = tuple(problems)


class NotToml(RuleBroken):
    """A file is no TOML."""

    code = "preset_unreadable"
    text = sentence(
        "This file is no preset: it cannot be read as TOML (%(trouble)s). Please begin "
        "with one of the presets that come with the product."
    )


class PresetTooLong(RuleBroken):
    """A file is longer than any preset."""

    code = "preset_too_long"
    text = sentence("This file is too long for a preset: %(most)d KiB fit.")


class OtherFormat(RuleBroken):
    """A preset was written for another release."""

    code = "preset_format"
    text = sentence("A preset begins with format = %(format)d; this one does not.")


class RuleMissing(RuleBroken):
    """Something that every campaign needs is not there."""

    code = "rule_missing"
    text = sentence("%(place)s is missing.")


class RuleUnknown(RuleBroken):
    """Something is there that nobody knows, perhaps misspelt."""

    code = "rule_unknown"
    text = sentence("%(place)s is not known here. Perhaps it is misspelt.")


class RuleWrong(RuleBroken):
    """A value is of the wrong kind."""

    code = "rule_wrong"
    text = sentence("%(place)s must be %(wanted)s.")


class NotOneOf(RuleBroken):
    """A value is none of those there are, such as an unknown reading."""

    code = "rule_not_one_of"
    text = sentence("%(place)s is “%(given)s”; it must be one of: %(choices)s.")


WANTED = {
    "text": sentence("a text"),
    "key": sentence("a short name of small letters, digits and hyphens"),
    "number": sentence("a whole number that is not negative"),
    "yes-no": sentence("true or false"),
    "day": sentence("a day such as 2027-06-01, or 06-01"),
    "list": sentence("a list"),
    "table": sentence("a table"),
    "words": sentence("words in Chinese (zh) and English (en)"),
}
"""What a value should have been, by the name that `RuleWrong.values` carries."""


@dataclass
class _Reader:
    """Reads plain values into rules and collects what is wrong with them."""

    year: int
    problems: list[RuleBroken] = field(default_factory=list)
    start: date | None = None
    """The day of the first stage: days without a year do not lie before it."""

    def made(self, kind: type[_Made], value: object, place: str) -> _Made:
        """Return a dataclass of rules; a fault leaves a hole nobody looks at."""
        if not isinstance(value, Mapping):
            return cast("_Made", self._wrong(place, "table"))
        hints, parts = _hints(cast("Any", kind)), {}
        known = {each.name: each for each in fields(cast("Any", kind))}
        for name in value:
            if name not in known:
                self.problems.append(RuleUnknown(place=_at(place, str(name))))
        for name, each in known.items():
            if name in value:
                parts[name] = self._value(hints[name], value[name], _at(place, name))
            elif each.default is MISSING and each.default_factory is MISSING:
                self.problems.append(RuleMissing(place=_at(place, name)))
                parts[name] = None
        return kind(**parts)

    def _value(self, kind: Any, value: object, place: str) -> Any:  # noqa: PLR0911
        if kind is Words:
            return self._words(value, place)
        if is_dataclass(kind):
            return self.made(cast("Any", kind), value, place)
        if get_origin(kind) is tuple:
            return self._list(get_args(kind)[0], value, place)
        options = get_args(kind)
        if options:
            return None if value is None else self._value(_real(kind), value, place)
        if isinstance(kind, type) and issubclass(kind, StrEnum):
            return self._choice(kind, value, place)
        if kind is date:
            return self._day(value, place)
        return self._plain(kind, value, place)

    def _plain(self, kind: type, value: object, place: str) -> Any:
        if kind is bool:
            return value if isinstance(value, bool) else self._wrong(place, "yes-no")
        if kind is int:
            fits = isinstance(value, int) and not isinstance(value, bool)
            if fits and 0 <= cast("int", value) <= _NUMBER_MOST:
                return value
            return self._wrong(place, "number")
        if place.rpartition(".")[2] == "key":
            fits = isinstance(value, str) and _KEY.fullmatch(value) is not None
            if fits and len(str(value)) <= _KEY_MOST:
                return value
            return self._wrong(place, "key")
        return self._text(value, place)

    def _text(self, value: object, place: str, wanted: str = "text") -> Any:
        if not isinstance(value, str) or len(value) > _WORDS_MOST:
            return self._wrong(place, wanted)
        return clean_text(value)

    def _words(self, value: object, place: str) -> Any:
        if not isinstance(value, Mapping) or set(value) - {"zh", "en"}:
            return self._wrong(place, "words")
        chinese = self._text(value.get("zh"), place, "words")
        english = self._text(value.get("en", ""), place, "words")
        if not chinese:
            return self._wrong(place, "words")
        return Words(chinese, english or "")

    def _list(self, kind: Any, value: object, place: str) -> Any:
        if not isinstance(value, list | tuple) or len(value) > _LIST_MOST:
            self._wrong(place, "list")
            return ()
        return tuple(
            self._value(kind, each, f"{place}[{number}]")
            for number, each in enumerate(value, 1)
        )

    def _choice(self, kind: type[StrEnum], value: object, place: str) -> Any:
        if isinstance(value, str) and value in set(kind):
            return kind(value)
        choices = ", ".join(kind)
        shown = clean_text(str(value))[:40]
        self.problems.append(NotOneOf(place=place, given=shown, choices=choices))
        return None

    def _day(self, value: object, place: str) -> Any:
        if type(value) is date:
            return value
        try:
            if isinstance(value, str) and _MONTH_DAY.fullmatch(value):
                return self._in_year(value)
            return date.fromisoformat(cast("str", value))
        except (TypeError, ValueError):
            return self._wrong(place, "day")

    def _in_year(self, value: str) -> date:
        found = date.fromisoformat(f"{self.year}-{value}")
        if self.start is None or found >= self.start:
            return found
        return date.fromisoformat(f"{self.year + 1}-{value}")

    def _wrong(self, place: str, wanted: str) -> Any:
        self.problems.append(RuleWrong(place=place, wanted=WANTED[wanted]))


def parse_preset(text: bytes, year: int) -> Rules:
    """Return the rules of a preset, days without a year in `year` or the next.

    text: TOML in UTF-8. Raises NotToml, PresetTooLong, OtherFormat, RulesInvalid.
    """
    if len(text) > PRESET_MOST:
        raise PresetTooLong(most=PRESET_MOST // 1024)
    try:
        data = tomllib.loads(text.decode("utf-8-sig"))
    except (ValueError, RecursionError) as broken:
        # Also numbers of thousands of digits and brackets nested without end.
        raise NotToml(trouble=clean_text(str(broken))[:80]) from broken
    if data.pop("format", None) != FORMAT:
        raise OtherFormat(format=FORMAT)
    return parse_rules(data, year)


def parse_rules(data: Mapping[str, Any], year: int) -> Rules:
    """Return rules out of plain values. Raises RulesInvalid with every fault.

    Only the form is looked at here: whether they make sense says `campaign_check`.
    """
    reader = _Reader(year)
    reader.start = _start(data, year)
    rules = reader.made(Rules, data, "")
    if reader.problems:
        raise RulesInvalid(reader.problems)
    return rules


def plain_rules(rules: Rules) -> dict[str, Any]:
    """Return rules as plain values that JSON and `parse_rules` can take."""
    return cast("dict[str, Any]", _plain(rules))


def _plain(value: object) -> object:
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: _plain(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple):
        return [_plain(each) for each in value]
    if isinstance(value, StrEnum):
        return value.value
    return value.isoformat() if isinstance(value, date) else value


def _start(data: Mapping[str, Any], year: int) -> date | None:
    """Return the day on which the first stage of the list begins, where it is one."""
    stages = data.get("stages")
    first = stages[0] if isinstance(stages, list) and stages else None
    if not isinstance(first, Mapping):
        return None
    reader = _Reader(year)
    return cast("date | None", reader._day(first.get("begins"), ""))  # noqa: SLF001


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _real(kind: Any) -> Any:
    return next(each for each in get_args(kind) if each is not NoneType)


def _at(place: str, name: str) -> str:
    return f"{place}.{name}" if place else name
