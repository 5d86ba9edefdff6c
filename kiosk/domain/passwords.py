"""Which passwords are taken: long ones that nobody would try among the first.

The rules are those of OWASP ASVS 5.0, 6.2: length counts, kinds of characters do
not, nothing expires, and what everybody uses is refused. A passphrase of Chinese
characters is as good as one of letters.
"""

import unicodedata
from itertools import pairwise

from zxcvbn.frequency_lists import FREQUENCY_LISTS

from kiosk.domain.errors import RuleBroken, sentence

PASSWORD_LEAST = 12
"""Characters after normalisation."""
PASSWORD_MOST = 128
TYPED_MOST = 4 * PASSWORD_MOST
"""Characters as typed; normalising more takes a time that grows with its square."""
_OWN_WORDS = ("kiosk", "chuangping", "窗评")
_LOGIN_LEAST = 3
"""A shorter login is found in too many good passwords by chance."""
_UNIT_MOST = 6
_EVERYBODYS = frozenset(FREQUENCY_LISTS["passwords"])
_FIRST = frozenset(FREQUENCY_LISTS["passwords"][:3000])
_PADDING = "0123456789 !\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"


class PasswordTooShort(RuleBroken):
    """A password has fewer characters than are asked for."""

    code = "password_too_short"
    text = sentence(
        "Please choose a password of at least %(least)d characters; several words "
        "in a row are easy to remember."
    )


class PasswordTooLong(RuleBroken):
    """A password has more characters than are taken."""

    code = "password_too_long"
    text = sentence("Please choose a password of at most %(most)d characters.")


class PasswordCommon(RuleBroken):
    """A password is one of those that everybody tries first, or made of them."""

    code = "password_common"
    text = sentence(
        "Many people use this password or one like it, so it is tried first. Please "
        "choose another, such as four words that have nothing to do with each other."
    )


class PasswordNamed(RuleBroken):
    """A password contains the login or the name of the product."""

    code = "password_named"
    text = sentence(
        "Please choose a password that contains neither your login name nor the "
        "name of this product."
    )


def normal_password(password: str) -> str:
    """Return the password in NFC: keyboards write the same letter in two ways.

    Nothing is cut off or trimmed. Raises PasswordTooLong.
    """
    if len(password) > TYPED_MOST:
        raise PasswordTooLong(most=PASSWORD_MOST)
    return unicodedata.normalize("NFC", password)


def check_password(password: str, login: str) -> None:
    """Refuse a new password of `login` that would not hold.

    Raises PasswordTooShort, PasswordTooLong, PasswordNamed or PasswordCommon.
    """
    normal = normal_password(password)
    if len(normal) < PASSWORD_LEAST:
        raise PasswordTooShort(least=PASSWORD_LEAST)
    if len(normal) > PASSWORD_MOST:
        raise PasswordTooLong(most=PASSWORD_MOST)
    folded = normal.casefold()
    words = [*_OWN_WORDS]
    if len(login) >= _LOGIN_LEAST:
        words.append(login.casefold())
    if any(word in folded for word in words):
        raise PasswordNamed
    if _is_common(folded):
        raise PasswordCommon


def _is_common(folded: str) -> bool:
    """Whether a guesser's list holds it, or builds it from what the list holds.

    Few listed passwords have twelve characters: people who must write more write
    a listed one twice, two of them, or one with a year and a sign behind it.
    """
    return (
        folded in _EVERYBODYS
        or folded.strip(_PADDING) in _EVERYBODYS
        or _repeats(folded)
        or _runs(folded)
        or any(
            folded[:cut] in _FIRST and folded[cut:] in _FIRST
            for cut in range(1, len(folded))
        )
    )


def _repeats(folded: str) -> bool:
    """Whether it is one short piece again and again, perhaps cut off at the end."""
    return any(
        all(one == folded[at % unit] for at, one in enumerate(folded))
        for unit in range(1, _UNIT_MOST + 1)
    )


def _runs(folded: str) -> bool:
    """Whether each character is the next after the one before: 345678901234."""
    steps = {ord(after) - ord(before) for before, after in pairwise(folded)}
    if folded.isdecimal():
        steps = {step % 10 for step in steps}
        return steps in ({1}, {9})
    return steps in ({1}, {-1})
