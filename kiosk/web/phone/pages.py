"""What the phone's templates are given."""

from dataclasses import dataclass

from kiosk.domain.comments import WISH_WORDS, Wish
from kiosk.domain.intake import COMMENT_MOST
from kiosk.domain.levels import BEST_FIRST, Level
from kiosk.domain.reasons import (
    ASPECT_WORDS,
    BAD_REASONS,
    GOOD_REASONS,
    Aspect,
    Reason,
)
from kiosk.queries.places import WindowView
from kiosk.web.filters import LEVEL_WORDS
from kiosk.web.phone.place import Place


@dataclass(frozen=True, kw_only=True)
class RatePage:
    """The form, with whatever was typed before and what was wrong with it."""

    place: Place
    token: str
    chosen: Level | None = None
    ticked: frozenset[int] = frozenset()
    """Numbers of the reasons ticked before, of whichever side."""
    wish: Wish = Wish.NONE
    comment: str = ""
    level_error: str = ""
    comment_error: str = ""
    notice: str = ""
    """A sentence about the form as a whole, when it must be sent once more."""
    kept_receipt: str = ""
    """Receipt of the rating that was taken from this form already."""
    elder: bool = False
    """In large type."""
    comment_most: int = COMMENT_MOST
    levels: tuple[tuple[Level, str], ...] = tuple(
        (level, LEVEL_WORDS[level]) for level in BEST_FIRST
    )
    wishes: tuple[tuple[Wish, str], ...] = tuple(WISH_WORDS.items())

    @property
    def window(self) -> WindowView:
        """The window that is rated."""
        return self.place.window

    @property
    def action(self) -> str:
        """Where the form is sent."""
        return self.place.address(self.view)

    @property
    def view(self) -> str | None:
        """What the address says of the type's size."""
        return "elder" if self.elder else None

    @property
    def other_size(self) -> str:
        """Address of the same page in the other size."""
        return self.place.address(None if self.elder else "elder")

    @property
    def sides(self) -> tuple[tuple[str, tuple[tuple[str, list[Reason]], ...]], ...]:
        """Reasons after bad and after good ratings, each by aspect."""
        return (("bad", _by_aspect(BAD_REASONS)), ("good", _by_aspect(GOOD_REASONS)))


def _by_aspect(reasons: tuple[Reason, ...]) -> tuple[tuple[str, list[Reason]], ...]:
    return tuple(
        (ASPECT_WORDS[aspect], [one for one in reasons if one.aspect is aspect])
        for aspect in Aspect
    )
