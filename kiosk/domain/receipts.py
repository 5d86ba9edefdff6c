"""The receipt of a rating: a short code derived from the event's id alone.

It needs no server, so a screen without a network can show it, and it tells
neither level nor window. Twelve characters are the id's last sixty bits (all of
them random in a UUID of version 4), the thirteenth is a check character that
finds every single mistyped character and every swap of neighbours.
`static/js/receipt.js` computes the same.
"""

from uuid import UUID

ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_LENGTH = 12
_GROUP = 4
# x^5 + x^2 + 1: multiplying by x runs through all 31 non-zero remainders.
_POLYNOMIAL = 0b100101
_OVERFLOW = 0b100000
_BITS = 5


def receipt_code(event_id: UUID) -> str:
    """Return the 13 characters without separators, as stored."""
    number = event_id.int & ((1 << _BITS * _LENGTH) - 1)
    digits = [
        (number >> _BITS * place) & (len(ALPHABET) - 1)
        for place in reversed(range(_LENGTH))
    ]
    return "".join(ALPHABET[digit] for digit in [*digits, _check_digit(digits)])


def format_receipt(code: str) -> str:
    """Group a stored code for reading: `7K2M-Q4TX-9HJDP`."""
    return f"{code[:_GROUP]}-{code[_GROUP : 2 * _GROUP]}-{code[2 * _GROUP :]}"


def parse_receipt(text: str) -> str | None:
    """Return the stored form of a code as typed, or None if it is mistyped.

    Case, spaces and separators do not matter; a wrong check character does.
    """
    code = "".join(mark for mark in text.upper() if mark.isalnum())
    if len(code) != _LENGTH + 1 or any(mark not in ALPHABET for mark in code):
        return None
    digits = [ALPHABET.index(mark) for mark in code]
    return code if _check_digit(digits[:-1]) == digits[-1] else None


def _check_digit(digits: list[int]) -> int:
    remainder = 0
    for digit in digits:
        remainder = (remainder ^ digit) << 1
        if remainder & _OVERFLOW:
            remainder ^= _POLYNOMIAL
    return remainder
