"""A clerk signs on at the screen, a visitor taps, and the rating carries the clerk."""

import re

import pytest
from playwright.sync_api import expect
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.clock import utc_now
from kiosk.domain.staff import ClerkFacts
from kiosk.models import Unit
from kiosk.queries.places import only_centre
from kiosk.services.clerks import NewClerk, add_clerks, hashed_pin, set_pin
from kiosk.services.rating_rows import Hall
from kiosk.services.records import book
from tests.waiting import until

pytestmark = pytest.mark.journey
PIN = "2468"


def take_on(session: Session) -> str:
    """Take a clerk on in the unit of the first window; return the badge."""
    now = utc_now()
    centre = only_centre(session)
    hall = Hall(centre.id, centre.zone)
    unit = session.scalars(select(Unit.id).order_by(Unit.id)).first()
    today = now.astimezone(centre.zone).date()
    new = NewClerk(ClerkFacts("示例甲", "0317", named=True), unit, today)
    with book(session, "test", now) as records:
        [key] = add_clerks(records, hall, [new])
        set_pin(records, hall, key, hashed_pin(PIN, "0317"))
    return "0317"


@pytest.mark.parametrize("size", ["tablet", "tablet-upright"])
def test_clerk_signs_on_and_the_next_rating_is_theirs(own_hall, visitors, size):
    badge = own_hall._act(take_on)
    page = visitors(size).page
    page.goto(own_hall.pairing_link("A001"))
    page.get_by_role("button").click()
    expect(page.locator("html[data-ready]")).to_be_attached()
    page.locator("a.k-staff").tap()
    page.locator("#badge").fill(badge)
    page.locator("#pin").fill("1357")
    page.locator('button[value="on"]').tap()
    expect(page.locator("#wrong")).to_be_visible()
    page.locator("#pin").fill(PIN)
    page.locator('button[value="on"]').tap()
    page.wait_for_url(re.compile(r"/tablet$"))
    expect(page.locator(".k-duty .k-name")).to_contain_text("示例甲")
    expect(page.locator("html[data-ready]")).to_be_attached()
    page.locator('[data-level="5"]').tap()
    expect(page.locator('[data-panel="good"] h2')).to_be_visible()
    expect(page.locator("a.k-staff")).to_be_hidden()
    until(lambda: own_hall.rows("SELECT id FROM rating"))
    joined = "SELECT badge FROM rating JOIN clerk ON clerk.id = clerk_id"
    assert own_hall.rows(joined) == [("0317",)]
    [(code,)] = own_hall.rows("SELECT code FROM window WHERE number = 'A001'")
    phone = visitors("phone").page
    phone.goto(f"{own_hall.url}/w/{code}")
    expect(phone.locator(".p-duty")).to_contain_text("示例甲")
    expect(phone.locator(".p-duty")).to_contain_text("0317")


def test_duty_page_works_without_a_script(own_hall, browser):
    badge = own_hall._act(take_on)
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(own_hall.pairing_link("A001"))
    page.get_by_role("button").click()
    page.goto(f"{own_hall.url}/tablet/duty")
    page.locator("#badge").fill(badge)
    page.locator("#pin").fill(PIN)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/tablet$"))
    assert "示例甲" in page.content()
    context.close()
