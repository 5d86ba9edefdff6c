"""A citizen's phone: ticket or poster, rating, own page, contact, and back."""

import io
import re

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Page, expect

from kiosk.domain.codes import TicketCode, token_of
from tests.journeys.test_call_back import sound
from tests.server import RealServer

pytestmark = pytest.mark.journey

BASE = "https://pingjia.example.org"
WORDS = {
    "zh": {
        "send": "提交评价",
        "kept": "您的声音已存证",
        "erase": "立即删除我的留言",
        "erased": "您的留言已删除",
        "call": "请给我回电",
        "used": "本次办件已有评价",
    },
    "en": {
        "send": "Send rating",
        "kept": "Your voice is in the ledger",
        "erase": "Erase my words now",
        "erased": "Your words have been erased",
        "call": "Call me",
        "used": "A rating for this visit has been given already",
    },
}
LANGUAGES = pytest.mark.parametrize("language", ["zh", "en"])


@pytest.fixture(scope="module")
def hall(tmp_path_factory):
    """One server with windows; its codes lead to an address that phones can open."""
    folder = tmp_path_factory.mktemp("hall") / "instance"
    with RealServer(folder, KIOSK_HTMX="local", KIOSK_PUBLIC_URL=BASE) as server:
        server.flask("import", "windows", str(server.windows_file()))
        yield server


def ticket_address(hall: RealServer, code: str) -> str:
    """Open a ticket at the first window; return the path of its code."""
    hall.execute(
        "INSERT INTO ticket (code, window_id, source, served_at, expires_at, "
        f"created_at) SELECT '{code}', min(id), 0, datetime('now'), "
        "datetime('now', '+5 days'), datetime('now') FROM window"
    )
    key = (hall.instance / "secret_key").read_text("utf-8").strip()
    return f"/t/{token_of(TicketCode(code), key)}"


def choose(page: Page, level: int) -> None:
    page.locator(f'label[for="level-{level}"]').tap()


@LANGUAGES
def test_from_the_ticket_to_the_own_page_and_back(hall, visitors, language):
    words = WORDS[language]
    page = visitors("phone", language).page
    code = {"zh": "bcdfghjkmn", "en": "pqrstvwxyz"}[language]
    address = hall.url + ticket_address(hall, code)
    page.goto(address)
    sound(page)
    assert page.locator(".chip:visible").count() == 0
    choose(page, 2)
    expect(page.locator(".chip:visible")).to_have_count(12)
    page.locator(".reasons--bad .chip").first.tap()
    page.locator("#comment").fill("等了很久，请回电13800000001")
    page.locator(".kind").nth(2).tap()
    sound(page)
    page.get_by_role("button", name=words["send"]).tap()
    expect(page.get_by_text(words["kept"])).to_be_visible()
    expect(page).to_have_url(re.compile("/r/mine/"))
    sound(page)
    own = page.url
    page.locator("#phone").fill("13800000001")
    page.locator("#consent").check()
    page.get_by_role("button", name=words["call"]).tap()
    expect(page.locator("#kept")).to_be_visible()
    page.get_by_role("button", name=words["erase"]).tap()
    expect(page.get_by_text(words["erased"])).to_be_visible()
    sound(page)
    used_up(page, address, words)
    shown_to_others(page, own)


def used_up(page: Page, address: str, words: dict[str, str]) -> None:
    """The visit's code says that it was used."""
    page.goto(address)
    expect(page.get_by_text(words["used"])).to_be_visible()
    sound(page)


def shown_to_others(page: Page, own: str) -> None:
    """The receipt says that it is in the ledger, and has no form."""
    page.goto(own)
    receipt = page.locator(".slip-code").inner_text()
    page.goto(f"{own.split('/r/mine/', maxsplit=1)[0]}/r/{receipt}")
    expect(page.locator(".slip-ledger")).to_be_visible()
    assert page.locator("form").count() == 0
    sound(page)


@LANGUAGES
def test_large_type_shows_one_answer_under_the_other(hall, visitors, language):
    page = visitors("phone", language).page
    [(code,)] = hall.rows("SELECT code FROM window ORDER BY id LIMIT 1")
    page.goto(f"{hall.url}/w/{code}?view=elder")
    choose(page, 5)
    expect(page.locator(".chip:visible")).to_have_count(12)
    tiles = [tile.bounding_box() for tile in page.locator(".level").all()]
    assert len({round(tile["x"]) for tile in tiles}) == 1
    assert min(tile["height"] for tile in tiles) >= 60
    sound(page)


@pytest.mark.parametrize(("size", "place"), [("tablet", 0), ("tablet-upright", 1)])
def test_the_screens_code_is_read_off_the_screen(hall, visitors, size, place):
    """Each at a window of its own: within half a minute a code is the same."""
    page = visitors(size).page
    numbers = hall.rows("SELECT number FROM window ORDER BY id")
    page.goto(hall.pairing_link(str(numbers[place][0])))
    page.get_by_role("button").click()
    expect(page.locator(".k-codes")).to_be_visible()
    [found] = zxingcpp.read_barcodes(Image.open(io.BytesIO(page.screenshot())))
    assert found.text.startswith(f"{BASE}/t/s")
    phone = visitors("phone").page
    phone.goto(found.text.replace(BASE, hall.url))
    choose(phone, 4)
    phone.get_by_role("button", name=WORDS["zh"]["send"]).tap()
    expect(phone.get_by_text(WORDS["zh"]["kept"])).to_be_visible()
    page.locator('[data-level="5"]').tap()
    expect(page.locator(".k-codes")).to_be_hidden()
