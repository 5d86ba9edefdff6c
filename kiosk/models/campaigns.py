"""Campaigns, their rules in every version, and what was published of them."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.models.base import Base


class Campaign(Base):
    """A selection of the organisation; it may span centres."""

    __tablename__ = "campaign"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(60), unique=True)
    """Its public address; never changed, never used again."""
    title: Mapped[str] = mapped_column(String(120))
    """In Chinese, as in the rules in force: for lists."""
    version: Mapped[int] = mapped_column(server_default="1")
    """Number of the rules in force."""
    created_at: Mapped[datetime]
    announced_at: Mapped[datetime | None]
    """Since when it is public; None: a draft that only organisers see."""
    ballot_closed_at: Mapped[datetime | None]
    """When the ballot was closed and its rows were written anew, in another order."""
    posted_at: Mapped[datetime | None]
    """When the list was posted for objections: from then its numbers stand."""
    final_at: Mapped[datetime | None]
    """When the final list was fixed."""
    dropped_at: Mapped[datetime | None]
    """When it was given up."""


class CampaignVersion(Base):
    """Rules of a campaign as they stood; never changed."""

    __tablename__ = "campaign_version"
    __table_args__ = (UniqueConstraint("campaign_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    number: Mapped[int]
    """From 1."""
    rules: Mapped[str] = mapped_column(Text)
    """Canonical JSON of kiosk.domain.campaign_rules.Rules."""
    reason: Mapped[str] = mapped_column(String(200), server_default="")
    """Why it was amended after the start; empty before."""
    made_at: Mapped[datetime]


class Publication(Base):
    """A numbered sheet that was made public; never changed, only followed."""

    __tablename__ = "publication"
    __table_args__ = (UniqueConstraint("campaign_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    number: Mapped[int]
    """From 1 within the campaign."""
    kind: Mapped[str] = mapped_column(String(12))
    """A value of kiosk.domain.publications.PublicationKind."""
    archive: Mapped[str] = mapped_column(Text)
    """Canonical JSON of everything the numbers follow from; see campaign_archive."""
    outcome: Mapped[str] = mapped_column(Text)
    """Canonical JSON of the numbers themselves."""
    approval: Mapped[str] = mapped_column(String(60), server_default="")
    """Number of the approval, without which no paper commends."""
    published_at: Mapped[datetime]
    objections_until: Mapped[datetime | None]
    """End of the public notice; None on other sheets."""


class Clearance(Base):
    """What an office that was asked says of a candidate."""

    __tablename__ = "clearance"
    __table_args__ = (UniqueConstraint("candidate_id", "office"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    candidate_id: Mapped[int] = mapped_column(ForeignKey("candidate.id"))
    office: Mapped[str] = mapped_column(String(40))
    """Key of the office in the rules."""
    stands: Mapped[bool]
    """Whether the office stands against the candidate."""
    note: Mapped[str] = mapped_column(String(200), server_default="")
    """Number or day of its letter; no reasons, they are not ours to keep."""
    answered_at: Mapped[datetime]


class Objection(Base):
    """What somebody holds against a posted candidate; seen by its handlers only."""

    __tablename__ = "objection"

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), index=True)
    candidate_id: Mapped[int | None] = mapped_column(ForeignKey("candidate.id"))
    """Whom it is about; None: the list or its numbers as a whole."""
    receipt: Mapped[str] = mapped_column(String(16), unique=True)
    words: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(String(60), server_default="")
    """Who objects; empty: without a name."""
    contact: Mapped[str] = mapped_column(Text, server_default="")
    """Encrypted; empty: none was left."""
    state: Mapped[int] = mapped_column(SmallInteger)
    """A value of kiosk.domain.objections.ObjectionState."""
    received_at: Mapped[datetime]
    due: Mapped[date]
    """Working day by whose close of business it must be decided."""
    handler_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    admitted_at: Mapped[datetime | None]
    """When it was found fit to be looked into; then the candidate may be named."""
    ruling: Mapped[str] = mapped_column(Text, server_default="")
    """The answer, public without the name of who objected."""
    decided_at: Mapped[datetime | None]
