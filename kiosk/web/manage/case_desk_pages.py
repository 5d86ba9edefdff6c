"""What the desk's form and the citizen's slip are given."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from flask_babel import gettext
from markupsafe import Markup

from kiosk.domain.case_desk import BACK_MOST, DESK_ROADS, DESK_SOURCES
from kiosk.domain.cases import WORDS_MOST
from kiosk.domain.contacts import KEEP_DAYS, NAME_MOST, PHONE_MOST
from kiosk.domain.errors import sentence
from kiosk.domain.reasons import Aspect
from kiosk.queries.case_desk import SlipLine
from kiosk.web.case_words import cause_words, source_words
from kiosk.web.forms import Form
from kiosk.web.manage.case_pages import ROAD_WORDS, half_words

FIELDS = (
    "event",
    "secret",
    "source",
    "road",
    "place",
    "cause",
    "day",
    "half",
    "words",
    "name",
    "phone",
    "consent",
)
_UNKNOWN_HALF = sentence("not known")


@dataclass(frozen=True, kw_only=True)
class DeskPage:
    """The form in which somebody's word is taken down."""

    form: Form
    places: Sequence[tuple[str, str]]
    """Windows, then units, to choose from."""
    first: date
    last: date
    words_most: int = WORDS_MOST
    name_most: int = NAME_MOST
    phone_most: int = PHONE_MOST
    keep_days: int = KEEP_DAYS
    days: int = BACK_MOST

    @property
    def sources(self) -> list[tuple[str, str]]:
        """Complaint or suggestion."""
        return [(str(source), source_words(source)) for source in DESK_SOURCES]

    @property
    def roads(self) -> list[tuple[str, str]]:
        """Desk or hotline."""
        return [(str(road), str(gettext(ROAD_WORDS[road]))) for road in DESK_ROADS]

    @property
    def causes(self) -> list[tuple[str, str]]:
        """What it may be about; none of them last."""
        return [(str(int(n)), cause_words(n)) for n in (*Aspect, 0)]

    @property
    def halves(self) -> list[tuple[str, str]]:
        """Halves of a day; not known last."""
        known = [(str(half), half_words(half)) for half in (1, 2)]
        return [*known, ("0", str(gettext(_UNKNOWN_HALF)))]


@dataclass(frozen=True, kw_only=True)
class SlipPage:
    """What a citizen takes along from the desk."""

    line: SlipLine
    centre: str
    zone: ZoneInfo
    address: str = ""
    """Of the citizen's own page; "" where the slip is printed again."""
    code: Markup | None = None
    """The address as an SVG element."""
    base: str = ""
    reaches: bool = True
    """Whether other devices can open the address."""

    @property
    def about(self) -> str:
        """The window or unit that it is about."""
        return " · ".join(filter(None, (self.line.window, self.line.unit)))

    @property
    def half(self) -> str:
        """The half of the day; "" for none."""
        return half_words(self.line.half)

    @property
    def source(self) -> str:
        """Complaint or suggestion."""
        return source_words(self.line.source)


def place_choices(
    windows: Mapping[int, str], units: Mapping[int, str]
) -> list[tuple[str, str]]:
    """Return windows and whole units to choose from, as a form names them."""
    whole = gettext("Whole unit: %(name)s")
    return [
        *((f"w{key}", name) for key, name in windows.items()),
        *((f"u{key}", str(whole % {"name": name})) for key, name in units.items()),
    ]
