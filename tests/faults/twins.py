"""Broken servers, so that the checks of the real one are known to see what they must.

Each is our application with one promise taken away.
"""

import os
import queue
import threading
from uuid import UUID, uuid4

from flask import Flask, Response, jsonify, request

from kiosk.app import create_app
from kiosk.clock import utc_now
from kiosk.domain.receipts import format_receipt, receipt_code
from kiosk.extensions import write
from kiosk.services.taps import record_tap
from kiosk.web.access import device_digest

TOGETHER = 1000


def replies_first(app: Flask) -> None:
    """Say thank you at once and commit a thousand taps together, some time."""
    waiting: queue.Queue[tuple[bytes, dict[str, object]]] = queue.Queue()

    def commit_later() -> None:
        while True:
            taps = [waiting.get() for _ in range(TOGETHER)]
            with app.app_context():
                for digest, tap in taps:
                    write(lambda c, d=digest, t=tap: record_tap(c, d, t, utc_now()))

    def take_rating() -> Response:
        tap = request.get_json()
        waiting.put((device_digest() or b"", tap))
        code = receipt_code(UUID(tap["id"]))
        return jsonify(id=tap["id"], receipt=format_receipt(code))

    threading.Thread(target=commit_later, daemon=True).start()
    app.view_functions["tablet.take_rating"] = take_rating


def forgets_ids(app: Flask) -> None:
    """Keep every delivery as a new rating."""

    def take_rating() -> Response:
        tap = request.get_json()
        fresh = tap | {"id": str(uuid4())}
        kept = write(lambda c: record_tap(c, device_digest() or b"", fresh, utc_now()))
        return jsonify(id=tap["id"], receipt=format_receipt(kept.receipt))

    app.view_functions["tablet.take_rating"] = take_rating


BROKEN = {twin.__name__: twin for twin in (replies_first, forgets_ids)}

if "BROKEN_PROMISE" in os.environ:
    app = create_app()
    BROKEN[os.environ["BROKEN_PROMISE"]](app)
