"""When a centre is open, and which days count as working days."""

from datetime import date, time

from sqlalchemy import ForeignKey, SmallInteger, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.models.base import Base


class OpeningHours(Base):
    """One span of a weekday in which the centre is open."""

    __tablename__ = "opening_hours"
    __table_args__ = (UniqueConstraint("centre_id", "weekday", "opens"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    weekday: Mapped[int] = mapped_column(SmallInteger)
    """0 Monday to 6 Sunday."""
    opens: Mapped[time]
    closes: Mapped[time]


class CalendarDay(Base):
    """A day that differs from its weekday: a holiday, or a weekend worked instead."""

    __tablename__ = "calendar_day"
    __table_args__ = (UniqueConstraint("centre_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    day: Mapped[date]
    working: Mapped[bool]
    name: Mapped[str] = mapped_column(String(60))
    """Such as 国庆节, or what the day is exchanged for."""
