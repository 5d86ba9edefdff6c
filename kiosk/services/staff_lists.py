"""A list of clerks taken in: new ones, changed ones, and those as they were."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import or_, select

from kiosk.domain.errors import RuleBroken
from kiosk.domain.policy import Scope
from kiosk.domain.staff import BadgeTaken, MoveTooEarly, UnitNotKnown
from kiosk.domain.staff_list import LINES_MOST, StaffList, StaffRow, parse_staff_list
from kiosk.domain.window_list import LineError
from kiosk.models import Clerk, Posting
from kiosk.services.clerks import (
    NewClerk,
    add_clerks,
    hold_staff,
    move_clerk,
    today_in,
)
from kiosk.services.list_files import read_list
from kiosk.services.rating_rows import Hall
from kiosk.services.records import Book


@dataclass(frozen=True, slots=True)
class StaffImport:
    """How many clerks of a list were new, altered, or as they had been."""

    added: int
    changed: int
    unchanged: int


def read_staff(data: bytes, file_name: str) -> StaffList:
    """Read a CSV or XLSX file into clerks and errors by line.

    Raises a refusal of kiosk.domain.sheets or kiosk.domain.list_columns.
    """
    return read_list(data, file_name, LINES_MOST, parse_staff_list)


def import_staff(
    records: Book,
    hall: Hall,
    rows: Sequence[StaffRow],
    units: Mapping[str, int],
    scope: Scope,
) -> tuple[StaffImport, list[LineError]]:
    """Take a list of clerks; with an error in any line, nothing of it is taken.

    rows: with badges that differ. units: those of who brings it, by name. A badge in
    service keeps its clerk and takes over name and consent; another unit is a move
    from the row's day, else from today. Clerks that the list leaves out stay. The
    same list again changes nothing.
    """
    hold_staff(records.session)
    plan = _Plan(today_in(records, hall), _serving(records, hall))
    errors: list[LineError] = []
    for row in rows:
        unit_id = units.get(row.unit)
        if unit_id is None:
            errors.append(LineError(row.line, UnitNotKnown(unit=row.unit)))
            continue
        try:
            plan.take(row, unit_id, scope)
        except RuleBroken as refusal:
            errors.append(LineError(row.line, refusal))
    if errors:
        return StaffImport(0, 0, 0), errors
    records.change_many(Clerk, hall.centre_id, plan.reworded)
    for clerk_id, (unit_id, day) in plan.moved.items():
        move_clerk(records, hall, clerk_id, unit_id, day)
    add_clerks(records, hall, plan.new)
    changed = len(plan.reworded.keys() | plan.moved.keys())
    return StaffImport(len(plan.new), changed, plan.known - changed), errors


@dataclass(frozen=True, slots=True)
class _Serving:
    """A clerk in service, with the postings that hold and that are planned."""

    id: int
    name: str
    named: bool
    unit_id: int
    last_posting: date


@dataclass(slots=True)
class _Plan:
    """What a list makes necessary."""

    today: date
    serving: Mapping[str, _Serving]
    new: list[NewClerk] = field(default_factory=list)
    reworded: dict[int, dict[str, Any]] = field(default_factory=dict)
    moved: dict[int, tuple[int, date]] = field(default_factory=dict)
    known: int = 0

    def take(self, row: StaffRow, unit_id: int, scope: Scope) -> None:
        """Note what a row changes. Raises BadgeTaken or MoveTooEarly."""
        old = self.serving.get(row.facts.badge)
        if old is None:
            starts_on = row.starts_on or self.today
            self.new.append(NewClerk(row.facts, unit_id, starts_on))
            return
        if not scope.holds(old.unit_id):
            raise BadgeTaken(badge=row.facts.badge)
        if unit_id != old.unit_id:
            # An exported list names the day on which service began, long ago.
            day = max(self.today, row.starts_on or self.today)
            if day < old.last_posting:
                raise MoveTooEarly(day=old.last_posting.isoformat())
            self.moved[old.id] = (unit_id, day)
        if (old.name, old.named) != (row.facts.name, row.facts.named):
            words = {"name": row.facts.name, "named": row.facts.named}
            self.reworded[old.id] = words
        self.known += 1


def _serving(records: Book, hall: Hall) -> dict[str, _Serving]:
    """Return the clerks who have not left, by badge."""
    today = today_in(records, hall)
    rows = records.session.execute(
        select(
            Clerk.id,
            Clerk.name,
            Clerk.badge,
            Clerk.named,
            Posting.unit_id,
            Posting.starts_on,
        )
        .join(Posting, Posting.clerk_id == Clerk.id)
        .where(
            Clerk.centre_id == hall.centre_id,
            or_(Clerk.ended_on.is_(None), Clerk.ended_on > today),
        )
        .order_by(Posting.starts_on)
    )
    found: dict[str, _Serving] = {}
    for row in rows:
        old = found.get(row.badge)
        # A posting that has not begun tells nothing yet, but for the first.
        unit_id = row.unit_id
        if old is not None and row.starts_on > today:
            unit_id = old.unit_id
        found[row.badge] = _Serving(row.id, row.name, row.named, unit_id, row.starts_on)
    return found
