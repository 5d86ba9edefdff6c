"""Ratings that are looked at before they count: what is held, and who decided."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.models.base import Base


class Hold(Base):
    """A heap of ratings that a rule set aside until two people have looked at it."""

    __tablename__ = "hold"
    __table_args__ = (Index("ix_hold_window_id_day", "window_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    window_id: Mapped[int] = mapped_column(ForeignKey("window.id"))
    day: Mapped[date]
    bucket: Mapped[int | None] = mapped_column(SmallInteger)
    """Ten minutes of the day, 0 to 143; None: not a matter of ten minutes."""
    channel: Mapped[int] = mapped_column(SmallInteger)
    rule: Mapped[str] = mapped_column(String(12))
    state: Mapped[int] = mapped_column(SmallInteger)
    """What became of it: kiosk.domain.holds.HoldState."""
    made_at: Mapped[datetime]
    n: Mapped[int]
    """Ratings in it when it was made or last grew."""
    proposed_state: Mapped[int | None] = mapped_column(SmallInteger)
    """What the first person would do; None while nobody has looked."""
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    proposed_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(String(200), server_default="")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[datetime | None]
