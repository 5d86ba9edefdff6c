"""Counts that every accepted rating moves; boards and gates read only these."""

from datetime import date

from sqlalchemy import ForeignKey, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.models.base import Base


class TallyDay(Base):
    """Ratings of one window, day, channel, verified or not, and state.

    c1 to c5 are the counts by level, moved at once. p1 to p5 are those parts of
    them that screens do not show in scores yet: a window's score and rates move
    in steps of five new ratings, so that nobody reads one visitor's answer off
    the board. Shown = c - p.
    """

    __tablename__ = "tally_day"
    __table_args__ = ({"sqlite_with_rowid": False},)

    window_id: Mapped[int] = mapped_column(ForeignKey("window.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    channel: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    verified: Mapped[bool] = mapped_column(primary_key=True)
    state: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    c1: Mapped[int]
    c2: Mapped[int]
    c3: Mapped[int]
    c4: Mapped[int]
    c5: Mapped[int]
    p1: Mapped[int]
    p2: Mapped[int]
    p3: Mapped[int]
    p4: Mapped[int]
    p5: Mapped[int]


class TallyClerk(Base):
    """Ratings of one clerk on duty at one window, day, channel, verified and state."""

    __tablename__ = "tally_clerk"
    __table_args__ = ({"sqlite_with_rowid": False},)

    clerk_id: Mapped[int] = mapped_column(ForeignKey("clerk.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    window_id: Mapped[int] = mapped_column(ForeignKey("window.id"), primary_key=True)
    channel: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    verified: Mapped[bool] = mapped_column(primary_key=True)
    state: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    c1: Mapped[int]
    c2: Mapped[int]
    c3: Mapped[int]
    c4: Mapped[int]
    c5: Mapped[int]


class TallyBucket(Base):
    """Ratings of one window, channel and state in ten minutes of a day."""

    __tablename__ = "tally_bucket"
    __table_args__ = ({"sqlite_with_rowid": False},)

    window_id: Mapped[int] = mapped_column(ForeignKey("window.id"), primary_key=True)
    day: Mapped[date] = mapped_column(primary_key=True)
    bucket: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    channel: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    state: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    n: Mapped[int]


class WindowStep(Base):
    """How many new ratings of a window wait for its next step of five."""

    __tablename__ = "window_step"

    window_id: Mapped[int] = mapped_column(ForeignKey("window.id"), primary_key=True)
    waiting: Mapped[int] = mapped_column(SmallInteger)
    since_day: Mapped[date]
    """Earliest day among the parts that are not shown yet."""
