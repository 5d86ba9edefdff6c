"""Install mode over HTTP: a browser shows a code, an organiser gives it a window."""

import re

import pytest
from sqlalchemy import func, select

from kiosk.domain.install_codes import LIVE_MOST
from kiosk.domain.policy import Role
from kiosk.extensions import reading, transaction
from kiosk.models import Device, InstallCode, PairingLink, Unit
from kiosk.services.installing import show_code
from kiosk.services.qr import svg
from tests.builders import make_device, make_window
from tests.engines import ON_SQLITE
from tests.pages import Page
from tests.people import sign_in_as

pytestmark = ON_SQLITE
INSTALL = "/manage/tablets/install"


@pytest.fixture
def window(app, hall):
    with transaction() as session:
        return make_window(session, "A001")


@pytest.fixture
def tablet(app):
    return app.test_client()


def step(tablet, **data):
    return tablet.post("/tablet/install", data=data)


def code_of(answer) -> str:
    found = re.search(r'name="shown" value="(\w+)"', answer.text)
    assert found is not None, answer.text
    return found.group(1)


def count(model) -> int:
    with reading() as session:
        return session.scalar(select(func.count()).select_from(model))


def give(organiser, code: str, window, **more):
    data = {"code": code, "window": str(window.id), **more}
    return organiser.post(f"{INSTALL}?lang=en", data=data)


# --- the tablet ---------------------------------------------------------------


def test_looking_at_the_page_makes_no_code(tablet, window):
    for path in ("/tablet", "/tablet/install"):
        page = Page(tablet.get(f"{path}?lang=en"))
        box = page.one("#install")
        assert box["hx-post"].startswith("/tablet/install")
        assert "load" in box["hx-trigger"]
        assert "needs JavaScript" in page.one("noscript").text
    assert count(InstallCode) == 0


def test_a_browser_keeps_its_code_and_is_told_nothing_while_it_holds(
    tablet, window, clock
):
    first = step(tablet)
    code = code_of(first)
    assert f"{code[:3]} {code[3:]}" in first.text
    cookie = first.headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    clock.forward(minutes=9.99)
    assert code_of(step(tablet)) == code
    assert step(tablet, shown=code).status_code == 204
    assert count(InstallCode) == 1


def test_after_ten_minutes_a_fresh_code_shows_by_itself(tablet, window, clock):
    code = code_of(step(tablet))
    clock.forward(minutes=10)
    fresh = code_of(step(tablet, shown=code))
    assert fresh != code
    assert count(InstallCode) == 1


def test_the_picture_leads_to_the_page_where_the_window_is_chosen(tablet, window):
    near = tablet.post("/tablet/install", headers={"Host": "localhost"})
    assert "<svg" not in near.text
    base = "http://10.1.2.3"
    far = tablet.post("/tablet/install", base_url=base, headers={"Origin": base})
    assert svg(f"{base}{INSTALL}?code={code_of(far)}") in far.text


def test_two_browsers_have_two_codes_and_200_are_the_most(app, tablet, window, clock):
    with transaction() as session:
        for _ in range(LIVE_MOST - 1):
            show_code(session, clock())
    code = code_of(step(tablet))
    late = app.test_client()
    answer = late.post("/tablet/install?lang=en")
    assert "Too many tablets" in answer.text
    assert "Set-Cookie" not in answer.headers
    assert count(InstallCode) == LIVE_MOST
    assert code_of(step(tablet)) == code
    clock.forward(minutes=10)
    assert code_of(late.post("/tablet/install"))
    assert count(InstallCode) == 1


def test_another_site_makes_no_code(tablet, window):
    assert tablet.post("/tablet/install", origin=False).status_code == 403
    assert count(InstallCode) == 0


def test_a_screen_that_is_paired_goes_to_its_own_page(tablet, window, clock):
    with transaction() as session:
        tablet.set_cookie("kiosk_device", make_device(session, window, clock()))
    assert step(tablet).headers["HX-Redirect"] == "/tablet"
    assert count(InstallCode) == 0


# --- together -----------------------------------------------------------------


def test_from_code_to_tested(organiser, tablet, window, clock):
    code = code_of(step(tablet))
    page = Page(organiser.get(f"{INSTALL}?lang=en"))
    assert page.texts(".i-places .i-state") == ["Not installed"]
    assert "Not installed 1 · Installed 0 · Tested 0" in page.one(".m-asof").text
    chosen = Page(organiser.get(f"{INSTALL}?lang=en&code={code.lower()}"))
    assert f"{code[:3]} {code[3:]}" in chosen.one(".lead").text
    given = give(organiser, code, window)
    assert given.status_code == 303
    waiting = Page(organiser.get(given.location))
    poll = waiting.one("#progress")["hx-get"]
    assert organiser.get(f"{poll}&state=waiting").status_code == 204
    answer = step(tablet, shown=code)
    assert answer.headers["HX-Redirect"] == "/tablet/test"
    assert "A001" in Page(tablet.get("/tablet/test")).one(".plate").text
    paired = organiser.get(f"{poll}&state=waiting")
    assert "Now press the test tap" in paired.text
    send_test(tablet, clock())
    tested = organiser.get(f"{poll}&state=paired")
    assert "This tablet is ready" in tested.text
    assert "hx-get" not in tested.text
    page = Page(organiser.get(f"{INSTALL}?lang=en"))
    assert page.texts(".i-places .i-state") == ["Tested"]


