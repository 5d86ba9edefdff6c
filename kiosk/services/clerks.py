"""Clerks: taken on, moved, leaving; a past that stays as it was."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NewType

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from kiosk.domain.policy import NotOpen, Role
from kiosk.domain.shifts import day_span
from kiosk.domain.staff import (
    AccountNotFree,
    BadgeTaken,
    BeginsTooLate,
    ClerkFacts,
    HasLeft,
    MoveTooEarly,
    ShiftsAfter,
    SuccessorSelf,
    normal_badge,
    parse_pin,
)
from kiosk.models import Account, Clerk, Installation, Posting, RoleGrant, Shift
from kiosk.services.duty import hold_clerks
from kiosk.services.passwords import hash_password
from kiosk.services.rating_rows import Hall
from kiosk.services.records import Book

PinHash = NewType("PinHash", str)
"""A hash as `hashed_pin` makes it; never what somebody typed."""


@dataclass(frozen=True, slots=True)
class NewClerk:
    """Somebody to be taken on."""

    facts: ClerkFacts
    unit_id: int
    starts_on: date


def add_clerks(records: Book, hall: Hall, new: Sequence[NewClerk]) -> list[int]:
    """Take clerks on; return their keys. Badges differ. Raises BadgeTaken."""
    hold_staff(records.session)
    refuse_taken(records, hall, [each.facts.badge for each in new])
    rows = [
        {
            "centre_id": hall.centre_id,
            "name": each.facts.name,
            "badge": normal_badge(each.facts.badge),
            "named": each.facts.named,
            "started_on": each.starts_on,
        }
        for each in new
    ]
    keys = records.add(Clerk, hall.centre_id, rows)
    postings = [
        {"clerk_id": key, "unit_id": each.unit_id, "starts_on": each.starts_on}
        for key, each in zip(keys, new, strict=True)
    ]
    records.add(Posting, hall.centre_id, postings)
    return keys


def change_clerk(records: Book, hall: Hall, clerk_id: int, facts: ClerkFacts) -> bool:
    """Set name, badge and consent; return whether anything was different.

    Raises BadgeTaken or HasLeft.
    """
    hold_staff(records.session)
    serving(records, hall, clerk_id)
    refuse_taken(records, hall, [facts.badge], own=clerk_id)
    values = {
        "name": facts.name,
        "badge": normal_badge(facts.badge),
        "named": facts.named,
    }
    return records.change(Clerk, hall.centre_id, clerk_id, values)


def move_clerk(
    records: Book, hall: Hall, clerk_id: int, unit_id: int, from_day: date
) -> bool:
    """Post a clerk to another unit from a day on; return whether that is new.

    The day is today or later and after the last posting began; one that has not
    begun before today can be altered on its own first day. Raises MoveTooEarly or
    HasLeft.
    """
    hold_staff(records.session)
    serving(records, hall, clerk_id)
    last = records.session.execute(
        select(Posting.id, Posting.unit_id, Posting.starts_on)
        .where(Posting.clerk_id == clerk_id)
        .order_by(Posting.starts_on.desc())
        .limit(1)
    ).one()
    if last.unit_id == unit_id:
        return False
    earliest = max(today_in(records, hall), last.starts_on)
    if from_day < earliest:
        raise MoveTooEarly(day=earliest.isoformat())
    if from_day == last.starts_on:
        return records.change(Posting, hall.centre_id, last.id, {"unit_id": unit_id})
    records.change(Posting, hall.centre_id, last.id, {"ends_on": from_day})
    row = {"clerk_id": clerk_id, "unit_id": unit_id, "starts_on": from_day}
    records.add(Posting, hall.centre_id, [row])
    return True


def end_service(
    records: Book,
    hall: Hall,
    clerk_id: int,
    ended_on: date,
    successor_id: int | None = None,
) -> None:
    """Let a clerk leave; `ended_on` is the first day no longer in service.

    Raises HasLeft, BeginsTooLate, SuccessorSelf, or ShiftsAfter while the roster
    still counts on them.
    """
    hold_staff(records.session)
    # Also what gives them shifts waits.
    hold_clerks(records.session, [clerk_id])
    clerk = serving(records, hall, clerk_id)
    if ended_on <= clerk.started_on:
        raise BeginsTooLate(day=clerk.started_on.isoformat())
    if successor_id == clerk_id:
        raise SuccessorSelf
    first = records.session.scalar(
        select(func.min(Shift.starts_at)).where(
            Shift.clerk_id == clerk_id,
            Shift.superseded_at.is_(None),
            Shift.starts_at >= day_span(ended_on, hall.zone).start,
        )
    )
    if first is not None:
        raise ShiftsAfter(day=first.astimezone(hall.zone).date().isoformat())
    values = {"ended_on": ended_on, "successor_id": successor_id}
    records.change(Clerk, hall.centre_id, clerk_id, values)


def stay_in_service(records: Book, hall: Hall, clerk_id: int) -> None:
    """Take a leaving back that has not come yet. Raises HasLeft or BadgeTaken."""
    hold_staff(records.session)
    clerk = serving(records, hall, clerk_id)
    refuse_taken(records, hall, [clerk.badge], own=clerk_id)
    values = {"ended_on": None, "successor_id": None}
    records.change(Clerk, hall.centre_id, clerk_id, values)


def hashed_pin(typed: str, badge: str) -> PinHash:
    """Return what is kept of a new PIN of the clerk with this badge.

    It takes some 50 ms by design, so it comes before the transaction: no other
    writer then waits for it. Raises PinInvalid or PinTooPlain.
    """
    return PinHash(hash_password(parse_pin(typed, badge)))


def set_pin(records: Book, hall: Hall, clerk_id: int, pin: PinHash) -> None:
    """Give a clerk a new PIN; only its hash is kept and nobody sees it again.

    Raises HasLeft.
    """
    serving(records, hall, clerk_id)
    records.change(Clerk, hall.centre_id, clerk_id, {"pin_hash": pin}, why="a new PIN")


def link_account(
    records: Book, hall: Hall, clerk_id: int, account_id: int | None
) -> None:
    """Say whose account belongs to a clerk; None: nobody's. Raises AccountNotFree."""
    hold_staff(records.session)
    serving(records, hall, clerk_id)
    if account_id is not None and account_id not in free_accounts(
        records.session, clerk_id
    ):
        raise AccountNotFree
    records.change(Clerk, hall.centre_id, clerk_id, {"account_id": account_id})


