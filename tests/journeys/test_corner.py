"""Staff at a screen: the corner behind the PIN, the self-test, and installing it."""

import hashlib
import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import stand_still
from tests.journeys.test_axe import violations
from tests.server import RealServer
from tests.waiting import until

pytestmark = pytest.mark.journey

PIN = "482915"
WRONG = "570316"


@pytest.fixture(scope="module")
def hall(common_hall) -> RealServer:
    common_hall.execute("DELETE FROM opening_hours")
    common_hall.execute(f"UPDATE centre SET operator_pin = '{PIN}'")
    return common_hall


def pair(hall, page: Page) -> None:
    """Pair a browser and wait until its screen listens."""
    page.goto(hall.pairing_link("A001"))
    page.get_by_role("button").first.click()
    page.locator("[data-operator-open]").wait_for()
    expect(page.locator("[data-operator][data-listens]")).to_be_attached()


def kept_here(hall) -> int:
    """Return how many ratings the newest screen has brought."""
    newest = "device_id = (SELECT max(id) FROM device)"
    return hall.rows(f"SELECT count(*) FROM rating WHERE {newest}")[0][0]


def open_corner(page: Page, pin: str = PIN) -> None:
    page.locator("[data-operator-open]").click()
    page.keyboard.type(pin)


def inside(page: Page):
    return page.locator('[data-op-part="inside"]')


def said(page: Page, name: str):
    return page.locator(f'[data-op-said="{name}"]')


def told(page: Page, name: str):
    return page.locator(f'[data-op-told="{name}"]')


