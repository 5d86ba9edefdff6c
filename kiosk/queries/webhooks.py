"""Messages to systems outside: who gets them, and what became of each."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from kiosk.models import Integration, Webhook, WebhookMessage

_LIVE = (Webhook.stopped_at.is_(None), Integration.revoked_at.is_(None))


@dataclass(frozen=True)
class Receiver:
    """A system that is told of bad ratings now."""

    id: int
    url: str
    secret: bytes
    """Sealed."""


@dataclass(frozen=True)
class WebhookView:
    """An address that gets messages, as the page of its integration shows it."""

    id: int
    url: str
    created_at: datetime
    stopped_at: datetime | None
    waiting: int
    """Messages that have not arrived and are tried again."""


@dataclass(frozen=True)
class DeliveryView:
    """One message and what became of it."""

    id: int
    webhook_id: int
    message_id: UUID
    created_at: datetime
    tries: int
    next_try_at: datetime | None
    delivered_at: datetime | None
    trouble: str

    @property
    def is_given_up(self) -> bool:
        """Whether it has not arrived and is not tried again."""
        return self.delivered_at is None and self.next_try_at is None


def receivers(reader: Connection | Session) -> list[Receiver]:
    """Return whoever is told now, in the order in which they were set up."""
    query = (
        select(Webhook.id, Webhook.url, Webhook.secret)
        .join(Integration, Integration.id == Webhook.integration_id)
        .where(*_LIVE)
        .order_by(Webhook.id)
    )
    return [Receiver(*row) for row in reader.execute(query)]


def has_due(reader: Connection | Session, webhook_id: int, now: datetime) -> bool:
    """Whether a message waits for its next try."""
    query = select(WebhookMessage.id).where(
        WebhookMessage.webhook_id == webhook_id, WebhookMessage.next_try_at <= now
    )
    return reader.execute(query.limit(1)).first() is not None


def webhooks_of(reader: Connection | Session, integration_id: int) -> list[WebhookView]:
    """Return the addresses of an integration, in the order of their setting up."""
    waiting = (
        select(func.count(WebhookMessage.id))
        .where(
            WebhookMessage.webhook_id == Webhook.id,
            WebhookMessage.next_try_at.is_not(None),
        )
        .correlate(Webhook)
        .scalar_subquery()
    )
    query = (
        select(Webhook.id, Webhook.url, Webhook.created_at, Webhook.stopped_at, waiting)
        .where(Webhook.integration_id == integration_id)
        .order_by(Webhook.id)
    )
    return [WebhookView(*row) for row in reader.execute(query)]


def deliveries(
    reader: Connection | Session, integration_id: int, most: int
) -> Sequence[DeliveryView]:
    """Return an integration's newest messages, at most `most`, the newest first."""
    columns = (
        WebhookMessage.id,
        WebhookMessage.webhook_id,
        WebhookMessage.message_id,
        WebhookMessage.created_at,
        WebhookMessage.tries,
        WebhookMessage.next_try_at,
        WebhookMessage.delivered_at,
        WebhookMessage.trouble,
    )
    query = (
        select(*columns)
        .join(Webhook, Webhook.id == WebhookMessage.webhook_id)
        .where(Webhook.integration_id == integration_id)
        .order_by(WebhookMessage.id.desc())
        .limit(most)
    )
    return [DeliveryView(*row) for row in reader.execute(query)]
