"""The screens at the windows, how they are paired, and what they tell of themselves."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, LargeBinary, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.models.base import Base, BigKey


class Device(Base):
    """A paired screen. Its row is locked by each of its taps, in their order."""

    __tablename__ = "device"

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    window_id: Mapped[int] = mapped_column(ForeignKey("window.id"), index=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    """Random; what the screen's own events name it by. No secret."""
    name: Mapped[str] = mapped_column(String(40), server_default="")
    """What people call it, such as "left of the counter"; "" for the only one."""
    predecessor_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"))
    """The pairing this one took the place of, in the same browser or on the desk."""
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


class DeviceReport(Base):
    """What a screen last told of itself. Apart from `Device`, which each tap writes."""

    __tablename__ = "device_report"

    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"), primary_key=True)
    reported_at: Mapped[datetime | None]
    waiting: Mapped[int] = mapped_column(server_default="0")
    """Events in its outbox."""
    set_aside: Mapped[int] = mapped_column(server_default="0")
    """Events refused for good, in its dead-letter list."""
    oldest_at: Mapped[datetime | None]
    """Since when the first of the waiting events waits."""
    drawn_at: Mapped[datetime | None]
    """When its page last drew a frame."""
    battery: Mapped[int | None] = mapped_column(SmallInteger)
    """Per cent, where the browser tells."""
    charging: Mapped[bool | None]
    version: Mapped[str] = mapped_column(String(20), server_default="")
    """Mark of the page it shows."""
    offset_ms: Mapped[int | None] = mapped_column(BigInteger)
    """How far our clock is ahead of the screen's, in milliseconds."""
    storage: Mapped[str] = mapped_column(String(12), server_default="")
    """Where its outbox lies: "disk" or "memory"."""
    browser: Mapped[str] = mapped_column(String(60), server_default="")
    tested_at: Mapped[datetime | None]
    """When its last test tap arrived."""
    cloned_at: Mapped[datetime | None]
    """When a sequence number last came twice with another event."""
    clone_sequence: Mapped[int | None] = mapped_column(BigKey)


class DeviceStay(Base):
    """A window at which a screen stands or stood: its events may name that one."""

    __tablename__ = "device_stay"

    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"), primary_key=True)
    window_id: Mapped[int] = mapped_column(ForeignKey("window.id"), primary_key=True)
    since: Mapped[datetime]


class DeviceGap(Base):
    """A run of a screen's sequence numbers that has not arrived."""

    __tablename__ = "device_gap"

    device_id: Mapped[int] = mapped_column(ForeignKey("device.id"), primary_key=True)
    first: Mapped[int] = mapped_column(BigKey, primary_key=True)
    last: Mapped[int] = mapped_column(BigKey)


class PairingLink(Base):
    """A one-time link that turns the browser which opens it into a screen."""

    __tablename__ = "pairing_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    window_id: Mapped[int] = mapped_column(ForeignKey("window.id"))
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"))
    """The screen that the new one takes the place of; its pairing then ends."""
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"))


class InstallCode(Base):
    """A code that an unpaired browser shows, for an organiser to type or scan."""

    __tablename__ = "install_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(8), unique=True)
    secret_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """SHA-256 of the cookie of the browser that shows the code."""
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime] = mapped_column(index=True)
    link_id: Mapped[int | None] = mapped_column(ForeignKey("pairing_link.id"))
    """The pairing that an organiser gave it; the browser then takes it up."""
