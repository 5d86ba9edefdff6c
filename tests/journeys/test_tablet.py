"""A visitor in front of the screen: tap, thanks, second thoughts, and trouble."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import stand_still
from tests.server import RealServer
from tests.waiting import until

pytestmark = pytest.mark.journey

QUESTION = {"zh": "您对本次服务满意吗？", "en": "Were you satisfied with the service?"}
THANKS = {"zh": "谢谢您的评价", "en": "Thank you for your rating"}
AGAIN = {"zh": "点错了，重评", "en": "Wrong tap, rate again"}
# The screen of this test is the newest one: an older one may still be sending.
HERE = "r.device_id = (SELECT max(id) FROM device)"


@pytest.fixture(scope="module")
def hall(common_hall) -> RealServer:
    return common_hall


@pytest.fixture
def screen(hall, visitors, request):
    """A freshly paired screen that shows the question, with a clock that we move."""
    size, language = getattr(request, "param", ("tablet", "zh"))
    visitor = visitors(size, language)
    visitor.page.clock.install()
    visitor.page.goto(hall.pairing_link("A001"))
    visitor.page.get_by_role("button").click()
    expect(shown(visitor.page, QUESTION[language])).to_be_visible()
    expect(visitor.page.locator("html[data-ready]")).to_be_attached()
    return visitor


def shown(page: Page, words: str):
    """Return the place of these very words, whichever language is hidden."""
    return page.get_by_text(words, exact=True)


def levels(server) -> list[tuple[int, int]]:
    """Return (level, state) of each kept rating, oldest first."""
    return server.rows(f"SELECT level, state FROM rating r WHERE {HERE} ORDER BY id")


def tap(page: Page, level: int) -> None:
    page.locator(f'[data-level="{level}"]').tap()


def saved(page: Page):
    """Return the thank-you over the reasons, on whichever side."""
    return page.locator("h2.saved:visible")


def thanks(page: Page):
    return page.locator('[data-panel="thanks"] h2')


def finish(page: Page) -> None:
    """Leave the reasons out."""
    page.locator("[data-finish]:visible").tap()
    expect(thanks(page)).to_be_visible()


BOTH_WAYS = [
    ("tablet", "zh"),
    ("tablet", "en"),
    ("tablet-upright", "zh"),
    ("tablet-upright", "en"),
]


@pytest.mark.parametrize("screen", BOTH_WAYS, indirect=True)
def test_tap_is_thanked_and_the_screen_returns_by_itself(screen, hall):
    page = screen.page
    language = page.locator("html").get_attribute("data-lang")
    with page.expect_response("**/tablet/ratings"):
        tap(page, 4)
    expect(saved(page)).to_be_focused()
    finish(page)
    expect(shown(page, THANKS[language])).to_be_visible()
    receipt = page.locator("[data-receipt]").inner_text()
    assert re.fullmatch(
        r"[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{5}", receipt
    )
    kept = hall.rows(f"SELECT receipt FROM rating r WHERE {HERE}")
    assert kept == [(receipt.replace("-", ""),)]
    page.clock.run_for(11_000)
    expect(page.locator("#ask")).to_be_visible()
    assert levels(hall) == [(4, 0)]


def test_thanks_do_not_show_the_answer(screen):
    page = screen.page
    tap(page, 1)
    finish(page)
    shown = page.locator("body").inner_text()
    assert "不满意" not in shown
    assert page.locator(".face:visible").count() == 0


def test_another_level_after_second_thoughts_revises_the_first(screen, hall):
    page = screen.page
    tap(page, 1)
    page.get_by_role("button", name=AGAIN["zh"]).tap()
    tap(page, 5)
    finish(page)
    until(lambda: len(levels(hall)) == 2)
    assert levels(hall) == [(1, 3), (5, 0)]


def test_same_level_within_five_seconds_is_one_rating(screen, hall):
    page = screen.page
    tap(page, 5)
    page.get_by_role("button", name=AGAIN["zh"]).tap()
    page.clock.run_for(4_000)
    tap(page, 5)
    finish(page)
    page.clock.run_for(11_000)
    tap(page, 3)
    until(lambda: (3, 0) in levels(hall))
    assert levels(hall) == [(5, 0), (3, 0)]


def test_next_visitor_does_not_revise_the_last_ones_rating(screen, hall):
    page = screen.page
    tap(page, 1)
    finish(page)
    page.clock.run_for(11_000)
    tap(page, 4)
    expect(saved(page)).to_be_visible()
    until(lambda: len(levels(hall)) == 2)
    assert levels(hall) == [(1, 0), (4, 0)]


def test_second_thoughts_without_a_choice_leave_the_first_answer(screen, hall):
    page = screen.page
    tap(page, 2)
    page.get_by_role("button", name=AGAIN["zh"]).tap()
    expect(page.get_by_text("未选择前，以首次评价为准")).to_be_visible()
    page.clock.run_for(46_000)
    expect(page.get_by_text("点一下即可，匿名评价")).to_be_visible()
    tap(page, 4)
    expect(saved(page)).to_be_visible()
    until(lambda: len(levels(hall)) == 2)
    assert levels(hall) == [(2, 0), (4, 0)]


def test_display_returns_to_the_default_for_the_next_visitor(screen):
    page = screen.page
    root = page.locator("html")
    page.locator('[data-switch="lang"]').tap()
    page.locator('[data-switch="view"]').tap()
    page.locator('[data-switch="contrast"]').tap()
    expect(shown(page, QUESTION["en"])).to_be_visible()
    expect(root).to_have_attribute("lang", "en")
    tap(page, 5)
    finish(page)
    expect(shown(page, THANKS["en"])).to_be_visible()
    page.clock.run_for(21_000)
    expect(shown(page, QUESTION["zh"])).to_be_visible()
    assert root.get_attribute("data-view") is None
    assert root.get_attribute("data-contrast") is None
    expect(page.locator('[data-switch="view"]')).to_have_attribute(
        "aria-pressed", "false"
    )


def test_changed_display_returns_after_a_warning_that_a_touch_puts_off(screen, hall):
    page = screen.page
    stand_still(page)
    page.locator('[data-switch="lang"]').tap()
    page.clock.run_for(24_000)
    expect(page.locator("[data-idle]")).to_be_hidden()
    page.clock.run_for(2_000)
    expect(page.get_by_text("Are you still there?")).to_be_visible()
    # On a face: the touch says "I am here", nothing else.
    page.touchscreen.tap(160, 450)
    expect(page.locator("[data-idle]")).to_be_hidden()
    expect(shown(page, QUESTION["en"])).to_be_visible()
    page.clock.run_for(44_000)
    expect(shown(page, QUESTION["en"])).to_be_visible()
    page.clock.run_for(2_000)
    expect(shown(page, QUESTION["zh"])).to_be_visible()
    assert levels(hall) == []


def test_tap_while_the_server_is_away_is_thanked_and_delivered_once(screen, hall):
    page = screen.page
    hall.kill()
    tap(page, 3)
    expect(saved(page)).to_be_visible()
    page.clock.run_for(4_000)
    finish(page)
    page.clock.run_for(11_000)
    expect(page.locator("[data-waiting]")).to_contain_text("1")
    hall.start()
    with page.expect_response("**/tablet/ratings") as answer:
        page.clock.run_for(40_000)
    assert answer.value.status == 200
    expect(page.locator("[data-waiting]")).to_be_hidden()
    assert levels(hall) == [(3, 0)]


def test_withdrawn_screen_thanks_and_what_it_took_is_held(screen, hall):
    page = screen.page
    hall.execute("UPDATE device SET revoked_at = paired_at")
    with page.expect_response("**/tablet/ratings"):
        tap(page, 3)
    expect(saved(page)).to_be_visible()
    assert levels(hall) == [(3, 1)]


def test_screen_goes_on_after_a_reload_with_its_next_number(screen, hall):
    page = screen.page
    tap(page, 5)
    expect(saved(page)).to_be_visible()
    page.reload()
    expect(page.locator("html[data-ready]")).to_be_attached()
    tap(page, 4)
    expect(saved(page)).to_be_visible()
    until(lambda: len(levels(hall)) == 2)
    sequences = hall.rows(f"SELECT sequence FROM rating r WHERE {HERE} ORDER BY id")
    assert sequences == [(1,), (2,)]


def test_screen_can_be_worked_by_keyboard(screen, hall):
    page = screen.page
    page.locator('[data-level="5"]').focus()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(saved(page)).to_be_focused()
    until(lambda: levels(hall))
    assert levels(hall) == [(4, 0)]


def test_signing_on_without_a_network_leaves_the_visitors_their_page(screen):
    page = screen.page
    page.context.set_offline(True)
    page.locator("[data-sign-on]").tap()
    expect(page.locator("[data-sign-on-later]")).to_be_visible()
    expect(page.locator("#ask")).to_be_visible()
    page.context.set_offline(False)
    page.locator("[data-sign-on]").tap()
    expect(page).to_have_url(re.compile(r"/tablet/duty"))
