"""Notices by e-mail, in a queue that outlives a mail server that is down."""

from datetime import datetime
from uuid import UUID

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


class MailMessage(Base):
    """A notice that waits for the mail server; it holds no word of a citizen."""

    __tablename__ = "mail_message"
    __table_args__ = (
        UniqueConstraint("account_id", "about"),
        Index("ix_mail_message_next_try_at", "next_try_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[UUID] = mapped_column(unique=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id"))
    about: Mapped[str] = mapped_column(String(60))
    """What it tells, with the day: one notice tells one person once."""
    subject: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime | None]
    """None: delivered or given up."""
    tries: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    sent_at: Mapped[datetime | None]
    trouble: Mapped[str] = mapped_column(String(60), server_default="")
