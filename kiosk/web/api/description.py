"""The interface described by OpenAPI 3.1, made of the declarations that check it."""

from collections.abc import Iterator
from functools import cache
from http import HTTPStatus
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Response, jsonify
from marshmallow import Schema

from kiosk import __version__
from kiosk.web.access import public
from kiosk.web.api.blueprint import PREFIX, blueprint
from kiosk.web.api.endpoints import ENDPOINTS, Endpoint
from kiosk.web.api.schemas import Problem

_ALWAYS = frozenset(
    {
        HTTPStatus.BAD_REQUEST,
        HTTPStatus.UNAUTHORIZED,
        HTTPStatus.FORBIDDEN,
        HTTPStatus.UNPROCESSABLE_ENTITY,
        HTTPStatus.TOO_MANY_REQUESTS,
        HTTPStatus.SERVICE_UNAVAILABLE,
    }
)
_WITH_BODY = frozenset(
    {HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE}
)


@blueprint.get("/openapi.json")
@public
def openapi() -> Response:
    return jsonify(description())


@cache
def description() -> dict[str, Any]:
    """Return the whole description; it changes with the release alone."""
    spec = APISpec(
        title="Window Kiosk",
        version=__version__,
        openapi_version="3.1.0",
        plugins=[MarshmallowPlugin(schema_name_resolver=_name)],
        info={"description": "For systems of the hall. How to begin: docs/api.md."},
    )
    spec.components.security_scheme("key", {"type": "http", "scheme": "bearer"})
    for endpoint in ENDPOINTS:
        operations = {endpoint.method.lower(): _operation(endpoint)}
        spec.path(PREFIX + endpoint.rule, operations=operations)
    return spec.to_dict()


def _operation(endpoint: Endpoint) -> dict[str, Any]:
    places = {
        "path": endpoint.path,
        "query": endpoint.query,
        "header": endpoint.headers,
    }
    told = {
        "summary": endpoint.summary,
        "security": [{"key": [] if endpoint.scope is None else [str(endpoint.scope)]}],
        "parameters": [
            {"in": place, "schema": schema} for place, schema in places.items()
        ],
        "responses": dict(_responses(endpoint)),
    }
    if endpoint.body is not None:
        told["requestBody"] = {"required": True, "content": _json(endpoint.body)}
    return told


def _responses(endpoint: Endpoint) -> Iterator[tuple[str, dict[str, Any]]]:
    for status, words in endpoint.statuses.items():
        yield (
            str(status.value),
            {"description": words, "content": _json(endpoint.answer)},
        )
    refused = _ALWAYS | endpoint.refused
    for status in sorted(refused | _WITH_BODY if endpoint.body else refused):
        told = {"description": status.phrase, "content": _json(Problem)}
        yield str(status.value), told


def _json(schema: type[Schema]) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}


def _name(schema: Any) -> str:
    name: str = (schema if isinstance(schema, type) else type(schema)).__name__
    return name
