"""Whom to call back: sealed, apart from the rating, and who opened it and why."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.models.base import Base, BigKey


class OwnKey(Base):
    """The secret that opens a rating's rights on its author's own phone."""

    __tablename__ = "own_key"

    rating_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("rating.id"), primary_key=True
    )
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """SHA-256 of the secret, which only the author's phone holds."""


class Contact(Base):
    """How to reach an author who asked for it; empty once it is erased."""

    __tablename__ = "contact"

    rating_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("rating.id"), primary_key=True
    )
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Name and telephone number, encrypted."""
    consented_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
    settled_at: Mapped[datetime | None]
    """When a case handler noted how the call went."""
    outcome: Mapped[str] = mapped_column(String(20), server_default="")


class ContactOpening(Base):
    """One look at a contact, with the reason that its reader gave."""

    __tablename__ = "contact_opening"

    id: Mapped[int] = mapped_column(primary_key=True)
    rating_id: Mapped[int] = mapped_column(BigKey, ForeignKey("contact.rating_id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    opened_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(200))
