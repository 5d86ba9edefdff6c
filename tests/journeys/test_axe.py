"""No page has an accessibility violation that axe can find."""

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import expect

from kiosk.domain.policy import Role

pytestmark = pytest.mark.journey

PATHS = [
    "/",
    "/board",
    "/manage",
    "/manage/windows",
    "/manage/windows/import",
    "/manage/windows/new",
    "/manage/tablets",
    "/manage/posters",
    "/manage/leave",
    "/r?code=wrong",
    "/r/mine/an-own-secret-of-a-phone",
    "/r/mine/an-own-secret-of-a-phone?view=elder",
    "/r/mine/cut",
    "/setup",
    "/setup/demonstration",
    "/tablet",
    "/tablet/check",
    "/tablet/help",
    "/nowhere",
]
MORE_PATHS = [
    "/account",
    "/account/mail",
    "/account/password",
    "/account/second-factor",
    "/ledger",
    "/manage/accounts",
    "/manage/accounts/1",
    "/manage/accounts/1/disable",
    "/manage/accounts/1/reset",
    "/manage/accounts/invite",
    "/manage/audit",
    "/manage/backups",
    "/manage/calendar",
    "/manage/calendar/import",
    "/manage/centre",
    "/manage/checkpoints",
    "/manage/clerks",
    "/manage/clerks/1",
    "/manage/clerks/1/account",
    "/manage/clerks/1/edit",
    "/manage/clerks/1/leave",
    "/manage/clerks/1/move",
    "/manage/clerks/1/pin",
    "/manage/clerks/import",
    "/manage/clerks/new",
    "/manage/erased",
    "/manage/holds",
    "/manage/holds/report",
    "/manage/integrations",
    "/manage/mail",
    "/manage/settings",
    "/manage/shifts",
    "/manage/shifts/1/correct",
    "/manage/shifts/copy",
    "/manage/shifts/import",
    "/manage/shifts/new",
    "/manage/shifts/proposals",
    "/manage/tablets/install",
    "/manage/tablets/pin",
    "/manage/units",
    "/manage/units/1",
    "/manage/units/import",
    "/manage/units/new",
    "/manage/windows/1",
    "/manage/windows/1/close",
    "/manage/windows/1/edit",
    "/manage/windows/1/move",
    "/manage/windows/1/number",
]
"""Looked at once in each language: desks in Chinese, phones in English."""
OTHERS = {
    Role.CLERK: ["/manage/mine"],
    Role.CASE_HANDLER: [
        "/manage/calls",
        "/manage/calls?show=settled",
        "/manage/calls/new",
    ],
    Role.VIEWER: [],
    Role.ADMINISTRATOR: [],
}
"""Beside the start page and the settings."""


# What axe found right, or did not look for, is not worth its way out of the browser.
RUN = """() => axe.run({ resultTypes: ["violations"] }).then(({ violations }) =>
  violations.map(({ id, nodes }) => `${id}: ${nodes[0].html.slice(0, 120)}`))"""


def violations(page) -> list[str]:
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    return page.evaluate(RUN)


def check_form(page, path: str) -> None:
    """Fail at another count of h1 than one, or at a page that is too wide."""
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert (path, page.locator("h1").count(), wide <= 0) == (path, 1, True)


def look_at(page, url: str, path: str) -> None:
    """Fail at a violation, at another count of h1 than one, or at a wide page."""
    page.goto(f"{url}{path}")
    check_form(page, path)
    assert (path, violations(page)) == (path, [])


@pytest.mark.parametrize(("size", "language"), [("phone", "en"), ("desk", "zh")])
def test_organisers_and_public_pages(demonstration, visitors, size, language):
    visitor = visitors(size, language)
    page = visitor.page
    page.goto(demonstration.organiser_link())
    assert violations(page) == []
    visitor.sign_in(demonstration)
    for path in PATHS:
        look_at(page, demonstration.url, path)


@pytest.mark.parametrize(("size", "language"), [("phone", "zh"), ("desk", "en")])
def test_these_pages_fit_in_the_other_language_too(
    demonstration, visitors, size, language
):
    visitor = visitors(size, language)
    visitor.sign_in(demonstration)
    for path in PATHS:
        visitor.page.goto(f"{demonstration.url}{path}")
        check_form(visitor.page, path)


