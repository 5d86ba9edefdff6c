"""Messages to systems outside: where they may go, when they leave, how they are signed.

Rules: docs/rules.md, "News to other systems". Signatures are those of the Standard
Webhooks specification 1.0: HMAC-SHA256 over id, time and body, with dots between.
"""

import base64
import hmac
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from urllib.parse import urlsplit
from uuid import UUID

from kiosk.domain.errors import RuleBroken, sentence

URL_MOST = 300
SECRET_BYTES = 32
SECRET_PREFIX = "whsec_"  # noqa: S105 - the specification's, before every secret
LEVEL_MOST = 2
"""News tells of levels 1 and 2."""
NEWS_MOST = 100
"""Ratings in one message."""
SETTLING = timedelta(minutes=10)
"""How old a rating is at least when it is told: its reasons come after the tap."""
WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=8),
)
"""After each try that failed; after the one that follows the last, it is given up."""
LEASE = timedelta(minutes=5)
"""How long a sender keeps a message for itself: longer than any try can take."""
KEPT = timedelta(days=30)
"""How long a message that has left, or was given up, stays in the list."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_PORTS = {"https": 443, "http": 80}
_NAME = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?|[0-9a-f:.]+")
_PATH = re.compile(r"[!-~]*")


class Trouble(StrEnum):
    """Why a try failed. An answer's status stands behind ANSWER, as in `answer:500`."""

    NO_HOST = "no-host"
    """The name of the host is not known."""
    FORBIDDEN = "forbidden"
    """It leads to this server, or to an address that is never called."""
    NOT_PRIVATE = "not-private"
    UNLISTED = "unlisted"
    """The host is not on the list any more."""
    UNREACHABLE = "unreachable"
    TIMEOUT = "timeout"
    NOT_SECURE = "not-secure"
    """The certificate is not good for the host."""
    CLOSED = "closed"
    """The connection ended without an answer that can be read."""
    REDIRECT = "redirect"
    SEAL = "seal"
    """The secret was sealed on another server."""
    ANSWER = "answer"


class WebhookAddressWrong(RuleBroken):
    """An address is none that messages can be sent to."""

    code = "webhook_address_invalid"
    text = sentence(
        "Please give an address that begins with https:// and has at most %(most)d "
        "plain characters, without a name, a password or a # in it."
    )


class WebhookHostUnknown(RuleBroken):
    """A host is not on the list of those that may be told something."""

    code = "webhook_host_unknown"
    text = sentence(
        "Messages may be sent to listed hosts only, and %(host)s is not listed. "
        "Whoever runs this server adds it to the setting webhook_hosts."
    )


class WebhookThere(RuleBroken):
    """One address would be told everything twice."""

    code = "webhook_there"
    text = sentence("This address is told of bad ratings already.")


class WebhookInDemonstration(RuleBroken):
    """A demonstration tells nobody anything."""

    code = "webhook_in_demonstration"
    text = sentence(
        "This is a demonstration: its ratings are made up, so no messages are sent."
    )


class WebhookScopeMissing(RuleBroken):
    """An integration is revoked, or was never meant to get messages."""

    code = "webhook_scope_missing"
    text = sentence(
        "This integration may not get messages. Please make one that may, or use one "
        "that is not revoked."
    )


@dataclass(frozen=True, slots=True)
class Target:
    """Where messages go, taken apart."""

    scheme: str
    host: str
    """In lower case; of an IPv6 address without brackets."""
    port: int
    path: str
    """With the query."""

    @property
    def place(self) -> str:
        """Host as it is listed: with the port where that is not the usual one."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        """The whole address, written in one way."""
        return f"{self.scheme}://{self.place}{self.path}"


def parse_target(url: str, listed: Collection[str]) -> Target:
    """Return where an address leads; `listed` are the hosts that may be told.

    Plain http is taken for a listed host too; whether that host really is in the
    hall's own network shows when its name is looked up.

    Raises WebhookAddressWrong, WebhookHostUnknown.
    """
    target = _taken_apart(url.strip())
    if target is None:
        raise WebhookAddressWrong(most=URL_MOST)
    if target.place not in listed:
        raise WebhookHostUnknown(host=target.place)
    return target


def wait_after(tries: int) -> timedelta | None:
    """Return how long to wait after so many tries failed; None: give up."""
    return WAITS[tries - 1] if tries <= len(WAITS) else None


def answer_trouble(status: int) -> str:
    """Return what is noted of an answer, "" where it says that all is well."""
    if 200 <= status < 300:  # noqa: PLR2004 - the class of status codes
        return ""
    redirects = 300 <= status < 400  # noqa: PLR2004
    return Trouble.REDIRECT if redirects else f"{Trouble.ANSWER}:{status}"


def last_departure(now: datetime, minutes: int) -> datetime:
    """Return the latest moment, not after `now`, at which messages leave together.

    minutes: between two of them; counted so that an hour's fall on the full hour.
    """
    apart = timedelta(minutes=minutes)
    return _EPOCH + (now - _EPOCH) // apart * apart


def message_name(message_id: UUID) -> str:
    """Return how the receiver knows a message, the same at every try."""
    return f"msg_{message_id.hex}"


def shown_secret(secret: bytes) -> str:
    """Return a signing secret as the receiver's library takes it."""
    return SECRET_PREFIX + base64.b64encode(secret).decode()


def secret_bytes(secret: str) -> bytes:
    """Return the key that a shown secret stands for."""
    return base64.b64decode(secret.removeprefix(SECRET_PREFIX), validate=True)


def signed_headers(
    message_id: str, body: bytes, secret: bytes, now: datetime
) -> dict[str, str]:
    """Return the three headers by which the receiver knows a message is ours."""
    timestamp = str(int(now.timestamp()))
    said = f"{message_id}.{timestamp}.".encode() + body
    seal = base64.b64encode(hmac.digest(secret, said, sha256)).decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": timestamp,
        "webhook-signature": f"v1,{seal}",
    }


def _taken_apart(url: str) -> Target | None:
    if len(url) > URL_MOST or not _PATH.fullmatch(url) or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    plain = "@" not in parts.netloc and "#" not in url and port != 0
    if parts.scheme not in _PORTS or not plain or not _NAME.fullmatch(host):
        return None
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(parts.scheme, host, port or _PORTS[parts.scheme], path)