def free_accounts(session: Session, clerk_id: int) -> dict[int, str]:
    """Return the accounts that a clerk may be linked to, by key, with their names."""
    others = select(Clerk.account_id).where(
        Clerk.account_id.is_not(None), Clerk.id != clerk_id
    )
    rows = session.execute(
        select(Account.id, Account.name, Account.login)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(
            RoleGrant.role == str(Role.CLERK),
            RoleGrant.ended_at.is_(None),
            Account.disabled_at.is_(None),
            Account.id.not_in(others),
        )
        .order_by(Account.name, Account.id)
    )
    return {row.id: f"{row.name} · {row.login}" for row in rows}


def hold_staff(session: Session) -> None:
    """Let one at a time change who serves: badges are looked up before they are taken.

    The weaker lock lets ratings, which only refer, pass.
    """
    session.execute(select(Installation.id).with_for_update(key_share=True))


def serving(records: Book, hall: Hall, clerk_id: int) -> Clerk:
    """Return a clerk who has not left. Raises HasLeft or NotOpen."""
    clerk = records.session.get(Clerk, clerk_id, populate_existing=True)
    if clerk is None or clerk.centre_id != hall.centre_id:
        raise NotOpen
    if clerk.ended_on is not None and clerk.ended_on <= today_in(records, hall):
        raise HasLeft
    return clerk


def refuse_taken(
    records: Book, hall: Hall, badges: Iterable[str], *, own: int = 0
) -> None:
    """Raise BadgeTaken when another clerk who has not left bears one of the badges."""
    bearer = records.session.scalar(
        select(Clerk.badge)
        .where(
            Clerk.centre_id == hall.centre_id,
            Clerk.badge.in_([normal_badge(badge) for badge in badges]),
            Clerk.id != own,
            or_(Clerk.ended_on.is_(None), Clerk.ended_on > today_in(records, hall)),
        )
        .limit(1)
    )
    if bearer is not None:
        raise BadgeTaken(badge=bearer)


def today_in(records: Book, hall: Hall) -> date:
    """Return the centre's day."""
    return records.now.astimezone(hall.zone).date()
