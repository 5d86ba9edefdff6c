"""What the templates of windows and units are given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from kiosk.domain.guides import Guide
from kiosk.domain.placements import DAYS_AHEAD
from kiosk.domain.served import Response
from kiosk.domain.sheets import BYTES_MOST
from kiosk.domain.small_groups import SMALLEST_GROUP
from kiosk.queries.units import UnitLine
from kiosk.queries.windows import PlacementLine, WindowLine
from kiosk.web.forms import Form
from kiosk.web.manage.lists import Paged
from kiosk.web.manage.pages import WrongLine

Option = tuple[object, str]
"""Value and words of a choice."""


@dataclass(frozen=True, kw_only=True)
class WindowListPage:
    """Windows, searched and filtered, and what can be filtered by."""

    windows: Paged[WindowLine]
    today: date
    units: Sequence[Option]
    service_types: Sequence[Option]
    there: int
    """Windows in all, found or not."""
    narrowed: bool
    """Whether a search or a filter leaves some of them out."""
    may_place: bool
    held: Mapping[int, int] = field(default_factory=dict)
    """Ratings that wait until people have looked at them, by window."""
    added: WindowLine | None = None
    """The window that was just added by hand."""


@dataclass(frozen=True, kw_only=True)
class ServedPage:
    """People served at a window, and the form with which a number is entered."""

    form: Form
    today: date
    responses: Mapping[date, Response]
    """By day, of the last 90 days with people served."""
    may_enter: bool
    least: int = SMALLEST_GROUP

    @property
    def days(self) -> tuple[date, date]:
        """The days that are open: today and yesterday."""
        return self.today, self.today - timedelta(days=1)

    @property
    def period(self) -> Response:
        """The whole period together."""
        each = self.responses.values()
        return Response(sum(r.ratings for r in each), sum(r.served for r in each))


@dataclass(frozen=True, kw_only=True)
class WindowPage:
    """One window: what it is, where it belonged, and what may be done with it."""

    window: WindowLine
    placements: Sequence[PlacementLine]
    successor: WindowLine | None
    today: date
    may_edit: bool
    may_place: bool
    served: ServedPage | None
    """None: the day's figures are not for whoever looks."""
    done: str = ""
    """What was just done, in words."""

    @property
    def is_open(self) -> bool:
        """Whether it is open today."""
        return self.window.is_open(self.today)

    @property
    def may_reopen(self) -> bool:
        """Whether its closing can still be undone."""
        closed_on = self.window.closed_on
        return closed_on is not None and closed_on >= self.today and self.may_place

    @property
    def guide(self) -> Guide:
        """The service guide."""
        return self.window.guide

    def is_planned(self, placement: PlacementLine) -> bool:
        """Whether a placement is a move that lies ahead."""
        return placement.starts_on > self.today and placement != self.placements[0]


@dataclass(frozen=True, kw_only=True)
class WindowFormPage:
    """One act on a window, with what was typed and what is wrong with it."""

    window: WindowLine
    form: Form
    today: date
    units: Sequence[Option] = ()
    service_types: Sequence[str] = ()
    windows: Sequence[Option] = ()
    """Windows that can follow on this one."""
    may_place: bool = False
    """Whether the person decides what its screen shows."""

    @property
    def last_day(self) -> date:
        """The last day from which a change can be planned."""
        return self.today + timedelta(days=DAYS_AHEAD)


@dataclass(frozen=True, kw_only=True)
class LeftOutPage:
    """Open windows that an imported list leaves out, before any is closed."""

    windows: Sequence[tuple[WindowLine, int]]
    """Each with how many ratings it has."""


@dataclass(frozen=True, kw_only=True)
class UnitsPage:
    """The tree of units, as far as it is found."""

    units: Sequence[UnitLine]
    there: int
    narrowed: bool
    may_edit: bool
    done: str = ""


@dataclass(frozen=True, kw_only=True)
class NewUnitPage:
    """A unit to be added, and the units it can stand under."""

    form: Form
    parents: Sequence[Option]


@dataclass(frozen=True, kw_only=True)
class UnitPage:
    """One unit, and the forms that change it."""

    unit: UnitLine
    below: Sequence[UnitLine]
    """Units right under it."""
    may_edit: bool
    rename: Form
    move: Form
    parents: Sequence[Option] = ()
    refusal: str = ""
    """Why it could not be ended or resumed."""
    done: str = ""


@dataclass(frozen=True, kw_only=True)
class UnitImportPage:
    """A list of units to be chosen, and why the last one was not taken."""

    error: str = ""
    file_name: str = ""
    wrong: Sequence[WrongLine] = ()
    most: int = 200
    megabytes: int = BYTES_MOST // 1024**2
