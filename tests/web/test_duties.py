"""The start page: what each person has to do there, and nobody else's figures."""

import pytest
from sqlalchemy import select

from kiosk.domain.policy import Role
from kiosk.extensions import transaction
from kiosk.models import Account, RoleGrant, Unit
from tests.builders import make_device, make_window
from tests.engines import ON_SQLITE
from tests.pages import Page
from tests.people import sign_in_as
from tests.screens import keep, phone_tap

pytestmark = ON_SQLITE


@pytest.fixture
def units(app, hall, clock) -> tuple[int, int]:
    """Two units with a window, a screen and six ratings each."""
    keys = []
    for number, name in (("A001", "甲局"), ("B001", "乙局")):
        with transaction() as session:
            window = make_window(session, number, unit=name)
            make_device(session, window, clock())
            keys.append(session.scalars(select(Unit.id).where(Unit.name == name)).one())
            window_id = window.id
        for _ in range(6):
            keep(phone_tap(window_id, 5), clock())
    return keys[0], keys[1]


def start(client) -> Page:
    return Page(client.get("/manage?lang=en"))


def names(page: Page) -> list[str]:
    return [each.split(" ·")[0] for each in page.texts("ol.tasks .task-name")]


def test_an_organiser_has_the_whole_hall(app, units, clock):
    page = start(sign_in_as(app, Role.ORGANISER, clock()))
    told = names(page)
    for duty in ("Windows 2", "Tablets 2 / 2", "Posters 2", "Leaderboard"):
        assert duty in told
    assert page.texts("#figures tbody .plate") == ["A001", "B001"]
    assert page.one(".sum-big").text.startswith("12")


def test_a_manager_has_the_own_windows_and_their_figures(app, units, clock):
    page = start(sign_in_as(app, Role.MANAGER, clock(), units[0]))
    assert {"Windows 1", "Tablets 1 / 1", "Posters 1"} <= set(names(page))
    assert page.texts("#figures tbody .plate") == ["A001"]
    assert page.one(".sum-big").text.startswith("6")
    assert "Demonstration" not in names(page)
    assert "乙局" not in page.answer.text


def test_a_silent_screen_is_due_first_and_for_its_manager_only(app, units, clock):
    clock.forward(minutes=4)
    told = names(start(sign_in_as(app, Role.MANAGER, clock(), units[0])))
    assert told[0] == "Tablets: Not responding 1"
    told = names(start(sign_in_as(app, Role.ORGANISER, clock())))
    assert told[0] == "Tablets: Not responding 2"


def test_a_manager_without_windows_is_sent_to_no_import(app, hall, clock):
    with transaction() as session:
        unit = Unit(centre_id=1, name="空局")
        session.add(unit)
        session.flush()
        key = unit.id
    page = start(sign_in_as(app, Role.MANAGER, clock(), key))
    assert not any("import" in link for link in page.links())


def test_a_viewer_sees_figures_and_no_duty_that_is_not_theirs(app, units, clock):
    page = start(sign_in_as(app, Role.VIEWER, clock()))
    assert names(page) == ["Windows 2", "Leaderboard"]
    assert len(page.texts("#figures tbody .plate")) == 2


@pytest.mark.parametrize("role", [Role.JUROR, Role.INSPECTOR, Role.CASE_HANDLER])
def test_who_sees_no_figures_is_told_what_is_open(app, units, clock, role):
    client = sign_in_as(app, role, clock())
    page = start(client)
    assert "What is open to you" in page.texts("h2")
    assert "Windows" in page.texts("ul.tasks .task-name")
    assert page.soup.select("#figures") == []
    for link in (str(a["href"]) for a in page.soup.select("main a")):
        assert client.get(link).status_code == 200, link
    assert client.get("/manage/today").status_code == 404


def test_somebody_with_two_roles_sees_figures_where_one_of_them_holds(
    app, units, clock
):
    """The start page is open to a clerk everywhere; the figures of others are not."""
    client = sign_in_as(app, Role.MANAGER, clock(), units[0], login="both")
    grant_too(Role.CLERK, "both", clock())
    assert start(client).texts("#figures tbody .plate") == ["A001"]
    fragment = client.get("/manage/today").text
    assert "A001" in fragment
    assert "B001" not in fragment


def grant_too(role: Role, login: str, now) -> None:
    with transaction() as session:
        key = session.scalars(select(Account.id).where(Account.login == login)).one()
        session.add(RoleGrant(account_id=key, role=str(role), granted_at=now))
