"""Messages to systems outside leave by themselves, from whichever server is first."""

import logging
import threading
from datetime import datetime

from flask import Flask

from kiosk import __version__
from kiosk.clock import Clock
from kiosk.config import Settings
from kiosk.domain.contacts import ContactKeyUnreadable, SealBroken
from kiosk.domain.errors import RuleBroken
from kiosk.domain.webhooks import (
    Trouble,
    last_departure,
    message_name,
    parse_target,
    secret_bytes,
    signed_headers,
)
from kiosk.extensions.database import reading, transaction
from kiosk.extensions.sealing import kept_sealer
from kiosk.extensions.webhook_post import Courier
from kiosk.queries.installation import installation
from kiosk.queries.webhooks import Receiver, has_due, receivers
from kiosk.services.webhook_news import gather_news
from kiosk.services.webhook_queue import (
    TakenMessage,
    forget_messages,
    note_try,
    take_message,
)
from kiosk.services.webhooks import owner_of

LOOK_SECONDS = 20.0
_AT_ONCE = 50
"""Messages for one receiver in one look."""
_CONTENT = {
    "Content-Type": "application/json; charset=utf-8",
    "User-Agent": f"window-kiosk/{__version__}",
}
log = logging.getLogger(__name__)


class WebhookSender(threading.Thread):
    """Looks again and again whether messages are due, and sends them.

    Each worker of a server has one; the database decides which of them sends what.
    """

    def __init__(
        self, app: Flask, *, courier: Courier | None = None, every: float = LOOK_SECONDS
    ) -> None:
        """Prepare to look each `every` seconds, by the application's clock."""
        super().__init__(name="webhook-sender", daemon=True)
        self._app = app
        self._courier = courier or Courier()
        self._every = every
        self._gathered: datetime | None = None
        self._stopping = threading.Event()

    def run(self) -> None:
        """Look again and again until stopped."""
        while True:
            self.look()
            if self._stopping.wait(self._every):
                return

    def look(self) -> int:
        """Write and send what is due; return how many tries that were.

        A failure of our own is logged and tried again at the next look.
        """
        try:
            with self._app.app_context():
                return self._look()
        except Exception:
            # The thread must outlive a full disk and a database that is away.
            log.exception("messages could not be sent; it is tried again")
            return 0

    def stop(self) -> None:
        """End the thread after its current message."""
        self._stopping.set()

    def _look(self) -> int:
        with reading() as session:
            # Almost everywhere nobody is told anything: one read, and that is all.
            told = receivers(session)
            if not told:
                return 0
            found = installation(session)
        if found is None or found.demonstration:
            return 0
        self._gather(self._now())
        return sum(self._serve(receiver) for receiver in told)

    def _gather(self, now: datetime) -> None:
        departure = last_departure(now, self._settings().webhook_minutes)
        if departure != self._gathered:
            with transaction() as session:
                gather_news(session, departure)
                forget_messages(session, now)
            self._gathered = departure

    def _serve(self, receiver: Receiver) -> int:
        """Send a receiver what is due, up to the first that fails."""
        tries = 0
        while tries < _AT_ONCE and not self._stopping.is_set():
            with reading() as session:
                if not has_due(session, receiver.id, self._now()):
                    break
            with transaction() as session:
                taken = take_message(session, receiver.id, self._now())
            if taken is None:
                break
            tries += 1
            trouble = self._send(receiver, taken)
            with transaction() as session:
                note_try(session, taken, trouble, self._now())
            if trouble:
                # A target that hangs would keep the others waiting.
                break
        return tries

    def _send(self, receiver: Receiver, taken: TakenMessage) -> str:
        settings = self._settings()
        try:
            target = parse_target(receiver.url, settings.told_hosts)
        except RuleBroken:
            return Trouble.UNLISTED
        try:
            key = kept_sealer(settings.instance)
            secret = key.open_words(receiver.secret, owner_of(receiver.id))
        except (SealBroken, ContactKeyUnreadable):
            return Trouble.SEAL
        body = taken.body.encode()
        name = message_name(taken.message_id)
        signed = signed_headers(name, body, secret_bytes(secret), self._now())
        return self._courier.post(target, _CONTENT | signed, body)

    def _now(self) -> datetime:
        """Return this moment: a try may have taken its ten seconds."""
        clock: Clock = self._app.extensions["kiosk"]["clock"]
        return clock()

    def _settings(self) -> Settings:
        settings: Settings = self._app.extensions["kiosk"]["settings"]
        return settings
