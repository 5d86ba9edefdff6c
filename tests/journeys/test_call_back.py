"""From a bad rating to a call: the screen's code, the own phone, the case handler."""

import json
from uuid import uuid4

import pytest
from playwright.sync_api import expect

from kiosk.domain.policy import Role
from tests.journeys.conftest import first_link
from tests.journeys.test_axe import violations
from tests.journeys.test_weight import KB, Meter
from tests.waiting import until

pytestmark = pytest.mark.journey

NUMBER = "13900005678"
SEND = """body => fetch("/tablet/ratings", {
  method: "POST", headers: {"Content-Type": "application/json"}, body,
}).then((answer) => answer.status)"""


@pytest.fixture
def hall(own_hall):
    return own_hall


def tap(own: str) -> str:
    """Return a very bad rating that carries the secret of its author's phone."""
    return json.dumps(
        {
            "id": str(uuid4()),
            "sequence": 1,
            "tapped_at": "2026-07-16T04:00:00+00:00",
            "level": 1,
            "own": own,
        }
    )


def sound(page) -> None:
    """Fail at a violation, at another count of h1 than one, or at a wide page."""
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert (violations(page), page.locator("h1").count(), wide <= 0) == ([], 1, True)


def pair(hall, screen) -> dict[str, str]:
    """Pair a screen; return what it shows to the first visitor who rates badly."""
    screen.goto(first_link(hall.flask("tablets", "pair", "A001")))
    screen.get_by_role("button").click()
    screen.wait_for_url("**/tablet")
    return screen.evaluate("fetch('/tablet/own').then((answer) => answer.json())")


def follow(page, target) -> None:
    """Press what leads to another page, and be there."""
    with page.expect_navigation():
        target.click()


def leave_number(phone) -> None:
    """Mistype the number, see why, and leave it."""
    phone.locator("#phone").fill("1390000567")
    phone.locator("#consent").check()
    phone.locator("form .p-btn").click()
    expect(phone.locator("#phone-error")).to_be_visible()
    expect(phone.locator("#phone")).to_have_value("1390000567")
    sound(phone)
    phone.locator("#phone").fill(NUMBER)
    phone.locator("#consent").check()
    phone.locator("form .p-btn").click()
    expect(phone.locator("#kept")).to_be_visible()
    assert NUMBER not in phone.content()
    sound(phone)


def case_is_there(hall) -> bool:
    return hall.rows('SELECT count(*) FROM "case"') == [(1,)]


def answer(desk, hall) -> None:
    """Find the case in the list, accept and answer it; nobody is called before."""
    desk.goto(f"{hall.url}/manage/cases")
    sound(desk)
    follow(desk, desk.locator("tbody a"))
    expect(desk.locator("#outcome")).to_have_count(0)
    follow(desk, desk.locator("form[action*='/accept'] button"))
    sound(desk)
    desk.locator("input[name=answer][value=explained]").check()
    desk.locator("#reply").fill("当天系统检修，未能及时告知，向您致歉。")
    follow(desk, desk.locator("form[action*='/answer'] button"))
    sound(desk)


def call_back(desk, hall) -> None:
    """Find who waits in the list of calls, open the contact, note the call."""
    desk.goto(f"{hall.url}/manage/calls")
    sound(desk)
    follow(desk, desk.locator("tbody a"))
    assert NUMBER not in desk.content()
    desk.locator("#opening").fill("首次回访")
    follow(desk, desk.locator("form[action*='/contact/open'] button"))
    expect(desk.locator("#people + dl")).to_contain_text(NUMBER)
    sound(desk)
    desk.locator("#outcome").select_option("content")
    follow(desk, desk.locator("form[action*='/contact/call'] button"))
    sound(desk)
    desk.goto(f"{hall.url}/manage/calls")
    expect(desk.locator(".empty")).to_be_visible()
    sound(desk)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_who_rates_badly_is_called_back(hall, visitors, language):
    screen = visitors("tablet", language).page
    own = pair(hall, screen)
    visitor = visitors("phone", language)
    phone = visitor.page
    # The phone is quicker than the screen's network.
    phone.goto(own["address"])
    expect(phone.locator("#phone")).to_have_count(0)
    sound(phone)
    assert screen.evaluate(SEND, tap(own["own"])) == 200
    phone.locator(".p-btn").click()
    leave_number(phone)
    caller = visitors("desk", language)
    caller.sign_in(hall, Role.CASE_HANDLER)
    until(lambda: case_is_there(hall))
    answer(caller.page, hall)
    call_back(caller.page, hall)
    phone.reload()
    expect(phone.locator("#kept")).to_be_visible()
    sound(phone)
    erase = phone.locator("section:has(#kept) form button")
    follow(phone, erase)
    expect(erase).to_have_count(0)
    assert hall.rows("SELECT sealed FROM contact") == [(None,)]
    assert [one.complaints for one in (visitor, caller)] == [[], []]


def test_the_own_page_weighs_at_most_twenty_kilobytes(hall, visitors):
    screen = visitors("tablet").page
    own = pair(hall, screen)
    assert screen.evaluate(SEND, tap(own["own"])) == 200
    visitor = visitors("phone")
    meter = Meter().attach(visitor)
    visitor.page.goto(own["address"], wait_until="networkidle")
    expect(visitor.page.locator("#phone")).to_be_visible()
    assert meter.total <= 20 * KB
    sound(visitor.page)
