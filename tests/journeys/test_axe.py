"""No page has an accessibility violation that axe can find."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.server import RealServer

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
    "/setup",
    "/setup/demonstration",
    "/tablet",
    "/nowhere",
]


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory):
    folder = tmp_path_factory.mktemp("demonstration") / "instance"
    with RealServer(folder, KIOSK_HTMX="local") as server:
        server.flask("demo")
        yield server


def violations(page) -> list[str]:
    found = Axe().run(page).response["violations"]
    return [f"{one['id']}: {one['nodes'][0]['html'][:120]}" for one in found]


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("size", ["phone", "desk"])
def test_organisers_and_public_pages(demonstration, visitors, size, language):
    visitor = visitors(size, language)
    page = visitor.page
    page.goto(demonstration.organiser_link())
    assert violations(page) == []
    visitor.sign_in(demonstration)
    for path in PATHS:
        page.goto(f"{demonstration.url}{path}")
        assert (path, violations(page)) == (path, [])
        assert page.locator("h1").count() == 1
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert (path, wide <= 0) == (path, True)


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


@pytest.mark.parametrize("size", ["tablet", "tablet-upright"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_screen_in_all_its_states(demonstration, visitors, size, language):
    page = visitors(size, language).page
    (number,) = demonstration.rows("SELECT number FROM window ORDER BY id LIMIT 1")[0]
    page.goto(demonstration.pairing_link(number))
    assert violations(page) == []
    page.get_by_role("button").click()
    page.locator("main:not([inert])").wait_for()
    assert violations(page) == []
    for switch in ("contrast", "view"):
        page.locator(f'[data-switch="{switch}"]').tap()
        assert violations(page) == []
        scroll = page.evaluate("document.documentElement.scrollHeight - innerHeight")
        assert scroll <= 0
    page.locator('[data-level="2"]').tap()
    expect(page.locator('[data-panel="thanks"] h2')).to_be_visible()
    assert violations(page) == []
    page.locator("[data-redo]").tap()
    assert violations(page) == []


def test_wall_board(demonstration, visitors):
    page = visitors("wall").page
    page.goto(f"{demonstration.url}/board")
    assert violations(page) == []
