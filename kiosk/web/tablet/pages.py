"""What the screen's templates are given."""

from dataclasses import dataclass

from kiosk.domain.levels import BEST_FIRST, Level
from kiosk.queries.places import WindowView
from kiosk.web.filters import LEVEL_WORDS


@dataclass(frozen=True)
class HeadPage:
    """The head: where the visitor is."""

    window: WindowView


@dataclass(frozen=True)
class RatePage(HeadPage):
    """The whole screen: head, question, five answers, thanks."""

    last_sequence: int
    levels: tuple[tuple[Level, str], ...] = tuple(
        (level, LEVEL_WORDS[level]) for level in BEST_FIRST
    )
    stay_seconds: int = 10
    """How long the thanks stay before the screen is ready for the next visitor."""
    elder_stay_seconds: int = 20
    """The same in the large view (twice the time)."""


@dataclass(frozen=True)
class PairPage:
    """The button that uses a pairing link up."""

    window: WindowView
    token: str
