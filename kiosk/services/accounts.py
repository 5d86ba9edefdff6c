"""Accounts and what they are: made, changed, switched off; never deleted.

Every act is entered in the organisation's chain. What would leave the hall without
an organiser who can sign in is refused, also when two people do it at once.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kiosk.domain.accounts import (
    LastOrganiser,
    LoginTaken,
    RoleHeld,
    UnitUnknown,
    check_may_touch,
    check_unit,
    clean_name,
    needs_factor,
)
from kiosk.domain.policy import NotOpen, Role
from kiosk.models import (
    ORGANISATION,
    Account,
    Invitation,
    KnownDevice,
    RecoveryCode,
    RoleGrant,
    Unit,
)
from kiosk.services.records import Book
from kiosk.services.sign_in import end_all_sign_ins


@dataclass(frozen=True)
class NewAccount:
    """An account to be made; login and name as `kiosk.domain.accounts` cleans them."""

    login: str
    name: str
    password_hash: str
    """Empty: nobody can sign in with a password."""
    role: Role
    unit_id: int | None = None
    factor_required: bool = True


def add_account(records: Book, new: NewAccount) -> int:
    """Make an account with one role; return its key.

    Raises LoginTaken, also when somebody took the login at the same moment.
    """
    row = {
        "login": new.login,
        "name": new.name,
        "password_hash": new.password_hash,
        "factor_required": new.factor_required,
        "totp_last_step": 0,
        "created_at": records.now,
    }
    try:
        [key] = records.add(Account, ORGANISATION, [row])
    except IntegrityError as taken:
        raise LoginTaken from taken
    _add_role(records, key, new.role, new.unit_id)
    return key


def rename_account(
    records: Book, account_id: int, own: Collection[Role], *, name: str
) -> None:
    """Change a person's name. Raises NameInvalid, RoleAbove, or NotOpen."""
    cleaned = clean_name(name)
    _touched(records.session, account_id, own)
    records.change(Account, ORGANISATION, account_id, {"name": cleaned})


def grant_role(
    records: Book,
    account_id: int,
    own: Collection[Role],
    *,
    role: Role,
    unit_id: int | None = None,
) -> None:
    """Give an account one more role; its second factor follows the new role.

    own: roles of who gives it. Links with which the account could be taken over
    are withdrawn: whoever made one may not have been allowed to for the new role.
    Raises RoleAbove, UnitNeeded, UnitNotForRole, UnitUnknown, RoleHeld, or NotOpen.
    """
    check_unit(role, unit_id)
    check_may_touch(own, [role])
    held = _touched(records.session, account_id, own)
    check_unit_exists(records, unit_id)
    if any((grant.role, grant.unit_id) == (role, unit_id) for grant in held):
        raise RoleHeld
    _withdraw_resets(records, account_id)
    if needs_factor([role]):
        records.change(Account, ORGANISATION, account_id, {"factor_required": True})
    _add_role(records, account_id, role, unit_id)


def end_role(
    records: Book, account_id: int, own: Collection[Role], *, grant_id: int
) -> None:
    """End a role of an account; harmless when it has ended.

    Raises RoleAbove, LastOrganiser, or NotOpen for no such account.
    """
    organisers = _organisers(records.session)
    held = _touched(records.session, account_id, own)
    ended = [grant for grant in held if grant.id == grant_id]
    if not ended:
        return
    if ended[0].role == Role.ORGANISER and organisers == [account_id]:
        raise LastOrganiser
    records.change(RoleGrant, ORGANISATION, grant_id, {"ended_at": records.now})


def disable_account(records: Book, account_id: int, own: Collection[Role]) -> None:
    """Switch an account off: its sessions end, links to it or made by it are withdrawn.

    Raises RoleAbove, LastOrganiser, or NotOpen.
    """
    organisers = _organisers(records.session)
    _touched(records.session, account_id, own)
    if organisers == [account_id]:
        raise LastOrganiser
    if records.session.get_one(Account, account_id).disabled_at is not None:
        return
    _withdraw_resets(records, account_id)
    _withdraw_links(records, Invitation.made_by == f"account:{account_id}")
    end_all_sign_ins(records.session, account_id, records.now)
    records.change(Account, ORGANISATION, account_id, {"disabled_at": records.now})


