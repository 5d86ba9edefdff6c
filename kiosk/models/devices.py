"""The screens at the windows, and the one-time links that pair them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, LargeBinary, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.models.base import Base, BigKey


class Device(Base):
    """A paired screen. Its row is locked by each of its taps, in their order."""

    __tablename__ = "device"

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    window_id: Mapped[int] = mapped_column(ForeignKey("window.id"), index=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """SHA-256 of the cookie; the value itself is only on the screen."""
    paired_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    last_heard_at: Mapped[datetime]
    """Last request of any kind: the heartbeat."""
    last_delivery_at: Mapped[datetime]
    """Time of the newest rating that arrived; the next may not claim an earlier one."""
    last_sequence: Mapped[int] = mapped_column(BigKey)
    last_level: Mapped[int | None] = mapped_column(SmallInteger)
    last_tapped_at: Mapped[datetime | None]
    last_event_id: Mapped[UUID | None]
    """The counted rating a repeated tap is merged into."""


class PairingLink(Base):
    """A one-time link that turns the browser which opens it into a screen."""

    __tablename__ = "pairing_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    window_id: Mapped[int] = mapped_column(ForeignKey("window.id"))
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"))
