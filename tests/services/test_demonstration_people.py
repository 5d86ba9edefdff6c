"""People of a demonstration: nobody needs a password, nobody real is one of them."""

import pytest
from sqlalchemy import select

from kiosk.domain.accounts import EVERYTHING, LoginTaken
from kiosk.domain.policy import Role
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Account
from kiosk.queries.people import AccountLine, account_line, account_lines
from kiosk.services.accounts import NewAccount, add_account, disable_account, end_role
from kiosk.services.demonstration_people import (
    add_demonstration_people,
    enter_demonstration,
)
from tests.builders import make_window
from tests.conftest import NOON
from tests.services.test_accounts import the_unit, together


def enter() -> int:
    with recording("setup-link", NOON) as records:
        return enter_demonstration(records)


def line(key: int) -> AccountLine:
    with reading() as session:
        return account_line(session, key)


def test_every_link_enters_as_the_same_organiser(app):
    key = enter()
    assert enter() == key
    found = line(key)
    assert (found.login, [held.role for held in found.roles]) == (
        "demo",
        [Role.ORGANISER],
    )


def test_two_who_enter_together_are_one(app):
    assert together(app, enter, enter) == ["done", "done"]
    with reading() as session:
        assert session.scalars(select(Account.login)).all() == ["demo"]


def test_switched_off_and_demoted_it_is_organiser_again(app):
    key = enter()
    with recording("test", NOON) as records:
        other = NewAccount("other", "另", "", Role.ORGANISER)
        add_account(records, other)
        grant = line(key).roles[0].id
        end_role(records, key, EVERYTHING, grant_id=grant)
        disable_account(records, key, EVERYTHING)
    assert enter() == key
    found = line(key)
    assert (found.disabled_at, [held.role for held in found.roles]) == (
        None,
        [Role.ORGANISER],
    )


def test_somebody_with_that_login_and_a_password_is_not_made_organiser(app):
    with recording("test", NOON) as records:
        add_account(records, NewAccount("demo", "李", "hash", Role.VIEWER))
    with pytest.raises(LoginTaken):
        enter()


def test_people_to_look_as_have_their_roles(app):
    unit = the_unit()
    with transaction() as session:
        make_window(session, "B001", unit="市医保局")
    with recording("system", NOON) as records:
        add_demonstration_people(records, unit)
    with reading() as session:
        found = {
            one.login: [(held.role, held.unit) for held in one.roles]
            for one in account_lines(session)
        }
    assert found == {
        "demo-manager": [(Role.MANAGER, "市人社局")],
        "demo-viewer": [(Role.VIEWER, "")],
        "demo-handler": [(Role.CASE_HANDLER, "")],
    }