def test_our_own_sha_256_is_the_standards(hall, visitors):
    """Plain http gives a page no crypto.subtle, so the module brings its own."""
    page = visitors("tablet").page
    page.goto(f"{hall.url}/tablet/help")
    texts = ["x" * length for length in (0, 1, 3, 55, 56, 63, 64, 65, 119, 120, 200)]
    stretches = [(PIN, "00" * 16, 1), ("000000", "ff" * 16, 2), (PIN, "0f" * 20, 1000)]
    digests, proofs = page.evaluate(
        """async ([texts, stretches]) => {
          const { sha256, stretched } = await import("/static/js/tablet/pin.js");
          const bytes = (text) => new TextEncoder().encode(text);
          return [texts.map((text) => sha256(bytes(text))),
                  stretches.map((each) => stretched(...each))];
        }""",
        [texts, stretches],
    )
    assert digests == [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    assert proofs == [
        hashlib.pbkdf2_hmac("sha256", pin.encode(), bytes.fromhex(salt), rounds).hex()
        for pin, salt, rounds in stretches
    ]


@pytest.mark.parametrize(
    ("size", "language"), [("tablet", "zh"), ("tablet-upright", "en")]
)
def test_a_test_tap_arrives_and_is_not_counted(hall, visitors, size, language):
    page = visitors(size, language).page
    pair(hall, page)
    page.locator("[data-operator-open]").click()
    expect(page.locator("[data-op-key]").first).to_be_visible()
    assert violations(page) == []
    for digit in PIN:
        page.locator(f'[data-op-key="{digit}"]').tap()
    expect(inside(page)).to_be_visible()
    expect(page.locator('[data-op="today"]')).to_have_text("0")
    page.locator('[data-op="test"]').tap()
    expect(told(page, "arrived")).to_be_visible()
    assert violations(page) == []
    scroll = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert scroll <= 0
    assert kept_here(hall) == 0
    assert hall.rows(
        "SELECT tested_at IS NOT NULL FROM device_report ORDER BY device_id DESC"
    )[0] == (1,)


def test_five_wrong_pins_close_it_for_a_minute(hall, visitors):
    page = visitors("tablet").page
    page.clock.install()
    pair(hall, page)
    stand_still(page)
    page.locator("[data-operator-open]").focus()
    page.keyboard.press("Enter")
    for left in (4, 3, 2, 1):
        page.keyboard.type(WRONG)
        page.clock.run_for(100)
        expect(said(page, "wrong")).to_contain_text(str(left))
    page.keyboard.type(WRONG)
    page.clock.run_for(100)
    expect(said(page, "locked")).to_be_visible()
    # A new start of the page is no way around it.
    page.reload()
    expect(page.locator("[data-operator][data-listens]")).to_be_attached()
    open_corner(page)
    page.clock.run_for(100)
    expect(said(page, "locked")).to_be_visible()
    expect(inside(page)).to_be_hidden()
    page.keyboard.press("Escape")
    page.clock.run_for(60_000)
    open_corner(page)
    page.clock.run_for(100)
    expect(inside(page)).to_be_visible()


def test_off_line_it_opens_shows_what_waits_and_no_answer(hall, visitors):
    visitor = visitors("tablet")
    page = visitor.page
    page.clock.install()
    pair(hall, page)
    visitor.context.set_offline(True)
    rate(page, 1)
    open_corner(page)
    page.clock.run_for(100)
    expect(inside(page)).to_be_visible()
    expect(page.locator('[data-op="waiting"]')).to_have_text("1")
    expect(page.locator('[data-op="today"]')).to_have_text("1")
    rows = page.locator('[data-op-list="waiting"] li')
    expect(rows).to_have_count(1)
    words = rows.inner_text()
    assert re.fullmatch(r"\d\d-\d\d \d\d:\d\d\s+评价", words)
    # Another page could not be loaded, and the visitors would have none.
    page.locator('[data-op="reload"]').tap()
    expect(told(page, "offline")).to_be_visible()
    page.get_by_role("link", name="设备自检").tap()
    expect(told(page, "offline")).to_be_visible()
    assert page.url == f"{hall.url}/tablet"
    visitor.context.set_offline(False)
    page.locator('[data-op="send"]').tap()
    page.clock.run_for(1_000)
    expect(page.locator('[data-op="waiting"]')).to_have_text("0")
    expect(page.locator('[data-op="today"]')).to_have_text("1")


def rate(page: Page, level: int) -> None:
    """Tap a face, skip the follow-up, and let the thanks pass."""
    page.locator(f'[data-level="{level}"]').tap()
    page.locator("[data-finish]:visible").tap()
    page.clock.run_for(12_000)
    expect(page.locator("[data-operator-open]")).to_be_visible()


def test_what_the_server_will_never_take_is_listed_with_its_reason(hall, visitors):
    page = visitors("tablet").page
    page.clock.install()
    pair(hall, page)
    # Not a word of it comes from a page of ours; the server refuses the level.
    body = re.compile(r'"level":\s*\d')
    page.route(
        "**/tablet/ratings",
        lambda route: route.continue_(
            post_data=body.sub('"level": 9', route.request.post_data)
        ),
    )
    rate(page, 5)
    open_corner(page)
    page.clock.run_for(1_000)
    expect(page.locator('[data-op="aside"]')).to_have_text("1")
    row = page.locator('[data-op-list="aside"] li')
    expect(row).to_contain_text("请在五个评价等级中选择一项")
    assert violations(page) == []
    assert kept_here(hall) == 0
    page.unroute("**/tablet/ratings")
    row.get_by_role("button").tap()
    page.clock.run_for(1_000)
    expect(page.locator('[data-op="aside"]')).to_have_text("0")
    expect(page.locator('[data-op="waiting"]')).to_have_text("0")
    assert kept_here(hall) == 1


def test_nobody_touches_it_and_it_closes(hall, visitors):
    page = visitors("tablet").page
    page.clock.install()
    pair(hall, page)
    stand_still(page)
    open_corner(page)
    page.clock.run_for(100)
    expect(inside(page)).to_be_visible()
    page.clock.run_for(50_000)
    page.locator("#op-title").tap()
    page.clock.run_for(59_000)
    expect(inside(page)).to_be_visible()
    page.clock.run_for(1_500)
    expect(page.locator("[data-operator]")).to_be_hidden()
    expect(page.locator("[data-operator-open]")).to_be_focused()
    page.locator("[data-operator-open]").click()
    page.clock.run_for(20_500)
    expect(page.locator("[data-operator]")).to_be_hidden()


def test_the_screen_stays_lit_and_asks_again_when_it_was_hidden(hall, visitors):
    page = visitors("tablet").page
    page.add_init_script(
        """const request = WakeLock.prototype.request;
        window.locks = [];
        WakeLock.prototype.request = async function (kind) {
          const lock = await request.call(this, kind);
          window.locks.push(lock);
          return lock;
        };"""
    )
    pair(hall, page)
    seen = "[locks.length, locks.filter((lock) => !lock.released).length]"
    until(lambda: page.evaluate(seen) == [1, 1])
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    # The system takes it away from a hidden page.
    page.evaluate("locks[0].release()")
    page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    # One more, so the first of the two events asked for none.
    until(lambda: page.evaluate(seen) == [2, 1])


def states(page: Page) -> dict[str, str]:
    """Return what the self-test found, once it is done."""
    page.locator("body[data-looked]").wait_for()
    return page.evaluate(
        """Object.fromEntries([...document.querySelectorAll("[data-check]")]
          .map(({ dataset }) => [dataset.check, dataset.state]))"""
    )


@pytest.mark.parametrize(
    ("size", "language"), [("tablet", "zh"), ("tablet-upright", "en")]
)
def test_self_test_finds_this_browser_fit(hall, visitors, size, language):
    page = visitors(size, language).page
    page.goto(f"{hall.url}/tablet/check")
    found = states(page)
    needed = ("browser", "storage", "secure", "worker", "clock", "screen", "htmx")
    assert {name: found[name] for name in needed} == dict.fromkeys(needed, "fine")
    assert "unknown" not in found.values()
    expect(page.locator('[data-verdict="fit"]')).to_be_visible()
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_self_test_says_what_a_private_window_with_a_wrong_clock_lacks(hall, visitors):
    page = visitors("tablet").page
    page.add_init_script(
        """Object.defineProperty(window, "indexedDB", { get() {
          throw new DOMException("", "SecurityError"); } });
        const now = Date.now; Date.now = () => now() - 90_000;"""
    )
    page.goto(f"{hall.url}/tablet/check")
    found = states(page)
    assert (found["storage"], found["clock"]) == ("missing", "missing")
    expect(page.locator('[data-verdict="unfit"]')).to_be_visible()
    note = page.locator('[data-check="clock"] [data-note]').inner_text()
    # Both ways to the server are taken for equally long, which they are not here.
    assert re.fullmatch(r"−(8[5-9]|9[0-4])\.\d s", note)
    assert violations(page) == []


def test_off_line_the_self_test_does_not_blame_the_clock(hall, visitors):
    page = visitors("tablet").page
    page.route("**/healthz", lambda route: route.abort())
    page.goto(f"{hall.url}/tablet/check")
    assert states(page)["clock"] == "unknown"
    expect(page.locator('[data-verdict="fit"]')).to_be_visible()


def test_chromium_takes_the_manifest_without_complaint(hall, visitors):
    visitor = visitors("tablet")
    page = visitor.page
    pair(hall, page)
    session = visitor.context.new_cdp_session(page)
    manifest = session.send("Page.getAppManifest")
    assert manifest["errors"] == []
    assert manifest["url"] == f"{hall.url}/tablet/manifest.webmanifest"
    # Incognito is what a test's browser is; nothing else may be missing.
    missing = session.send("Page.getInstallabilityErrors")["installabilityErrors"]
    assert [one["errorId"] for one in missing if one["errorId"] != "in-incognito"] == []
