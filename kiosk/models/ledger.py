"""The ledger: a hash chain for each centre and one for the organisation."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.models.base import Base, BigKey

ORGANISATION = 0
"""Key of the organisation's own chain; a centre's chain has the centre's key."""


class Chain(Base):
    """The head of a chain: the one hot row, locked last by every act."""

    __tablename__ = "chain"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """0 for the organisation, else the centre's key."""
    centre_id: Mapped[int | None] = mapped_column(ForeignKey("centre.id"), unique=True)
    origin: Mapped[str] = mapped_column(String(120), unique=True)
    """Names the chain in checkpoints; never changes."""
    time_zone: Mapped[str] = mapped_column(String(64))
    """Zone of the days that entries are marked with."""
    number: Mapped[int] = mapped_column(BigKey)
    """Number of the last entry, 0 before the first; the board's version."""
    tip: Mapped[bytes] = mapped_column(LargeBinary(32))
    """Hash of the last entry."""
    changed_at: Mapped[datetime]


class LedgerEntry(Base):
    """One thing that happened. Never changed; only salt and body may be erased."""

    __tablename__ = "ledger_entry"
    __table_args__ = (
        Index(
            "ix_ledger_entry_rating",
            "rating_id",
            sqlite_where=text("rating_id IS NOT NULL"),
            postgresql_where=text("rating_id IS NOT NULL"),
        ),
        Index(
            "ix_ledger_entry_acts",
            "chain_id",
            "number",
            sqlite_where=text("rating_id IS NULL"),
            postgresql_where=text("rating_id IS NULL"),
        ),
        {"sqlite_with_rowid": False},
    )

    chain_id: Mapped[int] = mapped_column(ForeignKey("chain.id"), primary_key=True)
    number: Mapped[int] = mapped_column(BigKey, primary_key=True)
    day: Mapped[date]
    """The chain's day; the exact time is in the body."""
    kind: Mapped[str] = mapped_column(String(24))
    commitment: Mapped[bytes] = mapped_column(LargeBinary(32))
    """SHA-256 of salt and body."""
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    salt: Mapped[bytes | None] = mapped_column(LargeBinary(32))
    body: Mapped[str | None] = mapped_column(Text)
    """Canonical JSON; None when it was erased."""
    rating_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("rating.id"))
    """The rating that an entry of kind `rating` is about."""


class SigningKey(Base):
    """A public key that checkpoints are signed with; the secret one is a file."""

    __tablename__ = "signing_key"

    id: Mapped[int] = mapped_column(primary_key=True)
    public: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """Ed25519, raw."""
    made_at: Mapped[datetime]


class Checkpoint(Base):
    """A signed statement of how long a chain was and what its last hash was."""

    __tablename__ = "checkpoint"
    __table_args__ = (
        Index("ix_checkpoint_chain_id_size", "chain_id", "size", unique=True),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    chain_id: Mapped[int] = mapped_column(ForeignKey("chain.id"))
    key_id: Mapped[int] = mapped_column(ForeignKey("signing_key.id"))
    size: Mapped[int] = mapped_column(BigKey)
    tip: Mapped[bytes] = mapped_column(LargeBinary(32))
    signature: Mapped[bytes] = mapped_column(LargeBinary(64))
    made_at: Mapped[datetime]
