"""Tickets: one service that was given is one right to rate, used up by one rating.

Rules: docs/rules.md, "One service, one rating"; after the national rule of one rating
for one service (GB/T 39734-2020, 7.1).
"""

import re
import secrets
import unicodedata
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.free_text import clean_text

ITEM_MOST = 100
CASE_NUMBER_MOST = 40
REQUEST_KEY_MOST = 64
EARLY = timedelta(minutes=2)
"""A tap so long before the visitor was called, or served, may still be theirs."""
LATE = timedelta(minutes=10)
"""And so long after the service ended,"""
NEXT = timedelta(minutes=1)
"""but no longer than this after the next visitor was called."""
AGE_MOST = timedelta(days=2)
"""How far back a service may lie when its ticket is opened."""
AHEAD_MOST = timedelta(minutes=5)
"""How far a queue system's clock may run ahead of ours."""
_ALPHABET = "23456789bcdfghjkmnpqrstvwxyz"
_CODE_LENGTH = 10
# An identity card's number, with or without blanks, or a mobile telephone's.
_PERSONAL = re.compile(r"\d{17}[\dX]|\d{15}|(?:86)?1[3-9]\d{9}")
_CASE_NUMBER = re.compile(r"[\w./()\[\]〔〕（）#:：-]+(?: [\w./()\[\]〔〕（）#:：-]+)*")


class TicketSource(IntEnum):
    """Who opened a ticket."""

    INTEGRATION = 0
    COUNTER = 1
    """The clerk's "next visitor"."""


class TicketState(StrEnum):
    """What became of a right to rate, as the system that opened it may learn."""

    OPEN = "open"
    RATED = "rated"
    EXPIRED = "expired"
    CANCELLED = "cancelled"


class TicketUsed(RuleBroken):
    """A visit was rated already."""

    code = "ticket_used"
    text = sentence(
        "A rating for this visit has been given already, on the window's screen or by "
        "phone. Each visit counts once. If it was not yours, please rate the window "
        "with the code on its poster."
    )


class TicketCancelled(RuleBroken):
    """A ticket was taken back by whoever opened it."""

    code = "ticket_cancelled"
    text = sentence(
        "This visit was cancelled, so it cannot be rated. You can still rate the "
        "window with the code on its poster."
    )


class TicketExpired(RuleBroken):
    """A ticket's time to rate is over."""

    code = "ticket_expired"
    text = sentence(
        "The time to rate this visit is over. You can still rate the window with the "
        "code on its poster."
    )


class ItemTooLong(RuleBroken):
    """The words for what was handled are too many."""

    code = "item_too_long"
    text = sentence("An item may have at most %(most)d characters.")


class CaseNumberWrong(RuleBroken):
    """A case number has a form that none has."""

    code = "case_number_invalid"
    text = sentence(
        "A case number has at most %(most)d letters, digits and signs such as - / . #."
    )


class CaseNumberPersonal(RuleBroken):
    """A case number is an identity card's or a telephone's number."""

    code = "case_number_personal"
    text = sentence(
        "This looks like an identity card or telephone number. Please send your own "
        "reference of the case; numbers of persons are not kept here."
    )


class ServedTimeWrong(RuleBroken):
    """A service lies too far back, in the future, or ended before it began."""

    code = "served_time_invalid"
    text = sentence(
        "The service must have ended within the last two days, not in the future, "
        "and not before the visitor was called."
    )


def new_ticket_code() -> str:
    """Return a random code: 48 bits, as it names a ticket and opens nothing."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_CODE_LENGTH))


def parse_item(text: str) -> str:
    """Return the words for what was handled. Raises ItemTooLong."""
    words = clean_text(text)
    if len(words) > ITEM_MOST:
        raise ItemTooLong(most=ITEM_MOST)
    return words


def parse_case_number(text: str) -> str:
    """Return a hall's own reference, "" for none.

    Raises CaseNumberWrong, CaseNumberPersonal.
    """
    number = unicodedata.normalize("NFKC", clean_text(text))
    if not number:
        return ""
    if len(number) > CASE_NUMBER_MOST or not _CASE_NUMBER.fullmatch(number):
        raise CaseNumberWrong(most=CASE_NUMBER_MOST)
    if _PERSONAL.fullmatch(re.sub(r"[\W_]", "", number).upper()):
        raise CaseNumberPersonal
    return number


def check_served(
    called_at: datetime | None, served_at: datetime, now: datetime
) -> None:
    """Refuse times that no visit has. Raises ServedTimeWrong."""
    in_time = now - AGE_MOST <= served_at <= now + AHEAD_MOST
    if not in_time or (called_at is not None and called_at > served_at):
        raise ServedTimeWrong


def state_of(
    *,
    rated: bool,
    cancelled_at: datetime | None,
    expires_at: datetime,
    now: datetime,
) -> TicketState:
    """Return what became of a ticket."""
    if rated:
        return TicketState.RATED
    if cancelled_at is not None:
        return TicketState.CANCELLED
    return TicketState.EXPIRED if now > expires_at else TicketState.OPEN


def refuse_spent(state: TicketState) -> None:
    """Refuse a ticket that gives no right any more.

    Raises TicketUsed, TicketCancelled, TicketExpired.
    """
    if state is TicketState.RATED:
        raise TicketUsed
    if state is TicketState.CANCELLED:
        raise TicketCancelled
    if state is TicketState.EXPIRED:
        raise TicketExpired
