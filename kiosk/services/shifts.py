"""Shifts: planned, brought as a list, and corrected.

Whoever changes shifts locks the clerks, then the windows, looks once more, writes,
and lets the ratings follow: two who plan the same at once collide there.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from kiosk.domain.errors import RuleBroken
from kiosk.domain.intake import CLOCK_SLACK
from kiosk.domain.policy import NotOpen
from kiosk.domain.shift_errors import (
    ClerkNotServing,
    DayOver,
    NothingChanged,
    ShiftGone,
    WindowNotOpen,
)
from kiosk.domain.shifts import LOOK_BACK, Sitting, Span, Timetable
from kiosk.domain.staff import badge_words
from kiosk.domain.window_list import LineError
from kiosk.models import Clerk, Shift, Window
from kiosk.services.attribution import Place, attribute
from kiosk.services.duty import hold_clerks, hold_windows
from kiosk.services.rating_rows import Hall
from kiosk.services.records import Book


@dataclass(frozen=True, slots=True)
class Wanted:
    """A shift that is to hold."""

    clerk_id: int
    window_id: int
    span: Span


@dataclass(frozen=True, slots=True)
class Planned:
    """How many shifts of a plan were new, and how many were there already."""

    new: int
    there: int


def add_shifts(
    records: Book, hall: Hall, wanted: Sequence[Wanted], source: str
) -> Planned:
    """Let shifts hold; one that is there already stays as it is.

    Raises DayOver, ClerkBusy, WindowTaken, ClerkNotServing or WindowNotOpen for the
    first that cannot be, and none of them then holds.
    """
    planned, errors = plan_shifts(records, hall, enumerate(wanted), source)
    for error in errors[:1]:
        raise error.refusal
    return planned


def plan_shifts(
    records: Book, hall: Hall, lines: Iterable[tuple[int, Wanted]], source: str
) -> tuple[Planned, list[LineError]]:
    """Let the shifts of a list hold, unless one of its lines cannot be.

    lines: numbers of lines, for the errors, and what they want. The number of
    statements does not depend on theirs.
    """
    numbered = list(lines)
    wanted = [each for _, each in numbered]
    hold_all(records, wanted)
    plan = Plan(records.session, hall, wanted)
    today = records.now.astimezone(hall.zone).date()
    new: list[Wanted] = []
    errors: list[LineError] = []
    for line, each in numbered:
        try:
            refuse_closed(each.span, hall, today)
            if plan.take(each):
                new.append(each)
        except RuleBroken as refusal:
            errors.append(LineError(line, refusal))
    if not errors:
        _insert(records, hall, new, source)
        attribute(records, hall, [Place(each.window_id, each.span) for each in new])
    return Planned(len(new), len(wanted) - len(new)), errors


def refuse_closed(span: Span, hall: Hall, today: date) -> None:
    """Raise DayOver for a shift of a day before the centre's."""
    day = span.start.astimezone(hall.zone).date()
    if day < today:
        raise DayOver(day=day.isoformat())


def replace_shift(
    records: Book,
    hall: Hall,
    shift_id: int | None,
    wanted: Wanted | None,
    *,
    why: str = "",
) -> int:
    """Let a correction take the place of a shift; return how many ratings moved.

    shift_id: the shift that was wrong; None: one was forgotten altogether. wanted:
    what holds instead; None: nobody sat there. The old row stays, superseded.
    Raises ShiftGone when it holds no more, NothingChanged, and what add_shifts does.
    """
    old = valid_shift(records.session, hall, shift_id)
    new = [] if wanted is None else [wanted]
    if old == new:
        raise NothingChanged
    hold_all(records, [*old, *new])
    # Looked at again: it may have been corrected while the locks were waited for.
    if valid_shift(records.session, hall, shift_id) != old:
        raise ShiftGone
    plan = Plan(records.session, hall, new, without=shift_id)
    # One that is there already, as by the same correction proposed twice, stays one.
    missing = [each for each in new if plan.take(each)]
    if not old and not missing:
        raise NothingChanged
    keys = _insert(records, hall, missing, "correction", why)
    if shift_id is not None:
        superseded = {
            "superseded_at": records.now,
            "superseded_by_id": keys[0] if keys else None,
        }
        records.change(Shift, hall.centre_id, shift_id, superseded, why=why)
    places = [Place(each.window_id, each.span) for each in (*old, *new)]
    return attribute(records, hall, places)


