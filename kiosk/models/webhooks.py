"""Messages to systems outside, kept until they have arrived or were given up."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, SmallInteger, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.models.base import Base, BigKey


class Webhook(Base):
    """Where a system wants to be told of new bad ratings."""

    __tablename__ = "webhook"

    id: Mapped[int] = mapped_column(primary_key=True)
    integration_id: Mapped[int] = mapped_column(ForeignKey("integration.id"))
    url: Mapped[str] = mapped_column(String(300))
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    """What messages are signed with, sealed."""
    created_at: Mapped[datetime]
    stopped_at: Mapped[datetime | None]
    last_rating_id: Mapped[int] = mapped_column(BigKey, server_default="0")
    """Newest rating that was looked at for it."""


class WebhookMessage(Base):
    """One message: written in the transaction that found its news, sent after it."""

    __tablename__ = "webhook_message"
    __table_args__ = (Index("ix_webhook_message_next_try_at", "next_try_at"),)

    id: Mapped[int] = mapped_column(BigKey, primary_key=True)
    webhook_id: Mapped[int] = mapped_column(ForeignKey("webhook.id"))
    message_id: Mapped[UUID] = mapped_column(unique=True)
    body: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]
    next_try_at: Mapped[datetime | None]
    """None once it arrived or was given up."""
    tries: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    delivered_at: Mapped[datetime | None]
    trouble: Mapped[str] = mapped_column(String(60), server_default="")
    """What went wrong at the last try."""
