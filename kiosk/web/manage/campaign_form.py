"""The rules of a campaign as fields, and typed fields as rules again.

Only what an organiser changes from year to year has a field; all else stays as the
preset has it, and is changed in the TOML file.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext

from kiosk.domain.campaign_parse import RuleWrong, parse_rules, plain_rules
from kiosk.domain.campaign_rules import Rules, Words
from kiosk.domain.errors import RuleBroken, sentence
from kiosk.web.campaign_kind_words import PART_WORDS
from kiosk.web.errors import refusal_sentence
from kiosk.web.language import language

_WHOLE = frozenset(
    {"notice_days", "ruling_days", "quorum", "seats", "quota", "choose", "weight"}
)
_LABELS = {
    "begins": sentence("First day"),
    "ends": sentence("Last day"),
    "notice_days": sentence("Working days of the public notice"),
    "ruling_days": sentence("Working days to decide an objection"),
    "seats": sentence("Seats"),
    "quota": sentence("Candidates a unit may name (0: any number)"),
    "weight": sentence("Weight in percent"),
    "name": sentence("Issuing office"),
    "address": sentence("Address"),
    "contact": sentence("Contact person"),
    "telephone": sentence("Telephone"),
    "hotline": sentence("Supervision hotline"),
}
_DIGITS_MOST = 8
"""More is no number of seats or days."""
_STEP = re.compile(r"([a-z_]+)(?:\[(\d+)\])?")


@dataclass(frozen=True)
class Field:
    """One value of the rules that can be typed."""

    place: str
    """Where it stands, such as `stages[2].begins`; the name of its input."""
    label: str
    value: str
    kind: str
    """`date`, `number` or `text`, as the browser knows them."""


@dataclass(frozen=True)
class Group:
    """Fields under one heading."""

    title: str
    fields: tuple[Field, ...]


def groups(rules: Rules, typed: Mapping[str, str]) -> list[Group]:
    """Return all fields, with what was typed where something was."""
    plain = plain_rules(rules)

    def group(title: str, *places: str) -> Group:
        made = [_field(plain, place, typed) for place in places]
        return Group(title, tuple(made))

    found = [
        group(gettext("Ratings that count"), "begins", "ends"),
        *(
            group(_said(stage.title), *_at("stages", n, "begins", "ends"))
            for n, stage in enumerate(rules.stages, 1)
        ),
    ]
    for n, award in enumerate(rules.awards, 1):
        places = _at("awards", n, "seats", "quota")
        parts = [f"awards[{n}].parts[{m}].weight" for m in _numbers(award.parts)]
        found.append(group(_said(award.title), *places, *parts))
    found += [
        group(_said(each.title), *_at("electorates", n, "weight"))
        for n, each in enumerate(rules.electorates, 1)
    ]
    found.append(group(gettext("Objections"), "notice_days", "ruling_days"))
    issuer = ("name", "address", "contact", "telephone", "hotline")
    feet = [f"issuer.{name}" for name in issuer]
    found.append(group(gettext("Foot of every paper"), *feet))
    return found


def typed_rules(rules: Rules, typed: Mapping[str, str]) -> Rules:
    """Return rules with what was typed in their fields. Raises RulesInvalid."""
    plain = plain_rules(rules)
    for each in _fields(rules):
        if each.place in typed:
            holder, name = _holder(plain, each.place)
            holder[name] = _value(name, typed[each.place])
    return parse_rules(plain, rules.first_day.year)


def problem_words(problem: RuleBroken, rules: Rules | None = None) -> str:
    """Return a fault in words; of a field of the form by the field's name."""
    if isinstance(problem, RuleWrong):
        place, wanted = problem.values["place"], problem.values["wanted"]
        known = {} if rules is None else _titles(rules)
        return str(gettext(RuleWrong.text)) % {
            "place": known.get(place, place),
            "wanted": gettext(wanted),
        }
    return refusal_sentence(problem)


def _fields(rules: Rules) -> Iterator[Field]:
    for each in groups(rules, {}):
        yield from each.fields


def _titles(rules: Rules) -> dict[str, str]:
    return {
        field.place: f"{each.title} · {field.label}"
        for each in groups(rules, {})
        for field in each.fields
    }


def _field(plain: dict[str, Any], place: str, typed: Mapping[str, str]) -> Field:
    holder, name = _holder(plain, place)
    label = gettext(_LABELS[name])
    if "parts[" in place:
        label = f"{gettext(PART_WORDS[holder['kind']])} · {label}"
    kind = "number" if name in _WHOLE else "text"
    if name in {"begins", "ends"}:
        kind = "date"
    return Field(place, label, typed.get(place, str(holder[name])), kind)


def _holder(plain: dict[str, Any], place: str) -> tuple[dict[str, Any], str]:
    """Return the table that a place stands in, and its name there."""
    *way, last = place.split(".")
    holder = plain
    for step in way:
        found = _STEP.fullmatch(step)
        name, number = found.groups() if found else (step, None)
        holder = holder[name]
        if number is not None:
            holder = holder[int(number) - 1]
    return holder, last


def _value(name: str, typed: str) -> object:
    text = typed.strip()
    # What is no number stays a text, so that the rules say what is wrong with it.
    whole = (
        name in _WHOLE
        and text.isascii()
        and text.isdecimal()
        and len(text) <= _DIGITS_MOST
    )
    return int(text) if whole else text


def _at(place: str, number: int, *names: str) -> list[str]:
    return [f"{place}[{number}].{name}" for name in names]


def _numbers(among: tuple[object, ...]) -> range:
    return range(1, len(among) + 1)


def _said(words: Words) -> str:
    return words.read(language())