def valid_shift(session: Session, hall: Hall, shift_id: int | None) -> list[Wanted]:
    """Return what a shift says now: one, or none where none is asked for.

    Raises ShiftGone when it was superseded, NotOpen when there is none in the hall.
    """
    if shift_id is None:
        return []
    row = session.execute(
        select(
            Shift.clerk_id,
            Shift.window_id,
            Shift.starts_at,
            Shift.ends_at,
            Shift.superseded_at,
        ).where(Shift.id == shift_id, Shift.centre_id == hall.centre_id)
    ).one_or_none()
    if row is None:
        raise NotOpen
    if row.superseded_at is not None:
        raise ShiftGone
    return [Wanted(row.clerk_id, row.window_id, Span(row.starts_at, row.ends_at))]


def hold_all(records: Book, wanted: Collection[Wanted]) -> None:
    """Lock clerks and windows of shifts, and the screens whose taps may ask now."""
    latest = records.now + CLOCK_SLACK
    hold_clerks(records.session, {each.clerk_id for each in wanted})
    hold_windows(
        records.session,
        {each.window_id for each in wanted},
        {each.window_id for each in wanted if each.span.start <= latest},
    )


class Plan:
    """Whether shifts can be, beside those that hold and within service and opening."""

    def __init__(
        self,
        session: Session,
        hall: Hall,
        wanted: Collection[Wanted],
        *,
        without: int | None = None,
    ) -> None:
        """Read what the wanted ones could collide with; `without` is to go."""
        self._zone = hall.zone
        clerk_ids = {each.clerk_id for each in wanted}
        window_ids = {each.window_id for each in wanted}
        self._clerks = {
            row.id: row
            for row in session.execute(
                select(
                    Clerk.id, Clerk.name, Clerk.badge, Clerk.started_on, Clerk.ended_on
                ).where(Clerk.id.in_(clerk_ids))
            )
        }
        self._windows = {
            row.id: row
            for row in session.execute(
                select(
                    Window.id, Window.number, Window.opened_on, Window.closed_on
                ).where(Window.id.in_(window_ids))
            )
        }
        near = _near(session, hall, wanted, without) if wanted else []
        self._timetable = Timetable(hall.zone, near)

    def take(self, wanted: Wanted) -> bool:
        """Note one more; return False for one that is there already.

        Raises ClerkNotServing, WindowNotOpen, ClerkBusy or WindowTaken.
        """
        clerk = self._clerks[wanted.clerk_id]
        window = self._windows[wanted.window_id]
        who = badge_words(clerk.name, clerk.badge)
        day = wanted.span.start.astimezone(self._zone).date()
        if not _holds(clerk.started_on, clerk.ended_on, day):
            raise ClerkNotServing(name=who, day=day.isoformat())
        if not _holds(window.opened_on, window.closed_on, day):
            raise WindowNotOpen(number=window.number, day=day.isoformat())
        return self._timetable.take(
            Sitting(wanted.window_id, wanted.clerk_id, wanted.span, window.number, who)
        )


def _near(
    session: Session, hall: Hall, wanted: Collection[Wanted], without: int | None
) -> list[Sitting]:
    """Return the shifts that hold of the same clerks or windows around the time."""
    first = min(each.span.start for each in wanted)
    rows = session.execute(
        select(
            Shift.id,
            Shift.window_id,
            Shift.clerk_id,
            Shift.starts_at,
            Shift.ends_at,
            Window.number,
            Clerk.name,
            Clerk.badge,
        )
        .join(Window, Window.id == Shift.window_id)
        .join(Clerk, Clerk.id == Shift.clerk_id)
        .where(
            Shift.centre_id == hall.centre_id,
            Shift.superseded_at.is_(None),
            Shift.starts_at < max(each.span.end for each in wanted),
            Shift.starts_at > first - LOOK_BACK,
            Shift.ends_at > first,
            or_(
                Shift.clerk_id.in_({each.clerk_id for each in wanted}),
                Shift.window_id.in_({each.window_id for each in wanted}),
            ),
        )
    )
    return [_sitting(row) for row in rows if row.id != without]


def _sitting(row: Row[Any]) -> Sitting:
    return Sitting(
        row.window_id,
        row.clerk_id,
        Span(row.starts_at, row.ends_at),
        row.number,
        badge_words(row.name, row.badge),
    )


def _insert(
    records: Book, hall: Hall, wanted: Iterable[Wanted], source: str, why: str = ""
) -> list[int]:
    rows = [shift_row(records, hall, each, source) for each in wanted]
    return records.add(Shift, hall.centre_id, rows, why=why)


def shift_row(
    records: Book, hall: Hall, wanted: Wanted, source: str
) -> dict[str, object]:
    """Return the row of a new shift."""
    return {
        "centre_id": hall.centre_id,
        "clerk_id": wanted.clerk_id,
        "window_id": wanted.window_id,
        "starts_at": wanted.span.start,
        "ends_at": wanted.span.end,
        "source": source,
        "made_at": records.now,
    }


def _holds(first: date, ended: date | None, day: date) -> bool:
    return first <= day and (ended is None or day < ended)
