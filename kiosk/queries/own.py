"""What a clerk may see of the own work: sums of days, and the days on duty."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection, func, select
from sqlalchemy.orm import Session

from kiosk.domain.intake import RatingState
from kiosk.domain.shifts import Span
from kiosk.models import Clerk, Shift, TallyClerk, Window


@dataclass(frozen=True)
class OwnClerk:
    """The clerk that an account belongs to."""

    id: int
    name: str
    badge: str
    named: bool


@dataclass(frozen=True)
class OwnDuty:
    """A shift of one's own."""

    number: str
    window: str
    span: Span


def clerk_of_account(reader: Connection | Session, account_id: int) -> OwnClerk | None:
    """Return the clerk that an account is linked to, or None."""
    row = reader.execute(
        select(Clerk.id, Clerk.name, Clerk.badge, Clerk.named).where(
            Clerk.account_id == account_id
        )
    ).one_or_none()
    return None if row is None else OwnClerk(*row)


def own_days(
    reader: Connection | Session, clerk_id: int
) -> list[tuple[date, Sequence[int]]]:
    """Return a clerk's counted ratings by level 1 to 5, a day each, in order."""
    counts = (TallyClerk.c1, TallyClerk.c2, TallyClerk.c3, TallyClerk.c4, TallyClerk.c5)
    rows = reader.execute(
        select(TallyClerk.day, *(func.sum(count) for count in counts))
        .where(
            TallyClerk.clerk_id == clerk_id,
            TallyClerk.state == int(RatingState.COUNTED),
        )
        .group_by(TallyClerk.day)
        .order_by(TallyClerk.day)
    )
    return [(day, [int(n) for n in by_level]) for day, *by_level in rows]


def own_duty(
    reader: Connection | Session, clerk_id: int, since: datetime, until: datetime
) -> list[OwnDuty]:
    """Return a clerk's shifts that began in a stretch of time, the newest first."""
    rows = reader.execute(
        select(Window.number, Window.name, Shift.starts_at, Shift.ends_at)
        .join(Window, Window.id == Shift.window_id)
        .where(
            Shift.clerk_id == clerk_id,
            Shift.superseded_at.is_(None),
            Shift.starts_at >= since,
            Shift.starts_at < until,
        )
        .order_by(Shift.starts_at.desc())
    )
    return [
        OwnDuty(row.number, row.name, Span(row.starts_at, row.ends_at)) for row in rows
    ]
