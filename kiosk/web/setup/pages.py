"""What the templates of the set-up are given."""

from dataclasses import dataclass

from kiosk.domain.time_zones import COMMON_ZONES
from kiosk.queries.demonstration import DemonstrationProgress
from kiosk.services.installation import NAME_MOST
from kiosk.web.forms import Form


@dataclass(frozen=True, kw_only=True)
class ChoicePage:
    """Demonstration or a hall of one's own, and what was typed for that."""

    form: Form
    demonstrable: bool
    """Whether it can still become a demonstration: not once it has windows."""
    name_most: int = NAME_MOST
    zones: tuple[str, ...] = COMMON_ZONES


@dataclass(frozen=True, kw_only=True)
class LoadingPage:
    """How far the demonstration is, and whether anybody works on it."""

    progress: DemonstrationProgress
    loading: bool

    @property
    def stopped(self) -> bool:
        """Whether it waits for somebody to go on."""
        return not self.loading and not self.progress.complete
