"""The PIN of the operator's corner: which are taken, and how a screen checks one.

A screen must open the corner with the network down, so its page carries a salt and
what becomes of the PIN by many rounds (PBKDF2-HMAC-SHA-256, RFC 8018). That stops
curious fingers. It does not stop somebody who takes the page away: a million PINs
are tried in hours. Nothing behind it shows or changes what visitors said.
"""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from hashlib import pbkdf2_hmac
from itertools import pairwise

from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.staff import typed_pin

PIN_DIGITS = 6
ROUNDS = 10_000
"""A tenth of a second of JavaScript on a desk, a whole one on a slow tablet."""
TRIES = 5
"""Wrong PINs until a screen asks to wait."""
WAIT_SECONDS = 60
_SALT_BYTES = 16
_STEPS = ({0}, {1}, {-1})


class OperatorPinInvalid(RuleBroken):
    """An operator's PIN is not made of digits, or of too few or too many."""

    code = "operator_pin_invalid"
    text = sentence("The operator's PIN has exactly %(digits)d digits.")


class OperatorPinTooPlain(RuleBroken):
    """An operator's PIN that everybody would try first."""

    code = "operator_pin_too_plain"
    text = sentence("Please choose a PIN that is no row such as 111111 or 123456.")


@dataclass(frozen=True, slots=True)
class Verifier:
    """What a screen checks a typed PIN against. All parts are hexadecimal."""

    salt: str
    """16 bytes. The same for the same PIN of a centre, so that a page stays equal."""
    proof: str
    """32 bytes: PBKDF2-HMAC-SHA-256 of the PIN's digits with `salt` and `rounds`."""
    rounds: int = ROUNDS


def parse_operator_pin(text: str) -> str:
    """Return the six digits. Raises OperatorPinInvalid or OperatorPinTooPlain."""
    pin = typed_pin(text)
    if not (pin.isascii() and pin.isdigit() and len(pin) == PIN_DIGITS):
        raise OperatorPinInvalid(digits=PIN_DIGITS)
    if _is_plain(pin):
        raise OperatorPinTooPlain
    return pin


def new_operator_pin(choose: Callable[[int], int] = secrets.randbelow) -> str:
    """Return six random digits that `parse_operator_pin` takes.

    choose: returns a whole number from 0 to below its argument, each as likely.
    """
    while True:
        pin = f"{choose(10**PIN_DIGITS):0{PIN_DIGITS}}"
        if not _is_plain(pin):
            return pin


@lru_cache(maxsize=64)
def verifier_of(pin: str, centre: str, key: str) -> Verifier:
    """Return what screens of a centre check this PIN against.

    key: the installation's secret. Without it the salt tells nothing of the PIN.
    """
    said = f"operator's corner:{centre}:{pin}".encode()
    salt = hmac.digest(key.encode(), said, "sha256")[:_SALT_BYTES]
    proof = pbkdf2_hmac("sha256", pin.encode(), salt, ROUNDS)
    return Verifier(salt.hex(), proof.hex())


def _is_plain(pin: str) -> bool:
    return {ord(after) - ord(before) for before, after in pairwise(pin)} in _STEPS
