"""Rounds: every contestant once in each, in rotating order, on a settled machine."""

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any, TypeVar

from bench.load import Answers, Compose, run_clients
from bench.machine import Watch, process_seconds
from bench.report import Table
from bench.servers import Server

T = TypeVar("T")

_SETTLE_MOST = 4.0
_QUIET = 0.02
"""CPU seconds within a quarter of a second that count as rest."""


@dataclass(frozen=True)
class Plan:
    """How much is measured: enough for a verdict, or for a first impression."""

    quick: bool

    @property
    def rounds(self) -> int:
        """Rounds of a comparison."""
        return 2 if self.quick else 7

    @property
    def seconds(self) -> float:
        """Length of one contestant's turn at a server."""
        return 0.6 if self.quick else 3.0

    def repeats(self, full: int) -> int:
        """Return repetitions of something that takes seconds each time."""
        return 1 if self.quick else full


@dataclass(frozen=True)
class Turn:
    """One contestant's turn in one round; times in milliseconds."""

    name: str
    clients: int
    requests: int
    rate: float
    p50: float
    p99: float
    longest: float
    cpu: float
    """CPU microseconds of the server's processes for one request."""
    failed: int
    others: float
    """Part of the machine that others used, in percent."""


def rotating(contestants: Sequence[T], rounds: int) -> Iterator[tuple[int, list[T]]]:
    """Yield each round's number and order: nobody always goes first."""
    for number in range(rounds):
        first = number % len(contestants)
        yield number, [*contestants[first:], *contestants[:first]]


def settle(*servers: Server) -> None:
    """Wait until the servers rest: a checkpoint still running is not the next's."""
    end = time.monotonic() + _SETTLE_MOST
    while time.monotonic() < end:
        before = sum(process_seconds(server.pid) for server in servers)
        time.sleep(0.25)
        if sum(process_seconds(s.pid) for s in servers) - before < _QUIET:
            return


def take_turn(
    server: Server, clients: int, seconds: float, compose: Compose, status: int = 200
) -> tuple[Turn, Answers]:
    """Let clients ask a server for a while; return figures and answers."""
    watch = Watch(server.pid)
    answers = run_clients(server.address, clients, seconds, compose, status)
    span = watch.stop()
    good = len(answers.latencies)
    turn = Turn(
        name=server.name,
        clients=clients,
        requests=good,
        rate=good / answers.wall,
        p50=answers.percentile(0.5) * 1000,
        p99=answers.percentile(0.99) * 1000,
        longest=answers.percentile(1.0) * 1000,
        cpu=span.cpu / max(1, good) * 1e6,
        failed=answers.errors,
        others=span.others,
    )
    return turn, answers


def turns_table(turns: Sequence[Turn]) -> Table:
    """Return medians over the rounds, one row for each contestant and load."""
    columns = ["contestant", "clients", "answers/s", "p50 ms", "p99 ms", "longest ms"]
    columns += ["CPU us/answer", "failed", "others %"]
    rows = []
    for clients, name in dict.fromkeys((turn.clients, turn.name) for turn in turns):
        own = [t for t in turns if (t.clients, t.name) == (clients, name)]
        rows.append(
            [
                name,
                str(clients),
                f"{_middle(own, 'rate'):.0f}",
                f"{_middle(own, 'p50'):.2f}",
                f"{_middle(own, 'p99'):.2f}",
                f"{max(turn.longest for turn in own):.1f}",
                f"{_middle(own, 'cpu'):.0f}",
                str(sum(turn.failed for turn in own)),
                f"{_middle(own, 'others'):.0f}",
            ]
        )
    return Table(columns, rows)


def ratios_table(turns: Sequence[Turn], bare: str) -> Table:
    """Return ours divided by the bare one's, the median over the rounds."""
    figures = {"answers/s": "rate", "p50": "p50", "p99": "p99", "CPU": "cpu"}
    rows = [
        [
            str(clients),
            *(f"{ratio(turns, f, clients, bare):.2f}" for f in figures.values()),
        ]
        for clients in dict.fromkeys(turn.clients for turn in turns)
    ]
    return Table([f"ours / {bare}, clients", *figures], rows)


def ratio(turns: Sequence[Turn], figure: str, clients: int, bare: str) -> float:
    """Return the median over the rounds of ours divided by the bare one's."""
    ours, floor = (
        [t for t in turns if t.clients == clients and t.name == name]
        for name in ("ours", bare)
    )
    pairs = zip(_figures(ours, figure), _figures(floor, figure), strict=True)
    return median(a / b for a, b in pairs)


def raw(turns: Sequence[Turn]) -> list[dict[str, Any]]:
    """Return each turn as plain data."""
    return [asdict(turn) for turn in turns]


def timed(act: Callable[[], object]) -> float:
    """Return the seconds `act` took."""
    begun = time.perf_counter()
    act()
    return time.perf_counter() - begun


def _middle(turns: Sequence[Turn], figure: str) -> float:
    return median(_figures(turns, figure))


def _figures(turns: Sequence[Turn], figure: str) -> list[float]:
    return [float(getattr(turn, figure)) for turn in turns]
