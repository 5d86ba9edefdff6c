"""The copy of the screen's page: shown when the network is not there, never wrongly."""

import re
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import a_copy
from tests.journeys.next_release import NEXT
from tests.journeys.outboxes import Outbox, paired
from tests.server import RealServer
from tests.waiting import until

pytestmark = pytest.mark.journey

_START = """async () => {
  const { startWorker } = await import("/static/js/tablet/worker-start.js");
  return startWorker("/tablet/worker.js");
}"""
_IN_COMMAND = "() => navigator.serviceWorker.controller !== null"
OF_NEXT = re.compile(f"^{NEXT}")
_CACHES = "() => caches.keys()"


@pytest.fixture(scope="module")
def hall(common_hall) -> RealServer:
    return common_hall


@pytest.fixture
def box(hall, visitors) -> Iterator[Outbox]:
    """A paired screen whose page has a keeper of its copy."""
    visitor = visitors("tablet")
    box = paired(hall, visitor.page)
    visitor.page.goto(f"{hall.url}/tablet")
    until(lambda: visitor.page.evaluate(_IN_COMMAND))
    yield box
    hall.kill()
    hall.application = "wsgi:app"
    hall.start()
    visitor.complaints.clear()  # a line that is down is news, and the page's heartbeat


@contextmanager
def instead_of(hall: RealServer, status: int, body: bytes) -> Iterator[None]:
    """Let somebody else answer at the server's address; status 0: with silence."""
    done = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def handle_one_request(self) -> None:
            if not status:
                done.wait(30)
                return
            super().handle_one_request()

        def do_GET(self) -> None:
            self.send_response(status)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_parts: object) -> None:
            """Say nothing."""

    hall.kill()
    found: list[ThreadingHTTPServer] = []
    until(lambda: stands_at(hall.port, Handler, found))
    [other] = found
    other.daemon_threads = True
    thread = threading.Thread(target=other.serve_forever, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        other.shutdown()
        other.server_close()
        thread.join()


def stands_at(port: int, handler, found: list[ThreadingHTTPServer]) -> bool:
    """Whether a server could be put there: a killed one's port is freed in a moment."""
    try:
        found.append(ThreadingHTTPServer(("127.0.0.1", port), handler))
    except OSError:
        return False
    return True


def question(page: Page):
    return page.locator("#ask")


def test_reload_without_a_network_shows_a_screen_that_takes_taps(hall, box):
    hall.kill()
    box.page.reload()
    expect(question(box.page)).to_be_visible()
    assert box.page.evaluate("() => getComputedStyle(document.body).margin") == "0px"
    expect(box.page.locator("html[data-ready]")).to_be_attached()
    box.page.locator('[data-level="4"]').tap()
    expect(box.page.locator('[data-panel="good"] h2')).to_be_visible()
    hall.start()
    box.page.reload()
    until(box.arrived)
    assert box.arrived() == [(1, 4)]


@pytest.mark.parametrize("status", [0, 503], ids=["silence", "unavailable"])
def test_server_that_does_not_answer_well_is_not_waited_for(hall, box, status):
    with instead_of(hall, status, b"<h1>Sorry</h1>"):
        box.page.goto(f"{hall.url}/tablet")
        expect(question(box.page)).to_be_visible()


def test_page_of_a_portal_does_not_take_the_place_of_the_copy(hall, box):
    with instead_of(hall, 200, b"<h1>Log in</h1>"):
        box.page.goto(f"{hall.url}/tablet")
        expect(box.page.get_by_text("Log in")).to_be_visible()
    box.page.goto(f"{hall.url}/tablet")
    expect(question(box.page)).to_be_visible()


def test_page_of_a_screen_without_a_window_is_shown_and_not_kept(hall, box):
    box.page.context.clear_cookies()
    box.page.goto(f"{hall.url}/tablet")
    expect(question(box.page)).to_have_count(0)
    hall.kill()
    box.page.goto(f"{hall.url}/tablet")
    expect(question(box.page)).to_be_visible()


def test_page_that_cannot_be_had_leads_back_to_the_screen(hall, box):
    hall.kill()
    box.page.goto(f"{hall.url}/tablet/duty")
    expect(question(box.page)).to_be_visible()
    assert box.page.url == f"{hall.url}/tablet"


def test_next_release_replaces_the_copy(hall, box):
    own = box.page.locator("#head").get_attribute("data-version") or ""
    assert box.page.evaluate(_CACHES) == [f"kiosk-screen-{own[: len(NEXT)]}"]
    hall.kill()
    hall.application = "tests.journeys.next_release:app"
    hall.start()
    box.page.goto(f"{hall.url}/tablet")
    expect(box.page.locator("#head")).to_have_attribute("data-version", OF_NEXT)
    until(lambda: box.page.evaluate(_CACHES) == [f"kiosk-screen-{NEXT}"])
    hall.kill()
    box.page.reload()
    expect(box.page.locator("#head")).to_have_attribute("data-version", OF_NEXT)


_RELOAD = """async (idle) => {
  const { reloadWhenIdle } = await import("/static/js/tablet/worker-start.js");
  document.querySelector("#head").dataset.version = "another";
  return reloadWhenIdle(() => idle);
}"""


def test_open_page_takes_the_next_release_when_nobody_is_there(box):
    page = box.page
    assert page.evaluate(_RELOAD, False) is False
    with page.expect_navigation():
        assert page.evaluate(_RELOAD, True) is True
    # Asked once more at once, the server would give the same page: no endless reload.
    page.evaluate('() => import("/static/js/tablet/worker-start.js")')
    assert page.evaluate(_RELOAD, True) is False


def outer_address() -> str:
    """Return this machine's address in its network, or skip loudly."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing; asks for the route
            address = probe.getsockname()[0]
        except OSError:
            address = "127.0.0.1"
    if address.startswith("127."):
        pytest.skip("NOT TESTED: plain http needs an address other than loopback")
    return address


def test_plain_http_keeps_taps_without_a_copy_of_the_page(
    with_windows, tmp_path, visitors
):
    address = outer_address()
    server = a_copy(with_windows, tmp_path, HOST=address)
    server.url = f"http://{address}:{server.port}"
    with server:
        visitor = visitors("tablet")
        box = paired(server, visitor.page)
        box.page.goto(f"{server.url}/tablet")
        assert box.page.evaluate("() => isSecureContext") is False
        assert box.page.evaluate(_START) is False
        box.open_here()
        box.page.context.set_offline(True)
        assert box.see("durable") is True
        box.rate(5)
        box.page.context.set_offline(False)
        box.until_sent()
        assert box.arrived() == [(1, 5)]
        # The browser complains that it heeds some headers on https only.
        visitor.complaints.clear()
