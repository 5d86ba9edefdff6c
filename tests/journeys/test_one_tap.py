"""The main job, as a newcomer does it: from the terminal's link to a receipt."""

import io
import json
from dataclasses import dataclass

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.conftest import Visitor, first_link
from tests.server import RealServer

pytestmark = pytest.mark.journey

WORDS = {
    "zh": {
        "become": "在本浏览器中成为组织者",
        "load": "载入演示数据",
        "ready": "演示数据已就绪。",
        "thanks": "谢谢您的评价",
        "again": "点错了，重评",
        "send": "提交评价",
        "received": "谢谢，您的评价已收到",
        "not_result": "非评选结果",
    },
    "en": {
        "become": "Become the organiser in this browser",
        "load": "Load the demonstration",
        "ready": "The demonstration is ready.",
        "thanks": "Thank you for your rating",
        "again": "Wrong tap, rate again",
        "send": "Send rating",
        "received": "Thank you, your rating was received",
        "not_result": "Not a selection result",
    },
}
SCREEN = {"zh": "tablet", "en": "tablet-upright"}
LOADING = 60_000  # milliseconds that a loaded machine may need for the demonstration


@dataclass
class Story:
    """The hall, its organiser and the language they speak."""

    server: RealServer
    organiser: Visitor
    language: str
    words: dict[str, str]


@pytest.fixture(params=["zh", "en"])
def story(request, server, visitors) -> Story:
    language = request.param
    return Story(server, visitors("desk", language), language, WORDS[language])


def board_row(server: RealServer, number: str) -> dict[str, object]:
    """Return a window's row of `flask board --format json`."""
    board = json.loads(server.flask("board", "--format", "json"))
    return next(row for row in board["windows"] if row["window"] == number)


def count_on(page: Page, number: str):
    return page.locator("tr", has=page.get_by_text(number, exact=True)).locator(".c-n")


def set_up(story: Story) -> None:
    page = story.organiser.page
    page.goto(first_link(story.server.flask("init")))
    page.get_by_role("button", name=story.words["become"]).click()
    page.get_by_role("button", name=story.words["load"]).click()
    expect(page.get_by_text(story.words["ready"])).to_be_visible(timeout=LOADING)


def pair_screen(story: Story, visitors, number: str) -> Page:
    """Make a pairing link in the organiser's pages, open it on a screen."""
    page = story.organiser.page
    page.goto(f"{story.server.url}/manage/tablets")
    value = page.locator("option", has_text=number).first.get_attribute("value")
    page.locator("select[name=window]").select_option(value)
    page.locator("form", has=page.locator("select[name=window]")).get_by_role(
        "button"
    ).click()
    link = page.locator(".pair-link").inner_text().strip()
    screen = visitors(SCREEN[story.language], story.language).page
    screen.goto(link)
    screen.get_by_role("button").click()
    expect(screen.locator("html[data-ready]")).to_be_attached()
    return screen


def rate_by_poster(story: Story, visitors) -> None:
    """Scan a poster as it is shown on the organiser's page; rate; get a receipt."""
    page = story.organiser.page
    page.goto(f"{story.server.url}/manage/posters")
    picture = page.locator("img[src*='qr.svg']").first.screenshot()
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(picture)))
    phone = visitors("phone", story.language).page
    phone.goto(code.text)
    phone.locator("label.level").nth(1).tap()
    phone.locator("#comment").fill("窗口指引很清楚")
    phone.get_by_role("button", name=story.words["send"]).tap()
    expect(phone.get_by_text(story.words["received"])).to_be_visible()
    receipt = phone.locator(".slip-code").inner_text().strip()
    phone.goto(f"{story.server.url}/r/{receipt}")
    expect(phone.locator(".slip-code")).to_have_text(receipt)


def test_from_the_terminals_link_to_the_board_and_a_receipt(story, visitors):
    set_up(story)
    listed = json.loads(story.server.flask("board", "--format", "json"))["windows"]
    number = min(
        (row for row in listed if row["listed"]), key=lambda row: row["place"]
    )["window"]
    before = board_row(story.server, number)
    board = visitors("desk", story.language).page
    board.goto(f"{story.server.url}/board")
    expect(board.get_by_text(story.words["not_result"]).first).to_be_visible()
    screen = pair_screen(story, visitors, number)
    for count in range(1, 6):
        with screen.expect_response("**/tablet/ratings"):
            # Another level each time: the same one at once is one opinion.
            screen.locator(f'[data-level="{1 + count % 2}"]').tap()
        screen.locator("[data-finish]:visible").tap()
        expect(screen.get_by_text(story.words["thanks"], exact=True)).to_be_visible()
        expected = f"{before['ratings'] + count:,}"
        expect(count_on(board, number)).to_contain_text(expected)
        screen.reload()
        expect(screen.locator("html[data-ready]")).to_be_attached()
    after = board_row(story.server, number)
    assert after["ratings"] == before["ratings"] + 5
    assert after["score"] < before["score"]
    rate_by_poster(story, visitors)
    total = "SELECT count(*) FROM rating WHERE device_id IS NULL AND received_at >= "
    latest = "(SELECT max(received_at) FROM rating WHERE device_id IS NOT NULL)"
    assert story.server.rows(total + latest) == [(1,)]


def test_second_use_of_the_set_up_link_opens_nothing(server, visitors):
    link = first_link(server.flask("init"))
    first = visitors("desk", "en").page
    first.goto(link)
    first.get_by_role("button").click()
    stranger = visitors("desk", "en").page
    stranger.goto(link)
    expect(stranger.get_by_text("flask --app wsgi init")).to_be_visible()
    stranger.goto(f"{server.url}/manage")
    assert stranger.url == f"{server.url}/sign-in?next=/manage"
