"""Accounts: made, changed, switched off; the hall never loses its last organiser."""

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import func, select

from kiosk.domain.accounts import (
    LastOrganiser,
    LoginTaken,
    NameInvalid,
    RoleAbove,
    RoleHeld,
    UnitNeeded,
    UnitNotForRole,
    UnitUnknown,
)
from kiosk.domain.policy import NotOpen, Role
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Account, Invitation, LedgerEntry, RoleGrant, SignIn, Unit
from kiosk.queries.people import account_line, has_organiser
from kiosk.services.accounts import (
    NewAccount,
    add_account,
    disable_account,
    enable_account,
    end_all_sessions,
    end_role,
    grant_role,
    rename_account,
    require_factor,
)
from kiosk.services.invitations import invite_anew
from kiosk.services.sign_in import begin_sign_in
from tests.builders import make_window
from tests.conftest import NOON
from tests.engines import ON_SQLITE
from tests.people import make_account

PATIENCE = 30
ORGANISER = (Role.ORGANISER,)
ADMINISTRATOR = (Role.ADMINISTRATOR,)


def make(login: str, role: Role, unit_id: int | None = None) -> int:
    return make_account(login, role, NOON, unit_id)


def the_unit() -> int:
    with transaction() as session:
        make_window(session)
        return session.scalars(select(Unit.id)).one()


def act(does: Callable[..., object], key: int, own=ORGANISER, **values) -> object:
    with recording("account:99", NOON) as records:
        return does(records, key, own, **values)


def line(key: int):
    with reading() as session:
        return account_line(session, key)


def roles(key: int) -> list[tuple[str, str]]:
    return [(str(held.role), held.unit) for held in line(key).roles]


def grant_of(key: int, role: Role) -> int:
    return next(held.id for held in line(key).roles if held.role is role)


def entries(kind: str) -> int:
    with reading() as session:
        query = select(func.count()).select_from(LedgerEntry)
        return session.scalar(query.where(LedgerEntry.kind == kind))


def open_sessions(key: int) -> int:
    with reading() as session:
        query = select(func.count(SignIn.id)).where(SignIn.account_id == key)
        return session.scalar(query.where(SignIn.ended_at.is_(None)))


def sign_in(key: int) -> None:
    with transaction() as session:
        begin_sign_in(session, key, "test", NOON)


# Made


def test_an_account_is_made_with_its_role_and_entered(app):
    unit = the_unit()
    new = NewAccount("wang", "王芳", "hash", Role.MANAGER, unit)
    with recording("account:99", NOON) as records:
        key = add_account(records, new)
    found = line(key)
    assert (found.login, found.name, found.factor_required) == ("wang", "王芳", True)
    assert roles(key) == [("manager", "市人社局")]
    assert (entries("account"), entries("role")) == (1, 1)


def test_a_login_belongs_to_one(app):
    make("wang", Role.VIEWER)
    with pytest.raises(LoginTaken), recording("account:99", NOON) as records:
        add_account(records, NewAccount("wang", "另一个", "", Role.VIEWER))
    assert entries("account") == 1


def test_of_two_who_take_a_login_together_one_has_it(app):
    def take() -> None:
        with recording("account:99", NOON) as records:
            add_account(records, NewAccount("wang", "王", "", Role.VIEWER))

    assert sorted(together(app, take, take)) == ["LoginTaken", "done"]
    assert entries("account") == 1


# Names


def test_a_name_is_changed_and_both_are_kept(app):
    key = make("wang", Role.VIEWER)
    act(rename_account, key, name=" 王\u202e芳 ")
    assert line(key).name == "王芳"
    assert entries("account") == 2
    act(rename_account, key, name="王芳")
    assert entries("account") == 2
    with pytest.raises(NameInvalid):
        act(rename_account, key, name="")


# Roles


def test_a_role_is_given_once(app):
    key = make("wang", Role.CLERK)
    act(grant_role, key, role=Role.INSPECTOR)
    assert roles(key) == [("clerk", ""), ("inspector", "")]
    with pytest.raises(RoleHeld):
        act(grant_role, key, role=Role.INSPECTOR)