def send_test(tablet, now) -> None:
    page = Page(tablet.get("/tablet/test"))
    body = page.one("body")
    event = {
        "kind": "test",
        "id": "8c2a3c2e-6a52-4b7c-9d2e-0f5a6b7c8d9e",
        "sequence": 1,
        "tapped_at": now.isoformat(),
        "run": "0123456789abcdef",
        "ms": 1,
        "offset": None,
        "device": body["data-device"],
        "window": body["data-window"],
    }
    batch = {"run": "0123456789abcdef", "ms": 2, "sent_at": now.isoformat()}
    answer = tablet.post(body["data-ratings"], json=batch | {"events": [event]})
    assert "receipt" in answer.json["results"][0]


def test_a_second_answer_to_the_same_browser_does_no_harm(organiser, tablet, window):
    code = code_of(step(tablet))
    give(organiser, code, window)
    lost = tablet.get_cookie("kiosk_install").value
    assert step(tablet).headers["HX-Redirect"] == "/tablet/test"
    twin = tablet.application.test_client()
    twin.set_cookie("kiosk_install", lost)
    assert twin.post("/tablet/install").headers["HX-Redirect"] == "/tablet"
    assert twin.get_cookie("kiosk_install") is None
    assert count(Device) == 1


@pytest.mark.parametrize("typed", ["CCCCCC", "0", "<b>", "x" * 400])
def test_a_code_nobody_shows_is_refused_beside_its_field(organiser, window, typed):
    asked = organiser.get(INSTALL, query_string={"lang": "en", "code": typed})
    given = give(organiser, typed, window)
    for answer in (asked, given):
        assert answer.status_code == 422
        assert "No tablet shows this code now" in Page(answer).one("#code-error").text
    assert count(PairingLink) == 0


def test_of_two_organisers_the_second_is_told_who_came_first(organiser, tablet, window):
    code = code_of(step(tablet))
    assert give(organiser, code, window).status_code == 303
    second = give(organiser, code, window)
    assert second.status_code == 422
    assert "Somebody else has just given this tablet a window" in second.text
    assert count(PairingLink) == 1


def test_a_window_that_has_a_tablet_asks_whether_it_is_replaced(
    organiser, tablet, window, clock
):
    with transaction() as session:
        make_device(session, window, clock())
    code = code_of(step(tablet))
    page = Page(give(organiser, code, window))
    assert "Does the new one take its place?" in page.one(".lead").text
    old = page.one("[name=replaces]")["value"]
    assert count(PairingLink) == 1  # the one of the old screen
    assert give(organiser, code, window, replaces=old).status_code == 303
    step(tablet)
    with reading() as session:
        gone = session.scalars(select(Device.revoked_at).order_by(Device.id)).all()
        assert gone == [clock(), None]


def test_both_tablets_of_a_window_can_stay(organiser, tablet, window, clock):
    with transaction() as session:
        make_device(session, window, clock())
    code = code_of(step(tablet))
    assert give(organiser, code, window, beside="1").status_code == 303
    step(tablet)
    with reading() as session:
        assert session.scalars(select(Device.revoked_at)).all() == [None, None]
    page = Page(organiser.get(f"{INSTALL}?lang=en"))
    assert page.texts(".i-places .i-state") == ["Installed"]


def test_a_tablet_that_never_came_is_said_to_be_late(organiser, tablet, window, clock):
    given = give(organiser, code_of(step(tablet)), window)
    clock.forward(minutes=10)
    again = sign_in_as(organiser.application, Role.ORGANISER, clock())
    page = Page(again.get(given.location))
    assert "did not take the pairing up in time" in page.one("#progress").text
    assert step(tablet).status_code == 200


def test_the_search_leaves_the_windows_that_fit(organiser, window):
    with transaction() as session:
        make_window(session, "B002", unit="市医保局")
    page = Page(organiser.get(f"{INSTALL}?lang=en&q=医保局"))
    assert page.texts(".i-places .plate") == ["B002"]
    assert "Not installed 2" in page.one(".m-asof").text
    assert (
        "No window fits"
        in Page(organiser.get(f"{INSTALL}?lang=en&q=zzz")).one(".empty").text
    )


def test_no_window_or_a_strange_one_is_refused(organiser, tablet, window):
    code = code_of(step(tablet))
    for typed in ("", "999", "x"):
        answer = organiser.post(INSTALL, data={"code": code, "window": typed})
        assert answer.status_code == 422
    for typed in ("999", "x", "9" * 40):
        data = {"code": code, "replaces": typed}
        assert organiser.post(INSTALL, data=data).status_code == 404
    assert count(PairingLink) == 0


@pytest.mark.parametrize("link", ["999", "9" * 30])
def test_a_pairing_that_is_none_is_not_found(organiser, window, link):
    assert organiser.get(f"{INSTALL}/{link}").status_code == 404
    assert organiser.get(f"{INSTALL}/{link}/state").status_code == 404


def test_a_manager_installs_at_own_windows_only(app, organiser, tablet, window, clock):
    with transaction() as session:
        other = make_window(session, "B002", unit="市医保局")
    own = other_unit()
    manager = sign_in_as(app, Role.MANAGER, clock(), own)
    code = code_of(step(tablet))
    page = Page(manager.get(f"{INSTALL}?code={code}"))
    assert page.texts(".i-places .plate") == ["B002"]
    assert give(manager, code, window).status_code == 422
    given = give(organiser, code, window)
    assert manager.get(given.location).status_code == 404
    assert manager.get(f"{given.location}/state").status_code == 404
    fresh = app.test_client()
    assert give(manager, code_of(step(fresh)), other).status_code == 303


def other_unit() -> int:
    with reading() as session:
        from_name = select(Unit.id).where(Unit.name == "市医保局")
        return session.scalars(from_name).one()


def test_the_test_page_of_a_stranger_leads_to_the_code(tablet, window):
    answer = tablet.get("/tablet/test")
    assert (answer.status_code, answer.location) == (303, "/tablet")
