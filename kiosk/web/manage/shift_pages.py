"""What the templates of the roster are given."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from kiosk.domain.errors import sentence
from kiosk.domain.shifts import REASON_MOST, Span
from kiosk.domain.small_groups import SMALLEST_GROUP, shown_count
from kiosk.queries.shifts import ProposalLine, ShiftLine, WindowRoster
from kiosk.web.filters import date_of, moment_of
from kiosk.web.forms import Form
from kiosk.web.manage.staff_pages import Option

SOURCES = {
    "roster": sentence("Roster"),
    "import": sentence("Imported"),
    "sign-on": sentence("Signed on"),
    "correction": sentence("Corrected"),
}
_DAY = timedelta(days=1)


def times(span: Span, day: date, zone: ZoneInfo) -> str:
    """Return the times of a shift on the page of a day; other days are named."""
    start, end = span.start.astimezone(zone), span.end.astimezone(zone)
    return f"{_clock(start, day, zone)}–{_clock(end, day, zone)}"


def when(span: Span, zone: ZoneInfo) -> str:
    """Return day and times of a shift where no page of a day tells the day."""
    day = span.start.astimezone(zone).date()
    return f"{date_of(day)} {times(span, day, zone)}"


def _clock(moment: datetime, day: date, zone: ZoneInfo) -> str:
    if moment.date() == day:
        return f"{moment:%H:%M}"
    if moment.date() == day + _DAY and (moment.hour, moment.minute) == (0, 0):
        return "24:00"
    return moment_of(moment, zone)


@dataclass(frozen=True, kw_only=True)
class RosterPage:
    """The roster of a day, by window."""

    day: date
    today: date
    zone: ZoneInfo
    rosters: Sequence[WindowRoster]
    proposals: Sequence[ProposalLine]
    may_edit: bool
    may_confirm: bool
    done: str = ""
    sources = SOURCES

    @property
    def before(self) -> date:
        """The day before."""
        return self.day - _DAY

    @property
    def after(self) -> date:
        """The day after."""
        return self.day + _DAY

    @property
    def is_closed(self) -> bool:
        """Whether a change of the day needs a second person."""
        return self.day < self.today

    @property
    def empty(self) -> int:
        """How many windows have nobody on that day."""
        return sum(not each.shifts for each in self.rosters)

    def times(self, span: Span) -> str:
        """Return the times of a shift, other days named."""
        return times(span, self.day, self.zone)


@dataclass(frozen=True, kw_only=True)
class ShiftFormPage:
    """A shift to be planned or corrected, with what was typed and what is wrong."""

    form: Form
    clerks: Sequence[Option]
    windows: Sequence[Option]
    day: date
    today: date
    zone: ZoneInfo
    old: ShiftLine | None = None
    action: str
    reason_most: int = REASON_MOST

    @property
    def needs_reason(self) -> bool:
        """Whether a second person will decide, as the day has closed."""
        return self.day < self.today

    def times(self, span: Span) -> str:
        """Return the times of a shift, other days named."""
        return times(span, self.day, self.zone)


@dataclass(frozen=True)
class Version:
    """One of the two versions of a shift."""

    who: str
    """"" where nobody sat there."""
    number: str
    when: str


@dataclass(frozen=True, kw_only=True)
class ComparePage:
    """Both versions of a shift, and what would change."""

    before: Version
    after: Version
    moved: int
    """Ratings that would get another clerk."""
    day: date
    second: bool
    """Whether a second person decides."""
    reason: str = ""
    action: str
    fields: Sequence[tuple[str, str]] = ()
    """What was typed, to be sent once more with the confirmation."""
    proposal: ProposalLine | None = None
    own: bool = False
    """Whether whoever looks at it proposed it."""
    error: str = ""
    least: int = SMALLEST_GROUP

    @property
    def shown(self) -> int | None:
        """The number of ratings, or None where it is too small to be shown."""
        return shown_count(self.moved)


@dataclass(frozen=True, kw_only=True)
class ProposalsPage:
    """Corrections that wait for a second person."""

    proposals: Sequence[ProposalLine]
    zone: ZoneInfo
    own_id: int
    """Account of whoever looks at them."""

    def when(self, line: ProposalLine) -> str:
        """Return day and times that are proposed."""
        return when(line.span, self.zone)


@dataclass(frozen=True, kw_only=True)
class CopyPage:
    """The roster of a day to be copied to the working days after it."""

    form: Form
    day: date
    shifts: int
    most: int