def test_a_manager_may_have_two_units_but_none_twice(app):
    unit = the_unit()
    with transaction() as session:
        other = make_window(session, "B001", unit="市医保局")
        assert other.id
        second = session.scalars(select(Unit.id).where(Unit.id != unit)).one()
    key = make("wang", Role.MANAGER, unit)
    act(grant_role, key, role=Role.MANAGER, unit_id=second)
    assert roles(key) == [("manager", "市人社局"), ("manager", "市医保局")]
    with pytest.raises(RoleHeld):
        act(grant_role, key, role=Role.MANAGER, unit_id=unit)


def test_a_unit_is_needed_by_a_manager_only_and_must_exist(app):
    unit = the_unit()
    key = make("wang", Role.VIEWER)
    with pytest.raises(UnitNeeded):
        act(grant_role, key, role=Role.MANAGER)
    with pytest.raises(UnitNotForRole):
        act(grant_role, key, role=Role.CLERK, unit_id=unit)
    with pytest.raises(UnitUnknown):
        act(grant_role, key, role=Role.MANAGER, unit_id=unit + 1)
    with transaction() as session:
        session.get_one(Unit, unit).ended_on = NOON.date()
    with pytest.raises(UnitUnknown):
        act(grant_role, key, role=Role.MANAGER, unit_id=unit)
    assert roles(key) == [("viewer", "")]


def test_a_viewer_who_becomes_more_needs_a_second_factor(app):
    key = make("wang", Role.VIEWER)
    act(grant_role, key, role=Role.CLERK)
    assert line(key).factor_required
    act(require_factor, key, required=False)
    assert line(key).factor_required


def test_a_viewers_second_factor_is_turned_on_and_off(app):
    key = make("wang", Role.VIEWER)
    act(require_factor, key, required=True)
    assert line(key).factor_required
    act(require_factor, key, required=False)
    assert not line(key).factor_required


def test_a_viewer_may_be_given_the_same_again_elsewhere(app):
    """A second role without need of a factor leaves the factor alone."""
    key = make("wang", Role.CLERK)
    act(grant_role, key, role=Role.VIEWER)
    assert not line(key).factor_required


def test_a_role_ends_once_and_stays_in_the_past(app):
    make("chief", Role.ORGANISER)
    key = make("wang", Role.CLERK)
    grant = grant_of(key, Role.CLERK)
    act(end_role, key, grant_id=grant)
    assert roles(key) == []
    written = entries("role")
    act(end_role, key, grant_id=grant)
    assert entries("role") == written
    with reading() as session:
        assert session.get_one(RoleGrant, grant).ended_at == NOON


def test_a_grant_of_somebody_else_is_not_ended_through_ones_own(app):
    make("chief", Role.ORGANISER)
    one, other = make("wang", Role.CLERK), make("li", Role.CLERK)
    act(end_role, one, grant_id=grant_of(other, Role.CLERK))
    assert roles(other) == [("clerk", "")]


def test_a_new_role_withdraws_links_that_were_made_before(app):
    """Who made the link might not be allowed to make one for the new role."""
    make("chief", Role.ORGANISER)
    key = make("wang", Role.VIEWER)
    act(invite_anew, key, ADMINISTRATOR)
    act(grant_role, key, role=Role.ORGANISER)
    with reading() as session:
        assert session.scalars(select(Invitation.used_at)).all() == [NOON]


# On and off


def test_switching_off_ends_every_session_at_once(app):
    make("chief", Role.ORGANISER)
    key = make("wang", Role.CLERK)
    for _ in range(2):
        sign_in(key)
    act(invite_anew, key)
    act(disable_account, key)
    assert open_sessions(key) == 0
    assert line(key).disabled_at == NOON
    with reading() as session:
        assert session.scalars(select(Invitation.used_at)).all() == [NOON]
    written = entries("account")
    act(disable_account, key)
    assert entries("account") == written
    act(enable_account, key)
    assert line(key).disabled_at is None
    assert roles(key) == [("clerk", "")]


def test_signing_out_everywhere_leaves_the_account_and_others_alone(app):
    key, other = make("wang", Role.CLERK), make("li", Role.CLERK)
    for whose in (key, key, other):
        sign_in(whose)
    act(end_all_sessions, key)
    assert (open_sessions(key), open_sessions(other)) == (0, 1)
    assert line(key).disabled_at is None
    assert entries("signed-out") == 1


# The last organiser


