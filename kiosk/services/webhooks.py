"""Who is told of bad ratings: set up, stopped, started again.

A restored backup and a demonstration tell nobody anything: what a copy of a hall
says would be taken for what the hall says.
"""

from collections.abc import Collection
from dataclasses import dataclass
from secrets import token_bytes
from uuid import NAMESPACE_URL, UUID, uuid5

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from kiosk.domain.integrations import ApiScope
from kiosk.domain.policy import NotOpen
from kiosk.domain.webhooks import (
    SECRET_BYTES,
    WebhookInDemonstration,
    WebhookScopeMissing,
    WebhookThere,
    parse_target,
    shown_secret,
)
from kiosk.models import Integration, Rating, Webhook
from kiosk.queries.installation import installation
from kiosk.services.records import Book
from kiosk.services.sealing import Sealer


@dataclass(frozen=True)
class MadeWebhook:
    """A new address, and the secret its messages are signed with, shown once."""

    id: int
    secret: str


def make_webhook(
    records: Book, integration_id: int, url: str, listed: Collection[str], key: Sealer
) -> MadeWebhook:
    """Tell an integration's system of bad ratings from now on.

    `listed`: the hosts that may be told. Raises NotOpen, WebhookScopeMissing,
    WebhookInDemonstration, WebhookAddressWrong, WebhookHostUnknown, WebhookThere.
    """
    session = records.session
    found = select(Integration).filter_by(id=integration_id).with_for_update()
    integration = session.scalars(found).one_or_none()
    if integration is None:
        raise NotOpen
    if integration.revoked_at or ApiScope.WEBHOOKS not in integration.scopes.split():
        raise WebhookScopeMissing
    url = parse_target(url, listed).url
    _refuse_demonstration(session)
    _refuse_second(session, integration_id, url)
    row = {
        "integration_id": integration_id,
        "url": url,
        "secret": b"",
        "created_at": records.now,
        "stopped_at": None,
        "last_rating_id": _newest(session),
    }
    [made] = records.add(Webhook, integration.centre_id, [row])
    secret = shown_secret(token_bytes(SECRET_BYTES))
    sealed = key.seal_words(secret, owner_of(made))
    session.execute(update(Webhook).filter_by(id=made).values(secret=sealed))
    return MadeWebhook(made, secret)


def stop_webhook(records: Book, integration_id: int, webhook_id: int) -> bool:
    """Tell an address nothing any more; return whether it was told until now.

    What waits goes on waiting. Raises NotOpen.
    """
    hook, centre_id = _found(records.session, integration_id, webhook_id)
    if hook.stopped_at is not None:
        return False
    stopped = {"stopped_at": records.now}
    return records.change(Webhook, centre_id, webhook_id, stopped)


def start_webhook(records: Book, integration_id: int, webhook_id: int) -> bool:
    """Tell an address of what comes from now on; return whether it was stopped.

    What waited since it was stopped leaves too. Raises NotOpen,
    WebhookInDemonstration, WebhookThere.
    """
    session = records.session
    hook, centre_id = _found(session, integration_id, webhook_id)
    if hook.stopped_at is None:
        return False
    _refuse_demonstration(session)
    _refuse_second(session, integration_id, hook.url)
    # After a restore the ratings up to now may have been told by the server before.
    session.execute(
        update(Webhook).filter_by(id=webhook_id).values(last_rating_id=_newest(session))
    )
    return records.change(Webhook, centre_id, webhook_id, {"stopped_at": None})


def stop_all_webhooks(records: Book, why: str) -> int:
    """Stop every address, as after a restore; return how many were told until now."""
    found = records.session.execute(
        select(Webhook.id, Integration.centre_id)
        .join(Integration, Integration.id == Webhook.integration_id)
        .where(Webhook.stopped_at.is_(None))
        .order_by(Webhook.id)
    ).all()
    for webhook_id, centre_id in found:
        stopped = {"stopped_at": records.now}
        records.change(Webhook, centre_id, webhook_id, stopped, why=why)
    return len(found)


def owner_of(webhook_id: int) -> UUID:
    """Return what a webhook's sealed secret is bound to."""
    return uuid5(NAMESPACE_URL, f"urn:window-kiosk:webhook:{webhook_id}")


def _found(
    session: Session, integration_id: int, webhook_id: int
) -> tuple[Webhook, int]:
    hook = session.get(Webhook, webhook_id)
    if hook is None or hook.integration_id != integration_id:
        raise NotOpen
    integration = session.get_one(Integration, integration_id)
    return hook, integration.centre_id


def _refuse_second(session: Session, integration_id: int, url: str) -> None:
    live = select(Webhook.id).where(
        Webhook.integration_id == integration_id,
        Webhook.url == url,
        Webhook.stopped_at.is_(None),
    )
    if session.scalars(live.limit(1)).first() is not None:
        raise WebhookThere


def _newest(session: Session) -> int:
    return session.scalar(select(func.max(Rating.id))) or 0


def _refuse_demonstration(session: Session) -> None:
    found = installation(session)
    if found is not None and found.demonstration:
        raise WebhookInDemonstration
