"""Clients that ask again as soon as they were answered, and forget no answer.

One process and one epoll loop with raw keep-alive sockets: some 20 us of CPU a
request, a fiftieth of what the server needs, so the client does not take from
the server what is being measured.
"""

import re
import select
import socket
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

Compose = Callable[[int], tuple[str, bytes]]
"""Client number to (id that the answer must name, or "", and the request's bytes)."""

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_BODILESS = {204, 304}
_GIVE_UP = 30.0
"""Seconds after the end of a round at which an unanswered request counts as lost."""


@dataclass
class Answers:
    """What the clients of one round saw."""

    wall: float = 0.0
    """Seconds from the first request to the last answer."""
    latencies: list[float] = field(default_factory=list)
    """Seconds of each request that got the expected status, ascending."""
    statuses: Counter[int] = field(default_factory=Counter)
    acknowledged: list[str] = field(default_factory=list)
    """Ids that a good answer named, in the order of answers."""
    sent: list[str] = field(default_factory=list)
    errors: int = 0
    """Broken connections, unnamed ids and answers that never came."""

    def percentile(self, part: float) -> float:
        """Return the latency below which `part` (0 to 1) of the answers lie."""
        if not self.latencies:
            return float("nan")
        last = len(self.latencies) - 1
        return self.latencies[min(last, int(part * len(self.latencies)))]


class _Client:
    def __init__(self, number: int, address: tuple[str, int]) -> None:
        self.number = number
        self.socket = socket.create_connection(address)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.got = b""
        self.expected = ""
        self.begun = 0.0

    def ask(self, compose: Compose, answers: Answers) -> None:
        self.expected, request = compose(self.number)
        answers.sent.append(self.expected)
        self.begun = time.perf_counter()
        self.socket.sendall(request)


def run_clients(
    address: tuple[str, int],
    clients: int,
    seconds: float,
    compose: Compose,
    status: int = 200,
) -> Answers:
    """Let `clients` ask for `seconds`, then wait for every answer still due."""
    answers = Answers()
    waiting = {
        client.socket.fileno(): client
        for client in (_Client(number, address) for number in range(clients))
    }
    epoll = select.epoll()
    for number in waiting:
        epoll.register(number, select.EPOLLIN)
    begun = time.perf_counter()
    for client in waiting.values():
        client.ask(compose, answers)
    end = begun + seconds
    while waiting and time.perf_counter() < end + _GIVE_UP:
        for number, _event in epoll.poll(1.0):
            client = waiting[number]
            goes_on = _hear(client, answers, status)
            if goes_on is None:
                continue
            if goes_on and time.perf_counter() < end:
                client.ask(compose, answers)
                continue
            epoll.unregister(number)
            del waiting[number]
            client.socket.close()
    answers.wall = time.perf_counter() - begun
    answers.errors += len(waiting)
    answers.latencies.sort()
    return answers


def _hear(client: _Client, answers: Answers, status: int) -> bool | None:
    """Take in what came: True for an answer, False for an end, None for a part."""
    try:
        piece = client.socket.recv(65536)
    except OSError:
        piece = b""
    if not piece:
        answers.errors += 1
        return False
    client.got += piece
    whole = _whole(client.got)
    if whole is None:
        return None
    took = time.perf_counter() - client.begun
    got, client.got = client.got[:whole], b""
    code = int(got[9:12])
    answers.statuses[code] += 1
    if code == status and client.expected.encode() in got:
        answers.latencies.append(took)
        answers.acknowledged.append(client.expected)
    else:
        answers.errors += 1
    return b"connection: close" not in got.lower()


def _whole(got: bytes) -> int | None:
    """Return the length of the complete answer in `got`, or None."""
    head = got.find(b"\r\n\r\n")
    if head < 0:
        return None
    if int(got[9:12]) in _BODILESS:
        return head + 4
    found = _LENGTH.search(got, 0, head)
    if found is None:
        raise ValueError(f"an answer without a length: {got[:head]!r}")
    length = head + 4 + int(found[1])
    return length if len(got) >= length else None
