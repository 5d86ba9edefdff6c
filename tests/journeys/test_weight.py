"""What the first look at a page costs, and whom it asks: counted by the browser."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import first_link

pytestmark = pytest.mark.journey

KB = 1024


@dataclass
class Meter:
    """Bytes on the wire, headers included, as Chromium's own network counts them."""

    bodies: list[int] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    def attach(self, visitor) -> "Meter":
        session = visitor.context.new_cdp_session(visitor.page)
        session.send("Network.enable")
        session.on("Network.requestWillBeSent", self._asked)
        session.on("Network.loadingFinished", self._finished)
        return self

    def _asked(self, event) -> None:
        self.requests.append(event["request"]["url"])

    def _finished(self, event) -> None:
        self.bodies.append(int(event["encodedDataLength"]))

    @property
    def total(self) -> int:
        return sum(self.bodies)

    @property
    def hosts(self) -> set[str]:
        return {urlsplit(url).netloc for url in self.requests}


@pytest.fixture
def hall(own_hall):
    return own_hall


def phone_address(server) -> str:
    (code,) = server.rows("SELECT code FROM window WHERE number = 'A001'")[0]
    return f"{server.url}/w/{code}"


def test_tablet_weighs_at_most_ninety_kilobytes_from_one_host(hall, visitors):
    pairing = visitors("tablet")
    pairing.page.goto(first_link(hall.flask("tablets", "pair", "A001")))
    pairing.page.get_by_role("button").click()
    expect(pairing.page.locator("#ask")).to_be_visible()
    cookies = pairing.context.cookies()
    fresh = visitors("tablet")
    fresh.context.add_cookies(cookies)
    fresh.page.clock.install()
    meter = Meter().attach(fresh)
    fresh.page.goto(f"{hall.url}/tablet", wait_until="networkidle")
    assert meter.total <= 90 * KB
    assert len(meter.requests) <= 50
    assert meter.hosts == {urlsplit(hall.url).netloc}
    before = len(meter.requests)
    with fresh.page.expect_response("**/tablet/head"):
        fresh.page.clock.run_for(31_000)
    with fresh.page.expect_response("**/tablet/ratings"):
        fresh.page.locator('[data-level="5"]').tap()
    expect(fresh.page.locator('[data-panel="good"] h2')).to_be_visible()
    after = [urlsplit(url).path for url in meter.requests[before:]]
    assert after == ["/tablet/head", "/tablet/ratings"]


def test_phone_weighs_at_most_twenty_kilobytes_in_all(hall, visitors):
    visitor = visitors("phone")
    meter = Meter().attach(visitor)
    visitor.page.goto(phone_address(hall), wait_until="networkidle")
    visitor.page.locator('label[for="level-2"]').click()
    visitor.page.locator("#comment").fill("等了一个小时")
    visitor.page.get_by_role("button").click()
    expect(visitor.page.locator(".slip-code")).to_be_visible()
    assert meter.total <= 20 * KB
    assert meter.hosts == {urlsplit(hall.url).netloc}


def test_board_weighs_at_most_sixty_kilobytes(demonstration, visitors):
    visitor = visitors("wall")
    meter = Meter().attach(visitor)
    visitor.page.goto(f"{demonstration.url}/board", wait_until="load")
    expect(visitor.page.get_by_role("heading", level=1)).to_be_visible()
    assert len(visitor.page.locator("[data-window]").all()) > 50
    assert meter.total <= 60 * KB
    assert meter.hosts == {urlsplit(demonstration.url).netloc}
