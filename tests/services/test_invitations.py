"""Invitations: one link, one account; withdrawn, too old, or sent by two at once."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from kiosk.domain.accounts import (
    ClerkHasAccount,
    ClerkNotForRole,
    LoginTaken,
    NameInvalid,
    RoleAbove,
    UnitNeeded,
    UnitNotForRole,
    UnitUnknown,
)
from kiosk.domain.errors import LinkSpent
from kiosk.domain.policy import NotOpen, Role
from kiosk.domain.tokens import token_hash
from kiosk.extensions import reading, recording, transaction
from kiosk.models import (
    Account,
    Clerk,
    Invitation,
    KnownDevice,
    LedgerEntry,
    RecoveryCode,
    SignIn,
    Unit,
)
from kiosk.queries.people import waiting_invitation, waiting_invitations
from kiosk.services.accounts import disable_account
from kiosk.services.invitations import (
    Invited,
    accept_invitation,
    invite,
    invite_anew,
    withdraw_invitation,
)
from kiosk.services.sign_in import begin_sign_in
from tests.builders import make_window, the_centre
from tests.conftest import NOON
from tests.engines import ON_SQLITE
from tests.people import make_account
from tests.services.test_accounts import line, roles, the_unit, together

ORGANISER = (Role.ORGANISER,)
ADMINISTRATOR = (Role.ADMINISTRATOR,)
WEEK = timedelta(days=7)


def invited(role=Role.VIEWER, own=ORGANISER, name="王芳", **values) -> str:
    with recording("account:99", NOON) as records:
        return invite(records, Invited(name, role, **values), own)


def anew(key: int, own=ORGANISER) -> str:
    with recording("account:99", NOON) as records:
        return invite_anew(records, key, own)


def accept(token: str, login: str = "wang", now=NOON) -> int:
    with transaction() as session:
        return accept_invitation(session, token, login, "new hash", now).id


def waits(token: str, now=NOON) -> bool:
    with reading() as session:
        return waiting_invitation(session, token_hash(token), now) is not None


def make_clerk(**values) -> int:
    with transaction() as session:
        row = {"name": "李娜", "badge": "017", "named": False}
        clerk = Clerk(
            centre_id=the_centre(session).id,
            started_on=date(2026, 1, 1),
            **row | values,
        )
        session.add(clerk)
        session.flush()
        return clerk.id


def accounts() -> int:
    with reading() as session:
        return session.scalar(select(func.count(Account.id)))


# Made


def test_an_invitation_waits_and_keeps_no_secret(app):
    unit = the_unit()
    token = invited(Role.MANAGER, unit_id=unit)
    with reading() as session:
        [waiting] = waiting_invitations(session, NOON)
        kept = session.scalars(select(Invitation)).one()
        [told] = session.scalars(
            select(LedgerEntry.body).where(LedgerEntry.kind == "invitation")
        )
    assert (waiting.name, waiting.role, waiting.unit) == (
        "王芳",
        Role.MANAGER,
        "市人社局",
    )
    assert (waiting.login, waiting.expires_at) == ("", NOON + WEEK)
    assert kept.token_hash == token_hash(token)
    assert token not in told
    assert '"state":"made"' in told


@ON_SQLITE
@pytest.mark.parametrize(
    ("values", "refusal"),
    [
        ({"name": " "}, NameInvalid),
        ({"role": Role.MANAGER}, UnitNeeded),
        ({"role": Role.MANAGER, "unit_id": 9}, UnitUnknown),
        ({"role": Role.CLERK, "unit_id": 1}, UnitNotForRole),
        ({"role": Role.ORGANISER, "own": ADMINISTRATOR}, RoleAbove),
        ({"role": Role.VIEWER, "clerk_id": 1}, ClerkNotForRole),
        ({"role": Role.CLERK, "clerk_id": 9}, ClerkHasAccount),
    ],
)
def test_a_wrong_invitation_is_refused(app, values, refusal):
    with pytest.raises(refusal):
        invited(**values)
    with reading() as session:
        assert waiting_invitations(session, NOON) == []


# Accepted


def test_accepting_makes_the_account_with_its_role(app):
    unit = the_unit()
    key = accept(invited(Role.MANAGER, unit_id=unit))
    found = line(key)
    assert (found.login, found.name, found.factor_required) == ("wang", "王芳", True)
    assert roles(key) == [("manager", "市人社局")]
    with reading() as session:
        kept = session.scalars(select(Invitation)).one()
        assert (kept.used_at, kept.account_id) == (NOON, key)
        told = session.scalars(
            select(LedgerEntry.body).where(LedgerEntry.kind == "account")
        ).one()
    assert f'"by":"invitation:{kept.id}"' in told


def test_a_viewer_needs_no_second_factor(app):
    assert not line(accept(invited(Role.VIEWER))).factor_required


def test_a_link_works_once(app):
    token = invited()
    accept(token)
    with pytest.raises(LinkSpent):
        accept(token, "other")
    assert accounts() == 1


@ON_SQLITE
@pytest.mark.parametrize("token", ["", "x", "\x00"])
def test_an_invented_link_is_refused(app, token):
    with pytest.raises(LinkSpent):
        accept(token)


def test_a_link_lasts_a_week_and_no_longer(app):
    token = invited()
    end = NOON + WEEK
    assert waits(token, end - timedelta(seconds=1))
    assert not waits(token, end)
    with pytest.raises(LinkSpent):
        accept(token, now=end)
    assert accept(token, now=end - timedelta(seconds=1))


def test_a_taken_login_leaves_the_link_open(app):
    make_account("wang", Role.VIEWER, NOON)
    token = invited()
    with pytest.raises(LoginTaken):
        accept(token)
    assert waits(token)
    accept(token, "wang2")
    assert accounts() == 2


def test_of_two_who_accept_one_invitation_exactly_one_wins(app):
    token = invited()
    found = together(app, lambda: accept(token, "one"), lambda: accept(token, "two"))
    assert sorted(found) == ["LinkSpent", "done"]
    assert accounts() == 1


def test_of_two_who_choose_one_login_the_other_chooses_again(app):
    links = [invited(), invited()]
    found = together(app, *[lambda link=link: accept(link) for link in links])
    assert sorted(found) == ["LoginTaken", "done"]
    assert [waits(link) for link in links].count(True) == 1


# Clerks


def test_a_clerks_account_belongs_to_the_clerk(app):
    clerk = make_clerk()
    key = accept(invited(Role.CLERK, clerk_id=clerk))
    with reading() as session:
        assert session.get_one(Clerk, clerk).account_id == key
    with pytest.raises(ClerkHasAccount):
        invited(Role.CLERK, clerk_id=clerk)


def test_the_second_invitation_of_a_clerk_finds_it_taken(app):
    clerk = make_clerk()
    first, second = (invited(Role.CLERK, clerk_id=clerk) for _ in range(2))
    accept(first)
    with pytest.raises(ClerkHasAccount):
        accept(second, "other")
    assert accounts() == 1


def test_a_clerk_who_has_left_is_not_invited(app):
    with pytest.raises(ClerkHasAccount):
        invited(Role.CLERK, clerk_id=make_clerk(ended_on=NOON.date()))
    tomorrow = NOON.date() + timedelta(days=1)
    staying = make_clerk(badge="018", ended_on=tomorrow)
    assert invited(Role.CLERK, clerk_id=staying)


# Withdrawn


def test_a_withdrawn_link_opens_nothing(app):
    token = invited()
    with reading() as session:
        [waiting] = waiting_invitations(session, NOON)
    for _ in range(2):
        withdraw(waiting.id)
    assert not waits(token)
    with pytest.raises(LinkSpent):
        accept(token)
    with reading() as session:
        told = session.scalars(
            select(LedgerEntry.body).where(LedgerEntry.kind == "invitation")
        ).all()
    assert ['"state":"withdrawn"' in body for body in told] == [False, True]


def test_an_administrator_withdraws_no_invitation_of_an_organiser(app):
    invited(Role.ORGANISER)
    key = make_account("chief", Role.ORGANISER, NOON)
    anew(key)
    with reading() as session:
        waiting = waiting_invitations(session, NOON)
    assert len(waiting) == 2
    for one in waiting:
        with pytest.raises(RoleAbove):
            withdraw(one.id, ADMINISTRATOR)
        withdraw(one.id)


@ON_SQLITE
def test_an_invitation_that_is_not_there_is_not_withdrawn(app):
    with pytest.raises(NotOpen):
        withdraw(1)


def withdraw(key: int, own=ORGANISER) -> None:
    with recording("account:99", NOON) as records:
        withdraw_invitation(records, key, own)


# Anew


def test_a_new_password_takes_everything_of_before_with_it(app):
    key = make_account("wang", Role.CLERK, NOON)
    with transaction() as session:
        account = session.get_one(Account, key)
        account.password_hash = "old hash"
        account.totp_secret, account.totp_confirmed_at = "SECRET", NOON
        begin_sign_in(session, key, "test", NOON)
        session.add(RecoveryCode(account_id=key, code_hash=b"c" * 32))
        session.add(KnownDevice(account_id=key, token_hash=b"d" * 32, created_at=NOON))
    token = anew(key)
    with reading() as session:
        account = session.get_one(Account, key)
        assert (account.password_hash, account.totp_secret) == ("old hash", "SECRET")
        assert session.scalars(select(SignIn.ended_at)).all() == [None]
        [waiting] = waiting_invitations(session, NOON)
        assert (waiting.role, waiting.login) == (None, "wang")
    assert accept(token, "not looked at") == key
    with reading() as session:
        account = session.get_one(Account, key)
        assert (account.login, account.password_hash) == ("wang", "new hash")
        assert (account.totp_secret, account.totp_confirmed_at) == (None, None)
        assert session.scalars(select(SignIn.ended_at)).all() == [NOON]
        for gone in (RecoveryCode, KnownDevice):
            assert session.scalar(select(func.count(gone.id))) == 0
        told = session.scalars(
            select(LedgerEntry.body).where(LedgerEntry.kind == "account")
        ).all()
    assert '"why":"reset"' in told[-1]


def test_a_newer_link_withdraws_the_older(app):
    key = make_account("wang", Role.CLERK, NOON)
    old, new = anew(key), anew(key)
    assert (waits(old), waits(new)) == (False, True)


def test_of_two_who_use_one_reset_exactly_one_wins(app):
    token = anew(make_account("wang", Role.CLERK, NOON))
    found = together(app, lambda: accept(token), lambda: accept(token))
    assert sorted(found) == ["LinkSpent", "done"]


def test_switched_off_meanwhile_the_link_opens_nothing(app):
    key = make_account("wang", Role.CLERK, NOON)
    token = anew(key)
    with recording("account:99", NOON) as records:
        disable_account(records, key, ORGANISER)
    with pytest.raises(LinkSpent):
        accept(token)
    with pytest.raises(NotOpen):
        anew(key)


def made_by(key: int) -> str:
    with recording(f"account:{key}", NOON) as records:
        return invite(records, Invited("王芳", Role.VIEWER), ORGANISER)


def switch_off(key: int) -> None:
    with recording("account:99", NOON) as records:
        disable_account(records, key, ORGANISER)


def test_who_is_switched_off_has_invited_nobody(app):
    key, other = (make_account(name, Role.ORGANISER, NOON) for name in ("wu", "zhao"))
    token, spent, theirs = made_by(key), made_by(key), made_by(other)
    accept(spent, "done")
    switch_off(key)
    assert [waits(token), waits(spent), waits(theirs)] == [False, False, True]
    with pytest.raises(LinkSpent):
        accept(token)
    assert accept(theirs, "wang")
    with transaction() as session:
        session.get_one(Account, key).disabled_at = None
    assert waits(token) is False


def test_invitation_made_while_its_maker_is_switched_off_opens_nothing(app):
    key = make_account("wu", Role.ADMINISTRATOR, NOON)
    switch_off(key)
    token = made_by(key)
    with pytest.raises(LinkSpent):
        accept(token)
    with transaction() as session:
        session.get_one(Account, key).disabled_at = None
    assert accept(token)


def test_invitation_of_the_terminal_has_no_maker_to_switch_off(app):
    with recording("terminal", NOON) as records:
        token = invite(records, Invited("王芳", Role.VIEWER), ORGANISER)
    assert accept(token)


def test_a_unit_that_ends_later_is_a_unit_today(app):
    with transaction() as session:
        make_window(session)
        unit = session.scalars(select(Unit)).one()
        unit.ended_on = NOON.date() + timedelta(days=1)
        key = unit.id
    assert invited(Role.MANAGER, unit_id=key)
