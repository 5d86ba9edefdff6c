"""A board's poll that is answered "you have it already" beside a bare answer."""

import http.client
from pathlib import Path

from bench.history import fill_year
from bench.instances import new_installation, window_ids
from bench.load import Compose
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
from kiosk.extensions import reading

WINDOWS = 200
RATINGS = 1_000_000
LOADS = (1, 200)
_BARE = "bare Flask, two bytes"
_PATH = "/board/rows"
_GET = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: gzip\r\n"
    "Accept-Language: zh-CN\r\nIf-None-Match: {mark}\r\n\r\n"
)


def run(plan: Plan, folder: Path) -> Report:
    """Poll a filled board that does not move, and a bare answer, in turn."""
    ours_folder, bare_folder = folder / "ours", folder / "bare"
    bare_folder.mkdir()
    with new_installation(ours_folder, WINDOWS):
        with reading() as session:
            windows = window_ids(session)
        fill_year(windows, RATINGS)
    servers = [
        start_ours(ours_folder),
        start_bare(_BARE, "bench.bare:app", bare_folder),
    ]
    try:
        turns = _compare(plan, servers)
    finally:
        for server in servers:
            server.stop()
    report = Report("Poll of the board that is answered 304")
    report.tables += [turns_table(turns), ratios_table(turns, _BARE)]
    report.rounds = raw(turns)
    report.goals = _goals(turns)
    report.notes = ["both: gunicorn gthread, 1 worker, 16 threads"]
    return report


def _compare(plan: Plan, servers: list[Server]) -> list[Turn]:
    mark = _mark(servers[0])
    polls = {
        servers[0].name: (_asking(servers[0], _PATH, mark), 304),
        servers[1].name: (_asking(servers[1], "/hello", mark), 200),
    }
    for server in servers:
        compose, status = polls[server.name]
        take_turn(server, 16, plan.seconds / 2, compose, status)
    turns = []
    for _number, order in rotating(servers, plan.rounds):
        for clients in LOADS:
            for server in order:
                settle(*servers)
                compose, status = polls[server.name]
                turn, _ = take_turn(server, clients, plan.seconds, compose, status)
                turns.append(turn)
    return turns


def _mark(server: Server) -> str:
    """Return the ETag of the board as it stands."""
    connection = http.client.HTTPConnection(*server.address)
    headers = {"Accept-Encoding": "gzip", "Accept-Language": "zh-CN"}
    connection.request("GET", _PATH, headers=headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.headers["ETag"]


def _asking(server: Server, path: str, mark: str) -> Compose:
    request = _GET.format(path=path, port=server.port, mark=mark).encode("ascii")
    return lambda _client: ("", request)


def _goals(turns: list[Turn]) -> list[Goal]:
    failed = sum(turn.failed for turn in turns)
    return [
        *(
            Goal(
                f"server CPU against bare, {clients} clients",
                ratio(turns, "cpu", clients, _BARE),
                1.2,
            )
            for clients in LOADS
        ),
        Goal("p50 against bare, 1 client", ratio(turns, "p50", 1, _BARE), 1.2),
        Goal("p50 against bare, 200 clients", ratio(turns, "p50", 200, _BARE), 1.2),
        Goal("answers other than expected", failed, 0, "polls"),
    ]
