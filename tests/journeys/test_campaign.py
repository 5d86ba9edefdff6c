"""An organiser makes a selection out of a preset and makes it known to everybody."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from kiosk.clock import utc_now
from kiosk.web.sessions import SESSION_COOKIE
from tests.campaigns import ISSUER
from tests.journeys.test_axe import look_at
from tests.server import RealServer

pytestmark = pytest.mark.journey
LIST = "/manage/campaigns"
SIZES = {"phone": (390, 844), "desk": (1440, 900)}


@pytest.fixture(params=[("phone", "en"), ("desk", "zh")], ids="-".join)
def page(request, browser: Browser, own_hall: RealServer) -> Iterator[Page]:
    """An organiser's browser; the second language is that of the page."""
    size, language = request.param
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale={"zh": "zh-CN", "en": "en-GB"}[language],
    )
    cookie = {"name": SESSION_COOKIE, "value": own_hall.sign_in(), "url": own_hall.url}
    context.add_cookies([cookie])
    yield context.new_page()
    context.close()


def shot(page: Page, name: str) -> None:
    if os.environ.get("SHOTS"):
        size = page.viewport_size["width"]
        page.screenshot(
            path=Path(os.environ["SHOTS"]) / f"{name}-{size}.png", full_page=True
        )


def sent(page: Page, button) -> None:
    with page.expect_navigation():
        button.click()


def test_from_a_preset_to_the_public_page(page, own_hall):
    year = utc_now().year + 1
    slug = f"ten-best-civil-windows-{year}"
    look_at(page, own_hall.url, LIST)
    shot(page, "list")
    page.locator("#year").select_option(str(year))
    sent(page, page.locator("form:has(#preset) button"))
    expect(page.locator(".k-missing li")).to_have_count(1)
    shot(page, "draft")
    look_at(page, own_hall.url, f"{LIST}/{slug}/rules")
    page.locator('[name="awards[1].seats"]').fill("8")
    for name in ("name", "address", "contact", "telephone", "hotline"):
        page.locator(f'[name="issuer.{name}"]').fill(getattr(ISSUER, name))
    shot(page, "rules")
    sent(page, page.locator(".k-form button"))
    expect(page.locator(".k-missing")).to_have_count(0)
    sent(page, page.locator("section[aria-labelledby=announce] button"))
    look_at(page, own_hall.url, f"{LIST}/{slug}")
    shot(page, "hub")
    page.context.clear_cookies()
    look_at(page, own_hall.url, f"/campaigns/{slug}")
    shot(page, "public")
    look_at(page, own_hall.url, "/campaigns")
    expect(page.locator("main a").first).to_be_visible()
    shot(page, "publiclist")
