"""What the templates of tablets are given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from markupsafe import Markup

from kiosk.domain.install_codes import spoken
from kiosk.queries.devices import DeviceLine
from kiosk.queries.places import WindowView
from kiosk.web.forms import Form
from kiosk.web.manage.lists import Paged
from kiosk.web.manage.screens import ScreenRow


@dataclass(frozen=True, kw_only=True)
class TabletsPage:
    """The list of screens, and the form that pairs one more by a link."""

    screens: Paged[ScreenRow]
    there: int
    """Screens without search and choice."""
    states: Sequence[tuple[str, str]]
    units: Sequence[str]
    windows: Sequence[WindowView]
    zone: ZoneInfo
    chosen: str = ""
    """Key of the window that the form should propose."""
    error: str = ""

    @property
    def unit_choices(self) -> list[tuple[str, str]]:
        """Return the units to choose from."""
        return [(unit, unit) for unit in self.units]


@dataclass(frozen=True, kw_only=True)
class TabletPage:
    """One screen: what is known of it, and what can be done with it."""

    screen: ScreenRow
    zone: ZoneInfo
    before: DeviceLine | None
    """The screen whose place it took."""
    windows: Sequence[WindowView]
    """Where it could stand instead."""
    name: Form
    move: Form
    done: str


@dataclass(frozen=True, kw_only=True)
class PairPage:
    """A fresh pairing link, shown once."""

    window: WindowView
    replaces: int | None
    link: str
    code: Markup
    """The link as an SVG element."""
    expires_at: datetime
    base: str
    reaches: bool
    """Whether other devices can open the link."""


@dataclass(frozen=True, kw_only=True)
class InstallRow:
    """A window of the installer's list."""

    window: WindowView
    screens: int
    tested: int

    @property
    def state(self) -> str:
        """Return `none`, `paired` or `tested`: every screen of it was tested."""
        if not self.screens:
            return "none"
        return "tested" if self.tested == self.screens else "paired"


@dataclass(frozen=True, kw_only=True)
class InstallPage:
    """The code of a tablet, and the windows to choose from."""

    code: Form
    known: str
    """The code, once a tablet is found that shows it; "" before."""
    replaces: ScreenRow | None
    """The screen that the new one takes the place of."""
    rows: Sequence[InstallRow]
    """The windows that the search leaves."""
    counts: Sequence[tuple[str, int]]
    """How many of all windows are in which state, in words."""
    base: str
    """Where the tablet's browser is sent."""
    error: str = ""

    @property
    def spoken(self) -> str:
        """The code in two halves."""
        return spoken(self.known)


@dataclass(frozen=True, kw_only=True)
class BesidePage:
    """A new tablet at a window that has one: in its place or beside it."""

    code: str
    window: WindowView
    there: Sequence[ScreenRow]


@dataclass(frozen=True, kw_only=True)
class WaitingPage:
    """A tablet that was given a window: until its test tap arrives."""

    link: int
    window: WindowView
    state: str
    """`waiting`, `paired`, `tested`, or `late` where the tablet never came."""
    screen: int | None
