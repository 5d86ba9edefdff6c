"""What else is known of candidates when the numbers of a campaign are computed."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import Connection, exists, or_, select
from sqlalchemy.orm import Session

from kiosk.domain.board import Period
from kiosk.domain.case_appeals import AppealState, Appellant
from kiosk.domain.cases import Answer, Source
from kiosk.models import Case, CaseAppeal, Placement, Unit, Window
from kiosk.queries.calendar import work_calendar
from kiosk.queries.candidates import CandidateView

_COMPLAINTS = (str(Source.COMPLAINT), str(Source.RATING))


@dataclass(frozen=True)
class Upheld:
    """A complaint whose answer says that something had to be put right."""

    day: date
    unit_id: int
    window_id: int | None
    clerk_id: int | None

    def concerns(self, candidate: CandidateView, units: Collection[int]) -> bool:
        """Whether it is about a candidate; `units`: the candidate's and below."""
        if candidate.window_id is not None:
            return self.window_id == candidate.window_id
        if candidate.clerk_id is not None:
            return self.clerk_id == candidate.clerk_id
        return self.unit_id in units


def upheld_complaints(reader: Connection | Session, period: Period) -> list[Upheld]:
    """Return the complaints and bad ratings with words that were found true.

    The answer itself says so: it puts something right. Joined bare ratings, and what
    was explained or found unfounded, are not among them; nor is, while it is open,
    what the clerk appealed against.
    """
    pending = exists().where(
        CaseAppeal.case_id == Case.id,
        CaseAppeal.side == str(Appellant.CLERK),
        CaseAppeal.state == int(AppealState.OPEN),
    )
    rows = reader.execute(
        select(Case.received_on, Case.unit_id, Case.window_id, Case.clerk_id).where(
            Case.received_on.between(period.first, period.last),
            Case.source.in_(_COMPLAINTS),
            Case.answer == str(Answer.RECTIFIED),
            ~pending,
        )
    ).tuples()
    return [Upheld(*row) for row in rows]


@dataclass(frozen=True)
class UnitTree:
    """Units with those below them, and the windows they have."""

    parents: Mapping[int, int | None]
    windows: Mapping[int, int]
    """Unit by window."""

    def below(self, unit: int) -> frozenset[int]:
        """Return a unit and every unit below it."""
        found = {unit}
        while True:
            more = {
                key
                for key, parent in self.parents.items()
                if parent in found and key not in found
            }
            if not more:
                return frozenset(found)
            found |= more

    def windows_of(self, units: Collection[int]) -> tuple[int, ...]:
        """Return the windows of units, in rising order."""
        return tuple(sorted(key for key, unit in self.windows.items() if unit in units))


def unit_tree(reader: Connection | Session, period: Period) -> UnitTree:
    """Return all units, and the windows open in a period by the last unit they had."""
    parents = dict(reader.execute(select(Unit.id, Unit.parent_id)).tuples().all())
    rows = reader.execute(
        select(Placement.window_id, Placement.unit_id)
        .join(Window, Window.id == Placement.window_id)
        .where(
            Window.opened_on <= period.last,
            or_(Window.closed_on.is_(None), Window.closed_on > period.first),
            Placement.starts_on <= period.last,
        )
        .order_by(Placement.starts_on)
    ).tuples()
    return UnitTree(parents, dict(rows.all()))


def working_days(reader: Connection | Session, centre_id: int, period: Period) -> int:
    """Return how many days of a period the centre works."""
    calendar = work_calendar(reader, centre_id, period.first, period.last)
    days = (period.first + timedelta(days=past) for past in range(period.days))
    return sum(calendar.is_working_day(day) for day in days)
