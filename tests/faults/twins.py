"""Broken servers, so that the checks of the real one are known to see what they must.

Each is our application with one promise taken away.
"""

import os
import queue
import threading
from typing import Any
from uuid import UUID, uuid4

from flask import Flask, Response, jsonify, request

from kiosk.app import create_app
from kiosk.clock import utc_now
from kiosk.domain import intake
from kiosk.domain.events import parse_batch
from kiosk.domain.receipts import format_receipt, receipt_code
from kiosk.extensions import sqlite, write
from kiosk.services import events
from kiosk.services.events import record_events
from kiosk.services.screens import Screens
from kiosk.web.access import device_digest
from tests.faults.moved_clock import clock_of

TOGETHER = 1000
INTAKE = "tablet.take_events"


def keep(digest: bytes, body: dict[str, object]) -> None:
    """Keep what a screen sent, as the real view does."""
    write(lambda c: record_events(c, digest, parse_batch(body), utc_now()))


def acknowledged(body: dict[str, Any]) -> Response:
    """Answer a lone tap or a batch as if all of it were kept."""
    told = [
        {"id": event["id"], "receipt": format_receipt(receipt_code(UUID(event["id"])))}
        for event in body.get("events", [body])
    ]
    return jsonify({"results": told} if "events" in body else told[0])


def replies_first(app: Flask) -> None:
    """Say thank you at once and commit a thousand deliveries together, some time."""
    waiting: queue.Queue[tuple[bytes, dict[str, object]]] = queue.Queue()

    def commit_later() -> None:
        while True:
            deliveries = [waiting.get() for _ in range(TOGETHER)]
            with app.app_context():
                for digest, body in deliveries:
                    keep(digest, body)

    def take_events() -> Response:
        body = request.get_json()
        waiting.put((device_digest() or b"", body))
        return acknowledged(body)

    threading.Thread(target=commit_later, daemon=True).start()
    app.view_functions[INTAKE] = take_events


def forgets_ids(app: Flask) -> None:
    """Keep every delivery as a new rating."""

    def take_events() -> Response:
        body = request.get_json()
        fresh = [event | {"id": str(uuid4())} for event in body.get("events", [body])]
        for event in fresh:
            keep(device_digest() or b"", event)
        return acknowledged(body)

    app.view_functions[INTAKE] = take_events


def trusts_the_withdrawn(_app: Flask) -> None:
    """Count what a screen brings whose pairing was withdrawn."""
    Screens.withdrawn = False


def believes_clocks(_app: Flask) -> None:
    """Take a screen's own clock for the time of a tap, whatever it says."""
    events.time_of_tap = lambda tap, *_others: tap.wall
    intake.is_doubtful = lambda *_times: False


def syncs_seldom(_app: Flask) -> None:
    """Say thank you when the system has the row, though the disk has not."""
    sqlite._PRAGMAS = tuple(
        line.replace("synchronous=FULL", "synchronous=NORMAL")
        for line in sqlite._PRAGMAS
    )


_ALL = (
    replies_first,
    forgets_ids,
    trusts_the_withdrawn,
    believes_clocks,
    syncs_seldom,
)
BROKEN = {twin.__name__: twin for twin in _ALL}

if "BROKEN_PROMISE" in os.environ:
    app = create_app(clock=clock_of(os.environ))
    BROKEN[os.environ["BROKEN_PROMISE"]](app)
