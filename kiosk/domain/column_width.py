"""How wide text stands in a column: Chinese takes two places, Latin one."""

from unicodedata import combining, east_asian_width

_TWO_PLACES = frozenset("WF")


def column_width(text: str) -> int:
    """Return the places `text` takes on a terminal (Unicode UAX 11, wide and full).

    Ambiguous characters count as one, marks that sit on another as none.
    """
    return sum(
        0 if combining(sign) else 1 + (east_asian_width(sign) in _TWO_PLACES)
        for sign in text
    )


def padded(text: str, width: int, *, right: bool = False) -> str:
    """Return `text` filled with spaces to `width` places; longer text stays whole."""
    gap = " " * max(0, width - column_width(text))
    return gap + text if right else text + gap
