"""One declaration of an endpoint: what checks its calls also describes them.

A view gets a `Call` whose parts have been checked against the schemas, and returns
what its answer schema writes down: a field that is not declared there never leaves.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import wraps
from http import HTTPStatus
from typing import Any

from flask import Response, jsonify, make_response, request
from marshmallow import EXCLUDE, Schema, ValidationError

from kiosk.domain.integrations import ApiScope
from kiosk.domain.interface import BodyWrong, FieldsUnknown, FieldsWrong
from kiosk.web.access import integration
from kiosk.web.api.blueprint import blueprint

BODY_MOST = 8 * 1024
"""Bytes of a request; a ticket has a few hundred."""
_LANGUAGE = "lang"
"""Every address takes it; it chooses the language of refusals."""


class Nothing(Schema):
    """No fields at all."""


@dataclass(frozen=True)
class Call:
    """What a call brought, checked."""

    body: Mapping[str, Any] = field(default_factory=dict)
    query: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Endpoint:
    """An address, one method of it, and everything that goes in and out."""

    method: str
    rule: str
    summary: str
    answer: type[Schema]
    scope: ApiScope | None = None
    """What a key must open; None: any key will do."""
    body: type[Schema] | None = None
    query: type[Schema] = Nothing
    headers: type[Schema] = Nothing
    path: type[Schema] = Nothing
    statuses: Mapping[HTTPStatus, str] = field(
        default_factory=lambda: {HTTPStatus.OK: "What was asked for."}
    )
    refused: frozenset[HTTPStatus] = frozenset()
    """Refusals of its own, beside those that every endpoint has."""


Answer = tuple[HTTPStatus, object]
View = Callable[..., Answer]
ENDPOINTS: list[Endpoint] = []


def serve(endpoint: Endpoint) -> Callable[[View], View]:
    """Give a view its address, its guard and its checks, and describe it."""

    def mark(view: View) -> View:
        @wraps(view)
        def answered(**parts: Any) -> Response:
            status, told = view(_call(endpoint), **parts)
            return make_response(jsonify(endpoint.answer().dump(told)), status)

        blueprint.add_url_rule(
            endpoint.rule.replace("{", "<").replace("}", ">"),
            view.__name__,
            integration(endpoint.scope)(answered),
            methods=[endpoint.method],
        )
        ENDPOINTS.append(endpoint)
        return view

    return mark


def _call(endpoint: Endpoint) -> Call:
    """Return what the request brings. Raises FieldsUnknown, FieldsWrong, BodyWrong."""
    asked = {name: request.args[name] for name in request.args if name != _LANGUAGE}
    return Call(
        body=_body(endpoint.body),
        query=_checked(endpoint.query, asked),
        headers=_checked(endpoint.headers, dict(request.headers), unknown=EXCLUDE),
    )


def _body(schema: type[Schema] | None) -> Mapping[str, Any]:
    if schema is None:
        return {}
    request.max_content_length = BODY_MOST
    sent = request.get_json()
    if not isinstance(sent, dict):
        raise BodyWrong
    return _checked(schema, sent)


def _checked(
    schema: type[Schema], sent: Mapping[str, Any], *, unknown: str | None = None
) -> Mapping[str, Any]:
    known = schema()
    keys = {each.data_key or name: name for name, each in known.fields.items()}
    strange = sorted(str(name) for name in sent if name not in keys)
    if strange and unknown is None:
        raise FieldsUnknown(names=", ".join(strange)[:200])
    try:
        found: Mapping[str, Any] = known.load(
            {key: sent[key] for key in keys if key in sent}
        )
    except ValidationError as broken:
        names = ", ".join(sorted(str(name) for name in broken.messages_dict))
        raise FieldsWrong(names=names) from broken
    return found
