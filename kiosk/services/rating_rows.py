"""What is kept of a rating, and how it moves the counts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from kiosk.domain.intake import CountedTime, RatingState, Tap
from kiosk.domain.receipts import receipt_code
from kiosk.models import Rating, table_of
from kiosk.services.tallies import Move

_rating = table_of(Rating)
_LOOKUP = 500


@dataclass(frozen=True)
class Hall:
    """The centre a rating belongs to, and the zone of its days."""

    centre_id: int
    zone: ZoneInfo


def row_of(
    tap: Tap,
    time: CountedTime,
    state: RatingState,
    now: datetime,
    hold_id: int | None = None,
) -> dict[str, Any]:
    """Return the columns of a rating, its key aside."""
    return {
        "event_id": tap.event_id,
        "digest": tap.digest(),
        "receipt": receipt_code(tap.event_id),
        "window_id": tap.window_id,
        "device_id": tap.device_id,
        "channel": int(tap.channel),
        "origin": int(tap.origin),
        "level": int(tap.level),
        "state": int(state),
        "verified": False,
        "sequence": tap.sequence,
        "revises": tap.revises,
        "tapped_at": tap.made_at or tap.tapped_at or now,
        "claimed_at": tap.tapped_at if tap.made_at else None,
        "received_at": now,
        "day": time.day,
        "bucket": time.bucket,
        "time_uncertain": time.uncertain,
        "clerk_id": tap.clerk_id,
        "clerk_label": tap.clerk_label,
        "device_label": tap.device_label,
        "hold_id": hold_id,
    }


def move_of(row: dict[str, Any], by: int) -> Move:
    """Return how a rating with these columns moves the counts."""
    return Move(
        window_id=row["window_id"],
        day=row["day"],
        bucket=row["bucket"],
        channel=row["channel"],
        verified=row["verified"],
        state=row["state"],
        level=row["level"],
        clerk_id=row["clerk_id"] or 0,
        by=by,
    )


def conflicting(connection: Connection, taps: Sequence[Tap]) -> list[Tap]:
    """Return those taps whose id is kept already with another body."""
    found = []
    for start in range(0, len(taps), _LOOKUP):
        part = {tap.event_id: tap for tap in taps[start : start + _LOOKUP]}
        query = select(_rating.c.event_id, _rating.c.digest).where(
            _rating.c.event_id.in_(part)
        )
        found += [
            part[event_id]
            for event_id, digest in connection.execute(query)
            if digest != part[event_id].digest()
        ]
    return found
