"""The five levels of a rating, and what counts as good and as bad."""

from enum import IntEnum

from kiosk.domain.errors import NotALevel


class Level(IntEnum):
    """A rating's level, best to worst 5 to 1 (国办发〔2019〕51号: five levels)."""

    VERY_SATISFIED = 5
    SATISFIED = 4
    FAIRLY_SATISFIED = 3
    DISSATISFIED = 2
    VERY_DISSATISFIED = 1

    @property
    def points(self) -> int:
        """Worth of one rating on the scale 0 to 100."""
        return 25 * (self - 1)

    @property
    def good(self) -> bool:
        """Whether it counts towards the good rate (top two of five)."""
        return self >= Level.SATISFIED

    @property
    def bad(self) -> bool:
        """Whether it is a bad rating that asks for an answer."""
        return self <= Level.DISSATISFIED


BEST_FIRST = tuple(sorted(Level, reverse=True))


def parse_level(value: object) -> Level:
    """Return the level that a form or JSON body means, or raise NotALevel.

    Only a whole number 1 to 5 or its single digit is accepted: "5; drop",
    " 5", 5.0 and True are refused rather than interpreted.
    """
    if isinstance(value, str) and len(value) == 1 and value in "12345":
        return Level(int(value))
    if type(value) is int and min(Level) <= value <= max(Level):
        return Level(value)
    raise NotALevel
