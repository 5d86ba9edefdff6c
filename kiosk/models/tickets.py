"""Service events that give one right to rate, who opens them, and codes used up."""

from datetime import datetime

from sqlalchemy import (
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.models.base import Base, BigKey


class Integration(Base):
    """A system outside, such as the hall's queue, that calls the interface."""

    __tablename__ = "integration"
    __table_args__ = (UniqueConstraint("centre_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    name: Mapped[str] = mapped_column(String(60))
    scopes: Mapped[str] = mapped_column(String(200))
    """Names of what it may do, with blanks between, sorted."""
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """SHA-256 of its key, which is shown once."""
    former_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    """The key before, which still opens until `former_until`."""
    former_until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]


class Ticket(Base):
    """One service event. Whoever was served may rate it once, on whichever way."""

    __tablename__ = "ticket"
    __table_args__ = (
        UniqueConstraint("integration_id", "request_key"),
        # A tap looks for the visit it belongs to among those of its minutes.
        Index("ix_ticket_window_id_served_at", "window_id", "served_at"),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    code: Mapped[str] = mapped_column(String(12), unique=True)
    """Random; names it outside. It opens nothing without its seal."""
    window_id: Mapped[int] = mapped_column(ForeignKey("window.id"))
    clerk_id: Mapped[int | None] = mapped_column(ForeignKey("clerk.id"))
    """Who served: as whoever opened it said, else who was on duty."""
    source: Mapped[int] = mapped_column(SmallInteger)
    item: Mapped[str] = mapped_column(String(100), server_default="")
    """What was handled; "" where nobody says."""
    case_number: Mapped[str] = mapped_column(String(40), server_default="")
    """The hall's own reference, never a number of a person."""
    called_at: Mapped[datetime | None]
    """When the visitor was called to the window."""
    served_at: Mapped[datetime]
    """When the service ended."""
    expires_at: Mapped[datetime]
    """Until when its code can be used."""
    created_at: Mapped[datetime]
    cancelled_at: Mapped[datetime | None]
    rating_id: Mapped[int | None] = mapped_column(
        BigKey, ForeignKey("rating.id"), unique=True
    )
    """The rating that used the right; None while it is there."""
    integration_id: Mapped[int | None] = mapped_column(ForeignKey("integration.id"))
    request_key: Mapped[str | None] = mapped_column(String(64))
    """What its sender calls the request: sent again, it opens no second ticket."""
    request_digest: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    """SHA-256 of that request's content."""


class SlotUse(Base):
    """A code of the screen that was used; unique, so that each is used once."""

    __tablename__ = "slot_use"
    __table_args__ = ({"sqlite_with_rowid": False},)

    window_id: Mapped[int] = mapped_column(ForeignKey("window.id"), primary_key=True)
    slot: Mapped[int] = mapped_column(BigKey, primary_key=True)
    """Half minutes since 1970."""
    nonce: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
