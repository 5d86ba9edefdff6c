"""Take the README's pictures of the real product: `make screenshots`.

The demonstration is loaded into a throw-away installation and served by gunicorn;
Chromium looks at it. The pictures are of the day they are taken.
"""

import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

TOP = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP))

from tests.journeys.conftest import ARGUMENTS, find_browser  # noqa: E402
from tests.server import RealServer  # noqa: E402

OUT = TOP / "docs" / "images"
COLOURS = 128


def main() -> None:
    """Write tablet.png, phone.png, board.png and manage.png."""
    OUT.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as folder,
        RealServer(Path(folder) / "instance", KIOSK_HTMX="local") as server,
        sync_playwright() as playwright,
    ):
        server.flask("demo")
        browser = playwright.chromium.launch(
            executable_path=find_browser(), args=ARGUMENTS
        )
        number, code = server.rows("SELECT number, code FROM window ORDER BY id")[0]
        tablet = look(browser, 1280, 800, server.pairing_link(str(number)))
        tablet.get_by_role("button").click()
        tablet.locator("main:not([inert])").wait_for()
        keep(tablet, "tablet")
        keep(look(browser, 390, 844, f"{server.url}/w/{code}"), "phone")
        keep(look(browser, 1920, 1080, f"{server.url}/board"), "board")
        manage = look(browser, 1440, 900, server.organiser_link())
        manage.get_by_role("button").click()
        manage.get_by_role("heading", level=1).wait_for()
        keep(manage, "manage")
        browser.close()


def look(browser: Browser, width: int, height: int, address: str) -> Page:
    """Open an address in a fresh browser of this size, in Chinese."""
    size = {"width": width, "height": height}
    page = browser.new_context(viewport=size, locale="zh-CN").new_page()
    page.goto(address, wait_until="networkidle")
    return page


def keep(page: Page, name: str) -> None:
    """Write the page's picture with few colours, so that it stays small."""
    path = OUT / f"{name}.png"
    page.screenshot(path=path)
    Image.open(path).convert("RGB").quantize(COLOURS).save(path, optimize=True)
    print(path.relative_to(TOP))


if __name__ == "__main__":
    main()
