"""The queue of messages: taken by one sender at a time, tried again, given up.

A sender takes a message by moving its next try away, in a transaction of its own.
Killed before it notes how the try went, it leaves a message that is due again after
that time: sent twice at worst, under the same id, and never lost.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kiosk.domain.policy import NotOpen
from kiosk.domain.webhooks import KEPT, LEASE, wait_after
from kiosk.models import Webhook, WebhookMessage


@dataclass(frozen=True)
class TakenMessage:
    """A message that one sender may send now."""

    id: int
    message_id: UUID
    body: str
    tries: int
    """This one included."""
    until: datetime
    """When others may take it again."""


def take_message(
    session: Session, webhook_id: int, now: datetime
) -> TakenMessage | None:
    """Take the message of a receiver that has waited longest, None where none is due.

    None also where another sender took it in this moment.
    """
    due = (WebhookMessage.webhook_id == webhook_id, WebhookMessage.next_try_at <= now)
    oldest = (
        select(WebhookMessage.id)
        .where(*due)
        .order_by(WebhookMessage.next_try_at, WebhookMessage.id)
        .limit(1)
        .scalar_subquery()
    )
    until = now + LEASE
    row = session.execute(
        update(WebhookMessage)
        # Asked once more: who waited for another sender finds it taken.
        .where(WebhookMessage.id == oldest, *due)
        .values(next_try_at=until, tries=WebhookMessage.tries + 1)
        .returning(
            WebhookMessage.id,
            WebhookMessage.message_id,
            WebhookMessage.body,
            WebhookMessage.tries,
        )
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if row is None:
        return None
    key, message_id, body, tries = row
    return TakenMessage(key, message_id, body, tries, until)


def note_try(
    session: Session, taken: TakenMessage, trouble: str, now: datetime
) -> None:
    """Note how a try went: "" arrived, else why not, and when it is tried again.

    Too late, when somebody else has taken the message since, a failure changes
    nothing any more.
    """
    kept = update(WebhookMessage).where(WebhookMessage.id == taken.id)
    if not trouble:
        done = {"delivered_at": now, "next_try_at": None, "trouble": ""}
        session.execute(kept.values(**done))
        return
    wait = wait_after(taken.tries)
    again = None if wait is None else now + wait
    still_ours = WebhookMessage.next_try_at == taken.until
    session.execute(kept.where(still_ours).values(next_try_at=again, trouble=trouble))


def send_again(
    session: Session, integration_id: int, message_key: int, now: datetime
) -> None:
    """Let a message leave once more, under its own id, with all its tries.

    Raises NotOpen where the integration has no such message.
    """
    found = session.scalar(
        select(WebhookMessage.id)
        .join(Webhook, Webhook.id == WebhookMessage.webhook_id)
        .where(
            Webhook.integration_id == integration_id, WebhookMessage.id == message_key
        )
    )
    if found is None:
        raise NotOpen
    session.execute(
        update(WebhookMessage)
        .where(WebhookMessage.id == message_key)
        .values(next_try_at=now, tries=0, delivered_at=None, trouble="")
    )


def forget_messages(session: Session, now: datetime) -> int:
    """Delete messages that arrived, or were given up, long ago; return how many."""
    old = now - KEPT
    given_up = WebhookMessage.delivered_at.is_(None) & (WebhookMessage.created_at < old)
    gone = session.execute(
        delete(WebhookMessage)
        .where(
            WebhookMessage.next_try_at.is_(None),
            (WebhookMessage.delivered_at < old) | given_up,
        )
        .returning(WebhookMessage.id)
    )
    return len(gone.all())
