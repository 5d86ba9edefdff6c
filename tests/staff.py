"""Clerks and shifts of a small hall, made through the services."""

from collections import Counter
from datetime import date, datetime, time

from sqlalchemy import select

from kiosk.domain.intake import TALLIED
from kiosk.domain.shifts import Span, moment_on, parse_span
from kiosk.domain.staff import ClerkFacts
from kiosk.extensions import reading, recording
from kiosk.models import Clerk, LedgerEntry, Shift, TallyClerk, Unit
from kiosk.services.clerks import NewClerk, add_clerks, hashed_pin, set_pin
from kiosk.services.served import Entry, enter_served
from kiosk.services.shifts import Wanted, add_shifts
from tests.conftest import NOON
from tests.recount import ratings
from tests.screens import HALL, ZONE

BEGAN = date(2025, 1, 1)
TODAY = date(2026, 7, 16)
PIN = "2468"


def unit_key(name: str = "市人社局") -> int:
    """Return the key of a unit that windows brought along."""
    with reading() as session:
        return session.scalars(select(Unit.id).where(Unit.name == name)).one()


def make_clerk(
    badge: str = "0317",
    name: str = "示例甲",
    *,
    unit: str = "市人社局",
    named: bool = True,
    pin: str = "",
    starts_on: date = BEGAN,
    now: datetime = NOON,
) -> int:
    """Take a clerk on; the unit must be there."""
    new = NewClerk(ClerkFacts(name, badge, named), unit_key(unit), starts_on)
    with recording("test", now) as records:
        [key] = add_clerks(records, HALL, [new])
        if pin:
            set_pin(records, HALL, key, hashed_pin(pin, badge))
    return key


def span(start: str = "09:00", end: str = "17:00", day: date = TODAY) -> Span:
    return parse_span(day, start, end, ZONE)


def at(clock: str, day: date = TODAY) -> datetime:
    """Return the UTC time of a time of day in the hall."""
    return moment_on(day, time.fromisoformat(clock), ZONE)


def plan(clerk_id: int, window_id: int, hours: Span, now: datetime = NOON) -> int:
    """Put a shift into the roster; return its key."""
    with recording("test", now) as records:
        add_shifts(records, HALL, [Wanted(clerk_id, window_id, hours)], "roster")
    with reading() as session:
        return session.scalars(select(Shift.id).order_by(Shift.id.desc())).first()


def enter_served_on(window_id: int, n: int, day: date = TODAY) -> None:
    """Enter how many people a window served on a day."""
    with recording("test", at("08:00", day)) as records:
        enter_served(records, HALL.centre_id, Entry(window_id, day, n), day)


def shifts() -> list[tuple[object, ...]]:
    """Return (clerk, window, from, to, source, holds) of every row, oldest first."""
    with reading() as session:
        rows = session.scalars(select(Shift).order_by(Shift.id)).all()
    return [
        (
            row.clerk_id,
            row.window_id,
            f"{row.starts_at.astimezone(ZONE):%d %H:%M}",
            f"{row.ends_at.astimezone(ZONE):%d %H:%M}",
            row.source,
            row.superseded_at is None,
        )
        for row in rows
    ]


def clerk_row(key: int) -> Clerk:
    with reading() as session:
        return session.get_one(Clerk, key)


def clerks_of_ratings() -> list[int | None]:
    """Return the clerk of each rating, oldest first."""
    return [rating.clerk_id for rating in ratings()]


def entries(kind: str) -> list[str]:
    """Return the bodies of the ledger's entries of a kind, in their order."""
    with reading() as session:
        return list(
            session.scalars(
                select(LedgerEntry.body)
                .where(LedgerEntry.kind == kind)
                .order_by(LedgerEntry.number)
            )
        )


def recounted_clerks() -> dict[tuple[object, ...], int]:
    """Return the counts of clerks from the rating rows alone."""
    return dict(
        Counter(
            (r.clerk_id, r.day, r.window_id, r.channel, r.verified, r.state, r.level)
            for r in ratings()
            if r.clerk_id is not None and r.state in TALLIED
        )
    )


def tallied_clerks() -> dict[tuple[object, ...], int]:
    """Return the counts of clerks as they are kept, without the zeros."""
    with reading() as session:
        rows = session.scalars(select(TallyClerk)).all()
    return {
        (r.clerk_id, r.day, r.window_id, r.channel, r.verified, r.state, level): n
        for r in rows
        for level in range(1, 6)
        if (n := getattr(r, f"c{level}"))
    }


def check_clerk_tallies() -> None:
    """Assert that the counts of clerks and the rows tell the same."""
    assert tallied_clerks() == recounted_clerks()
