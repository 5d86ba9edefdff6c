"""Words that replies to citizens may begin with."""

from datetime import datetime

from sqlalchemy import ForeignKey, SmallInteger, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.models.base import Base


class ReplyTemplate(Base):
    """Words to begin a reply with, by cause."""

    __tablename__ = "reply_template"
    __table_args__ = (UniqueConstraint("centre_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    centre_id: Mapped[int] = mapped_column(ForeignKey("centre.id"))
    cause: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    """Aspect, 1 to 4; 0: for every cause."""
    name: Mapped[str] = mapped_column(String(60))
    words: Mapped[str] = mapped_column(Text)
    ended_at: Mapped[datetime | None]
    """Since when it is offered no more."""
