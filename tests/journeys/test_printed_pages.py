"""Pages a browser prints: each kind's code is read, each sheet takes one page."""

import io
from collections.abc import Iterator

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page
from pypdf import PdfReader

from kiosk.web.sessions import SESSION_COOKIE
from tests.pictures import unread_when_worn
from tests.server import RealServer

pytestmark = pytest.mark.journey

SHARP = 4
"""Dots of a CSS pixel, about those of a printer with 384 dots an inch."""
KINDS = [
    ("a4", 86 / 148, (595, 842), 3),
    ("a5", 86 / 148, (420, 595), 3),
    ("a5-pair", 86 / 148.5, (842, 595), 2),
    ("sticker-70", 39 / 70, (595, 842), 1),
    ("sticker-50", 39 / 70, (595, 842), 1),
]


@pytest.fixture(scope="module")
def page(browser: Browser, common_hall: RealServer) -> Iterator[Page]:
    """An organiser's page as it is printed, drawn as finely as a printer does."""
    context = browser.new_context(device_scale_factor=SHARP)
    context.add_cookies(
        [
            {
                "name": SESSION_COOKIE,
                "value": common_hall.sign_in(),
                "url": common_hall.url,
            }
        ]
    )
    page = context.new_page()
    page.emulate_media(media="print")
    page.goto(f"{common_hall.url}/manage/posters")
    yield page
    context.close()


@pytest.mark.parametrize(("kind", "part", "paper", "sheets"), KINDS)
def test_code_is_read_worn_and_a_sheet_is_one_page(page, kind, part, paper, sheets):
    page.goto(f"{page.url.partition('?')[0]}?kind={kind}")
    first = page.locator("article").first
    code = first.locator("img").get_attribute("src")
    address = page.url.partition("/manage")[0] + code.partition("/qr.svg")[0]
    picture = Image.open(io.BytesIO(first.screenshot()))
    assert unread_when_worn(picture, part, address) == []
    printed = PdfReader(io.BytesIO(page.pdf(prefer_css_page_size=True)))
    sizes = [side for one in printed.pages for side in one.mediabox[2:]]
    assert sizes == pytest.approx([*paper] * sheets, abs=1)
