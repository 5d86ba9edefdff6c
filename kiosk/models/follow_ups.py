"""What visitors tick after the tap: reasons by aspect, and counts of them."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.models.base import Base, BigKey


class FollowUp(Base):
    """One visitor's follow-up to one rating; the unique `event_id` makes it once."""

    __tablename__ = "follow_up"

    rating_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("rating.id"), primary_key=True
    )
    event_id: Mapped[UUID] = mapped_column(unique=True)
    digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    list_version: Mapped[int] = mapped_column(SmallInteger)
    """Version of the list of reasons that the visitor read."""
    received_at: Mapped[datetime]


class RatingReason(Base):
    """A reason that a visitor ticked."""

    __tablename__ = "rating_reason"
    __table_args__ = ({"sqlite_with_rowid": False},)

    rating_id: Mapped[int] = mapped_column(
        BigKey, ForeignKey("follow_up.rating_id"), primary_key=True
    )
    reason: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    """Number of the reason; it never gets another meaning."""


class TallyReason(Base):
    """How often a reason was ticked for one window, day and state of the rating."""

    __tablename__ = "tally_reason"
    __table_args__ = ({"sqlite_with_rowid": False},)

    window_id: Mapped[int] = mapped_column(ForeignKey("window.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    state: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    reason: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    n: Mapped[int]


class ServedDay(Base):
    """How many people a window served on a day, as its clerks counted them."""

    __tablename__ = "served_day"
    __table_args__ = ({"sqlite_with_rowid": False},)

    window_id: Mapped[int] = mapped_column(ForeignKey("window.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    n: Mapped[int]


class ServedPress(Base):
    """One press of a clerk's counter; its unique id makes it count once.

    Rows are dropped after a day: they only keep a press that is sent again from
    counting again, and say which one can be taken back.
    """

    __tablename__ = "served_press"
    __table_args__ = (Index("ix_served_press_clerk_id_day", "clerk_id", "day"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    press: Mapped[UUID] = mapped_column(unique=True)
    """Made by the page that shows the button."""
    clerk_id: Mapped[int] = mapped_column(ForeignKey("clerk.id"))
    window_id: Mapped[int] = mapped_column(ForeignKey("window.id"))
    day: Mapped[date]
    undone: Mapped[bool]
