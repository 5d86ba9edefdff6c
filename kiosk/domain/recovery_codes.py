"""Codes on paper that stand in for a lost phone: each opens once."""

import secrets

RECOVERY_CODES = 10
_GROUPS, _GROUP = 3, 4
# Without 0/o, 1/l/i and vowels: copied from paper without doubt, spells no words.
_ALPHABET = "23456789bcdfghjkmnpqrstvwxyz"


def new_recovery_code() -> str:
    """Return a random code of 57 bits in groups, such as `7k2m-xw4d-9qhs`."""
    return "-".join(
        "".join(secrets.choice(_ALPHABET) for _ in range(_GROUP))
        for _ in range(_GROUPS)
    )


def plain_code(typed: str) -> str:
    """Return a code as it is compared: lower case, without blanks and dashes."""
    return "".join(one for one in typed.lower() if one.isalnum())
