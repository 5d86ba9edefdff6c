"""Codes that an unpaired screen shows for an organiser to type or scan.

Six characters out of 21: 86 million codes against 200 that live at a time. A code
opens nothing by itself; whoever types it must be signed in and may then make that
browser a screen.
"""

import secrets
from datetime import timedelta

from kiosk.domain.errors import RuleBroken, sentence

CODE_LENGTH = 6
CODE_LIFE = timedelta(minutes=10)
LIVE_MOST = 200
"""Codes that are shown at a time; a hall has fewer screens to install at once."""
# None of two that look alike (0 O, 1 I L, 2 Z, 5 S, 8 B, 6 G, U V), and no vowels.
_ALPHABET = "34679CDFHJKMNPQRTVWXY"
_BESIDE = str.maketrans("", "", " -·\u3000")


class CodeUnknown(RuleBroken):
    """No screen shows this code now."""

    code = "install_code_unknown"
    text = sentence(
        "No tablet shows this code now. Please compare it with the tablet; a code "
        "lives ten minutes and then gives way to a new one."
    )


class CodeTaken(RuleBroken):
    """Somebody gave the code's screen a window a moment ago."""

    code = "install_code_taken"
    text = sentence(
        "Somebody else has just given this tablet a window. Please look at the "
        "tablet: it names the window."
    )


class TooManyCodes(RuleBroken):
    """As many screens as allowed wait to be installed."""

    code = "install_codes_many"
    text = sentence(
        "Too many tablets wait to be installed at the moment. Please try again in "
        "ten minutes, or use a pairing link."
    )


def new_install_code() -> str:
    """Return a random code."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(CODE_LENGTH))


def normal_code(typed: str) -> str:
    """Return a typed code as it is kept: bare capitals. Raises CodeUnknown."""
    code = typed.translate(_BESIDE).upper()
    if len(code) != CODE_LENGTH or not set(code) <= set(_ALPHABET):
        raise CodeUnknown
    return code


def spoken(code: str) -> str:
    """Return a code in two halves, as people read it to each other."""
    half = CODE_LENGTH // 2
    return f"{code[:half]} {code[half:]}"
