"""What a real screen tells of itself, and how soon its trouble is on the start page."""

import pytest
from playwright.sync_api import expect

from kiosk.web.screen_mark import shell_mark

pytestmark = pytest.mark.journey
BEAT = 31_000


def told(server) -> tuple[object, ...]:
    columns = "waiting, set_aside, storage, version, browser, offset_ms IS NOT NULL"
    [row] = server.rows(f"SELECT {columns} FROM device_report")
    return row


def undrawn(server) -> float:
    """Return for how many seconds the page had drawn nothing when it last told."""
    days = "julianday(reported_at) - julianday(drawn_at)"
    [(seconds,)] = server.rows(f"SELECT round(86400 * ({days})) FROM device_report")
    return seconds


@pytest.fixture
def screen(own_hall, visitors):
    page = visitors("tablet").page
    page.clock.install()
    page.goto(own_hall.pairing_link("A001"))
    page.get_by_role("button").click()
    expect(page.locator("html")).to_have_attribute("data-ready", "")
    return page


def beat(page) -> None:
    """Let the time of one beat pass, until the answer stands in the page.

    The next beat is counted from there: time let go before it would be lost.
    """
    head = page.locator("#head")
    before = head.get_attribute("data-now")
    with page.expect_response("**/tablet/head") as answer:
        page.clock.run_for(BEAT)
    assert answer.value.status == 200
    expect(head).not_to_have_attribute("data-now", before)


def test_a_screen_tells_what_it_holds_and_that_it_draws(own_hall, screen):
    # The first answer brings the own_hall's time, the second report tells of it.
    beat(screen)
    beat(screen)
    waiting, aside, storage, version, browser, knows_time = told(own_hall)
    assert (waiting, aside, storage, knows_time) == (0, 0, "disk", 1)
    assert version.startswith(shell_mark())
    assert browser.startswith("Chromium ")
    assert undrawn(own_hall) <= 2


def test_a_tap_that_waits_and_a_page_that_hangs_are_told(own_hall, screen, visitors):
    screen.route("**/tablet/ratings", lambda route: route.abort())
    screen.locator('[data-level="5"]').tap()
    screen.evaluate("window.requestAnimationFrame = () => 0")
    beat(screen)
    beat(screen)
    beat(screen)
    assert told(own_hall)[0] >= 1
    assert undrawn(own_hall) >= 60
    organiser = visitors("desk")
    organiser.sign_in(own_hall)
    organiser.page.goto(f"{own_hall.url}/manage")
    due = organiser.page.locator(".task--due .task-what")
    expect(due.filter(has_text="A001")).to_have_count(1)
