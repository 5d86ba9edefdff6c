"""A list is posted, somebody objects by phone, and somebody outside decides."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page, expect

from kiosk.clock import utc_now
from kiosk.domain.policy import Role
from kiosk.web.sessions import SESSION_COOKIE
from tests.campaign_work import work_rules
from tests.case_hall import beside
from tests.journeys.test_axe import look_at, violations
from tests.nominations import TODAY, open_campaign, small_rules
from tests.published import AWARD, ready_campaign, without_ballot
from tests.screens import ZONE
from tests.server import RealServer

pytestmark = pytest.mark.journey
LIST = "/manage/campaigns/small"
WORK = "/manage/campaigns/work"


def ahead() -> int:
    return (utc_now().astimezone(ZONE).date() - TODAY) // timedelta(days=1)


@pytest.fixture(params=[("phone", "en"), ("desk", "zh")], ids="-".join)
def page(request, browser: Browser, own_hall: RealServer) -> Iterator[Page]:
    """A browser in a hall whose list can be posted today, and which works on another.

    The second language is that of the page.
    """
    size, language = request.param
    now = ahead()
    days = {"notice": (now - 1, now + 20), "commend": (now + 21, now + 30)}
    open_now = dict.fromkeys(
        ("tasks", "inspect", "jury", "clearance"), (now - 1, now + 1)
    )
    with beside(own_hall):
        ready_campaign(rules=without_ballot(small_rules(AWARD, **days)))
        late = {"notice": (now + 20, now + 30), "commend": (now + 31, now + 40)}
        open_campaign(work_rules(**open_now | late), "work")
    width = {"phone": 390, "desk": 1440}[size]
    context = browser.new_context(
        viewport={"width": width, "height": 900},
        locale={"zh": "zh-CN", "en": "en-GB"}[language],
    )
    yield context.new_page()
    context.close()


def as_role(page: Page, hall: RealServer, role: Role) -> None:
    """Let somebody with this role have the browser."""
    page.context.clear_cookies()
    cookie = {"name": SESSION_COOKIE, "value": hall.sign_in(role), "url": hall.url}
    page.context.add_cookies([cookie])


def sent(page: Page, button) -> None:
    with page.expect_navigation():
        button.click()


def test_posted_objected_to_and_decided(page, own_hall):
    as_role(page, own_hall, Role.ORGANISER)
    look_at(page, own_hall.url, LIST)
    look_at(page, own_hall.url, f"{LIST}/notice")
    expect(page.locator(".k-places tbody tr")).to_have_count(4)
    sent(page, page.locator("section[aria-labelledby=post] button"))
    assert violations(page) == []
    page.context.clear_cookies()
    look_at(page, own_hall.url, "/campaigns/small")
    page.locator("a[href*='/small/object']").click()
    look_at(page, own_hall.url, "/campaigns/small/object")
    page.locator("#about").select_option(index=1)
    page.locator("#words").fill("六月的评价不实")
    page.locator("#name").fill("张三")
    sent(page, page.locator("form[method=post] button"))
    assert violations(page) == []
    expect(page.locator(".slip-code")).to_be_visible()
    as_role(page, own_hall, Role.CASE_HANDLER)
    look_at(page, own_hall.url, "/manage/objections")
    page.locator("tbody a").click()
    sent(page, page.locator("button[value=admit]"))
    assert violations(page) == []
    page.locator("#ruling").fill("经查不属实")
    sent(page, page.locator("button[value=dismiss]"))
    expect(page.locator(".words").last).to_have_text("经查不属实")


def test_the_pages_of_the_work_in_a_campaign(page, own_hall):
    as_role(page, own_hall, Role.ORGANISER)
    for where in (WORK, f"{WORK}/tasks", f"{WORK}/jury", f"{WORK}/clearance"):
        look_at(page, own_hall.url, where)
    look_at(page, own_hall.url, "/manage/tasks")
    look_at(page, own_hall.url, f"{WORK}/notice")
    look_at(page, own_hall.url, "/manage/objections")
