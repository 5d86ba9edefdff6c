"""Signing on at the screen over HTTP, and who visitors then read is there."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from kiosk.domain.demonstration_roster import PIN as DEMONSTRATION_PIN
from kiosk.extensions import recording, transaction
from kiosk.models import Installation, Window
from kiosk.services.clerks import end_service
from kiosk.services.devices import revoke_device
from kiosk.web.access import DEVICE_COOKIE
from tests.engines import ON_SQLITE
from tests.pages import Page
from tests.screens import HALL, keep, pair_screen, phone_tap
from tests.staff import (
    PIN,
    TODAY,
    at,
    clerks_of_ratings,
    entries,
    make_clerk,
    plan,
    shifts,
    span,
)

pytestmark = ON_SQLITE


@pytest.fixture
def screen(app, hall, clock):
    clock.now = at("09:00")
    return pair_screen("A001", clock())


@pytest.fixture
def tablet(client, screen):
    client.set_cookie(DEVICE_COOKIE, screen.secret)
    return client


@pytest.fixture
def clerk(screen) -> int:
    return make_clerk("0317", "示例甲", pin=PIN)


def sign(tablet, badge="0317", pin=PIN, act="on", **more):
    data = {"badge": badge, "pin": pin, "act": act} | more
    return tablet.post("/tablet/duty", data=data, query_string={"lang": "en"})


def head(tablet) -> list[str]:
    return Page(tablet.get("/tablet?lang=en")).texts(".k-duty .k-name")


def test_entry_stands_at_the_foot_and_is_no_button(tablet):
    page = Page(tablet.get("/tablet"))
    entry = page.one('footer a[href="/tablet/duty"]')
    assert entry.get("role") is None
    assert page.soup.select("main a") == []


def test_page_is_a_plain_form_that_leads_back_by_itself(tablet, clerk):
    answer = tablet.get("/tablet/duty?lang=en")
    page = Page(answer)
    assert page.soup.select("script") == []
    assert answer.headers["Refresh"] == "90; url=/tablet?lang=en"
    assert page.one("#pin")["type"] == "password"
    assert page.texts(".k-hint")[0].endswith("Nobody is on duty at this window.")


def test_sign_on_leads_to_the_rating_page_that_names_the_clerk(tablet, clerk):
    answer = sign(tablet)
    assert (answer.status_code, answer.location) == (303, "/tablet?lang=en")
    assert shifts()[0][2:] == ("16 09:00", "17 00:00", "sign-on", True)
    [name] = head(tablet)
    assert name.startswith("示例甲")
    assert name.endswith("0317")
    fragment = tablet.get("/tablet/head")
    assert "示例甲" in fragment.text


def test_without_consent_only_the_badge_is_read(app, tablet, screen, client):
    make_clerk("0400", "示例丙", named=False, pin=PIN)
    sign(tablet, "0400")
    with transaction() as session:
        code = session.get_one(Window, screen.window_id).code
    for address in ("/tablet", "/tablet/head", "/tablet/duty", f"/w/{code}"):
        text = tablet.get(address).text
        assert "示例丙" not in text, address
        assert "0400" in text, address


def test_phone_page_names_who_serves_and_nobody_else(tablet, clerk, screen):
    with transaction() as session:
        code = session.get_one(Window, screen.window_id).code
    assert Page(tablet.get(f"/w/{code}?lang=en")).texts(".p-duty") == []
    sign(tablet)
    shown = Page(tablet.get(f"/w/{code}?lang=en")).texts(".p-duty")
    assert shown == ["On duty示例甲, badge 0317"]
    keep(phone_tap(screen.window_id, 5), at("09:30"))
    assert clerks_of_ratings() == [clerk]


def test_sign_off_ends_it(tablet, clerk, clock):
    sign(tablet)
    clock.forward(hours=1)
    assert sign(tablet, act="off").status_code == 303
    assert head(tablet) == []
    assert shifts()[0][3] == "16 10:00"
    page = Page(sign(tablet, act="off"))
    assert page.status == 422
    assert page.texts("#wrong")[0].startswith("You are not on duty at this window")


def test_plan_shows_in_the_head_only_while_it_holds(tablet, clerk, screen, clock):
    plan(clerk, screen.window_id, span("10:00", "12:00"), clock())
    for one, shown in (("09:59", 0), ("10:00", 1), ("11:59", 1), ("12:00", 0)):
        clock.now = at(one)
        assert len(head(tablet)) == shown


@pytest.mark.parametrize(
    ("badge", "pin"), [("0317", "1357"), ("0317", ""), ("9999", PIN), ("", "")]
)
def test_wrong_pin_is_one_sentence_and_keeps_the_badge(tablet, clerk, badge, pin):
    answer = sign(tablet, badge, pin)
    page = Page(answer)
    assert page.status == 422
    assert page.texts("#wrong") == [
        "Badge number and PIN do not match. Whoever keeps the roster can set a new PIN."
    ]
    assert page.one("#badge")["value"] == badge
    assert not page.one("#pin").has_attr("value")
    assert shifts() == []


def test_guesses_are_throttled_by_badge_and_the_right_pin_waits_too(
    tablet, clerk, clock
):
    other = make_clerk("0318", "示例乙", pin="8642")
    for _ in range(5):
        assert sign(tablet, pin="1357").status_code == 422
    answer = sign(tablet)
    assert answer.status_code == 429
    assert Page(answer).texts("#wrong")[0].startswith("There were too many wrong tries")
    assert shifts() == []
    assert sign(tablet, "0318", "8642").status_code == 303
    assert shifts()[0][0] == other
    clock.forward(seconds=61)
    assert sign(tablet).status_code == 303


def test_right_pin_is_no_wrong_try_even_where_the_act_is_refused(tablet, clerk):
    for _ in range(8):
        assert sign(tablet, act="off").status_code == 422


def test_who_has_left_cannot_sign_on(tablet, clerk, clock):
    with recording("test", clock()) as records:
        end_service(records, HALL, clerk, TODAY)
    assert sign(tablet).status_code == 422


def test_ledger_names_the_screen_and_no_pin(tablet, clerk, screen):
    sign(tablet)
    [body] = entries("shift")
    assert f'"by":"device:{screen.device_id}"' in body
    assert PIN not in body


def test_other_browsers_and_withdrawn_screens_sign_nobody_on(
    app, tablet, clerk, screen, clock
):
    stranger = app.test_client()
    assert "data-level" not in stranger.get("/tablet/duty").text
    assert sign(stranger).status_code == 401
    with recording("test", clock()) as records:
        revoke_device(records, screen.device_id)
    assert sign(tablet).status_code == 401
    assert shifts() == []


def test_form_of_another_site_is_refused(tablet, clerk):
    answer = tablet.post(
        "/tablet/duty",
        data={"badge": "0317", "pin": PIN},
        origin=False,
        headers={"Origin": "http://evil.example"},
    )
    assert answer.status_code == 403
    assert shifts() == []


def test_demonstration_tells_its_pin_and_a_real_hall_none(tablet, clerk):
    assert DEMONSTRATION_PIN not in tablet.get("/tablet/duty").text
    with transaction() as session:
        session.execute(update(Installation).values(demonstration=True))
    page = Page(tablet.get("/tablet/duty?lang=en"))
    assert any(DEMONSTRATION_PIN in text for text in page.texts(".k-hint"))


def test_clerk_comes_and_goes_over_midnight(tablet, clerk, clock):
    clock.now = at("23:30")
    sign(tablet)
    clock.forward(minutes=29)
    assert len(head(tablet)) == 1
    clock.forward(minutes=1)
    assert head(tablet) == []
    assert clock() == at("00:00", TODAY + timedelta(days=1))
