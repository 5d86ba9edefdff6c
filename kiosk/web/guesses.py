"""Guesses at secrets over HTTP: counted and committed before they are looked at."""

from collections.abc import Callable

from flask import request

from kiosk.domain.throttle import sender_of
from kiosk.extensions import transaction
from kiosk.services.tries import claim_try, try_succeeded
from kiosk.web import current


def guess(subject: str, right: Callable[[], bool], *, known: int | None = None) -> bool:
    """Return whether a guess at `subject` is right; look at it only where allowed.

    right: looks at the guess, in transactions of its own. known: key of the known
    browser it comes from, which has a count of its own. Raises TooManyTries.
    """
    settings = current.settings()
    sender = ""
    if known is None:
        sender = sender_of(request.remote_addr or "")
    else:
        subject = f"{subject}:known:{known}"
    with transaction() as session:
        tried = claim_try(session, subject, sender, settings.secret_key, current.now())
    if not right():
        return False
    with transaction() as session:
        try_succeeded(session, tried)
    return True
