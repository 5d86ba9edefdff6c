"""What the screen's templates are given."""

from dataclasses import dataclass

from kiosk.domain.levels import BEST_FIRST, Level
from kiosk.queries.places import WindowView
from kiosk.queries.shifts import OnDuty
from kiosk.queries.windows import ClosedWindow
from kiosk.web.filters import LEVEL_WORDS
from kiosk.web.forms import Form


@dataclass(frozen=True)
class HeadPage:
    """The head: where the visitor is, and who serves there."""

    window: WindowView | ClosedWindow
    duty: OnDuty | None
    """Who serves here now, as visitors may read it."""

    @property
    def closed(self) -> ClosedWindow | None:
        """The window as a closed one; its screen then takes no ratings."""
        return self.window if isinstance(self.window, ClosedWindow) else None


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


@dataclass(frozen=True)
class DutyPage:
    """Badge number and PIN, and who is on duty so far."""

    window: WindowView
    duty: OnDuty | None
    form: Form
    pin_most: int
    demonstration_pin: str
    """PIN of every clerk of the demonstration; "" in a real hall."""
