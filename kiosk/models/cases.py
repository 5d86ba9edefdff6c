"""Cases: what citizens must be answered about, the words of it, and its clock.

A row holds codes and moments only, so that the ledger may tell all of it; what people
wrote stands in `case_text`, where it can be erased, and the ledger has commitments.
"""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import (
    ForeignKey,
    Index,
    LargeBinary,
    SmallInteger,
    String,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.models.base import Base, BigKey


class CaseInbox(Base):
    """Ratings that came with more than a level, and wait to become cases.

    Written in the transaction in which the words, the reasons or the contact came, so
    that nothing is overlooked; never by a bare tap.
    """

    __tablename__ = "case_inbox"

    rating_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("rating.id"), primary_key=True
    )


class Case(Base):
    """One case; a record of the ledger."""

    __tablename__ = "case"
    __table_args__ = (
        UniqueConstraint("centre_id", "number"),
        UniqueConstraint("window_id", "week", "cause", "part"),
        Index("ix_case_centre_id_state", "centre_id", "state"),
        Index("ix_case_unit_id_received_on", "unit_id", "received_on"),
        Index("ix_case_clerk_id", "clerk_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    number: Mapped[str] = mapped_column(String(12))
    """Year and running number within the centre, such as 2026-0012."""
    event_id: Mapped[UUID] = mapped_column(unique=True)
    """Of the rating or the form it came from: the same once more opens nothing."""
    source: Mapped[str] = mapped_column(String(12))
    """What it came from: kiosk.domain.cases.Source."""
    road: Mapped[str] = mapped_column(String(12))
    """How it came: kiosk.domain.cases.Road."""
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    """Whose it is to answer: the unit of the window on that day."""
    window_id: Mapped[int | None] = mapped_column(ForeignKey("window.id"))
    clerk_id: Mapped[int | None] = mapped_column(ForeignKey("clerk.id"))
    """Who was on duty: for this person's own rights."""
    cause: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    """Aspect, 1 to 4; 0: none was named."""
    verified: Mapped[bool] = mapped_column(server_default=false())
    """Whether a service that was given stands behind it."""
    week: Mapped[date | None]
    """Monday of the week that a joined case covers."""
    part: Mapped[int | None] = mapped_column(SmallInteger)
    """Which joined case of that week: what comes after the answer begins another."""
    received_at: Mapped[datetime]
    received_on: Mapped[date]
    """The centre's day of what it is about."""
    half: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    """1 before noon, 2 after; 0: of no one moment. Units learn no more of the time."""
    state: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    raised: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    """How high it went because it was overdue: 0 unit, 1 handlers, 2 organiser."""
    late: Mapped[bool] = mapped_column(server_default=false())
    """Whether it was ever overdue, which no later answer takes back."""
    accept_due: Mapped[datetime]
    answer_due: Mapped[datetime]
    rectify_due: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
    paused_at: Mapped[datetime | None]
    """Since when its clock stands still; None: it runs."""
    answered_at: Mapped[datetime | None]
    answer: Mapped[str] = mapped_column(String(12), server_default="")
    """What the answer says: kiosk.domain.cases.Answer."""
    second_due: Mapped[datetime | None]
    """Until when its citizen may rate the answer before the clock closes it."""
    rectified_at: Mapped[datetime | None]
    look_back_on: Mapped[date | None]
    looked_back_at: Mapped[datetime | None]
    call_tries: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    called_at: Mapped[datetime | None]
    call_outcome: Mapped[str] = mapped_column(String(12), server_default="")
    second: Mapped[int | None] = mapped_column(SmallInteger)
    """The least that a citizen made of the answer: kiosk.domain.cases.Second."""
    reopened_at: Mapped[datetime | None]
    grade: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    """Of a suggestion: 0 not graded, 1 noted, 2 good, 3 excellent."""
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str] = mapped_column(String(8), server_default="")
    """Side that closed it: outside, citizen or clock."""


class CaseRating(Base):
    """Which ratings a case answers; each belongs to one."""

    __tablename__ = "case_rating"

    rating_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("rating.id"), primary_key=True
    )
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    second: Mapped[int | None] = mapped_column(SmallInteger)
    """What this citizen made of the answer."""


class CaseText(Base):
    """Something written in a case; append only but for erasing its words."""

    __tablename__ = "case_text"

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("case.id"), index=True)
    kind: Mapped[str] = mapped_column(String(12))
    """What it is: kiosk.domain.case_texts.TextKind."""
    words: Mapped[str] = mapped_column(Text)
    """With telephone numbers and the like hidden where a citizen wrote them."""
    salt: Mapped[bytes] = mapped_column(LargeBinary(32))
    """The ledger holds SHA-256 of it and the words, so both can be erased."""
    account_id: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    """Who wrote it; None: the citizen."""
    rating_id: Mapped[int | None] = mapped_column(BigKey, ForeignKey("rating.id"))
    """Whose words it is where a case answers several citizens; for their author."""
    written_at: Mapped[datetime]
    erased_at: Mapped[datetime | None]
