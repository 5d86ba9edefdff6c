"""One message, posted to an address that was looked up, checked and then held to.

The name is looked up once, every address found is checked, and the connection goes
to that very address: a name that leads elsewhere a moment later changes nothing. No
redirect is followed, and the answer's body is not read.
"""

import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from threading import Event, Timer
from typing import Protocol

from kiosk.clock import monotonic
from kiosk.domain.reachable import (
    AddressForbidden,
    AddressNotPrivate,
    check_elsewhere,
    check_reachable,
)
from kiosk.domain.webhooks import Target, Trouble, answer_trouble

SECONDS = 10.0
"""For one try, from the name's look-up to the answer's last header."""
_ADDRESSES_MOST = 4


class AddressCheck(Protocol):
    """Refuses an address that is never called."""

    def __call__(self, address: str, *, secured: bool) -> None:
        """Raise AddressForbidden or AddressNotPrivate."""


def addresses_of(host: str, port: int) -> list[str]:
    """Return the addresses that a host's name leads to now. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[0]) for *_, place in found))


@dataclass(frozen=True)
class Courier:
    """Posts messages. Its fields are what tests put their own ways into."""

    look_up: Callable[[str, int], Sequence[str]] = addresses_of
    check: AddressCheck = check_reachable
    check_ends: Callable[[str, str], None] = check_elsewhere
    seconds: float = SECONDS
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    def post(self, target: Target, headers: Mapping[str, str], body: bytes) -> str:
        """Post a message; return "" when it was taken, else a Trouble."""
        try:
            found = self.look_up(target.host, target.port)[:_ADDRESSES_MOST]
        except (OSError, UnicodeError):
            return Trouble.NO_HOST
        end = monotonic() + self.seconds
        cut = Event()
        said = ""
        try:
            for address in found:
                self.check(address, secured=target.scheme == "https")
            with _connected(found, target.port, end) as line, _ending(line, end, cut):
                self.check_ends(line.getsockname()[0], line.getpeername()[0])
                said = self._answer(line, target, headers, body)
        except (OSError, HTTPException, AddressForbidden, AddressNotPrivate) as broken:
            said = _trouble_of(broken)
        # Of an answer that was cut short the library makes a whole one.
        return Trouble.TIMEOUT if cut.is_set() else said

    def _answer(
        self,
        line: socket.socket,
        target: Target,
        headers: Mapping[str, str],
        body: bytes,
    ) -> str:
        if target.scheme == "https":
            line = self.tls.wrap_socket(line, server_hostname=target.host)
        # It never connects by itself: the line is given.
        connection = HTTPConnection(target.host, target.port)
        connection.sock = line
        own = {"Host": target.place, "Connection": "close"}
        with closing(line), closing(connection):
            connection.request("POST", target.path, body, {**headers, **own})
            with connection.getresponse() as answer:
                return answer_trouble(answer.status)


@contextmanager
def _connected(
    addresses: Sequence[str], port: int, end: float
) -> Iterator[socket.socket]:
    """Yield a connection to the first address that answers. Raises OSError."""
    last: OSError = ConnectionError("no address")
    for address in addresses:
        try:
            left = max(end - monotonic(), 0.001)
            line = socket.create_connection((address, port), left)
        except OSError as refused:
            last = refused
            continue
        with line:
            yield line
        return
    raise last


@contextmanager
def _ending(line: socket.socket, end: float, cut: Event) -> Iterator[None]:
    """Cut the line at `end`: who sends a byte now and then would hold it for ever."""
    # A handle of its own: the secured line takes the other one over.
    handle = line.dup()

    def end_it() -> None:
        cut.set()
        with suppress(OSError):
            handle.shutdown(socket.SHUT_RDWR)

    watch = Timer(max(end - monotonic(), 0.001), end_it)
    watch.daemon = True
    watch.start()
    try:
        yield
    finally:
        watch.cancel()
        watch.join()
        handle.close()


def _trouble_of(broken: Exception) -> Trouble:
    match broken:
        case AddressNotPrivate():
            return Trouble.NOT_PRIVATE
        case AddressForbidden():
            return Trouble.FORBIDDEN
        case TimeoutError():
            return Trouble.TIMEOUT
        case ssl.SSLError():
            return Trouble.NOT_SECURE
        case HTTPException() | ConnectionResetError() | BrokenPipeError():
            return Trouble.CLOSED
        case _:
            return Trouble.UNREACHABLE
