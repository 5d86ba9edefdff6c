"""Clerks as whoever keeps the roster sees them, as far as their scope reaches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, Select, or_, select
from sqlalchemy.orm import Session, aliased

from kiosk.domain.policy import Scope
from kiosk.domain.staff import badge_words
from kiosk.models import Account, Clerk, Posting, Unit


@dataclass(frozen=True, kw_only=True)
class ClerkLine:
    """A clerk with the unit they belong to now, or will belong to first."""

    id: int
    name: str
    badge: str
    named: bool
    has_pin: bool
    started_on: date
    ended_on: date | None
    """First day no longer in service."""
    unit_id: int
    unit: str
    account_id: int | None
    account: str
    """Name of the account, or ""."""
    successor: str
    """Badge words of the successor, or ""."""

    @property
    def words(self) -> str:
        """Name and badge, as people of the hall say them."""
        return badge_words(self.name, self.badge)

    def serves(self, on: date) -> bool:
        """Whether the clerk is in service on a day."""
        return self.started_on <= on and (self.ended_on is None or on < self.ended_on)

    def has_left(self, on: date) -> bool:
        """Whether the clerk has left by a day."""
        return self.ended_on is not None and self.ended_on <= on


@dataclass(frozen=True)
class PostingLine:
    """A unit that a clerk belonged to, from when to when."""

    unit: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True)
class UnitChoice:
    """A unit to choose."""

    id: int
    name: str


def clerk_lines(
    reader: Connection | Session, centre_id: int, on: date, scope: Scope
) -> list[ClerkLine]:
    """Return the clerks whose posting lies in the scope, by unit and badge.

    In two statements. A clerk who has left belongs where they were posted last.
    """
    postings = _postings(reader, centre_id, on)
    lines = [
        _line(row, postings[row.id], named=_reached(row.successor_id, postings, scope))
        for row in reader.execute(_clerks().where(Clerk.centre_id == centre_id))
        if scope.holds(postings[row.id].id)
    ]
    return sorted(lines, key=lambda line: (line.unit, line.badge, line.id))


def clerk_line(
    reader: Connection | Session, centre_id: int, clerk_id: int, on: date, scope: Scope
) -> ClerkLine | None:
    """Return a clerk of the scope, or None."""
    lines = clerk_lines(reader, centre_id, on, scope)
    return next((line for line in lines if line.id == clerk_id), None)


def posting_lines(
    reader: Connection | Session, clerk_id: int, scope: Scope
) -> list[PostingLine]:
    """Return where a clerk belonged, the newest first, as far as the scope reaches."""
    rows = reader.execute(
        select(Unit.name, Posting.unit_id, Posting.starts_on, Posting.ends_on)
        .join(Unit, Unit.id == Posting.unit_id)
        .where(Posting.clerk_id == clerk_id)
        .order_by(Posting.starts_on.desc())
    )
    return [
        PostingLine(row.name, row.starts_on, row.ends_on)
        for row in rows
        if scope.holds(row.unit_id)
    ]


def unit_choices(
    reader: Connection | Session, centre_id: int, on: date, scope: Scope
) -> list[UnitChoice]:
    """Return the units of the scope that exist on a day, by name."""
    rows = reader.execute(
        select(Unit.id, Unit.name)
        .where(
            Unit.centre_id == centre_id,
            or_(Unit.ended_on.is_(None), Unit.ended_on > on),
        )
        .order_by(Unit.name)
    )
    return [UnitChoice(row.id, row.name) for row in rows if scope.holds(row.id)]


def serving(lines: Sequence[ClerkLine], on: date) -> list[ClerkLine]:
    """Return those who have not left, also those who will begin."""
    return [line for line in lines if not line.has_left(on)]


def _postings(
    reader: Connection | Session, centre_id: int, on: date
) -> dict[int, UnitChoice]:
    """Return the unit that each clerk belongs to on a day, or else first will."""
    rows = reader.execute(
        select(Posting.clerk_id, Posting.starts_on, Unit.id, Unit.name)
        .join(Clerk, Clerk.id == Posting.clerk_id)
        .join(Unit, Unit.id == Posting.unit_id)
        .where(Clerk.centre_id == centre_id)
        .order_by(Posting.starts_on)
    )
    found: dict[int, UnitChoice] = {}
    for row in rows:
        if row.clerk_id not in found or row.starts_on <= on:
            found[row.clerk_id] = UnitChoice(row.id, row.name)
    return found


def _clerks() -> Select[Any]:
    successor = aliased(Clerk)
    return (
        select(
            Clerk.id,
            Clerk.name,
            Clerk.badge,
            Clerk.named,
            Clerk.pin_hash.is_not(None).label("has_pin"),
            Clerk.started_on,
            Clerk.ended_on,
            Clerk.account_id,
            Account.name.label("account"),
            Clerk.successor_id,
            successor.name.label("successor_name"),
            successor.badge.label("successor_badge"),
        )
        .outerjoin(Account, Account.id == Clerk.account_id)
        .outerjoin(successor, successor.id == Clerk.successor_id)
    )


def _reached(
    clerk_id: int | None, postings: dict[int, UnitChoice], scope: Scope
) -> bool:
    """Whether another clerk's name may be told: one of another unit is not."""
    return clerk_id is not None and scope.holds(postings[clerk_id].id)


def _line(row: Row[Any], posting: UnitChoice, *, named: bool) -> ClerkLine:
    values = row._asdict()
    values.pop("successor_id")
    name, badge = values.pop("successor_name"), values.pop("successor_badge")
    values["account"] = values["account"] or ""
    return ClerkLine(
        **values,
        unit_id=posting.id,
        unit=posting.name,
        successor=badge_words(name, badge) if named else "",
    )
