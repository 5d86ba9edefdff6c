"""A line between a screen and its server that can be cut and told to lie.

It passes everything on as it is, the Host header included, since a screen's page and
its writes must come from one address. What becomes of a delivery is said by `moods`.
"""

import http.client
import json
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from enum import Enum
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from tests.server import RealServer
from tests.waiting import PATIENCE

DELIVERY = "/tablet/ratings"
_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


class Cut(Enum):
    """A delivery that gets no answer."""

    BEFORE = "before the server"
    """The server never hears of it."""
    AFTER = "after the server's commit"
    """The server has kept it; its answer is lost."""
    WITHIN = "within the answer"
    """Half of the answer's body comes, then the end."""


@dataclass(frozen=True)
class Answer:
    """An answer to a delivery, and whether the server heard of it."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


Changed = Callable[[dict[str, Any]], dict[str, Any]]
"""Another answer made of the server's own."""
Mood = Cut | Answer | Changed | None
"""What becomes of a delivery; None: it is passed on and answered as it should."""


@dataclass(frozen=True)
class Delivery:
    """One delivery as it came over the line, and what was done with it."""

    ids: tuple[str, ...]
    mood: Mood


class BadLine:
    """A proxy in front of a server; `choose` says what becomes of each delivery."""

    def __init__(self, server: RealServer) -> None:
        self.upstream = server.port
        self.choose: Callable[[list[str]], Mood] = lambda _ids: None
        self.delay: Callable[[], float] = lambda: 0.0
        """Seconds before an answer goes out."""
        self.cut = False
        """Whether the line is dead for everything, pages and files too."""
        self.deliveries: list[Delivery] = []
        self.busy = 0
        """Deliveries that are on their way now."""
        self.commits = 0
        """Deliveries that the server answered, whatever came of the answer."""
        self._guard = threading.Lock()
        self._http = ThreadingHTTPServer(
            ("127.0.0.1", 0), type("Handler", (_Handler,), {"line": self})
        )
        self._http.daemon_threads = True
        self.port = self._http.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._http.serve_forever, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join(PATIENCE)

    def good(self) -> None:
        """Pass everything on from now."""
        self.cut = False
        self.choose = lambda _ids: None
        self.delay = lambda: 0.0

    def carry(self, by: int) -> None:
        """Count a delivery that begins (1) or ends (-1)."""
        with self._guard:
            self.busy += by

    def always(self, mood: Mood) -> None:
        """Do the same with each delivery from now."""
        self.choose = lambda _ids: mood


class _Handler(BaseHTTPRequestHandler):
    line: BadLine
    protocol_version = "HTTP/1.1"

    def log_message(self, *_parts: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._pass()

    def do_HEAD(self) -> None:
        self._pass()

    def do_POST(self) -> None:
        self._pass()

    def _pass(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if self.line.cut:
            self._hang_up()
        elif self.path == DELIVERY and self.command == "POST":
            self.line.carry(1)
            try:
                self._deliver(body)
            finally:
                self.line.carry(-1)
        else:
            self._forward(body)

    def _deliver(self, body: bytes) -> None:
        ids = _ids(body)
        mood = self.line.choose(ids)
        self.line.deliveries.append(Delivery(tuple(ids), mood))
        if mood is Cut.BEFORE:
            self._hang_up()
        elif isinstance(mood, Answer):
            self._answer(mood.status, mood.headers, mood.body)
        else:
            self._forward(body, mood)

    def _forward(self, body: bytes, mood: Mood = None) -> None:
        try:
            status, headers, content = _asked(self.line, self, body)
        except OSError:
            self._hang_up()
            return
        if self.path == DELIVERY:
            self.line.commits += 1
        time.sleep(self.line.delay())
        if mood is Cut.AFTER or self.line.cut:
            self._hang_up()
        elif mood is Cut.WITHIN:
            self._answer(status, headers, content, part=len(content) // 2)
            self._hang_up()
        else:
            if callable(mood):
                content = json.dumps(mood(json.loads(content))).encode()
            self._answer(status, headers, content)

    def _answer(
        self,
        status: int,
        headers: Mapping[str, str],
        content: bytes,
        part: int | None = None,
    ) -> None:
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content[:part])

    def _hang_up(self) -> None:
        self.close_connection = True

    def handle(self) -> None:
        # The browser hung up first, or was killed.
        with suppress(OSError):
            super().handle()


def _asked(
    line: BadLine, request: BaseHTTPRequestHandler, body: bytes
) -> tuple[int, dict[str, str], bytes]:
    upstream = http.client.HTTPConnection("127.0.0.1", line.upstream, timeout=PATIENCE)
    try:
        upstream.putrequest(
            request.command, request.path, skip_host=True, skip_accept_encoding=True
        )
        for name, value in request.headers.items():
            if name.lower() not in _HOP - {"content-length"}:
                upstream.putheader(name, value)
        upstream.endheaders(body)
        answer = upstream.getresponse()
        content = answer.read()
    except http.client.HTTPException as broken:
        raise ConnectionError from broken
    finally:
        upstream.close()
    headers = {k: v for k, v in answer.getheaders() if k.lower() not in _HOP}
    return answer.status, headers, content


def _ids(body: bytes) -> list[str]:
    try:
        sent = json.loads(body)
    except ValueError:
        return []
    return [str(event.get("id")) for event in sent.get("events", [sent])]
