"""The installation as a whole, and the one-time links that open its set-up."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import CheckConstraint, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.models.base import Base


class Installation(Base):
    """One row: whose it is, and whether it is real or a demonstration."""

    __tablename__ = "installation"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    identity: Mapped[UUID]
    """Random; in every ETag, so that a new database never answers for an old one."""
    organisation: Mapped[str] = mapped_column(String(100))
    demonstration: Mapped[bool]
    demonstration_rows: Mapped[int]
    """Ratings of the demonstration taken in so far."""
    created_at: Mapped[datetime]
    set_up_at: Mapped[datetime | None]
    """When the set-up was finished; None while it can still be opened."""


class OrganiserLink(Base):
    """A one-time link from the terminal; opening it makes its holder organiser."""

    __tablename__ = "organiser_link"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    created_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
    holder_hash: Mapped[bytes | None] = mapped_column(LargeBinary(32), unique=True)
    """SHA-256 of the holder's cookie; only the browser has the value itself."""
