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

from kiosk.web.sessions import SESSION_COOKIE  # noqa: E402
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
        secret = server.sign_in()
        keep(look(browser, 1440, 900, f"{server.url}/manage", secret), "manage")
        browser.close()


def look(
    browser: Browser, width: int, height: int, address: str, secret: str = ""
) -> Page:
    """Open an address in a fresh browser of this size, in Chinese, or signed in."""
    size = {"width": width, "height": height}
    context = browser.new_context(viewport=size, locale="zh-CN")
    if secret:
        cookie = {"name": SESSION_COOKIE, "value": secret, "url": address}
        context.add_cookies([cookie])
    page = context.new_page()
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
