"""One tablet: what is known of it; named, moved, replaced, and only where one may."""

import pytest
from sqlalchemy import select, update

from kiosk.domain.policy import Role
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Device, DeviceReport, DeviceStay, PairingLink, Unit
from kiosk.queries.devices import paired_devices
from kiosk.services.devices import revoke_device
from tests.builders import make_device, make_window
from tests.conftest import NOON
from tests.engines import ON_SQLITE
from tests.pages import Page
from tests.people import sign_in_as

pytestmark = ON_SQLITE
LIST = "/manage/tablets?lang=en"


@pytest.fixture
def screens(app, hall, clock) -> tuple[int, int]:
    """Two windows of two units, each with a screen."""
    for number, unit in (("A001", "甲局"), ("B002", "乙局")):
        with transaction() as session:
            make_device(session, make_window(session, number, unit=unit), clock())
    with reading() as session:
        first, second = (line.id for line in paired_devices(session, 1))
    return first, second


def report(screen: int, **values: object) -> None:
    with transaction() as session:
        session.execute(
            update(DeviceReport)
            .where(DeviceReport.device_id == screen)
            .values(reported_at=NOON, **values)
        )


def plates(page: Page) -> list[str]:
    return page.texts("#tablets tbody .plate")


def withdraw(screen: int, now) -> None:
    with recording("test", now) as records:
        revoke_device(records, screen)


def one(organiser, screen: int, path: str = "") -> Page:
    return Page(organiser.get(f"/manage/tablets/{screen}{path}?lang=en"))


def test_a_page_tells_all_that_is_known_of_a_screen(organiser, screens, clock):
    first = screens[0]
    report(first, cloned_at=NOON, clone_sequence=17, storage="memory", charging=True)
    report(first, battery=5, waiting=1, oldest_at=NOON, set_aside=2)
    facts = " ".join(one(organiser, first).texts(".guide--facts div"))
    for words in (
        "Waiting to be sent1 · the oldest since 16 Jul, 12:00",
        "Set aside2 · refused for good",
        "Battery5% · charging",
        "Clocknot told",
        "in memory only: lost with the page",
        "Test tapNone",
    ):
        assert words in facts
    assert (
        "Number 17 of its taps came a second time"
        in one(organiser, first).one(".warning").text
    )


def test_a_screen_is_renamed(organiser, screens):
    first = screens[0]
    path = f"/manage/tablets/{first}/name"
    answer = organiser.post(path, data={"name": "  柜台左侧 "})
    assert answer.location == f"/manage/tablets/{first}?done=named"
    page = Page(organiser.get(f"{answer.location}&lang=en"))
    assert "柜台左侧" in page.one(".m-title").text
    assert "new name" in page.one(".done").text
    assert organiser.post(path, data={"name": "x" * 40}).status_code == 303
    wrong = organiser.post(path, data={"name": "x" * 41})
    assert wrong.status_code == 422
    assert Page(wrong).one("#name-error")
    assert organiser.post(path, data={"name": ""}).status_code == 303


def test_a_screen_is_moved_and_stays_known_where_it_stood(organiser, screens):
    first, second = screens
    with reading() as session:
        place = session.get_one(Device, second).window_id
    path = f"/manage/tablets/{first}/move"
    answer = organiser.post(path, data={"window": str(place)})
    assert answer.location == f"/manage/tablets/{first}?done=moved"
    with reading() as session:
        assert session.get_one(Device, first).window_id == place
        assert session.get(DeviceStay, (first, place)) is not None
    for typed in ("", "999", "x"):
        wrong = organiser.post(path, data={"window": typed})
        assert wrong.status_code == 422
        assert Page(wrong).one("#window-error")


def test_a_withdrawn_screen_shows_its_past_and_no_acts(organiser, screens, clock):
    first, second = screens
    withdraw(first, clock())
    with transaction() as session:
        session.execute(
            update(Device).where(Device.id == second).values(predecessor_id=first)
        )
    page = one(organiser, first)
    assert "is held until somebody has looked at it" in page.one(".warning").text
    assert page.soup.select("main form") == []
    assert page.soup.select(".m-acts") == []
    assert f"/manage/tablets/{first}?lang=en" in one(organiser, second).links()
    for act in ("name", "move"):
        data = {"name": "x", "window": "1"}
        answer = organiser.post(f"/manage/tablets/{first}/{act}", data=data)
        assert answer.status_code == 404


def test_replacing_by_a_link_ends_the_old_pairing(organiser, app, screens, clock):
    first = screens[0]
    page = Page(organiser.get(f"/manage/tablets/install?lang=en&replaces={first}"))
    assert "Replace the tablet" in page.heading
    form = page.soup.select_one('form[action^="/manage/tablets?"]')
    data = {each["name"]: each["value"] for each in form.select("input[type=hidden]")}
    made = Page(organiser.post(LIST, data=data))
    assert made.one('input[name="replaces"]')["value"] == str(first)
    link = made.one(".pair-link").text.strip()
    assert app.test_client().post(link).status_code == 303
    with reading() as session:
        assert session.get_one(Device, first).revoked_at == NOON
        told = session.scalars(select(PairingLink.replaces_id)).all()
    assert told[-1] == first


def test_strange_numbers_are_no_screens(organiser, screens):
    for key in ("0", "999", "9" * 30):
        assert organiser.get(f"/manage/tablets/{key}").status_code == 404
        assert organiser.get(f"/manage/tablets/{key}/withdraw").status_code == 404
        asked = organiser.get(f"/manage/tablets/install?replaces={key}")
        assert asked.status_code == 404
        for act in ("name", "move"):
            answer = organiser.post(f"/manage/tablets/{key}/{act}", data={"name": "x"})
            assert answer.status_code in {404, 422}


def test_a_manager_has_own_screens_only(app, screens, clock):
    first, second = screens
    with reading() as session:
        unit = session.scalars(select(Unit.id).where(Unit.name == "乙局")).one()
        place = session.get_one(Device, first).window_id
    manager = sign_in_as(app, Role.MANAGER, clock(), unit)
    assert plates(Page(manager.get(LIST))) == ["B002"]
    assert "甲局" not in manager.get(LIST).text
    assert "A001" not in manager.get("/manage/tablets/file").text
    for path in ("", "/withdraw"):
        assert manager.get(f"/manage/tablets/{first}{path}").status_code == 404
        assert manager.get(f"/manage/tablets/{second}{path}").status_code == 200
    name = manager.post(f"/manage/tablets/{first}/name", data={"name": "x"})
    assert name.status_code == 404
    moved = manager.post(f"/manage/tablets/{second}/move", data={"window": str(place)})
    assert moved.status_code == 422
    manager.post(f"/manage/tablets/{first}/withdraw")
    with reading() as session:
        device = session.get_one(Device, first)
        assert (device.name, device.revoked_at) == ("", None)
        assert session.get_one(Device, second).window_id != place


def test_a_predecessor_elsewhere_is_not_told(app, screens, clock):
    first, second = screens
    with transaction() as session:
        session.execute(
            update(Device).where(Device.id == second).values(predecessor_id=first)
        )
        unit = session.scalars(select(Unit.id).where(Unit.name == "乙局")).one()
    manager = sign_in_as(app, Role.MANAGER, clock(), unit)
    assert "the one before" not in one(manager, second).answer.text
