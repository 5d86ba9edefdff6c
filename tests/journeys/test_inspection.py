"""An inspector goes round with a phone; the unit objects, and another one decides."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, Page

from kiosk.clock import utc_now
from kiosk.domain.policy import Role
from kiosk.extensions import reading
from kiosk.queries.inspections import findings
from kiosk.web.sessions import SESSION_COOKIE
from tests.campaign_work import work_rules
from tests.case_hall import beside
from tests.journeys.test_axe import look_at, violations
from tests.nominations import TODAY, open_campaign
from tests.screens import ZONE
from tests.server import RealServer

pytestmark = pytest.mark.journey
SHEET = "/manage/patrol/small/visit?lang=en"
LIST = "/manage/findings?lang=en"


@pytest.fixture
def page(browser: Browser, own_hall: RealServer) -> Iterator[Page]:
    """A phone, while a campaign is being inspected."""
    ahead = (utc_now().astimezone(ZONE).date() - TODAY) // timedelta(days=1)
    days = ("mobilise", "nominate", "test", "tasks", "inspect", "jury", "clearance")
    stages = dict.fromkeys(days, (ahead - 1, ahead + 1))
    late = dict.fromkeys(("notice", "commend"), (ahead + 20, ahead + 30))
    with beside(own_hall):
        open_campaign(work_rules(**stages | late))
    context = browser.new_context(
        viewport={"width": 390, "height": 844}, locale="en-GB"
    )
    yield context.new_page()
    context.close()


def as_role(page: Page, hall: RealServer, role: Role) -> None:
    """Let somebody with this role have the phone."""
    page.context.clear_cookies()
    cookie = {"name": SESSION_COOKIE, "value": hall.sign_in(role), "url": hall.url}
    page.context.add_cookies([cookie])


def test_what_is_found_is_objected_to_and_decided(page, own_hall):
    as_role(page, own_hall, Role.INSPECTOR)
    look_at(page, own_hall.url, "/manage/patrol?lang=en")
    page.get_by_role("link", name="Visit").click()
    look_at(page, own_hall.url, SHEET)
    page.get_by_label("Window", exact=True).select_option(index=1)
    page.get_by_label("Took a gift", exact=False).first.fill("2")
    page.get_by_label("Note on Took a gift").fill("两盒茶叶")
    page.get_by_role("button", name="Keep the look").click()
    page.get_by_text("The look is kept.").wait_for()
    as_role(page, own_hall, Role.ORGANISER)
    look_at(page, own_hall.url, LIST)
    assert page.locator(".n-number").all_inner_texts() == ["−2", "−2"]
    page.get_by_label("What is wrong with it").first.fill("群众遗落，已上交")
    page.get_by_role("button", name="Object").first.click()
    page.get_by_text("Kept.").wait_for()
    assert violations(page) == []
    page.get_by_label("Reason").fill("有上交记录")
    page.get_by_role("button", name="Drop the find").click()
    page.get_by_text("Ruling: 有上交记录").wait_for()
    assert page.get_by_text("points off: 2").count() == 1
    with beside(own_hall), reading() as session:
        states = {each.state.name for each in findings(session, 1)}
    assert states == {"STANDS", "DROPPED"}
