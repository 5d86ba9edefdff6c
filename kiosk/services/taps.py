"""A tap on a screen: the screen's own state, then the one intake."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, bindparam, select, update

from kiosk.domain.errors import DeviceUnknown
from kiosk.domain.intake import (
    Channel,
    Tap,
    next_contact,
    parse_event_id,
    parse_moment,
    parse_sequence,
    same_opinion,
)
from kiosk.domain.levels import parse_level
from kiosk.models import Centre, Device, table_of
from kiosk.services.prepared import Prepared
from kiosk.services.ratings import Acknowledgement, Hall, record_rating

_device = table_of(Device)
_centre = table_of(Centre)


class _Screen(NamedTuple):
    """What a tap needs of its screen's row, in the order of `_FIND`."""

    id: int
    window_id: int
    centre_id: int
    last_delivery_at: datetime
    last_sequence: int
    last_level: int | None
    last_tapped_at: datetime | None
    last_event_id: UUID | None
    time_zone: str


def record_tap(
    connection: Connection, digest: bytes, body: Mapping[str, Any], now: datetime
) -> Acknowledgement:
    """Keep one tap of the screen whose cookie hashes to `digest`.

    `body` is what the screen sent: id, sequence, tapped_at, level and, for a
    correction, revises. The screen's row is locked first, so its taps are taken
    one after another; a second tap on the same level within five seconds is
    acknowledged and merged. Raises DeviceUnknown, or what intake refuses.
    """
    found = _FIND.rows(connection, {"digest": digest})
    if not found:
        raise DeviceUnknown
    device = _Screen(*found[0])
    tap = _tap(device, body)
    merged_into = None
    if tap.revises is None and device.last_event_id != tap.event_id:
        repeats = same_opinion(
            tap.level,
            tap.tapped_at or now,
            device.last_level,
            device.last_tapped_at,
        )
        merged_into = device.last_event_id if repeats else None
    # Before the rating, so that the centre's head stays the last row locked; a
    # refusal below undoes this together with everything else.
    _NOTE.run(connection, _note(device, tap, now, merged=merged_into is not None))
    return record_rating(
        connection,
        tap,
        Hall(device.centre_id, ZoneInfo(device.time_zone)),
        now,
        last_contact=device.last_delivery_at,
        merged_into=merged_into,
    )


def _tap(device: _Screen, body: Mapping[str, Any]) -> Tap:
    revises = body.get("revises")
    return Tap(
        event_id=parse_event_id(body.get("id")),
        window_id=device.window_id,
        channel=Channel.TABLET,
        level=parse_level(body.get("level")),
        tapped_at=parse_moment(body.get("tapped_at")),
        device_id=device.id,
        sequence=parse_sequence(body.get("sequence")),
        revises=None if revises is None else parse_event_id(revises),
    )


def _note(
    device: _Screen, tap: Tap, now: datetime, *, merged: bool
) -> dict[str, object]:
    # A resend of an older tap must not take the place of the newest one.
    newest = (tap.sequence or 0) > device.last_sequence
    moved = newest and not merged
    contact = next_contact(tap.tapped_at or now, now, device.last_delivery_at)
    return {
        "device": device.id,
        "moment": now,
        "contact": contact if newest else device.last_delivery_at,
        "sequence": max(device.last_sequence, tap.sequence or 0),
        "level": int(tap.level) if moved else device.last_level,
        "tapped": tap.tapped_at if moved else device.last_tapped_at,
        "event": tap.event_id if moved else device.last_event_id,
    }


_FIND = Prepared(
    select(
        _device.c.id,
        _device.c.window_id,
        _device.c.centre_id,
        _device.c.last_delivery_at,
        _device.c.last_sequence,
        _device.c.last_level,
        _device.c.last_tapped_at,
        _device.c.last_event_id,
        _centre.c.time_zone,
    )
    .join(_centre, _centre.c.id == _device.c.centre_id)
    .where(_device.c.token_hash == bindparam("digest"), _device.c.revoked_at.is_(None))
    .with_for_update(of=_device)
)
_NOTE = Prepared(
    update(_device)
    .where(_device.c.id == bindparam("device"))
    .values(
        last_heard_at=bindparam("moment"),
        last_delivery_at=bindparam("contact"),
        last_sequence=bindparam("sequence"),
        last_level=bindparam("level"),
        last_tapped_at=bindparam("tapped"),
        last_event_id=bindparam("event"),
    )
)
