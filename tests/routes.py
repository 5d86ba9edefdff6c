"""Every route of the application, with an address that can be asked for."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from flask import Flask
from werkzeug.routing import (
    AnyConverter,
    BaseConverter,
    IntegerConverter,
    Rule,
    UUIDConverter,
)

NOTHING: Mapping[str, object] = {}
READS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, order=True)
class Route:
    """One method of one rule, and where it is asked for."""

    rule: str
    method: str
    endpoint: str
    address: str
    mark: str

    @property
    def writes(self) -> bool:
        return self.method not in READS


def every_route(app: Flask, given: Mapping[str, object] = NOTHING) -> list[Route]:
    """Return all routes but those of static files, GET and each kind of write.

    `given` are values for the parts of addresses; others name nothing there is.
    """
    found = []
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if rule.endpoint == "static":
            continue
        mark = getattr(app.view_functions[rule.endpoint], "access", "")
        where = adapter.build(rule.endpoint, parts(rule, given))
        found += [
            Route(rule.rule, method, rule.endpoint, where, mark)
            for method in rule.methods - {"HEAD", "OPTIONS"}
        ]
    return sorted(found)


def parts(rule: Rule, given: Mapping[str, object] = NOTHING) -> dict[str, object]:
    """Return a value for each part of a rule's address.

    `given` names a part alone, or with the beginning of its rules: `/w/ code`.
    """
    return {
        name: _given(rule.rule, name, given, _nothing(rule._converters[name]))
        for name in rule.arguments
    }


def _given(
    rule: str, name: str, given: Mapping[str, object], otherwise: object
) -> object:
    fitting = [
        key
        for key in given
        if key.split()[-1] == name and rule.startswith(key.split()[0])
    ]
    if fitting:
        return given[max(fitting, key=len)]
    return given.get(name, otherwise)


def _nothing(converter: BaseConverter) -> object:
    """Return a value that fits and names nothing."""
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    if isinstance(converter, IntegerConverter):
        return 99_999
    if isinstance(converter, UUIDConverter):
        return UUID(int=0)
    return "none"
