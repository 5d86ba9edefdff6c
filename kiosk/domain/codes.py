"""Codes that open the rating page for one visit: they are made, not stored.

A visit's own code names its ticket. A rotating code names a window, a slot of half a
minute and one of three places in it. Both end in a seal (HMAC-SHA256, cut to 50 bits)
that only the server can make: against 50 bits, trying over a network is hopeless, and
a short address keeps the QR code coarse.
"""

import hmac
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256

from kiosk.domain.errors import RuleBroken, sentence

SLOT = timedelta(seconds=30)
OPENS_FOR = timedelta(seconds=120)
"""From the start of its slot, how long a rotating code opens the page."""
SEND_WITHIN = timedelta(minutes=15)
"""How long a page that a rotating code opened may be sent."""
EARLY = timedelta(seconds=30)
"""By how much two of our own servers' clocks may differ."""
RIGHTS = 3
"""Codes of one slot, each for one rating."""
_ALPHABET = "23456789bcdfghjkmnpqrstvwxyz"
_DIGITS = "0123456789abcdefghijklmnopqrstuv"
_SEAL_LENGTH = 10
_SLOT_LENGTH = 7
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TICKET = re.compile(rf"v([{_ALPHABET}]{{10}})([0-9a-v]{{10}})")
_ROTATING = re.compile(rf"s([{_ALPHABET}]{{7}})([0-2])([0-9a-v]{{7}})([0-9a-v]{{10}})")


class CodeForged(RuleBroken):
    """An address is none of ours: mistyped, cut off, or made by somebody else."""

    code = "code_unknown"
    text = sentence(
        "This address is not whole, or it is not one of ours. Please scan the code "
        "once more."
    )


class CodeOver(RuleBroken):
    """A rotating code is older than two minutes."""

    code = "code_over"
    text = sentence(
        "This code was valid for two minutes only. Please scan the code that the "
        "window's screen shows now."
    )


class CodeUsed(RuleBroken):
    """A rotating code was used for a rating already."""

    code = "code_used"
    text = sentence(
        "This code has been used for a rating already. Please scan the code that the "
        "window's screen shows now."
    )


@dataclass(frozen=True, slots=True)
class TicketCode:
    """The code of one visit."""

    ticket: str
    """The ticket's own code, ten characters."""


@dataclass(frozen=True, slots=True)
class RotatingCode:
    """A code of the screen."""

    window: str
    """The window's code."""
    slot: int
    """Half minutes since 1970."""
    nonce: int
    """0 to RIGHTS - 1."""

    @property
    def starts_at(self) -> datetime:
        """The beginning of its slot."""
        return _EPOCH + self.slot * SLOT

    def opens(self, now: datetime) -> bool:
        """Whether it opens the page now."""
        return -EARLY <= now - self.starts_at <= OPENS_FOR


VisitCode = TicketCode | RotatingCode


def slot_at(now: datetime) -> int:
    """Return the slot that a moment lies in."""
    return (now - _EPOCH) // SLOT


def token_of(code: VisitCode, key: str) -> str:
    """Return what stands in the address; `key` is the installation's secret."""
    bare = _bare(code)
    return bare + _seal(bare, key)


def read_token(token: str, key: str) -> VisitCode:
    """Return the code that an address holds. Raises CodeForged."""
    bare, seal = token[:-_SEAL_LENGTH], token[-_SEAL_LENGTH:]
    if not token.isascii() or not hmac.compare_digest(_seal(bare, key), seal):
        raise CodeForged
    ticket = _TICKET.fullmatch(token)
    if ticket:
        return TicketCode(ticket[1])
    rotating = _ROTATING.fullmatch(token)
    if rotating:
        return RotatingCode(rotating[1], int(rotating[3], 32), int(rotating[2]))
    raise CodeForged


def _bare(code: VisitCode) -> str:
    if isinstance(code, TicketCode):
        return f"v{code.ticket}"
    slot, digits = code.slot, ""
    for _ in range(_SLOT_LENGTH):
        slot, digit = divmod(slot, len(_DIGITS))
        digits = _DIGITS[digit] + digits
    return f"s{code.window}{code.nonce}{digits}"


def _seal(bare: str, key: str) -> str:
    said = f"visit code\n{bare}".encode()
    number = int.from_bytes(hmac.digest(key.encode(), said, sha256)[:7], "big")
    return "".join(
        _DIGITS[number >> 5 * place & 31] for place in reversed(range(_SEAL_LENGTH))
    )
