"""One line of the start page, and what its sources may look at."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from kiosk.domain.opening import Opening
from kiosk.domain.policy import Action, Scope, scope_of
from kiosk.queries.places import CentreView
from kiosk.queries.today import WindowDay
from kiosk.web.access import person

NUMBERS_MOST = 12
"""Windows that a duty names; the list behind it has them all."""


@dataclass(frozen=True, kw_only=True)
class Duty:
    """One line of the start page: what, how many, why, and the button that leads on.

    All words are in the language of the request.
    """

    symbol: str
    """Name of an icon."""
    name: str
    count: str = ""
    what: str
    """Why it is to be done, in a short sentence."""
    href: str
    button: str
    due: bool = False
    """Something is wrong or late."""
    main: bool = False
    """The one thing to begin with."""


@dataclass(frozen=True, kw_only=True)
class Day:
    """What every source may look at without asking the database again."""

    centre: CentreView
    now: datetime
    today: date
    """The centre's day."""
    windows: Sequence[WindowDay]
    """Open windows that the person sees figures of."""
    opening: Opening
    """Whether the hall is open."""

    def scope(self, action: Action) -> Scope:
        """Return where the person may do something."""
        return scope_of(person().grants, action)


Source = Callable[[Day], Iterator[Duty]]
