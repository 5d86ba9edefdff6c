"""People who are signed in, and what they are."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, select
from sqlalchemy.orm import Session

from kiosk.domain.policy import UNIT_ROLES, Grant, Role, Scope
from kiosk.models import Account, RoleGrant, SignIn, Unit


@dataclass(frozen=True)
class Person:
    """Somebody whose browser is signed in."""

    id: int
    login: str
    name: str
    grants: tuple[Grant, ...]
    sign_in_id: int
    signed_in_at: datetime
    seen_at: datetime
    factor_passed: bool
    factor_required: bool
    """Whether a second factor is needed: by the account, or because it has one."""
    factor_enrolled: bool

    @property
    def roles(self) -> tuple[Role, ...]:
        """The person's roles, each once, in the order of their granting."""
        return tuple(dict.fromkeys(grant.role for grant in self.grants))


def person_by_sign_in(reader: Connection | Session, digest: bytes) -> Person | None:
    """Return who a session cookie with this hash belongs to, or None.

    None also for a session that was ended and an account that was disabled; whether
    it is too old is the edge's to judge.
    """
    row = reader.execute(
        select(
            Account.id,
            Account.login,
            Account.name,
            Account.factor_required,
            Account.totp_confirmed_at,
            SignIn.id.label("sign_in_id"),
            SignIn.created_at,
            SignIn.seen_at,
            SignIn.factor_passed,
        )
        .join(Account, Account.id == SignIn.account_id)
        .where(
            SignIn.token_hash == digest,
            SignIn.ended_at.is_(None),
            Account.disabled_at.is_(None),
        )
    ).one_or_none()
    if row is None:
        return None
    enrolled = row.totp_confirmed_at is not None
    return Person(
        id=row.id,
        login=row.login,
        name=row.name,
        grants=grants_of(reader, row.id),
        sign_in_id=row.sign_in_id,
        signed_in_at=row.created_at,
        seen_at=row.seen_at,
        factor_passed=row.factor_passed,
        factor_required=row.factor_required or enrolled,
        factor_enrolled=enrolled,
    )


def grants_of(reader: Connection | Session, account_id: int) -> tuple[Grant, ...]:
    """Return what an account is now, with the units below each of its own."""
    rows = reader.execute(
        select(RoleGrant.role, RoleGrant.unit_id)
        .where(RoleGrant.account_id == account_id, RoleGrant.ended_at.is_(None))
        .order_by(RoleGrant.id)
    ).all()
    grants = []
    for role, unit_id in rows:
        scope = Scope()
        if Role(role) in UNIT_ROLES:
            scope = Scope(units_below(reader, unit_id))
        grants.append(Grant(Role(role), scope))
    return tuple(grants)


def units_below(reader: Connection | Session, unit_id: int) -> frozenset[int]:
    """Return the keys of a unit and of all units below it."""
    tree = select(Unit.id).where(Unit.id == unit_id).cte("tree", recursive=True)
    tree = tree.union(select(Unit.id).join(tree, Unit.parent_id == tree.c.id))
    return frozenset(key for (key,) in reader.execute(select(tree.c.id)))
