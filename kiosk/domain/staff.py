"""Clerks: what is taken for a badge number and a PIN, and why an act is refused."""

import unicodedata
from dataclasses import dataclass
from itertools import pairwise

from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.free_text import clean_text

NAME_MOST = 60
BADGE_MOST = 20
PIN_LEAST, PIN_MOST = 4, 8
"""Digits of a PIN; guesses are limited, so four are enough at a window."""
_STEPS = ({0}, {1}, {-1})


class BadgeTaken(RuleBroken):
    """Another clerk in service has the badge number."""

    code = "badge_taken"
    text = sentence(
        "Another clerk in service has the badge number %(badge)s. "
        "Please check it; it is free again once that clerk has left."
    )


class BadgeTwice(RuleBroken):
    """Two lines of one list have the same badge number."""

    code = "badge_twice"
    text = sentence("Lines %(first)d and %(second)d have the same badge %(badge)s.")


class PinInvalid(RuleBroken):
    """A PIN is not made of digits, or of too few or too many."""

    code = "pin_invalid"
    text = sentence("A PIN has %(least)d to %(most)d digits.")


class PinTooPlain(RuleBroken):
    """A PIN that everybody would try first."""

    code = "pin_too_plain"
    text = sentence(
        "Please choose a PIN that is neither the badge number nor a row such as 1111 "
        "or 1234."
    )


class UnitNotKnown(RuleBroken):
    """A unit does not exist, or not for who asks."""

    code = "unit_not_known"
    text = sentence("There is no unit “%(unit)s” for you here. Please check its name.")


class ChoiceMissing(RuleBroken):
    """Nothing was chosen from a list."""

    code = "choice_missing"
    text = sentence("Please choose one from the list.")


class MoveTooEarly(RuleBroken):
    """A move would change what has been: postings are never rewritten."""

    code = "move_too_early"
    text = sentence(
        "A move begins on %(day)s at the earliest; what has been stays as it was."
    )


class BeginsTooLate(RuleBroken):
    """A clerk would leave before having begun."""

    code = "leaves_before_start"
    text = sentence("This clerk begins on %(day)s. Please choose a later day.")


class ShiftsAfter(RuleBroken):
    """A clerk who leaves still has shifts."""

    code = "shifts_after"
    text = sentence(
        "This clerk has shifts on or after that day, the first on %(day)s. "
        "Please strike them from the roster first."
    )


class SuccessorSelf(RuleBroken):
    """Somebody is made their own successor."""

    code = "successor_self"
    text = sentence("Nobody succeeds themselves. Please choose another clerk.")


class HasLeft(RuleBroken):
    """A clerk who has left is to be changed."""

    code = "clerk_left"
    text = sentence(
        "This clerk has left. Please add a new clerk if they come back; what has been "
        "stays as it was."
    )


class AccountNotFree(RuleBroken):
    """An account is not a clerk's, is switched off, or belongs to somebody else."""

    code = "account_not_free"
    text = sentence(
        "This account cannot be linked. It needs the role clerk and must not belong to "
        "another clerk."
    )


@dataclass(frozen=True, slots=True)
class ClerkFacts:
    """What is written on a badge, and whether visitors may read the name."""

    name: str
    badge: str
    named: bool


def normal_badge(text: str) -> str:
    """Return a badge number as it is kept: full-width digits are the same digits."""
    return clean_text(unicodedata.normalize("NFKC", text))


def badge_words(name: str, badge: str) -> str:
    """Return how people of the hall name a clerk among themselves."""
    return f"{name}（{badge}）"


def parse_pin(text: str, badge: str) -> str:
    """Return the digits of a PIN. Raises PinInvalid or PinTooPlain."""
    pin = typed_pin(text)
    if not (pin.isascii() and pin.isdigit() and PIN_LEAST <= len(pin) <= PIN_MOST):
        raise PinInvalid(least=PIN_LEAST, most=PIN_MOST)
    steps = {ord(after) - ord(before) for before, after in pairwise(pin)}
    if pin == badge or steps in _STEPS:
        raise PinTooPlain
    return pin


def typed_pin(text: str) -> str:
    """Return what was typed as a PIN, whatever the keyboard's width of digits."""
    return unicodedata.normalize("NFKC", text[: 4 * PIN_MOST]).strip()
