"""Clerks, the units they belong to, and who sat at which window when."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.models.base import Base


class Clerk(Base):
    """Somebody who serves at windows, with or without an account of their own."""

    __tablename__ = "clerk"
    __table_args__ = (
        Index(
            "uq_clerk_current_badge",
            "centre_id",
            "badge",
            unique=True,
            sqlite_where=text("ended_on IS NULL"),
            postgresql_where=text("ended_on IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    account_id: Mapped[int | None] = mapped_column(
        ForeignKey("account.id"), unique=True
    )
    name: Mapped[str] = mapped_column(String(60))
    badge: Mapped[str] = mapped_column(String(20))
    """Number on the badge; free again after the clerk has left."""
    named: Mapped[bool]
    """Consent to be named to visitors; without it only the badge is shown."""
    pin_hash: Mapped[str | None] = mapped_column(String(200))
    """Argon2id of the number that signs on at a window's screen."""
    started_on: Mapped[date]
    ended_on: Mapped[date | None]
    """First day no longer in service."""
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("clerk.id"))


class Posting(Base):
    """To which unit a clerk belonged, from when to when."""

    __tablename__ = "posting"
    __table_args__ = (UniqueConstraint("clerk_id", "starts_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    clerk_id: Mapped[int] = mapped_column(ForeignKey("clerk.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    """First day it no longer holds; None while it does."""


class Shift(Base):
    """A clerk at a window for a time. A correction is a new row; the old one stays."""

    __tablename__ = "shift"
    __table_args__ = (
        Index(
            "ix_shift_valid_window",
            "window_id",
            "starts_at",
            sqlite_where=text("superseded_at IS NULL"),
            postgresql_where=text("superseded_at IS NULL"),
        ),
        Index("ix_shift_centre_id_starts_at", "centre_id", "starts_at"),
        Index("ix_shift_clerk_id_starts_at", "clerk_id", "starts_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    clerk_id: Mapped[int] = mapped_column(ForeignKey("clerk.id"))
    window_id: Mapped[int] = mapped_column(ForeignKey("window.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    """First moment it no longer holds; a sign-on ends with its day at the latest."""
    source: Mapped[str] = mapped_column(String(10))
    """`roster`, `sign-on`, `import` or `correction`."""
    made_at: Mapped[datetime]
    superseded_at: Mapped[datetime | None]
    """When a correction took its place; it counts no more but is kept."""
    superseded_by_id: Mapped[int | None] = mapped_column(ForeignKey("shift.id"))
    """The row that holds instead; None when the shift was struck out."""


class ShiftProposal(Base):
    """A correction of a day that has closed; a second person decides on it."""

    __tablename__ = "shift_proposal"

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    shift_id: Mapped[int | None] = mapped_column(ForeignKey("shift.id"))
    """The shift to be corrected; None: one was forgotten altogether."""
    clerk_id: Mapped[int | None] = mapped_column(ForeignKey("clerk.id"))
    """Who really sat there; None: nobody did."""
    window_id: Mapped[int] = mapped_column(ForeignKey("window.id"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(200))
    proposed_by_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[datetime]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
    accepted: Mapped[bool | None]
