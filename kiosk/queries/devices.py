"""Screens: who a cookie belongs to, and the list of all."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from kiosk.models import Device, PairingLink, Window


@dataclass(frozen=True)
class DeviceView:
    """A screen that is paired now."""

    id: int
    window_id: int
    last_sequence: int


@dataclass(frozen=True)
class DeviceLine:
    """A screen as the organiser's list shows it."""

    id: int
    window_id: int
    number: str
    window: str
    paired_at: datetime
    last_heard_at: datetime


def device_by_token(reader: Connection | Session, digest: bytes) -> DeviceView | None:
    """Return the paired screen whose cookie hashes to `digest`, or None."""
    row = reader.execute(
        select(Device.id, Device.window_id, Device.last_sequence).where(
            Device.token_hash == digest, Device.revoked_at.is_(None)
        )
    ).one_or_none()
    return None if row is None else DeviceView(*row)


def paired_devices(reader: Connection | Session, centre_id: int) -> list[DeviceLine]:
    """Return the centre's paired screens by window number, newest first."""
    rows = reader.execute(
        select(
            Device.id,
            Device.window_id,
            Window.number,
            Window.name,
            Device.paired_at,
            Device.last_heard_at,
        )
        .join(Window, Window.id == Device.window_id)
        .where(Device.centre_id == centre_id, Device.revoked_at.is_(None))
        .order_by(Window.number, Device.id.desc())
    )
    return [DeviceLine(*row) for row in rows]


def pairing_window(
    reader: Connection | Session, digest: bytes, now: datetime
) -> int | None:
    """Return the window an unused, fresh pairing link is for, or None."""
    return reader.scalar(
        select(PairingLink.window_id).where(
            PairingLink.token_hash == digest,
            PairingLink.used_at.is_(None),
            PairingLink.expires_at > now,
        )
    )
