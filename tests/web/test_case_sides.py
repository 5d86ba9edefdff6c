"""On which side of a unit's case each person stands, and which cases they see."""

from collections.abc import Callable

import pytest
from flask import Flask

from kiosk.domain.cases import Side
from kiosk.domain.policy import NotOpen, Role
from kiosk.extensions import reading, recording, transaction
from kiosk.models import ORGANISATION, Account, Clerk, Posting, RoleGrant, Unit
from kiosk.services.cases import Actor
from kiosk.web.manage.case_sides import Standing, actor, standing, this_clock
from kiosk.web.sessions import SESSION_COOKIE
from tests.builders import make_window
from tests.conftest import NOON
from tests.engines import ON_SQLITE
from tests.people import session_of
from tests.places import TODAY
from tests.staff import unit_key

pytestmark = ON_SQLITE

OURS, BELOW, OTHERS = "市人社局", "市社保中心", "市医保局"
TABLE = [
    # who, what they manage and where they work: side in our unit, below it, elsewhere
    (Role.MANAGER, OURS, "", (Side.UNIT, Side.UNIT, None)),
    (Role.MANAGER, BELOW, "", (None, Side.UNIT, None)),
    (Role.CASE_HANDLER, "", "", (Side.OUTSIDE,) * 3),
    (Role.ORGANISER, "", "", (Side.OUTSIDE,) * 3),
    # who works there, or worked there once, is not outside
    (Role.CASE_HANDLER, "", OURS, (None, Side.OUTSIDE, Side.OUTSIDE)),
    (Role.ORGANISER, "", OTHERS, (Side.OUTSIDE, Side.OUTSIDE, None)),
    # a manager who is a handler besides acts in their own units as the unit
    (Role.CASE_HANDLER, OURS, "", (Side.UNIT, Side.UNIT, Side.OUTSIDE)),
    (Role.CASE_HANDLER, OURS, OURS, (Side.UNIT, Side.UNIT, Side.OUTSIDE)),
    (Role.CLERK, "", OURS, (None,) * 3),
    (Role.VIEWER, "", "", (None,) * 3),
    (Role.INSPECTOR, "", "", (None,) * 3),
    (Role.ADMINISTRATOR, "", "", (None,) * 3),
]


@pytest.fixture
def units(app, hall) -> dict[str, int]:
    """Our unit, one below it, and another one, by name."""
    with transaction() as session:
        for number, name in enumerate((OURS, BELOW, OTHERS), 1):
            make_window(session, f"A00{number}", unit=name)
    keys = {name: unit_key(name) for name in (OURS, BELOW, OTHERS)}
    with recording("test", NOON) as records:
        records.change(Unit, 1, keys[BELOW], {"parent_id": keys[OURS]})
    return keys


@pytest.fixture
def ask(app: Flask, units: dict[str, int]) -> Callable:
    """Return a function that asks as somebody, in a request of theirs."""

    def asked(role: Role, manages: str, works: str, question: Callable):
        unit = units.get(manages)
        only = unit if role is Role.MANAGER else None
        secret = session_of(role, NOON, only, login="zhang")
        with recording("test", NOON) as records:
            who = records.session.query(Account).filter_by(login="zhang").one().id
            if unit is not None and role is not Role.MANAGER:
                grant = {"role": "manager", "unit_id": unit, "granted_at": NOON}
                records.add(RoleGrant, ORGANISATION, [{"account_id": who, **grant}])
            if works:
                employ(records, who, units[works])
        cookie = {"Cookie": f"{SESSION_COOKIE}={secret}"}
        with app.test_request_context("/", headers=cookie), reading() as session:
            return question(session)

    return asked


def employ(records, account_id: int, unit_id: int) -> None:
    """Let the account be of somebody who worked in a unit until some time ago."""
    facts = {"centre_id": 1, "name": "示例甲", "badge": "0317", "named": True}
    row = {**facts, "started_on": TODAY, "account_id": account_id}
    [clerk] = records.add(Clerk, 1, [row])
    posting = {"clerk_id": clerk, "unit_id": unit_id, "starts_on": TODAY}
    records.add(Posting, 1, [{**posting, "ends_on": TODAY}])


def side_in(found: Standing, unit_id: int) -> Side | None:
    try:
        return found.side(unit_id)
    except NotOpen:
        return None


@pytest.mark.parametrize(("role", "manages", "works", "sides"), TABLE)
def test_the_side_of_each_person_in_each_unit(ask, units, role, manages, works, sides):
    found = ask(role, manages, works, standing)
    assert tuple(side_in(found, units[name]) for name in units) == sides


def test_a_manager_sees_the_own_units_and_nothing_is_hidden(ask, units):
    found = ask(Role.MANAGER, OURS, "", standing)
    assert found.units == {units[OURS], units[BELOW]}
    assert found.hidden == frozenset()


def test_a_handler_sees_all_units_but_those_of_their_work(ask, units):
    found = ask(Role.CASE_HANDLER, "", OTHERS, standing)
    assert (found.units, found.hidden) == (None, {units[OTHERS]})


def test_a_handler_who_manages_where_they_work_sees_it_as_its_manager(ask, units):
    found = ask(Role.CASE_HANDLER, OURS, OURS, standing)
    assert (found.units, found.hidden) == (None, frozenset())


def test_others_see_the_cases_of_no_unit(ask):
    assert ask(Role.CLERK, "", OURS, standing).units == frozenset()


def test_the_actor_is_the_person_on_their_side(ask, units):
    found = ask(Role.CASE_HANDLER, "", "", lambda s: actor(s, units[OURS]))
    with reading() as session:
        who = session.query(Account).filter_by(login="zhang").one().id
    assert found == Actor(Side.OUTSIDE, who)


def test_nobody_acts_where_they_are_not_seen(ask, units):
    with pytest.raises(NotOpen):
        ask(Role.CASE_HANDLER, "", OURS, lambda s: actor(s, units[OURS]))


def test_the_clock_is_the_centres_with_the_days_of_the_settings(ask):
    periods = ask(Role.ORGANISER, "", "", this_clock).periods
    assert (periods.accept, periods.answer, periods.rectify) == (1, 5, 15)
    assert (periods.second, periods.look_back) == (10, 20)
