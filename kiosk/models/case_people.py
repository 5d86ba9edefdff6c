"""Who stands behind a case, who looked, and who disagrees with how it ended."""

from datetime import datetime

from sqlalchemy import (
    ForeignKey,
    LargeBinary,
    SmallInteger,
    String,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.models.base import Base


class CaseContact(Base):
    """How to reach somebody who complained without a rating; sealed."""

    __tablename__ = "case_contact"

    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), primary_key=True)
    key_hash: Mapped[bytes] = mapped_column(LargeBinary(32), unique=True)
    """SHA-256 of the secret on the citizen's slip; it opens their own page."""
    sealed: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Name and telephone number, encrypted; None: none was left, or it is erased."""
    consented_at: Mapped[datetime | None]
    erased_at: Mapped[datetime | None]


class CaseOpening(Base):
    """One look at who stands behind a case, with the reason its reader gave."""

    __tablename__ = "case_opening"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    opened_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(200))


class CaseAppeal(Base):
    """Somebody disagrees with how a case ended; two people outside decide."""

    __tablename__ = "case_appeal"
    __table_args__ = (UniqueConstraint("case_id", "side"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"))
    side: Mapped[str] = mapped_column(String(8))
    """Who appeals, once: citizen or clerk."""
    text_id: Mapped[int] = mapped_column(ForeignKey("case_text.id"))
    filed_at: Mapped[datetime]
    state: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    """0 open, 1 upheld, 2 rejected."""
    proposed_state: Mapped[int | None] = mapped_column(SmallInteger)
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(200), server_default="")
    """The citizen or clerk reads it once it is decided."""
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
