"""A window is put forward in a browser, and its form printed on A4, three times."""

import io
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from kiosk.clock import utc_now
from kiosk.web.sessions import SESSION_COOKIE
from tests.case_hall import beside
from tests.journeys.test_axe import look_at
from tests.nominations import BEST, STAR, TODAY, open_campaign, small_rules
from tests.screens import ZONE
from tests.server import RealServer

pytestmark = pytest.mark.journey
LIST = "/manage/nominations"
LONG = "坚持落实六个一，全年无有效投诉。" * 25
"""Four hundred characters about one criterion: all of the form is still one sheet."""


@pytest.fixture
def page(browser: Browser, own_hall: RealServer) -> Iterator[Page]:
    """An organiser's phone while names are taken."""
    ahead = (utc_now().astimezone(ZONE).date() - TODAY) // timedelta(days=1)
    best = replace(BEST, copies=3, criteria=STAR.criteria)
    days = {"mobilise": -9, "nominate": -1, "test": 2, "vote": 4, "notice": 6}
    stages = {name: (ahead + day, ahead + day + 2) for name, day in days.items()}
    with beside(own_hall):
        open_campaign(small_rules(best, **stages, commend=(ahead + 9, ahead + 9)))
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, locale="en-GB"
    )
    cookie = {"name": SESSION_COOKIE, "value": own_hall.sign_in(), "url": own_hall.url}
    context.add_cookies([cookie])
    yield context.new_page()
    context.close()


def test_a_window_is_put_forward_and_its_form_printed(page, own_hall):
    look_at(page, own_hall.url, f"{LIST}?lang=en")
    page.get_by_role("link", name="Put forward").click()
    look_at(page, own_hall.url, f"{LIST}/small/best?lang=en")
    page.get_by_label("Window").select_option(index=1)
    page.get_by_label("Smile").fill(LONG)
    page.get_by_role("button", name="Put forward").click()
    page.get_by_role("status").wait_for()
    assert page.locator(".n-name").count() == 1
    page.get_by_role("link", name="Application form").click()
    page.get_by_role("heading", name="Application form").wait_for()
    look_at(page, own_hall.url, f"{LIST}/small/best/1/form?lang=en")
    printed = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    sizes = [side for one in printed.pages for side in one.mediabox[2:]]
    assert sizes == pytest.approx([595, 842] * 3, abs=1)
    page.goto(f"{own_hall.url}{LIST}?lang=en")
    page.locator("summary").click()
    page.get_by_label("Reason").fill("本单位另行推荐")
    look_at_open(page)
    page.get_by_role("button", name="Take back").click()
    page.get_by_text("Withdrawn, with the reason.").wait_for()
    assert page.locator(".is-over").count() == 1
    assert page.locator("summary").count() == 0


def look_at_open(page: Page) -> None:
    """Fail where an opened form is wider than the phone."""
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
