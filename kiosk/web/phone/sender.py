"""Who sends a form, as far as limits need it: hashes that are of no use tomorrow."""

import hmac
from dataclasses import replace
from datetime import date, datetime, timedelta
from hashlib import sha256

from flask import Response, request

from kiosk.domain.limits import check_address
from kiosk.domain.tokens import new_token, token_hash
from kiosk.extensions import write
from kiosk.services.limits import count_form
from kiosk.services.visits import Visit
from kiosk.web import current, sessions

PHONE_COOKIE = "kiosk_phone"
COOKIE_LIFE = timedelta(days=1)


def let_through(now: datetime, waited: timedelta | None) -> None:
    """Count a form of the asking address. Raises TooManyHere or WaitABit.

    `waited`: since this form was asked to wait. The count is kept also where the
    form is refused.
    """
    address = address_mark(request.remote_addr or "", now.date())
    sent = write(lambda connection: count_form(connection, address, now))
    check_address(sent, waited)


def address_mark(address: str, day: date) -> bytes:
    """Return what is kept of an address: a hash under a key of the day.

    Without the installation's secret nobody finds the address by trying all of
    them, and rows of two days cannot be joined.
    """
    key = current.settings().secret_key.encode()
    return hmac.digest(key, f"address\n{day}\n{address}".encode(), sha256)


def with_cookie(visit: Visit) -> tuple[Visit, str]:
    """Return the visit with the phone's cookie, and the cookie, new if need be."""
    cookie = request.cookies.get(sessions.cookie_name(PHONE_COOKIE), "") or new_token()
    return replace(visit, cookie=token_hash(cookie)), cookie


def remember(response: Response, cookie: str) -> None:
    """Let the phone be told again today; only an answer to a sent form does it."""
    sessions.set_cookie(response, PHONE_COOKIE, cookie, COOKIE_LIFE)