def test_the_last_organiser_stays_one(app):
    key = make("chief", Role.ORGANISER)
    make("admin", Role.ADMINISTRATOR)
    with pytest.raises(LastOrganiser):
        act(end_role, key, grant_id=grant_of(key, Role.ORGANISER))
    with pytest.raises(LastOrganiser):
        act(disable_account, key)
    with reading() as session:
        assert has_organiser(session)


def test_an_organiser_who_is_switched_off_does_not_count(app):
    one, other = make("one", Role.ORGANISER), make("other", Role.ORGANISER)
    act(disable_account, other)
    with pytest.raises(LastOrganiser):
        act(disable_account, one)
    act(enable_account, other)
    act(disable_account, one)
    with reading() as session:
        assert has_organiser(session)


def test_other_roles_of_the_last_organiser_may_end(app):
    key = make("chief", Role.ORGANISER)
    act(grant_role, key, role=Role.JUROR)
    act(end_role, key, grant_id=grant_of(key, Role.JUROR))
    assert roles(key) == [("organiser", "")]


@pytest.mark.parametrize("how", ["demote", "disable", "both"])
def test_of_two_who_end_each_other_exactly_one_stays(app, how):
    one, other = make("one", Role.ORGANISER), make("other", Role.ORGANISER)
    grants = {key: grant_of(key, Role.ORGANISER) for key in (one, other)}

    def end(key: int, by: str) -> None:
        if by == "demote":
            act(end_role, key, grant_id=grants[key])
        else:
            act(disable_account, key)

    second = {"demote": "demote", "disable": "disable", "both": "disable"}[how]
    first = "demote" if how == "both" else how
    found = together(app, lambda: end(one, first), lambda: end(other, second))
    assert sorted(found) == ["LastOrganiser", "done"]
    with reading() as session:
        assert has_organiser(session)


# Reach


@pytest.mark.parametrize(
    ("does", "values"),
    [
        (rename_account, {"name": "新"}),
        (grant_role, {"role": Role.CLERK}),
        (end_role, {"grant_id": 1}),
        (disable_account, {}),
        (enable_account, {}),
        (require_factor, {"required": True}),
        (end_all_sessions, {}),
        (invite_anew, {}),
    ],
)
def test_an_administrator_changes_nothing_of_an_organiser(app, does, values):
    key = make("chief", Role.ORGANISER)
    make("second", Role.ORGANISER)
    before = entries("account"), entries("role"), entries("invitation")
    with pytest.raises(RoleAbove):
        act(does, key, ADMINISTRATOR, **values)
    assert (entries("account"), entries("role"), entries("invitation")) == before


def test_an_administrator_makes_no_organiser(app):
    key = make("wang", Role.VIEWER)
    with pytest.raises(RoleAbove):
        act(grant_role, key, ADMINISTRATOR, role=Role.ORGANISER)
    act(grant_role, key, ADMINISTRATOR, role=Role.ADMINISTRATOR)
    assert roles(key) == [("viewer", ""), ("administrator", "")]


@ON_SQLITE
@pytest.mark.parametrize(
    ("does", "values"),
    [
        (rename_account, {"name": "新"}),
        (end_role, {"grant_id": 1}),
        (disable_account, {}),
        (invite_anew, {}),
    ],
)
def test_nobody_is_changed_who_is_not_there(app, does, values):
    with pytest.raises(NotOpen):
        act(does, 7, **values)


def together(app, *acts: Callable[[], object]) -> list[str]:
    """Do several things at the same moment; return how each ended."""
    begin = threading.Barrier(len(acts), timeout=PATIENCE)
    ended: list[str] = []

    def run(one: Callable[[], object]) -> None:
        try:
            with app.app_context():
                begin.wait()
                one()
                ended.append("done")
        except BaseException as failed:  # noqa: BLE001 - told where it is asserted
            ended.append(type(failed).__name__)

    threads = [threading.Thread(target=run, args=(one,)) for one in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    return ended


def test_what_the_ledger_is_told_of_an_account_holds_no_secret(app):
    with recording("account:99", NOON) as records:
        add_account(records, NewAccount("wang", "王", "$argon2id$x", Role.VIEWER))
    with reading() as session:
        bodies = session.scalars(
            select(LedgerEntry.body).where(LedgerEntry.kind == "account")
        ).all()
        assert session.scalars(select(Account.password_hash)).all() == ["$argon2id$x"]
    assert ["argon2" in body for body in bodies] == [False]
    assert '"by":"account:99"' in bodies[0]
