"""Systems outside that call the interface: what each may do, and its key.

Rules: docs/rules.md, "Systems outside". A key opens one centre and no page.
"""

import secrets
from collections.abc import Iterable
from datetime import timedelta
from enum import StrEnum

from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.free_text import clean_text

NAME_MOST = 60
OVERLAP = timedelta(hours=24)
"""How long the key before still opens after a new one was made."""
KEY_PREFIX = "wk_"
"""Before every key, so that searches for leaked keys find them."""
_KEY_BYTES = 32
_MARK_LENGTH = 12


class ApiScope(StrEnum):
    """What a key may open."""

    WRITE_TICKETS = "tickets:write"
    READ_TICKETS = "tickets:read"
    READ_COUNTS = "counts:read"
    READ_BOARD = "board:read"
    READ_RATINGS = "ratings:read"
    WEBHOOKS = "webhooks"
    """Be told of new bad ratings."""


SCOPE_WORDS: dict[ApiScope, str] = {
    ApiScope.WRITE_TICKETS: sentence("Open and cancel tickets"),
    ApiScope.READ_TICKETS: sentence("See what became of its own tickets"),
    ApiScope.READ_COUNTS: sentence("Read counts by window and day"),
    ApiScope.READ_BOARD: sentence("Read the leaderboard"),
    ApiScope.READ_RATINGS: sentence("Read single ratings of closed days"),
    ApiScope.WEBHOOKS: sentence("Be told of new bad ratings"),
}


class IntegrationNameWrong(RuleBroken):
    """A system outside has no name, or too long a one."""

    code = "integration_name_invalid"
    text = sentence("Please give the system a name of at most %(most)d characters.")


class IntegrationNameTaken(RuleBroken):
    """Two systems would have one name."""

    code = "integration_name_taken"
    text = sentence("There is a system with this name already. Please choose another.")


class ScopesMissing(RuleBroken):
    """A key opens nothing, or something that does not exist."""

    code = "scopes_invalid"
    text = sentence("Please choose at least one thing that the system may do.")


class IntegrationRevoked(RuleBroken):
    """A key is wanted for a system whose access has ended."""

    code = "integration_revoked"
    text = sentence(
        "This access was revoked and stays so. Please add the system anew, under "
        "another name."
    )


class KeyReplaced(RuleBroken):
    """A key that is to be replaced has been replaced already."""

    code = "key_replaced"
    text = sentence(
        "This key was replaced a moment ago, and the new one was shown then. If it was "
        "not written down, please make another one."
    )


def parse_integration_name(text: str) -> str:
    """Return the name of a system outside. Raises IntegrationNameWrong."""
    name = clean_text(text)
    if not 0 < len(name) <= NAME_MOST:
        raise IntegrationNameWrong(most=NAME_MOST)
    return name


def parse_scopes(names: Iterable[str]) -> frozenset[ApiScope]:
    """Return what a key may open. Raises ScopesMissing."""
    try:
        scopes = frozenset(ApiScope(name) for name in names)
    except ValueError as broken:
        raise ScopesMissing from broken
    if not scopes:
        raise ScopesMissing
    return scopes


def key_mark(digest: bytes) -> str:
    """Return what tells one key from another without opening anything."""
    return digest.hex()[:_MARK_LENGTH]


def new_key() -> str:
    """Return a random key: 256 bits, so its bare hash is safe to keep."""
    return KEY_PREFIX + secrets.token_urlsafe(_KEY_BYTES)
