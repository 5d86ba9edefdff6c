"""One-time links with which people choose their own login and password."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kiosk.domain.accounts import (
    INVITATION_LIFE,
    ClerkHasAccount,
    ClerkNotForRole,
    check_may_touch,
    check_unit,
    clean_name,
    needs_factor,
)
from kiosk.domain.errors import LinkSpent
from kiosk.domain.policy import NotOpen, Role
from kiosk.domain.tokens import new_token, token_hash
from kiosk.models import ORGANISATION, Account, Clerk, Invitation
from kiosk.services.accounts import (
    NewAccount,
    add_account,
    check_unit_exists,
    has_ended,
    held_roles,
    renew_account,
)
from kiosk.services.records import Book, book


@dataclass(frozen=True)
class Invited:
    """Who is invited, and to be what."""

    name: str
    role: Role
    unit_id: int | None = None
    """Needed for a manager, refused otherwise."""
    clerk_id: int | None = None
    """The clerk of the list whom the account belongs to; only for that role."""


def invite(records: Book, invited: Invited, own: Collection[Role]) -> str:
    """Return the secret of a one-time link that makes an account.

    own: roles of who invites. Raises NameInvalid, RoleAbove, UnitNeeded,
    UnitNotForRole, UnitUnknown, ClerkNotForRole, or ClerkHasAccount.
    """
    name = clean_name(invited.name)
    check_unit(invited.role, invited.unit_id)
    check_may_touch(own, [invited.role])
    check_unit_exists(records, invited.unit_id)
    if invited.clerk_id is not None:
        if invited.role is not Role.CLERK:
            raise ClerkNotForRole
        _free_clerk(records, invited.clerk_id)
    return _make_link(
        records,
        Invitation(
            name=name,
            role=str(invited.role),
            unit_id=invited.unit_id,
            clerk_id=invited.clerk_id,
        ),
    )


def invite_anew(records: Book, account_id: int, own: Collection[Role]) -> str:
    """Return a one-time link that gives an account a new password and factor.

    Until it is used everything stays as it is; earlier such links are withdrawn.
    Raises RoleAbove, or NotOpen for no such account or one that is switched off.
    """
    session = records.session
    account = session.get(Account, account_id, with_for_update=True)
    if account is None or account.disabled_at is not None:
        raise NotOpen
    check_may_touch(own, held_roles(session, account_id))
    session.execute(
        update(Invitation)
        .where(Invitation.account_id == account_id, Invitation.used_at.is_(None))
        .values(used_at=records.now)
    )
    again = Invitation(name=account.name, role="", account_id=account_id)
    return _make_link(records, again)


def withdraw_invitation(
    records: Book, invitation_id: int, own: Collection[Role]
) -> None:
    """Let a link open nothing any more; harmless when it does not already.

    Raises RoleAbove, or NotOpen where there is no such invitation.
    """
    session = records.session
    found = session.get(Invitation, invitation_id, with_for_update=True)
    if found is None:
        raise NotOpen
    if found.account_id is None:
        theirs = [Role(found.role)]
    else:
        theirs = held_roles(session, found.account_id)
    check_may_touch(own, theirs)
    if found.used_at is None:
        found.used_at = records.now
        _note(records, found, "withdrawn")


def accept_invitation(
    session: Session, token: str, login: str, password_hash: str, now: datetime
) -> Account:
    """Use up an invitation: make its account, or renew the one it is for.

    One conditional write decides, so of two who send the form at once exactly one
    succeeds. A refusal afterwards undoes it, and the link still works. `login` is
    not looked at where the account exists. Raises LinkSpent, LoginTaken, or
    ClerkHasAccount.
    """
    digest = token_hash(token)
    whom = session.scalar(
        select(Invitation.account_id).where(Invitation.token_hash == digest)
    )
    if whom is not None:
        # Before the invitation, as everybody does who withdraws it: no deadlock.
        session.get_one(Account, whom, with_for_update=True)
    taken = session.scalars(
        update(Invitation)
        .where(
            Invitation.token_hash == digest,
            Invitation.used_at.is_(None),
            Invitation.expires_at > now,
        )
        .values(used_at=now)
        .returning(Invitation)
    ).one_or_none()
    if taken is None or _maker_is_off(session, taken):
        raise LinkSpent
    with book(session, f"invitation:{taken.id}", now) as records:
        if taken.account_id is None:
            taken.account_id = _make_account(records, taken, login, password_hash)
        else:
            renew_account(records, taken.account_id, password_hash)
        _note(records, taken, "used")
    return session.get_one(Account, taken.account_id)


def _maker_is_off(session: Session, invitation: Invitation) -> bool:
    """Whether who made it was switched off; then it is worth nothing any more.

    Switching off withdraws what was made before; one made at that very moment
    would slip through.
    """
    who, _, key = invitation.made_by.partition(":")
    if who != "account":
        return False
    maker = session.get(Account, int(key))
    return maker is not None and maker.disabled_at is not None


def _make_account(
    records: Book, taken: Invitation, login: str, password_hash: str
) -> int:
    role = Role(taken.role)
    key = add_account(
        records,
        NewAccount(
            login=login,
            name=taken.name,
            password_hash=password_hash,
            role=role,
            unit_id=taken.unit_id,
            factor_required=needs_factor([role]),
        ),
    )
    if taken.clerk_id is not None:
        clerk = _free_clerk(records, taken.clerk_id)
        records.change(Clerk, clerk.centre_id, clerk.id, {"account_id": key})
    return key


def _free_clerk(records: Book, clerk_id: int) -> Clerk:
    found = records.session.get(Clerk, clerk_id, with_for_update=True)
    if found is None or found.account_id is not None:
        raise ClerkHasAccount
    if has_ended(found.ended_on, records.now.date()):
        raise ClerkHasAccount
    return found


def _make_link(records: Book, invitation: Invitation) -> str:
    token = new_token()
    invitation.made_by = records.by
    invitation.token_hash = token_hash(token)
    invitation.created_at = records.now
    invitation.expires_at = records.now + INVITATION_LIFE
    records.session.add(invitation)
    records.session.flush()
    _note(records, invitation, "made")
    return token


def _note(records: Book, invitation: Invitation, state: str) -> None:
    told = {
        "invitation": invitation.id,
        "state": state,
        "name": invitation.name,
        "role": invitation.role,
        "unit": invitation.unit_id,
        "account": invitation.account_id,
    }
    records.note(ORGANISATION, "invitation", told)
