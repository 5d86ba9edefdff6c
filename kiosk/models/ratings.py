"""Ratings as given, and the words that came with them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.models.base import Base, BigKey


class Rating(Base):
    """One event. The unique `event_id` is what makes a resend harmless."""

    __tablename__ = "rating"
    __table_args__ = (
        CheckConstraint("level BETWEEN 1 AND 5", name="level"),
        Index(
            "ix_rating_revises",
            "revises",
            sqlite_where=text("revises IS NOT NULL"),
            postgresql_where=text("revises IS NOT NULL"),
        ),
        Index("ix_rating_window_id_day", "window_id", "day"),
        Index(
            "ix_rating_hold_id",
            "hold_id",
            sqlite_where=text("hold_id IS NOT NULL"),
            postgresql_where=text("hold_id IS NOT NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    event_id: Mapped[UUID] = mapped_column(unique=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    receipt: Mapped[str] = mapped_column(String(13), index=True)
    window_id: Mapped[int] = mapped_column(ForeignKey("window.id"))
    device_id: Mapped[int | None] = mapped_column(ForeignKey("device.id"))
    channel: Mapped[int] = mapped_column(SmallInteger)
    origin: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    """Which code or screen led to it: kiosk.domain.intake.Origin."""
    level: Mapped[int] = mapped_column(SmallInteger)
    state: Mapped[int] = mapped_column(SmallInteger)
    verified: Mapped[bool]
    """Whether a ticket, a service that was given, stands behind it."""
    sequence: Mapped[int | None] = mapped_column(BigKey)
    revises: Mapped[UUID | None]
    tapped_at: Mapped[datetime]
    """When it was given, by our clock as well as that can be told."""
    claimed_at: Mapped[datetime | None]
    """The giver's own clock, where it was found wrong by more than a second."""
    received_at: Mapped[datetime]
    day: Mapped[date]
    """The centre's day it counts for."""
    bucket: Mapped[int] = mapped_column(SmallInteger)
    """Ten-minute part of that day, 0 to 143."""
    time_uncertain: Mapped[bool]
    clerk_id: Mapped[int | None] = mapped_column(ForeignKey("clerk.id"))
    """Who was on duty at the tap; None where nobody was known to be."""
    clerk_label: Mapped[str] = mapped_column(String(64))
    """Who served, as an imported history names them; empty for live ratings."""
    device_label: Mapped[str] = mapped_column(String(64))
    hold_id: Mapped[int | None] = mapped_column(ForeignKey("hold.id"))
    """The heap it was held with, also after that was decided."""


class Comment(Base):
    """Words of a citizen, apart from the rating so that they can be erased."""

    __tablename__ = "comment"

    rating_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("rating.id"), primary_key=True
    )
    words: Mapped[str] = mapped_column(Text)
    """With telephone numbers and the like hidden; "" where only a kind was chosen."""
    salt: Mapped[bytes] = mapped_column(LargeBinary(32))
    """Random; the ledger holds SHA-256 of it and the words, so both can be erased."""
    kind: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    """Praise, suggestion, complaint or none: kiosk.domain.comments.Wish."""
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The words as they were typed, encrypted, where something in them is hidden."""
