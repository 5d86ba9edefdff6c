"""What the phone's templates are given."""

from dataclasses import dataclass

from kiosk.domain.intake import COMMENT_MOST
from kiosk.domain.levels import BEST_FIRST, Level
from kiosk.queries.places import WindowView
from kiosk.web.filters import LEVEL_WORDS


@dataclass(frozen=True, kw_only=True)
class RatePage:
    """The form, with whatever was typed before and what was wrong with it."""

    window: WindowView
    token: str
    chosen: Level | None = None
    comment: str = ""
    level_error: str = ""
    comment_error: str = ""
    notice: str = ""
    """A sentence about the form as a whole, when it must be sent once more."""
    kept_receipt: str = ""
    """Receipt of the rating that was taken from this form already."""
    comment_most: int = COMMENT_MOST
    levels: tuple[tuple[Level, str], ...] = tuple(
        (level, LEVEL_WORDS[level]) for level in BEST_FIRST
    )
