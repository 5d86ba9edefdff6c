"""Lists of accounts and invitations: their order, and how many statements they cost."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from kiosk.domain.policy import Role
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Account, Unit
from kiosk.queries.people import (
    account_line,
    account_lines,
    clerks_without_account,
    count_sign_ins,
    units_in_force,
    waiting_invitations,
)
from kiosk.services.invitations import Invited, invite
from kiosk.services.sign_in import begin_sign_in, end_sign_in, note_seen
from tests.builders import make_window, the_centre
from tests.conftest import NOON
from tests.people import make_account
from tests.services.test_invitations import make_clerk
from tests.statements import statements

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize("people", [1, 3])
def test_a_list_takes_two_statements(app, people):
    for number in range(people):
        make_account(f"wang{number}", Role.CLERK, NOON)
    with reading() as session, statements() as said:
        assert len(account_lines(session)) == people
    assert len(said) == 2


def test_those_who_can_sign_in_come_first_then_by_name(app):
    for login in ("a", "b", "c"):
        make_account(login, Role.CLERK, NOON)
    with transaction() as session:
        gone = update(Account).where(Account.login == "a").values(disabled_at=NOON)
        session.execute(gone)
    with reading() as session:
        assert [line.login for line in account_lines(session)] == ["b", "c", "a"]


def test_last_seen_is_the_latest_of_all_sessions(app):
    key = make_account("wang", Role.CLERK, NOON)
    with reading() as session:
        assert account_line(session, key).last_seen_at is None
        assert account_line(session, key + 1) is None
    with transaction() as session:
        for moment in (NOON, NOON + MINUTE):
            begin_sign_in(session, key, "test", moment)
        session.flush()
        end_sign_in(session, 2, NOON + DAY)
    with reading() as session:
        assert account_line(session, key).last_seen_at == NOON + MINUTE


def test_only_sessions_still_good_are_counted(app):
    key = make_account("wang", Role.CLERK, NOON)
    with transaction() as session:
        for _ in range(2):
            begin_sign_in(session, key, "test", NOON)
        session.flush()
        note_seen(session, 1, NOON + MINUTE)

    def count(seen_since=NOON, begun_since=NOON) -> int:
        with reading() as session:
            return count_sign_ins(
                session, key, seen_since=seen_since, begun_since=begun_since
            )

    assert count() == 2
    assert count(seen_since=NOON + MINUTE) == 1
    assert count(begun_since=NOON + MINUTE) == 0
    with transaction() as session:
        end_sign_in(session, 1, NOON)
    assert count() == 1
    with reading() as session:
        nobody = count_sign_ins(session, key + 1, seen_since=NOON, begun_since=NOON)
    assert nobody == 0


def test_the_latest_invitation_comes_first(app):
    with recording("test", NOON) as records:
        for name in ("甲", "乙"):
            invite(records, Invited(name, Role.VIEWER), [Role.ORGANISER])
    with reading() as session:
        names = [one.name for one in waiting_invitations(session, NOON)]
        assert names == ["乙", "甲"]
        assert waiting_invitations(session, NOON + 7 * DAY) == []


def test_units_and_clerks_are_offered_as_long_as_they_are_there(app):
    today = NOON.date()
    with transaction() as session:
        centre = the_centre(session).id
        make_window(session, "A001", unit="乙")
        make_window(session, "A002", unit="甲")
        ended = update(Unit).where(Unit.name == "乙").values(ended_on=today)
        session.execute(ended)
    make_clerk(badge="018")
    make_clerk(badge="017", ended_on=today + DAY)
    make_clerk(badge="016", ended_on=today)
    make_clerk(badge="015", account_id=make_account("wang", Role.CLERK, NOON))
    with reading() as session:
        units = [one.name for one in units_in_force(session, centre, today)]
        before = units_in_force(session, centre, today - DAY)
        clerks = [one.name for one in clerks_without_account(session, centre, today)]
    assert (units, len(before)) == (["甲"], 2)
    assert clerks == ["017 李娜", "018 李娜"]
