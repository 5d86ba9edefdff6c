"""What a system outside asks about tickets, and what is refused to it."""

import re

from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.tickets import REQUEST_KEY_MOST

_REQUEST_KEY = re.compile(rf"[!-~]{{1,{REQUEST_KEY_MOST}}}")


class RequestKeyWrong(RuleBroken):
    """The name of a request is empty, too long, or has blanks or other signs."""

    code = "idempotency_key_invalid"
    text = sentence(
        "The Idempotency-Key must have 1 to %(most)d letters, digits or signs, "
        "without blanks."
    )


class RequestKeyTaken(RuleBroken):
    """One name of a request came with two contents."""

    code = "idempotency_key_reused"
    text = sentence(
        "This Idempotency-Key was sent before with other content. The first ticket "
        "stays; please send a new one under a new key."
    )


class UnknownTicket(RuleBroken):
    """A system asks for a ticket that it did not open."""

    code = "ticket_unknown"
    text = sentence("This system has opened no such ticket.")


class UnknownClerk(RuleBroken):
    """No clerk of the centre has this badge."""

    code = "clerk_unknown"
    text = sentence(
        "No clerk has this badge. Leave it out, and whoever is on duty is taken."
    )


class TicketRated(RuleBroken):
    """A ticket is to be cancelled whose visit has been rated."""

    code = "ticket_rated"
    text = sentence("This visit has been rated, so its ticket cannot be cancelled.")


class WindowNamedTwice(RuleBroken):
    """A window is named by code and by number, or by neither."""

    code = "window_unclear"
    text = sentence(
        "Please name the window once: by `window`, its number, or by `window_code`."
    )


def parse_request_key(text: str | None) -> str | None:
    """Return the name a sender gives to a request, None for none.

    Raises RequestKeyWrong.
    """
    if text is None:
        return None
    if not _REQUEST_KEY.fullmatch(text):
        raise RequestKeyWrong(most=REQUEST_KEY_MOST)
    return text
