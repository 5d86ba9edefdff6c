"""What somebody's own account holds, and what a sign-in looks up."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, func, select
from sqlalchemy.orm import Session

from kiosk.models import Account, RecoveryCode, SignIn


@dataclass(frozen=True)
class Candidate:
    """The account that somebody wants to sign in to."""

    id: int
    password_hash: str
    factor_required: bool
    """Whether a second factor is needed: by the account, or because it has one."""
    factor_enrolled: bool


@dataclass(frozen=True)
class OpenSession:
    """A browser that is signed in."""

    id: int
    agent: str
    """Browser and system in a few words; "" where they are unknown."""
    signed_in_at: datetime
    seen_at: datetime


def candidate_by_login(reader: Connection | Session, login: str) -> Candidate | None:
    """Return the account with this login that may sign in, or None."""
    return _candidate(reader, Account.login == login)


def candidate_by_id(reader: Connection | Session, account_id: int) -> Candidate | None:
    """Return the account with this key that may sign in, or None."""
    return _candidate(reader, Account.id == account_id)


def open_sessions(
    reader: Connection | Session, account_id: int, *, seen: datetime, begun: datetime
) -> list[OpenSession]:
    """Return where an account is signed in, the last one used first.

    seen, begun: a session not used, or begun, before these has timed out.
    """
    rows = reader.execute(
        select(SignIn.id, SignIn.agent, SignIn.created_at, SignIn.seen_at)
        .where(
            SignIn.account_id == account_id,
            SignIn.ended_at.is_(None),
            SignIn.seen_at >= seen,
            SignIn.created_at >= begun,
        )
        .order_by(SignIn.seen_at.desc(), SignIn.id.desc())
    )
    return [OpenSession(*row) for row in rows]


def count_unused_codes(reader: Connection | Session, account_id: int) -> int:
    """Return how many recovery codes of an account still open."""
    query = select(func.count()).where(
        RecoveryCode.account_id == account_id, RecoveryCode.used_at.is_(None)
    )
    return reader.execute(query).scalar_one()


def own_address(reader: Connection | Session, account_id: int) -> str:
    """Return an account's e-mail address, "" for none."""
    query = select(Account.email).where(Account.id == account_id)
    return reader.execute(query).scalar_one_or_none() or ""


def _candidate(
    reader: Connection | Session, which: ColumnElement[bool]
) -> Candidate | None:
    row = reader.execute(
        select(
            Account.id,
            Account.password_hash,
            Account.factor_required,
            Account.totp_confirmed_at,
        ).where(which, Account.disabled_at.is_(None))
    ).one_or_none()
    if row is None:
        return None
    enrolled = row.totp_confirmed_at is not None
    return Candidate(
        id=row.id,
        password_hash=row.password_hash,
        factor_required=row.factor_required or enrolled,
        factor_enrolled=enrolled,
    )
