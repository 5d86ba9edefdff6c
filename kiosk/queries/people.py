"""Accounts and invitations, as the pages about them show them."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Select, func, or_, select
from sqlalchemy.orm import Session

from kiosk.domain.policy import Role
from kiosk.models import Account, Clerk, Invitation, RoleGrant, SignIn, Unit


@dataclass(frozen=True)
class RoleLine:
    """A role that an account has now."""

    id: int
    role: Role
    unit: str
    """Name of the unit it holds in; "" for the whole centre."""


@dataclass(frozen=True)
class AccountLine:
    """An account with everything that its row in the list tells."""

    id: int
    login: str
    name: str
    factor_required: bool
    factor_enrolled: bool
    created_at: datetime
    disabled_at: datetime | None
    last_seen_at: datetime | None
    """Last use of any of its sessions; None: never signed in."""
    roles: tuple[RoleLine, ...]

    @property
    def lacks_factor(self) -> bool:
        """Whether it has no second factor yet although it needs one."""
        return self.factor_required and not self.factor_enrolled


@dataclass(frozen=True)
class InvitationLine:
    """An invitation that waits to be accepted."""

    id: int
    name: str
    role: Role | None
    """None: it lets an existing account choose a new password."""
    unit: str
    login: str
    """Login of the existing account; else ""."""
    factor_required: bool
    """Of the existing account; False for a new one."""
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True)
class Choice:
    """Something to choose from a list."""

    id: int
    name: str


def account_lines(reader: Connection | Session) -> list[AccountLine]:
    """Return all accounts, those that can sign in first, by name; two statements."""
    rows = reader.execute(_accounts()).all()
    # Here, because each database orders Chinese names in its own way.
    return sorted(
        _lines(reader, rows, None),
        key=lambda line: (line.disabled_at is not None, line.name, line.id),
    )


def account_line(reader: Connection | Session, account_id: int) -> AccountLine | None:
    """Return one account, or None."""
    rows = reader.execute(_accounts().where(Account.id == account_id)).all()
    lines = _lines(reader, rows, account_id)
    return lines[0] if lines else None


def count_sign_ins(
    reader: Connection | Session,
    account_id: int,
    *,
    seen_since: datetime,
    begun_since: datetime,
) -> int:
    """Return in how many browsers an account is signed in."""
    return (
        reader.scalar(
            select(func.count(SignIn.id)).where(
                SignIn.account_id == account_id,
                SignIn.ended_at.is_(None),
                SignIn.seen_at >= seen_since,
                SignIn.created_at >= begun_since,
            )
        )
        or 0
    )


def has_organiser(reader: Connection | Session) -> bool:
    """Whether any organiser can sign in."""
    query = (
        select(RoleGrant.id)
        .join(Account, Account.id == RoleGrant.account_id)
        .where(
            RoleGrant.role == Role.ORGANISER,
            RoleGrant.ended_at.is_(None),
            Account.disabled_at.is_(None),
        )
        .limit(1)
    )
    return reader.execute(query).first() is not None


def waiting_invitations(
    reader: Connection | Session, now: datetime
) -> list[InvitationLine]:
    """Return the invitations that can still be accepted, the latest first."""
    rows = reader.execute(_invitations(now).order_by(Invitation.id.desc()))
    return [_invitation(row) for row in rows]


def waiting_invitation(
    reader: Connection | Session, digest: bytes, now: datetime
) -> InvitationLine | None:
    """Return the invitation of a link, without using it up; None when it is over."""
    query = _invitations(now).where(Invitation.token_hash == digest)
    row = reader.execute(query).one_or_none()
    return None if row is None else _invitation(row)


def units_in_force(
    reader: Connection | Session, centre_id: int, on: date
) -> list[Choice]:
    """Return the centre's units that exist on a day, by name."""
    rows = reader.execute(
        select(Unit.id, Unit.name)
        .where(Unit.centre_id == centre_id, _lasts(Unit.ended_on, on))
        .order_by(Unit.name)
    )
    return [Choice(*row) for row in rows]


def clerks_without_account(
    reader: Connection | Session, centre_id: int, on: date
) -> list[Choice]:
    """Return the centre's clerks in service who cannot sign in, by badge."""
    rows = reader.execute(
        select(Clerk.id, Clerk.badge, Clerk.name)
        .where(
            Clerk.centre_id == centre_id,
            Clerk.account_id.is_(None),
            _lasts(Clerk.ended_on, on),
        )
        .order_by(Clerk.badge)
    )
    return [Choice(key, f"{badge} {name}") for key, badge, name in rows]


def _lasts(column: Any, on: date) -> ColumnElement[bool]:
    return or_(column.is_(None), column > on)


def _accounts() -> Select[Any]:
    seen = (
        select(func.max(SignIn.seen_at))
        .where(SignIn.account_id == Account.id)
        .scalar_subquery()
    )
    return select(
        Account.id,
        Account.login,
        Account.name,
        Account.factor_required,
        Account.totp_confirmed_at.is_not(None).label("factor_enrolled"),
        Account.created_at,
        Account.disabled_at,
        seen.label("last_seen_at"),
    )


def _lines(
    reader: Connection | Session, rows: Sequence[Row[Any]], only: int | None
) -> list[AccountLine]:
    query = (
        select(RoleGrant.account_id, RoleGrant.id, RoleGrant.role, Unit.name)
        .join(Unit, Unit.id == RoleGrant.unit_id, isouter=True)
        .where(RoleGrant.ended_at.is_(None))
        .order_by(RoleGrant.id)
    )
    if only is not None:
        query = query.where(RoleGrant.account_id == only)
    roles: dict[int, list[RoleLine]] = defaultdict(list)
    for account_id, key, role, unit in reader.execute(query):
        roles[account_id].append(RoleLine(key, Role(role), unit or ""))
    return [AccountLine(**row._asdict(), roles=tuple(roles[row.id])) for row in rows]


def _invitations(now: datetime) -> Select[Any]:
    return (
        select(
            Invitation.id,
            Invitation.name,
            Invitation.role,
            Unit.name.label("unit"),
            Account.login,
            Account.factor_required,
            Invitation.created_at,
            Invitation.expires_at,
        )
        .join(Unit, Unit.id == Invitation.unit_id, isouter=True)
        .join(Account, Account.id == Invitation.account_id, isouter=True)
        .where(Invitation.used_at.is_(None), Invitation.expires_at > now)
    )


def _invitation(row: Row[Any]) -> InvitationLine:
    return InvitationLine(
        id=row.id,
        name=row.name,
        role=Role(row.role) if row.role else None,
        unit=row.unit or "",
        login=row.login or "",
        factor_required=bool(row.factor_required),
        created_at=row.created_at,
        expires_at=row.expires_at,
    )
