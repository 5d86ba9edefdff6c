"""Our durable tap beside a bare Flask route that inserts one row."""

import sqlite3
from collections import Counter
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from uuid import uuid4

from bench import bare
from bench.instances import new_installation, pair_screens
from bench.load import Answers, Compose
from bench.machine import sync_milliseconds
from bench.report import Goal, Report
from bench.rounds import (
    Plan,
    Turn,
    ratio,
    ratios_table,
    raw,
    rotating,
    settle,
    take_turn,
    turns_table,
)
from bench.servers import Server, start_bare, start_ours

WINDOWS = 200
LOADS = (1, 16, 200)
CROWDS = LOADS[1:]
COUNTED, MERGED = 0, 4
BARE = "bare Flask + sqlite3"
_HEAD = (
    "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n"
    "Origin: http://127.0.0.1:{port}\r\nCookie: kiosk_device={secret}\r\n"
    "Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n{body}"
)
_BODY = '{{"id":"{id}","sequence":{sequence},"tapped_at":"{at}","level":{level}}}'


def run(plan: Plan, folder: Path) -> Report:
    """Measure taps at 1, 16 and 200 clients; then count what was kept."""
    ours_folder, bare_folder = folder / "ours", folder / "bare"
    bare_folder.mkdir()
    with closing(bare.connect(bare_folder / bare.DATABASE)) as connection:
        connection.execute(bare.SCHEMA)
    with new_installation(ours_folder, WINDOWS):
        secrets = pair_screens(WINDOWS)
    servers = [
        start_ours(ours_folder),
        start_bare(BARE, "bench.bare:app", bare_folder),
    ]
    try:
        turns, heard, syncs = _compare(plan, servers, secrets, folder)
    finally:
        for server in servers:
            server.stop()
    report = Report("Taps: durable POST of one rating, SQLite synchronous=FULL")
    report.tables += [turns_table(turns), ratios_table(turns, BARE)]
    report.rounds = raw(turns)
    report.goals = _goals(turns) + _kept(ours_folder, bare_folder, heard)
    report.notes = [
        f"fdatasync before each round, ms: {', '.join(f'{s:.2f}' for s in syncs)}",
        "both: gunicorn gthread, 1 worker, 16 threads; the bare one never checkpoints",
        f"ours by state: {_states(ours_folder)} (0 counted, 4 merged)",
    ]
    return report


def _compare(
    plan: Plan, servers: list[Server], secrets: list[str], folder: Path
) -> tuple[list[Turn], dict[str, list[Answers]], list[float]]:
    composers = {server.name: composer(server, secrets) for server in servers}
    heard: dict[str, list[Answers]] = {server.name: [] for server in servers}
    turns, syncs = [], []
    for server in servers:
        warm = take_turn(server, 16, plan.seconds / 2, composers[server.name])
        heard[server.name].append(warm[1])
    for number, _order in rotating(servers, plan.rounds):
        settle(*servers)
        syncs.append(sync_milliseconds(folder))
        for place, clients in enumerate(LOADS):
            first = (number + place) % len(servers)
            for server in [*servers[first:], *servers[:first]]:
                settle(*servers)
                compose = composers[server.name]
                turn, answers = take_turn(server, clients, plan.seconds, compose)
                turns.append(turn)
                heard[server.name].append(answers)
    return turns, heard, syncs


def composer(server: Server, secrets: Sequence[str]) -> Compose:
    """Return the maker of taps: a screen of its own for each client.

    Each tap has another level than the one before it on its screen, so none is
    taken for the same opinion given twice: all are counted, the ordinary case.
    """
    sequences = [count(1) for _ in secrets]
    windows = server.name == BARE

    def compose(client: int) -> tuple[str, bytes]:
        sequence, event = next(sequences[client]), str(uuid4())
        at = datetime.now(UTC).isoformat(timespec="milliseconds")
        body = _BODY.format(id=event, sequence=sequence, at=at, level=1 + sequence % 5)
        request = _HEAD.format(
            path=f"/windows/{client + 1}/ratings" if windows else "/tablet/ratings",
            port=server.port,
            secret=secrets[client],
            length=len(body),
            body=body,
        )
        return event, request.encode("ascii")

    return compose


def _goals(turns: list[Turn]) -> list[Goal]:
    crowd = [t for t in turns if t.name == "ours" and t.clients == LOADS[-1]]
    spread = sorted(turn.p99 / turn.p50 for turn in crowd)[len(crowd) // 2]
    longest = max(turn.longest for turn in crowd)
    return [
        *(
            Goal(
                f"throughput against bare, {clients} clients",
                ratio(turns, "rate", clients, BARE),
                0.6,
                at_least=True,
            )
            for clients in CROWDS
        ),
        *(
            Goal(
                f"server CPU against bare, {clients} clients",
                ratio(turns, "cpu", clients, BARE),
                1.6,
            )
            for clients in CROWDS
        ),
        Goal("p50 against bare, 1 client", ratio(turns, "p50", 1, BARE), 1.5),
        Goal("p99 against bare, 1 client", ratio(turns, "p99", 1, BARE), 2.0),
        Goal("p99 against own p50, 200 clients", spread, 2.0),
        Goal("longest wait, 200 clients", longest, 1000.0, "ms"),
    ]


def _kept(ours: Path, floor: Path, heard: dict[str, list[Answers]]) -> list[Goal]:
    goals = []
    rows = {
        "ours": _events(ours / "kiosk.db"),
        BARE: _events(floor / bare.DATABASE),
    }
    for name, answers in heard.items():
        kept = Counter(rows[name])
        acknowledged = {i for one in answers for i in one.acknowledged}
        sent = {i for one in answers for i in one.sent}
        lost = acknowledged - set(kept)
        doubled = sum(kept.values()) - len(kept)
        failed = sum(one.errors for one in answers)
        goals += [
            Goal(f"{name}: acknowledged but not kept", len(lost), 0, "taps"),
            Goal(
                f"{name}: kept twice or never sent",
                doubled + len(set(kept) - sent),
                0,
                "taps",
            ),
            Goal(f"{name}: not answered with 200", failed, 0, "taps"),
        ]
    return goals


def _events(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT event_id FROM rating")
        hexes = [event.replace("-", "") for (event,) in rows]
    return [f"{h[:8]}-{h[8:12]}-{h[12:16]}-{h[16:20]}-{h[20:]}" for h in hexes]


def _states(folder: Path) -> dict[int, int]:
    query = "SELECT state, count(*) FROM rating GROUP BY state"
    with closing(sqlite3.connect(folder / "kiosk.db")) as connection:
        return dict(connection.execute(query).fetchall())
