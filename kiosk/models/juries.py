"""Who sits on the jury of a campaign, and the points they gave."""

from datetime import datetime

from sqlalchemy import Boolean, ForeignKey, Text, UniqueConstraint, false
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.models.base import Base


class Juror(Base):
    """Somebody who scores the candidates of a campaign."""

    __tablename__ = "juror"
    __table_args__ = (UniqueConstraint("campaign_id", "account_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    """The unit they come from, whose candidates they do not score; None: none."""
    joined_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    """When they left the jury; what they scored before does not count any more."""


class JurySheet(Base):
    """What one juror gave one candidate; written once more until the stage ends."""

    __tablename__ = "jury_sheet"
    __table_args__ = (UniqueConstraint("juror_id", "candidate_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    juror_id: Mapped[int] = mapped_column(ForeignKey("juror.id"))
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidate.id"), index=True)
    points: Mapped[str] = mapped_column(Text, server_default="{}")
    """JSON: points by criterion; {} where the juror abstained."""
    abstained: Mapped[bool] = mapped_column(Boolean, server_default=false())
    scored_at: Mapped[datetime]
