"""What the templates of the set-up are given."""

from dataclasses import dataclass

from kiosk.domain.accounts import LOGIN_MOST, NAME_MOST
from kiosk.domain.time_zones import COMMON_ZONES
from kiosk.queries.demonstration import DemonstrationProgress
from kiosk.services.installation import NAME_MOST as PLACE_MOST
from kiosk.web.forms import Form


@dataclass(frozen=True, kw_only=True)
class OrganiserPage:
    """The first organiser's own account, and what was typed for it."""

    form: Form
    person_most: int = NAME_MOST
    login_most: int = LOGIN_MOST


@dataclass(frozen=True, kw_only=True)
class ChoicePage(OrganiserPage):
    """Demonstration, a hall of one's own, or one from a backup."""

    demonstrable: bool
    """Whether it can still become a demonstration, or what a backup holds: not once
    it has windows."""
    account_needed: bool
    """Whether there is no organiser yet who can sign in."""
    name_most: int = PLACE_MOST
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
