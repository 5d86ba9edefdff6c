"""Pages of signed-in people with a CDN that answers, cheats, refuses, and hangs."""

import pytest
from playwright.sync_api import expect

from kiosk.config import HTMX_VERSION
from tests.journeys.conftest import a_copy

pytestmark = pytest.mark.journey


@pytest.fixture(scope="module")
def hall(cdn, with_windows, tmp_path_factory):
    """A server whose pages name a CDN in one of its moods."""
    folder = tmp_path_factory.mktemp("hall")
    addressed = {"KIOSK_HTMX": "cdn", "KIOSK_HTMX_CDN_URL": cdn.url}
    with a_copy(with_windows, folder, **addressed) as server:
        yield server


@pytest.fixture
def organiser(hall, visitors):
    """An organiser in a fresh browser that has seen no page yet."""
    visitor = visitors("desk", "en")
    visitor.page.clock.install()
    visitor.sign_in(hall)
    return visitor


def loaded_from(page) -> str:
    return page.locator("script[src*='htmx']").get_attribute("src")


def test_page_works_whatever_the_cdn_does_and_never_waits_for_it(organiser, hall, cdn):
    page = organiser.page
    order: list[str] = []
    page.on("domcontentloaded", lambda _: order.append("page ready"))
    page.on(
        "requestfinished",
        lambda request: order.append("cdn answered") if request.url == cdn.url else 0,
    )
    page.goto(f"{hall.url}/manage", wait_until="domcontentloaded")
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert order[0] == "page ready"
    page.wait_for_selector("script[src*='htmx']", state="attached")
    source = loaded_from(page)
    if cdn.mode == "answers":
        assert source == cdn.url
    else:
        assert f"/assets/htmx-{HTMX_VERSION}.min.js" in source
    assert page.title() != "tampered"
    page.wait_for_function("() => window.htmx !== undefined")
    with page.expect_response("**/manage/today*"):
        page.clock.run_for(21_000)  # htmx polls, wherever it came from


def test_failure_of_the_cdn_is_remembered(organiser, hall, cdn):
    page = organiser.page
    page.goto(f"{hall.url}/manage")
    page.wait_for_selector("script[src*='htmx']", state="attached")
    before = organiser.requests.count(cdn.url)
    assert before >= 1
    page.goto(f"{hall.url}/manage")
    page.wait_for_selector("script[src*='htmx']", state="attached")
    again = organiser.requests.count(cdn.url) - before
    assert (again > 0) == (cdn.mode == "answers")


def test_screens_board_and_phone_ask_no_other_host(organiser, hall, cdn):
    page = organiser.page
    page.goto(hall.pairing_link("A001"))
    page.get_by_role("button").click()
    expect(page.locator("#ask")).to_be_visible()
    (code,) = hall.rows("SELECT code FROM window WHERE number = 'A001'")[0]
    organiser.requests.clear()
    for path in ("/tablet", "/board", f"/w/{code}"):
        page.goto(f"{hall.url}{path}", wait_until="load")
        expect(page.locator("h1")).to_be_visible()
    hosts = {url.split("/")[2] for url in organiser.requests}
    assert hosts == {f"127.0.0.1:{hall.port}"}
