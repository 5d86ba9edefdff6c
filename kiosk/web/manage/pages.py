"""What the organiser's templates are given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from kiosk.domain.heartbeat import is_silent
from kiosk.domain.opening import Opening
from kiosk.domain.sheets import BYTES_MOST
from kiosk.domain.small_groups import SMALLEST_GROUP, shown_count, shown_total
from kiosk.queries.places import CentreView, WindowView
from kiosk.queries.today import WindowDay
from kiosk.services.posters import (
    CALL,
    CALL_ENGLISH,
    Kind,
    Layout,
    Poster,
    Unprintable,
)
from kiosk.web.forms import Form


@dataclass(frozen=True, kw_only=True)
class TodayPage:
    """The day at a glance, and what is left to be set up."""

    centre: CentreView
    now: datetime
    days: Sequence[WindowDay]
    opening: Opening
    smallest: int = SMALLEST_GROUP

    @property
    def total(self) -> int:
        """Ratings today at the windows whose own count is shown."""
        return shown_total([day.ratings for day in self.days])

    @property
    def hidden(self) -> int:
        """How many windows have too few ratings today to be shown."""
        return sum(self.shown(day) is None for day in self.days)

    @property
    def units(self) -> int:
        """How many units have windows."""
        return len({day.window.unit for day in self.days})

    @property
    def paired(self) -> int:
        """How many windows have a screen."""
        return sum(day.screens > 0 for day in self.days)

    @property
    def silent(self) -> list[WindowDay]:
        """Windows whose every screen has fallen silent."""
        return [day for day in self.days if self.is_silent(day)]

    @property
    def counts_served(self) -> bool:
        """Whether people served are counted at any of the windows today."""
        return any(day.served for day in self.days)

    def shown(self, day: WindowDay) -> int | None:
        """Return a window's ratings today, or None when too few to be shown."""
        return shown_count(day.ratings)

    def is_silent(self, day: WindowDay) -> bool:
        """Whether a window has a screen and nothing is heard of it now."""
        heard = day.last_heard_at
        return heard is not None and is_silent(heard, self.now, self.opening)


@dataclass(frozen=True, kw_only=True)
class WindowsPage:
    """All open windows, by unit."""

    windows: Sequence[WindowView]
    added: str = ""
    """Number of the window that was just added by hand."""

    @property
    def by_unit(self) -> list[tuple[str, list[WindowView]]]:
        """Units in the order of their first window, each with its windows."""
        units: dict[str, list[WindowView]] = {}
        for window in self.windows:
            units.setdefault(window.unit, []).append(window)
        return list(units.items())


@dataclass(frozen=True, kw_only=True)
class NewWindowPage:
    """A window to be added by hand, with names to choose from."""

    form: Form
    units: Sequence[str]
    service_types: Sequence[str]


@dataclass(frozen=True)
class WrongLine:
    """What is wrong with a line of a file, in the language of the page."""

    line: int
    words: str


@dataclass(frozen=True, kw_only=True)
class ImportPage:
    """A file to be chosen, and why the last one was not taken."""

    error: str = ""
    file_name: str = ""
    wrong: Sequence[WrongLine] = ()
    most: int = 200
    """So many wrong lines are shown; a thousand more tell nothing new."""
    megabytes: int = BYTES_MOST // 1024**2


@dataclass(frozen=True, kw_only=True)
class PostersPage:
    """The posters or stickers of the chosen windows, for the printer."""

    sheets: Sequence[Sequence[tuple[WindowView, Poster]]]
    count: int
    """Windows to print; a sheet of stickers may show one more than once."""
    units: Mapping[str, Sequence[WindowView]]
    """Every unit that has windows."""
    chosen_units: Sequence[str]
    chosen_windows: Sequence[str]
    """Units and numbers of windows to print; both empty: all."""
    kind: Kind
    layout: Layout
    base: str
    reaches: bool
    """Whether phones can open the address in the codes."""
    unprintable: Sequence[Unprintable] = ()
    call: str = CALL
    call_english: str = CALL_ENGLISH