def enable_account(records: Book, account_id: int, own: Collection[Role]) -> None:
    """Let an account sign in again. Raises RoleAbove or NotOpen."""
    _touched(records.session, account_id, own)
    records.change(Account, ORGANISATION, account_id, {"disabled_at": None})


def require_factor(
    records: Book, account_id: int, own: Collection[Role], *, required: bool
) -> None:
    """Say whether an account needs a second factor; most roles need it anyway.

    Raises RoleAbove or NotOpen.
    """
    held = _touched(records.session, account_id, own)
    must = required or needs_factor([Role(grant.role) for grant in held])
    records.change(Account, ORGANISATION, account_id, {"factor_required": must})


def end_all_sessions(records: Book, account_id: int, own: Collection[Role]) -> None:
    """Sign an account out everywhere. Raises RoleAbove or NotOpen."""
    _touched(records.session, account_id, own)
    end_all_sign_ins(records.session, account_id, records.now)
    records.note(ORGANISATION, "signed-out", {"account": account_id})


def renew_account(records: Book, account_id: int, password_hash: str) -> None:
    """Give an account a new password and let it enrol a new second factor.

    Recovery codes, known browsers and sessions of before are worth nothing then.
    """
    session = records.session
    for secret in (RecoveryCode, KnownDevice):
        session.execute(delete(secret).where(secret.account_id == account_id))
    end_all_sign_ins(records.session, account_id, records.now)
    fresh = {
        "password_hash": password_hash,
        "totp_secret": None,
        "totp_confirmed_at": None,
    }
    records.change(Account, ORGANISATION, account_id, fresh, why="reset")


def held_roles(session: Session, account_id: int) -> list[Role]:
    """Return what an account is now."""
    return [Role(grant.role) for grant in _held(session, account_id)]


def check_unit_exists(records: Book, unit_id: int | None) -> None:
    """Refuse a unit that is none, or that has ended. Raises UnitUnknown."""
    if unit_id is None:
        return
    unit = records.session.get(Unit, unit_id)
    if unit is None or has_ended(unit.ended_on, records.now.date()):
        raise UnitUnknown


def has_ended(ended_on: date | None, on: date) -> bool:
    """Whether something that ends on a day has ended on another one."""
    return ended_on is not None and ended_on <= on


def _add_role(records: Book, account_id: int, role: Role, unit_id: int | None) -> None:
    grant = {
        "account_id": account_id,
        "role": str(role),
        "unit_id": unit_id,
        "granted_at": records.now,
    }
    records.add(RoleGrant, ORGANISATION, [grant])


def _touched(
    session: Session, account_id: int, own: Collection[Role]
) -> list[RoleGrant]:
    """Return the roles of an account that is about to be changed, and lock it.

    Raises NotOpen where there is no such account, RoleAbove where it is above.
    """
    if session.get(Account, account_id, with_for_update=True) is None:
        raise NotOpen
    held = _held(session, account_id)
    check_may_touch(own, [Role(grant.role) for grant in held])
    return held


def _held(session: Session, account_id: int) -> list[RoleGrant]:
    query = select(RoleGrant).where(
        RoleGrant.account_id == account_id, RoleGrant.ended_at.is_(None)
    )
    return list(session.scalars(query.order_by(RoleGrant.id)))


def _organisers(session: Session) -> list[int]:
    """Return the keys of the organisers who can sign in, each locked.

    Locked before anything else: of two who end each other's role the second waits
    here and then finds itself the last.
    """
    found = session.execute(
        select(Account.id)
        .join(RoleGrant, RoleGrant.account_id == Account.id)
        .where(
            RoleGrant.role == Role.ORGANISER,
            RoleGrant.ended_at.is_(None),
            Account.disabled_at.is_(None),
        )
        .order_by(RoleGrant.id)
        .with_for_update()
    )
    return [key for (key,) in found]


def _withdraw_resets(records: Book, account_id: int) -> None:
    _withdraw_links(records, Invitation.account_id == account_id)


def _withdraw_links(records: Book, which: ColumnElement[bool]) -> None:
    records.session.execute(
        update(Invitation)
        .where(which, Invitation.used_at.is_(None))
        .values(used_at=records.now)
    )
