"""What the pages of systems outside show."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from flask_babel import gettext

from kiosk.domain.errors import sentence
from kiosk.domain.integrations import NAME_MOST, SCOPE_WORDS, ApiScope
from kiosk.domain.webhooks import URL_MOST, Trouble
from kiosk.queries.integrations import IntegrationView
from kiosk.queries.webhooks import DeliveryView, WebhookView
from kiosk.web.forms import Form

TROUBLE_WORDS: dict[str, str] = {
    Trouble.NO_HOST: sentence("the host's name is not known"),
    Trouble.FORBIDDEN: sentence("the host's name leads where nothing is ever sent"),
    Trouble.NOT_PRIVATE: sentence(
        "plain http, and the host is outside the own network"
    ),
    Trouble.UNLISTED: sentence("the host is not on the server's list any more"),
    Trouble.UNREACHABLE: sentence("no connection"),
    Trouble.TIMEOUT: sentence("no answer within ten seconds"),
    Trouble.NOT_SECURE: sentence("the host's certificate is not good"),
    Trouble.CLOSED: sentence("the connection ended without an answer"),
    Trouble.REDIRECT: sentence("the host sends messages on to another address"),
    Trouble.SEAL: sentence("the secret was sealed on another server"),
}


@dataclass(frozen=True, kw_only=True)
class IntegrationsPage:
    """The systems outside, and the form that takes one more in."""

    integrations: Sequence[IntegrationView]
    form: Form
    chosen: Sequence[str]
    zone: ZoneInfo
    done: str = ""
    scopes: dict[ApiScope, str] = field(default_factory=lambda: SCOPE_WORDS)
    name_most: int = NAME_MOST


@dataclass(frozen=True, kw_only=True)
class IntegrationPage:
    """One system outside: its key, where it is told news, and what became of them."""

    integration: IntegrationView
    webhooks: Sequence[WebhookView]
    deliveries: Sequence[DeliveryView]
    form: Form
    hosts: Sequence[str]
    """That may be told; empty: none."""
    minutes: int
    """Between two departures of messages."""
    zone: ZoneInfo
    now: datetime
    demonstration: bool
    refusal: str = ""
    done: str = ""
    url_most: int = URL_MOST

    @property
    def former_until(self) -> datetime | None:
        """Until when the key before still opens, None when it does not."""
        until = self.integration.former_until
        return until if until is not None and until > self.now else None

    @property
    def takes_news(self) -> bool:
        """Whether it may be told of bad ratings."""
        return self.integration.may(ApiScope.WEBHOOKS)

    def address(self, delivery: DeliveryView) -> str:
        """Return where a message goes."""
        return next(
            hook.url for hook in self.webhooks if hook.id == delivery.webhook_id
        )


@dataclass(frozen=True, kw_only=True)
class SecretPage:
    """A key or a secret, shown this once."""

    integration_id: int
    heading: str
    lead: str
    secret: str
    steps: Sequence[str]
    example: str
    """Lines to copy into a terminal."""
    example_words: str


def scope_words(name: str) -> str:
    """Return what a scope means, in the language of the request."""
    return str(gettext(SCOPE_WORDS[ApiScope(name)]))


def trouble_words(trouble: str) -> str:
    """Return why a try failed, in the language of the request."""
    kind, _, status = trouble.partition(":")
    if kind == Trouble.ANSWER:
        return str(gettext("the host answered with %(status)s", status=status))
    return str(gettext(TROUBLE_WORDS[kind]))
