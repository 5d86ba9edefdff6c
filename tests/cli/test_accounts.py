"""`flask accounts`."""

import re

from sqlalchemy import select

from kiosk.domain.policy import Role
from kiosk.extensions import reading, transaction
from kiosk.models import Account, Invitation, LedgerEntry, Unit
from tests.builders import make_window
from tests.conftest import NOON
from tests.engines import ON_SQLITE
from tests.people import make_account

pytestmark = ON_SQLITE


def test_adding_prints_a_link_that_opens(client, runner, clock):
    with transaction() as session:
        make_window(session)
    done = runner.invoke(
        args=["accounts", "add", "王芳", "--role", "manager", "--unit", "市人社局"]
    )
    assert done.exit_code == 0, done.output
    link, said = done.output.splitlines()
    assert re.fullmatch(r"http://127.0.0.1:8000/invitation/[\w-]{32}", link)
    assert said == "Hand it to this person only. It works once, within 7 days."
    with reading() as session:
        kept = session.scalars(select(Invitation)).one()
        told = session.scalars(
            select(LedgerEntry.body).where(LedgerEntry.kind == "invitation")
        ).one()
        unit = session.scalars(select(Unit.id)).one()
    assert (kept.name, kept.role, kept.unit_id) == ("王芳", "manager", unit)
    assert '"by":"terminal"' in told
    # Made by the real clock, and the test's has stopped before it.
    assert kept.expires_at > NOON
    assert client.get(link.removeprefix("http://127.0.0.1:8000")).status_code == 200


def test_the_terminal_may_add_an_organiser(runner):
    done = runner.invoke(args=["accounts", "add", "王芳", "--role", "organiser"])
    assert done.exit_code == 0, done.output


def test_what_is_wrong_is_one_line(runner):
    for words, said in (
        (["王芳", "--role", "manager"], "This role is for one unit."),
        (["王芳", "--role", "viewer", "--unit", "无"], "There is no unit called 无."),
        ([" ", "--role", "viewer"], "Please write the name with at most 60 characters"),
    ):
        done = runner.invoke(args=["accounts", "add", *words])
        assert done.exit_code == 1
        assert done.stderr.startswith(f"Error: {said}")
    with reading() as session:
        assert session.scalars(select(Invitation)).all() == []


def test_a_role_that_does_not_exist_is_named(runner):
    done = runner.invoke(args=["accounts", "add", "王芳", "--role", "king"])
    assert done.exit_code == 2
    assert "organiser" in done.stderr


def test_the_list_tells_login_name_roles_and_state(runner):
    with transaction() as session:
        make_window(session)
        unit = session.scalars(select(Unit.id)).one()
    make_account("chief", Role.ORGANISER, NOON)
    lacking = make_account("li", Role.MANAGER, NOON, unit)
    off = make_account("wang", Role.CLERK, NOON)
    with transaction() as session:
        session.get_one(Account, lacking).factor_required = True
        session.get_one(Account, off).disabled_at = NOON
    done = runner.invoke(args=["accounts", "list"])
    assert done.output.splitlines() == [
        "chief\t测试chief\torganiser\tactive",
        "li\t测试li\tmanager (市人社局)\tno second factor",
        "wang\t测试wang\tclerk\tdisabled",
    ]
