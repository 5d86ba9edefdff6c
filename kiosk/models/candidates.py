"""Who is put forward for an award, and what was entered about them."""

from datetime import date, datetime

from sqlalchemy import (
    ForeignKey,
    Index,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.models.base import Base


class Candidate(Base):
    """A window, person, unit, brand or suggestion that a unit put forward."""

    __tablename__ = "candidate"
    __table_args__ = (
        UniqueConstraint("campaign_id", "award", "number"),
        Index("ix_candidate_unit", "campaign_id", "unit_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    award: Mapped[str] = mapped_column(String(40))
    """Key of the award in the rules."""
    number: Mapped[int]
    """From 1 within the award, in the order of nomination."""
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    """Whose quota it takes."""
    window_id: Mapped[int | None] = mapped_column(ForeignKey("window.id"))
    clerk_id: Mapped[int | None] = mapped_column(ForeignKey("clerk.id"))
    case_id: Mapped[int | None] = mapped_column(ForeignKey("case.id"))
    """The suggestion."""
    name: Mapped[str] = mapped_column(String(120))
    """As it was when it was put forward; a later renaming does not reach it."""
    statement: Mapped[str] = mapped_column(Text, server_default="{}")
    """JSON: words by criterion."""
    state: Mapped[int] = mapped_column(SmallInteger)
    """A value of kiosk.domain.candidates.CandidateState."""
    put_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """When it was withdrawn, replaced or cancelled."""
    reason: Mapped[str] = mapped_column(String(200), server_default="")
    """Why it ended."""
    replaces_id: Mapped[int | None] = mapped_column(ForeignKey("candidate.id"))
    counts_from: Mapped[date | None]
    """First day that counts after a change kept separate; None: the whole period."""


class CandidateMark(Base):
    """A number entered about a candidate, such as the rate of a knowledge test."""

    __tablename__ = "candidate_mark"
    __table_args__ = (UniqueConstraint("candidate_id", "kind"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidate.id"))
    kind: Mapped[str] = mapped_column(String(12))
    """A value of kiosk.domain.candidates.MarkKind."""
    value: Mapped[int]
    """Hundredths of a percent, 0 to 10,000."""
    note: Mapped[str] = mapped_column(String(200), server_default="")
    entered_at: Mapped[datetime]