@pytest.mark.parametrize(("size", "language"), [("desk", "zh"), ("phone", "en")])
def test_pages_behind_the_sections(demonstration, visitors, size, language):
    visitor = visitors(size, language)
    page = visitor.page
    look_at(page, demonstration.url, "/sign-in")
    visitor.sign_in(demonstration)
    for path in MORE_PATHS:
        look_at(page, demonstration.url, path)
        # A page that is not there would pass as an error page.
        assert (path, page.locator("header.m-top, .p-top").count()) == (path, 1)
    [(chain, entries)] = demonstration.rows(
        "SELECT chain_id, size FROM checkpoint ORDER BY id DESC LIMIT 1"
    )
    look_at(page, demonstration.url, f"/manage/checkpoints/{chain}/{entries}")


@pytest.mark.parametrize(("size", "language"), [("phone", "zh"), ("desk", "en")])
@pytest.mark.parametrize("role", OTHERS)
def test_the_start_of_others(demonstration, visitors, role, size, language):
    visitor = visitors(size, language)
    visitor.sign_in(demonstration, role)
    for path in ["/manage", "/manage/settings", *OTHERS[role]]:
        look_at(visitor.page, demonstration.url, path)


def test_every_section_is_in_sight_on_a_phone(demonstration, visitors):
    visitor = visitors("phone", "en")
    visitor.sign_in(demonstration)
    visitor.page.goto(f"{demonstration.url}/manage")
    links = visitor.page.locator("nav li a")
    boxes = [link.bounding_box() for link in links.all()]
    assert len(boxes) > 5
    assert all(box["x"] + box["width"] <= 390 for box in boxes)
    assert all(box["height"] >= 44 for box in boxes)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_phone_page_receipt_and_errors(demonstration, visitors, language):
    page = visitors("phone", language).page
    (code,) = demonstration.rows("SELECT code FROM window ORDER BY id LIMIT 1")[0]
    page.goto(f"{demonstration.url}/w/{code}")
    assert violations(page) == []
    page.locator("form").evaluate("form => { form.noValidate = true }")
    page.get_by_role("button").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert violations(page) == []
    page.locator("label.level").first.tap()
    page.get_by_role("button").click()
    expect(page.locator(".slip-code")).to_be_visible()
    assert violations(page) == []


STAY = "for (const side of ['good', 'bad']) document.body.dataset[`${side}Stay`] = 600"
"""A panel that leaves while a busy machine looks at it is none of this test."""


def no_scrolling(page) -> bool:
    return page.evaluate("document.documentElement.scrollHeight - innerHeight") <= 0


@pytest.mark.parametrize(
    ("size", "language"), [("tablet", "zh"), ("tablet-upright", "en")]
)
def test_screen_in_all_its_states(demonstration, visitors, size, language):
    page = visitors(size, language).page
    (number,) = demonstration.rows("SELECT number FROM window ORDER BY id LIMIT 1")[0]
    page.goto(demonstration.pairing_link(number))
    assert violations(page) == []
    page.get_by_role("button").click()
    page.locator("html[data-ready]").wait_for(state="attached")
    page.evaluate(STAY)
    assert violations(page) == []
    for level, side in ((2, "bad"), (4, "good")):
        page.locator(f'[data-level="{level}"]').tap()
        expect(page.locator(f'[data-panel="{side}"] h2')).to_be_visible()
        assert (side, violations(page)) == (side, [])
        page.locator("[data-redo]:visible").tap()
        assert violations(page) == []
    for switch in ("contrast", "view"):
        page.locator(f'[data-switch="{switch}"]').tap()
        assert violations(page) == []
        assert no_scrolling(page)
    page.locator('[data-level="2"]').tap()
    expect(page.locator('[data-panel="bad"] h2')).to_be_visible()
    assert violations(page) == []
    page.locator("[data-finish]:visible").tap()
    expect(page.locator('[data-panel="thanks"] h2')).to_be_visible()
    assert violations(page) == []


@pytest.mark.parametrize(
    ("size", "language"), [("tablet", "en"), ("tablet-upright", "zh")]
)
def test_screen_fits_in_the_other_language_too(demonstration, visitors, size, language):
    page = visitors(size, language).page
    (number,) = demonstration.rows("SELECT number FROM window ORDER BY id LIMIT 1")[0]
    page.goto(demonstration.pairing_link(number))
    page.get_by_role("button").click()
    page.locator("html[data-ready]").wait_for(state="attached")
    for switch in ("contrast", "view"):
        page.locator(f'[data-switch="{switch}"]').tap()
        assert no_scrolling(page)


def test_wall_board(demonstration, visitors):
    page = visitors("wall").page
    page.goto(f"{demonstration.url}/board")
    assert violations(page) == []
