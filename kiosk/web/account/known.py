"""Browsers in which somebody has signed in before: no lock keeps their owner out."""

from flask import request
from werkzeug.wrappers import Response

from kiosk.domain.tokens import token_hash
from kiosk.extensions import reading, transaction
from kiosk.services.sign_in import KNOWN_FOR, know_device, known_device
from kiosk.web import current, sessions

KNOWN_COOKIE = "kiosk_known"
_PEOPLE_MOST = 5
"""People who share a browser, each with a secret of their own in the cookie."""


def digests() -> list[bytes]:
    """Return the hashes of what makes this browser known, for any account."""
    return [token_hash(secret) for secret in _secrets()]


def known_key(account_id: int) -> int | None:
    """Return the key under which the browser is known to an account, or None."""
    given = digests()
    if not given:
        return None
    with reading() as session:
        return known_device(session, account_id, given)


def remember_browser(response: Response, account_id: int) -> None:
    """Make the browser that gets this answer known to the account."""
    secrets = _secrets()
    if known_key(account_id) is None:
        with transaction() as session:
            fresh = know_device(session, account_id, current.now())
        secrets = [fresh, *secrets][:_PEOPLE_MOST]
    sessions.set_cookie(response, KNOWN_COOKIE, ".".join(secrets), KNOWN_FOR)


def _secrets() -> list[str]:
    given = request.cookies.get(sessions.cookie_name(KNOWN_COOKIE), "")
    return [secret for secret in given.split(".") if secret][:_PEOPLE_MOST]
