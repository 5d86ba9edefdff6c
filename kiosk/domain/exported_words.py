"""Words in tables that leave the product and may come back.

Spreadsheets compute a cell that begins like a formula; an apostrophe before it makes
it words (OWASP ASVS 5.0, 1.2.10). It is set on the way out and taken off on the way
in, so that a table that comes back unchanged changes nothing.
"""

import re

# Full-width marks and marks behind blanks included: some programs compute these too.
_LIKE_A_FORMULA = re.compile(
    r"'*(?:[\s\u3000]*[=+\-@\uff1d\uff0b\uff0d\uff20]|[\t\r\n])"
)


def as_words(text: str) -> str:
    """Return the text with an apostrophe before it if it could be computed."""
    return f"'{text}" if _LIKE_A_FORMULA.match(text) else text


def as_typed(text: str) -> str:
    """Return the text without the apostrophe that `as_words` sets."""
    if text.startswith("'") and _LIKE_A_FORMULA.match(text):
        return text[1:]
    return text
