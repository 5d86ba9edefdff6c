"""Systems outside that are told of bad ratings, made without going through pages."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from sqlalchemy import select

from kiosk.domain.integrations import ApiScope
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Webhook, WebhookMessage
from kiosk.services.integrations import make_integration
from kiosk.services.sealing import KEY_BYTES, Sealer
from kiosk.services.webhook_news import gather_news
from kiosk.services.webhooks import MadeWebhook, make_webhook
from tests.conftest import NOON
from tests.screens import HALL

URL = "https://hotline.example/in"
LISTED = frozenset({"hotline.example", "other.example"})
SEALER = Sealer(b"k" * KEY_BYTES)
HOUR = timedelta(hours=1)


def make_system(name: str = "热线", *scopes: ApiScope, now=NOON) -> int:
    """Take a system in that may be told of bad ratings; return its key."""
    with recording("test", now) as records:
        chosen = scopes or (ApiScope.WEBHOOKS,)
        return make_integration(records, HALL.centre_id, name, chosen).id


def make_hook(
    system: int, url: str = URL, *, listed=LISTED, sealer=SEALER, now=NOON
) -> MadeWebhook:
    with recording("test", now) as records:
        return make_webhook(records, system, url, listed, sealer)


def hook_row(key: int) -> Webhook:
    with reading() as session:
        return session.get_one(Webhook, key)


def messages() -> list[WebhookMessage]:
    """Return all messages, oldest first."""
    with reading() as session:
        return list(session.scalars(select(WebhookMessage).order_by(WebhookMessage.id)))


def gather(departure) -> int:
    with transaction() as session:
        return gather_news(session, departure)


def queue(hook: int, n: int = 1, now=NOON, **columns: Any) -> list[int]:
    """Put messages into the queue; return their keys."""
    rows = [
        WebhookMessage(
            **{
                "webhook_id": hook,
                "message_id": uuid4(),
                "body": f'{{"n":{place}}}',
                "created_at": now,
                "next_try_at": now,
                "trouble": "",
                "tries": 0,
            }
            | columns
        )
        for place in range(n)
    ]
    with transaction() as session:
        session.add_all(rows)
        session.flush()
        return [row.id for row in rows]
