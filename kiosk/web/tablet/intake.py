"""What screens send: events out of their outboxes, each answered by its own id."""

from collections.abc import Mapping
from typing import Any

from flask import Response, jsonify, request

from kiosk.domain.errors import DeviceUnknown, RuleBroken
from kiosk.domain.events import parse_batch
from kiosk.domain.receipts import format_receipt
from kiosk.extensions import write
from kiosk.services.events import Outcome, Refused, id_of, record_events
from kiosk.web import current
from kiosk.web.access import device_digest, device_only
from kiosk.web.errors import refusal_sentence
from kiosk.web.tablet.views import blueprint

_LARGEST_BATCH = 64 * 1024


@blueprint.post("/ratings")
@device_only
def take_events() -> Response:
    """Take a batch; one event without a list is a tap of the first release's pages."""
    request.max_content_length = _LARGEST_BATCH
    digest = device_digest()
    if digest is None:
        raise DeviceUnknown
    body = request.get_json()
    batch = parse_batch(body)
    now = current.now()
    try:
        outcomes = write(
            lambda connection: record_events(connection, digest, batch, now)
        )
    except DeviceUnknown:
        raise
    except RuleBroken as refusal:
        if not _is_batch(body):
            raise
        # A lone event's refusal is raised, so that the database undoes it.
        outcomes = [Refused(id_of(batch.events[0]), refusal)]
    if not _is_batch(body):
        return jsonify(_answered(outcomes[0]))
    return jsonify(now=now.isoformat(), results=[_answered(each) for each in outcomes])


def _is_batch(body: object) -> bool:
    return isinstance(body, Mapping) and "events" in body


def _answered(outcome: Outcome) -> dict[str, Any]:
    """Return what an outbox goes by: receipt for "kept", error for "never"."""
    name = None if outcome.event_id is None else str(outcome.event_id)
    if isinstance(outcome, Refused):
        refusal = outcome.refusal
        return {
            "id": name,
            "error": refusal.code,
            "message": refusal_sentence(refusal),
        }
    return {"id": name, "receipt": format_receipt(outcome.receipt)}
