"""The roster as pages show it: a day by window, both versions of what was corrected."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Row, Select, select
from sqlalchemy.orm import Session, aliased

from kiosk.domain.policy import Scope
from kiosk.domain.shifts import LOOK_BACK, Span, day_span
from kiosk.domain.staff import badge_words
from kiosk.models import Account, Clerk, Shift, ShiftProposal, Window
from kiosk.queries.places import WindowView, open_windows


@dataclass(frozen=True, kw_only=True)
class ShiftLine:
    """A shift with the words that name its clerk and window."""

    id: int
    window_id: int
    number: str
    clerk_id: int
    name: str
    badge: str
    span: Span
    source: str
    made_at: datetime
    superseded_at: datetime | None
    superseded_by_id: int | None

    @property
    def who(self) -> str:
        """Name and badge of the clerk."""
        return badge_words(self.name, self.badge)


@dataclass(frozen=True, kw_only=True)
class ProposalLine:
    """A correction that waits for a second person."""

    id: int
    shift_id: int | None
    window_id: int
    number: str
    clerk_id: int | None
    who: str
    """Who is to hold the shift instead; "" for nobody."""
    span: Span
    reason: str
    proposed_by_id: int
    proposed_by: str
    proposed_at: datetime


@dataclass(frozen=True)
class WindowRoster:
    """A window with the shifts of a day, those that hold and those that did."""

    window: WindowView
    shifts: Sequence[ShiftLine]
    superseded: Sequence[ShiftLine]


@dataclass(frozen=True)
class OnDuty:
    """Who serves at a window now, as visitors may read it."""

    name: str
    """"" without consent; then the badge alone is shown."""
    badge: str


def roster_of(
    reader: Connection | Session,
    centre_id: int,
    day: date,
    zone: ZoneInfo,
    scope: Scope,
) -> list[WindowRoster]:
    """Return the scope's windows open on a day with its shifts, in two statements.

    A shift stands on each day that it meets.
    """
    span = day_span(day, zone)
    rows = reader.execute(
        _shifts()
        .where(
            Shift.centre_id == centre_id,
            *_meets(span),
        )
        .order_by(Shift.starts_at, Shift.id)
    )
    by_window: dict[int, list[ShiftLine]] = {}
    for row in rows:
        by_window.setdefault(row.window_id, []).append(_line(row))
    rosters = []
    for window in open_windows(reader, centre_id, day, scope):
        lines = by_window.get(window.id, [])
        hold = [line for line in lines if line.superseded_at is None]
        gone = [line for line in lines if line.superseded_at is not None]
        rosters.append(WindowRoster(window, hold, gone))
    return rosters


def shift_line(
    reader: Connection | Session, centre_id: int, shift_id: int
) -> ShiftLine | None:
    """Return a shift, whether it holds or was superseded; or None."""
    row = reader.execute(
        _shifts().where(Shift.id == shift_id, Shift.centre_id == centre_id)
    ).one_or_none()
    return None if row is None else _line(row)


def open_proposals(
    reader: Connection | Session,
    centre_id: int,
    zone: ZoneInfo,
    scope: Scope,
) -> list[ProposalLine]:
    """Return the corrections that wait, the oldest first, of the scope's windows.

    A window belongs where it was placed on the day that is corrected.
    """
    rows = reader.execute(_proposals(centre_id)).all()
    there: dict[date, set[int]] = {}

    def reaches(window_id: int, moment: datetime) -> bool:
        day = moment.astimezone(zone).date()
        if day not in there:
            windows = open_windows(reader, centre_id, day, scope)
            there[day] = {window.id for window in windows}
        return window_id in there[day]

    return [
        _proposal(row)
        for row in rows
        if reaches(row.window_id, row.starts_at)
        and (row.old_window is None or reaches(row.old_window, row.old_start))
    ]


def on_duty(
    reader: Connection | Session, window_id: int, at: datetime
) -> OnDuty | None:
    """Return who serves at a window at a moment, or None."""
    row = reader.execute(
        select(Clerk.name, Clerk.badge, Clerk.named)
        .join(Shift, Shift.clerk_id == Clerk.id)
        .where(
            Shift.window_id == window_id,
            Shift.superseded_at.is_(None),
            Shift.starts_at <= at,
            Shift.starts_at > at - LOOK_BACK,
            Shift.ends_at > at,
        )
        .order_by(Shift.starts_at.desc(), Shift.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return None
    return OnDuty(row.name if row.named else "", row.badge)


def windows_with_shifts(
    reader: Connection | Session, centre_id: int, day: date, zone: ZoneInfo
) -> set[int]:
    """Return the keys of windows at which somebody is on duty at any time of a day."""
    span = day_span(day, zone)
    return set(
        reader.execute(
            select(Shift.window_id)
            .where(
                Shift.centre_id == centre_id,
                Shift.superseded_at.is_(None),
                *_meets(span),
            )
            .distinct()
        ).scalars()
    )


def _meets(span: Span) -> tuple[ColumnElement[bool], ...]:
    return (
        Shift.starts_at < span.end,
        # For the index: a start long before cannot matter any more.
        Shift.starts_at > span.start - LOOK_BACK,
        Shift.ends_at > span.start,
    )


def _shifts() -> Select[Any]:
    return (
        select(
            Shift.id,
            Shift.window_id,
            Window.number,
            Shift.clerk_id,
            Clerk.name,
            Clerk.badge,
            Shift.starts_at,
            Shift.ends_at,
            Shift.source,
            Shift.made_at,
            Shift.superseded_at,
            Shift.superseded_by_id,
        )
        .join(Clerk, Clerk.id == Shift.clerk_id)
        .join(Window, Window.id == Shift.window_id)
    )


def _line(row: Row[Any]) -> ShiftLine:
    values = row._asdict()
    span = Span(values.pop("starts_at"), values.pop("ends_at"))
    return ShiftLine(span=span, **values)


def _proposals(centre_id: int) -> Select[Any]:
    clerk, proposer, old = aliased(Clerk), aliased(Account), aliased(Shift)
    return (
        select(
            ShiftProposal.id,
            ShiftProposal.shift_id,
            ShiftProposal.window_id,
            Window.number,
            ShiftProposal.clerk_id,
            clerk.name,
            clerk.badge,
            ShiftProposal.starts_at,
            ShiftProposal.ends_at,
            ShiftProposal.reason,
            ShiftProposal.proposed_by_id,
            proposer.name.label("proposed_by"),
            ShiftProposal.proposed_at,
            old.window_id.label("old_window"),
            old.starts_at.label("old_start"),
        )
        .join(Window, Window.id == ShiftProposal.window_id)
        .join(proposer, proposer.id == ShiftProposal.proposed_by_id)
        .outerjoin(clerk, clerk.id == ShiftProposal.clerk_id)
        .outerjoin(old, old.id == ShiftProposal.shift_id)
        .where(ShiftProposal.centre_id == centre_id, ShiftProposal.decided_at.is_(None))
        .order_by(ShiftProposal.id)
    )


def _proposal(row: Row[Any]) -> ProposalLine:
    return ProposalLine(
        id=row.id,
        shift_id=row.shift_id,
        window_id=row.window_id,
        number=row.number,
        clerk_id=row.clerk_id,
        who=badge_words(row.name, row.badge) if row.name else "",
        span=Span(row.starts_at, row.ends_at),
        reason=row.reason,
        proposed_by_id=row.proposed_by_id,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
    )
