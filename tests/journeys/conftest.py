"""A real browser, a real server, and a CDN of our own that can misbehave."""

import fcntl
import os
import re
import shutil
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from kiosk.domain.policy import Role
from kiosk.web.assets import htmx_source
from kiosk.web.sessions import SESSION_COOKIE
from tests.postgres import free_port
from tests.server import WINDOWS, RealServer

# How soon a page answers is for the bench to say: tests share a busy machine.
expect.set_options(timeout=30_000)

SIZES = {
    "tablet": {"width": 1280, "height": 800},
    "tablet-upright": {"width": 800, "height": 1280},
    "phone": {"width": 390, "height": 844},
    "desk": {"width": 1440, "height": 900},
    "wall": {"width": 3840, "height": 2160},
}
_LEAP = 10_000
"""Milliseconds; a busy machine may need some to stop a clock that runs."""
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def find_browser() -> str:
    """Return a Chromium on this machine, or skip with what to install."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        found = shutil.which(name)
        if found:
            return found
    missing = "no Chromium found (apt-get install chromium)"
    if os.environ.get("KIOSK_REQUIRE_BROWSER"):
        pytest.fail(missing)
    pytest.skip(missing)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = find_browser()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


class Visitor:
    """One person's browser: a context of its own, and what went wrong in it."""

    def __init__(self, browser: Browser, size: str, language: str) -> None:
        self.context: BrowserContext = browser.new_context(
            viewport=SIZES[size],
            locale={"zh": "zh-CN", "en": "en-GB"}[language],
            has_touch=size in {"tablet", "tablet-upright", "phone"},
            reduced_motion="reduce",
        )
        self.page: Page = self.context.new_page()
        self.requests: list[str] = []
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def sign_in(self, server: RealServer, role: Role = Role.ORGANISER) -> None:
        """Sign this browser in without going through the pages."""
        secret = server.sign_in(role)
        self.context.add_cookies(
            [{"name": SESSION_COOKIE, "value": secret, "url": server.url}]
        )

    def _note(self, message) -> None:
        # What a CDN does wrong, and that a server is away while the browser looks for
        # a newer service worker, is the browser's news and not the page's fault.
        news = ("Failed to load resource", "integrity", "when fetching the script")
        if message.type == "error" and not any(part in message.text for part in news):
            self.complaints.append(message.text)


@pytest.fixture
def visitors(browser) -> Iterator:
    """Make people with browsers; at the end no page may have complained."""
    made: list[Visitor] = []

    def visitor(size: str, language: str = "zh") -> Visitor:
        made.append(Visitor(browser, size, language))
        return made[-1]

    yield visitor
    complaints = [line for one in made for line in one.complaints]
    for one in made:
        one.context.close()
    assert complaints == []


@dataclass
class Cdn:
    """A CDN on a port of ours; `mode` says how it behaves."""

    mode: str = "answers"
    asked: threading.Event = field(default_factory=threading.Event)
    release: threading.Event = field(default_factory=threading.Event)
    port: int = field(default_factory=free_port)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/htmx.org@2.0.3/dist/htmx.min.js"

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        self.asked.set()
        if self.mode == "hangs":
            self.release.wait(60)
            return
        body = htmx_source()
        if self.mode == "tampered":
            body = b"document.title='tampered';" + body
        request.send_response(200)
        request.send_header("Content-Type", "text/javascript")
        request.send_header("Access-Control-Allow-Origin", "*")
        request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        request.wfile.write(body)


@pytest.fixture(scope="module", params=["answers", "tampered", "refuses", "hangs"])
def cdn(request) -> Iterator[Cdn]:
    """The CDN in each of its moods."""
    cdn = Cdn(mode=request.param)
    if cdn.mode == "refuses":
        yield cdn
        return

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            cdn.answer(self)

        def log_message(self, *_parts) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", cdn.port), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield cdn
    cdn.release.set()
    server.shutdown()
    server.server_close()
    thread.join()


def made_once(
    factory: pytest.TempPathFactory, name: str, *commands: tuple[str, ...]
) -> Path:
    """Return an instance folder after these commands: made once for all workers."""
    shared = factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        shared = shared.parent
    folder = shared / name
    with (shared / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            making = RealServer(shared / f"{name}-unfinished")
            making.flask("init", "--quiet")
            for command in commands:
                making.flask(*command)
            making.instance.rename(folder)
    return folder


@pytest.fixture(scope="session")
def fresh(tmp_path_factory) -> Path:
    """An instance folder as `flask init` leaves it."""
    return made_once(tmp_path_factory, "fresh")


@pytest.fixture(scope="session")
def with_windows(tmp_path_factory) -> Path:
    """An instance folder with three windows."""
    file = tmp_path_factory.mktemp("windows") / "windows.csv"
    file.write_text(WINDOWS, "utf-8")
    return made_once(tmp_path_factory, "hall", ("import", "windows", str(file)))


@pytest.fixture(scope="session")
def loaded(tmp_path_factory) -> Path:
    """An instance folder with the demonstration."""
    return made_once(tmp_path_factory, "loaded", ("demo",))


def a_copy(made: Path, folder: Path, **environment: str) -> RealServer:
    """Return a server of its own on a copy of an instance folder."""
    shutil.copytree(made, folder / "instance")
    environment = {"KIOSK_HTMX": "local"} | environment
    return RealServer(folder / "instance", begun=True, **environment)


@pytest.fixture
def server(fresh, tmp_path) -> Iterator[RealServer]:
    """A fresh installation behind a real gunicorn; pages use our copy of htmx."""
    with a_copy(fresh, tmp_path) as server:
        yield server


@pytest.fixture
def own_hall(with_windows, tmp_path) -> Iterator[RealServer]:
    """A server with three windows that is this test's alone."""
    with a_copy(with_windows, tmp_path) as server:
        yield server


@pytest.fixture(scope="module")
def common_hall(with_windows, tmp_path_factory) -> Iterator[RealServer]:
    """A server with three windows for the whole file; each test has its own screen."""
    with a_copy(with_windows, tmp_path_factory.mktemp("hall")) as server:
        yield server


@pytest.fixture(scope="module")
def demonstration(loaded, tmp_path_factory) -> Iterator[RealServer]:
    """The demonstration behind a server of this module's own."""
    with a_copy(loaded, tmp_path_factory.mktemp("demonstration")) as server:
        yield server


def stand_still(page: Page) -> None:
    """From now on time passes in this page only where a test lets it."""
    page.clock.pause_at(page.evaluate("Date.now()") + _LEAP)


def first_link(printed: str) -> str:
    """Return the first address in what a command printed."""
    found = re.search(r"https?://\S+", printed)
    assert found is not None, printed
    return found.group()
