"""What inspectors saw, look by look and find by find."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, SmallInteger, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.models.base import Base


class Inspection(Base):
    """One look at one window, or at a unit as a whole, with one sheet."""

    __tablename__ = "inspection"
    __table_args__ = (Index("ix_inspection_campaign", "campaign_id", "unit_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[UUID] = mapped_column(Uuid, unique=True)
    """Made by the inspector's device, so that a look that is sent twice counts once."""
    body_hash: Mapped[str] = mapped_column(String(64))
    """SHA-256 of what was sent: the same id with another body is refused."""
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    sheet: Mapped[str] = mapped_column(String(40))
    """Key of the sheet in the rules."""
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    """Whose window it was on that day."""
    window_id: Mapped[int | None] = mapped_column(ForeignKey("window.id"))
    """None: the unit as a whole."""
    announced: Mapped[bool]
    """Whether the unit knew beforehand."""
    note: Mapped[str] = mapped_column(String(400), server_default="")
    inspector_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    looked_at: Mapped[datetime]
    """By the device's clock, held to be not after it was received."""
    received_at: Mapped[datetime]


class Finding(Base):
    """One occurrence of one thing on the sheet."""

    __tablename__ = "finding"

    id: Mapped[int] = mapped_column(primary_key=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspection.id"), index=True)
    item: Mapped[str] = mapped_column(String(40))
    """Key of the item in the sheet."""
    deduction: Mapped[int] = mapped_column(SmallInteger)
    """Points off, as the rules said on that day."""
    clerk_id: Mapped[int | None] = mapped_column(ForeignKey("clerk.id"))
    """Whom it is about; None: the window or unit only."""
    note: Mapped[str] = mapped_column(String(400), server_default="")
    found_at: Mapped[datetime]
    state: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    """A value of kiosk.domain.inspections.FindingState."""
    objection: Mapped[str] = mapped_column(Text, server_default="")
    """What the unit holds against it."""
    objected_at: Mapped[datetime | None]
    ruling: Mapped[str] = mapped_column(String(400), server_default="")
    ruled_at: Mapped[datetime | None]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    """The case that it became."""
