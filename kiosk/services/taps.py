"""A tap as pages of the first release send it: one event, without clocks."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Connection

from kiosk.domain.events import Batch
from kiosk.services.events import record_events
from kiosk.services.ratings import Acknowledgement


def record_tap(
    connection: Connection, digest: bytes, body: Mapping[str, Any], now: datetime
) -> Acknowledgement:
    """Keep one tap of the screen whose cookie hashes to `digest`.

    `body`: id, sequence, tapped_at, level and, for a correction, revises. Raises
    DeviceUnknown, or what intake refuses.
    """
    [outcome] = record_events(connection, digest, Batch([body]), now)
    return cast("Acknowledgement", outcome)
