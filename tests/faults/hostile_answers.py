"""Answers of lines in halls of which none acknowledges or refuses an event."""

import gzip
import json
from collections.abc import Callable
from typing import Any
from uuid import uuid4

from tests.faults.bad_line import Answer, Changed, Cut, Mood


def _json(status: int, told: object) -> Answer:
    headers = {"Content-Type": "application/json"}
    return Answer(status, json.dumps(told).encode(), headers)


_PORTAL = b"<!doctype html><title>Log in</title><h1>Log in to the network</h1>"
_HTML = {"Content-Type": "text/html; charset=utf-8"}
_REFUSED = {"error": "id_conflict", "message": "No."}


def _each(change: Callable[[dict[str, Any]], dict[str, Any]]) -> Changed:
    def changed(told: dict[str, Any]) -> dict[str, Any]:
        return told | {"results": [change(one) for one in told["results"]]}

    return changed


HOSTILE: dict[str, Mood] = {
    "200 with a captive portal's page": Answer(200, _PORTAL, _HTML),
    "200 with nothing": Answer(200, b"", {"Content-Type": "application/json"}),
    "200 with JSON null": _json(200, None),
    "200 with a list": _json(200, []),
    "200 without results": _json(200, {"now": "2026-01-01T00:00:00+00:00"}),
    "200 with results that are no list": _json(200, {"results": "all"}),
    "200 with results that name nothing": _json(200, {"results": [None, 7, {}]}),
    "302 to a page of a login": Answer(302, b"", {"Location": "/sign-in"}),
    "307 to somewhere else": Answer(307, b"", {"Location": "/healthz"}),
    "401 from a proxy": Answer(401, _PORTAL, _HTML),
    "403 with a page": Answer(403, _PORTAL, _HTML),
    "403 with our own words": _json(403, {"error": "forbidden", "message": "No."}),
    "404 with a page": Answer(404, _PORTAL, _HTML),
    "409 for all": _json(409, _REFUSED),
    "413": Answer(413, _PORTAL, _HTML),
    "422 for all": _json(422, _REFUSED),
    "429": Answer(429, b"slow down", {"Retry-After": "1"}),
    "500": Answer(500, _PORTAL, _HTML),
    "502": Answer(502, _PORTAL, _HTML),
    "503": _json(503, {"error": "storage_unavailable", "message": "Later."}),
    "garbage that says it is gzip": Answer(
        200,
        gzip.compress(b'{"results":[]}')[:-9] + b"garbage!!",
        {"Content-Type": "application/json", "Content-Encoding": "gzip"},
    ),
    "no answer, the server never asked": Cut.BEFORE,
    "no answer after the commit": Cut.AFTER,
    "half of the answer": Cut.WITHIN,
    "receipts of other events": _each(lambda one: one | {"receipt": "2222-2222-22222"}),
    "no receipts": _each(lambda one: {"id": one["id"]}),
    "ids of other events": _each(lambda one: one | {"id": str(uuid4())}),
    "no results at all": lambda told: told | {"results": []},
    "refusals of other events": _each(lambda _: _REFUSED | {"id": str(uuid4())}),
}
"""Answers of which none acknowledges or refuses an event by its own id."""
