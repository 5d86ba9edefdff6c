"""What the ledger costs: to write at each tap, and to prove a million entries of."""

import sys
from contextlib import closing
from datetime import timedelta
from itertools import count
from pathlib import Path
from random import Random
from statistics import median
from uuid import UUID

from sqlalchemy import Connection

from bench import bare
from bench.instances import new_installation, pair_screens, window_ids
from bench.machine import sync_milliseconds
from bench.programs import run, run_flask
from bench.report import Goal, Report, Table
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
from bench.servers import ROOT, Server, start_bare, start_ours
from bench.taps import BARE, composer
from kiosk.clock import utc_now
from kiosk.domain.intake import Channel, Tap
from kiosk.domain.levels import Level
from kiosk.domain.time_zones import DEFAULT_ZONE
from kiosk.extensions import Checkpointer, db, reading, recording, write
from kiosk.models import ORGANISATION, Centre, Installation, Window
from kiosk.queries.places import only_centre
from kiosk.services.chains import begin_chain
from kiosk.services.past_ratings import record_history
from kiosk.services.rating_rows import Hall
from tests.postgres import postgres_server

WINDOWS = 200
CLIENTS = 16
ENTRIES, ENTRIES_IF_QUICK = 1_000_000, 100_000
CENTRES = (1, 2, 4)
FIRST = 1
"""The centre that every installation has."""
_BATCH = 5_000
_CHECKPOINT_EVERY = 10 * _BATCH
_BARELY = "without ledger"


def run_intake(plan: Plan, folder: Path) -> Report:
    """Take taps with the ledger, without it, and by a bare route, in the same run."""
    ours, twin, floor = folder / "ours", folder / "twin", folder / "bare"
    secrets = {}
    for name, instance in (("ours", ours), (_BARELY, twin)):
        with new_installation(instance, WINDOWS):
            secrets[name] = pair_screens(CLIENTS)
    floor.mkdir()
    with closing(bare.connect(floor / bare.DATABASE)) as connection:
        connection.execute(bare.SCHEMA)
    servers = [
        start_ours(ours),
        start_ours(twin, "bench.without_ledger:app", _BARELY),
        start_bare(BARE, "bench.bare:app", floor),
    ]
    secrets[BARE] = secrets["ours"]
    try:
        turns, syncs = _compared(plan, servers, secrets, folder)
    finally:
        for server in servers:
            server.stop()
    report = Report("Ledger: taps with it, without it, and by a bare route, SQLite")
    report.tables = [
        turns_table(turns), ratios_table(turns, _BARELY), ratios_table(turns, BARE)
    ]  # fmt: skip
    report.rounds = raw(turns)
    report.goals = [
        Goal(
            f"throughput against {name}, {CLIENTS} clients",
            ratio(turns, "rate", CLIENTS, name), bound, at_least=True,
        )
        for name, bound in ((_BARELY, 0.8), (BARE, 0.5))
    ]  # fmt: skip
    proof = run_flask(ours, "ledger", "verify")
    report.notes = [
        f"fdatasync before each round, ms: {', '.join(f'{s:.2f}' for s in syncs)}",
        f"`flask ledger verify` of what was taken: right, {proof.wall:.1f} s",
    ]
    return report


def run_postgresql(plan: Plan, folder: Path) -> Report:
    """Take taps of one, two and four centres on a durable PostgreSQL."""
    with postgres_server(durable=True) as url:
        with new_installation(folder, sum(CENTRES) * CLIENTS, url):
            secrets = _spread_over_centres()
        server = start_ours(folder, KIOSK_DATABASE_URL=url)
        try:
            turns = _by_centres(plan, server, secrets)
        finally:
            server.stop()
        run_flask(folder, "ledger", "verify", KIOSK_DATABASE_URL=url)
    report = Report("Ledger: taps on PostgreSQL by number of centres, durable")
    report.tables = [turns_table(turns)]
    report.rounds = raw(turns)
    rates = {n: _rate(turns, f"{n} centres") for n in CENTRES}
    one, two, four = (rates[n] for n in CENTRES)
    report.goals = [
        Goal("one centre", one, 500, "ratings/s", at_least=True),
        Goal("two centres against one", two / one, 1.0, at_least=True),
        Goal("four centres against two", four / two, 1.0, at_least=True),
    ]
    report.notes = [
        f"{CLIENTS} clients, two workers; database, server and clients share the cores",
        "`flask ledger verify` of what was taken: right",
    ]
    return report


def run_verify(plan: Plan, folder: Path) -> Report:
    """Prove a million entries, by the product and by the outsider's program."""
    entries = ENTRIES_IF_QUICK if plan.quick else ENTRIES
    with new_installation(folder, WINDOWS):
        _fill(folder / "kiosk.db", entries)
    export = folder / "export.jsonl"
    costs = {
        "flask ledger verify": run_flask(folder, "ledger", "verify"),
        "flask ledger export --bodies": run_flask(
            folder, "ledger", "export", str(export), "--bodies"
        ),
        "tools/verify_ledger.py": run(
            folder, [sys.executable, str(ROOT / "tools/verify_ledger.py"), str(export)]
        ),
    }
    report = Report(f"Ledger: proof of {entries:,} ratings' entries, SQLite")
    report.tables = [
        Table(
            ["program", "seconds", "CPU s", "peak MiB"],
            [
                [name, f"{cost.wall:.1f}", f"{cost.cpu:.1f}", f"{cost.peak:.0f}"]
                for name, cost in costs.items()
            ],
        )
    ]
    if plan.quick:
        report.notes = ["few entries: mostly the start of the program; no goal is set"]
        return report
    report.goals = [
        Goal(f"a million entries, {name}", costs[name].wall, 60, "s")
        for name in ("flask ledger verify", "tools/verify_ledger.py")
    ]
    return report


def _compared(
    plan: Plan, servers: list[Server], secrets: dict[str, list[str]], folder: Path
) -> tuple[list[Turn], list[float]]:
    composers = {one.name: composer(one, secrets[one.name]) for one in servers}
    turns, syncs = [], []
    for server in servers:
        take_turn(server, CLIENTS, plan.seconds / 2, composers[server.name])
    for _, order in rotating(servers, plan.rounds):
        syncs.append(sync_milliseconds(folder))
        for server in order:
            settle(*servers)
            compose = composers[server.name]
            turns.append(take_turn(server, CLIENTS, plan.seconds, compose)[0])
    return turns, syncs


def _by_centres(
    plan: Plan, server: Server, secrets: dict[int, list[str]]
) -> list[Turn]:
    named = {n: Server(f"{n} centres", server.process, server.port) for n in CENTRES}
    composers = {n: composer(named[n], secrets[n]) for n in CENTRES}
    turns: list[Turn] = []
    for n in CENTRES:
        take_turn(named[n], CLIENTS, plan.seconds / 2, composers[n])
    for _, order in rotating(CENTRES, plan.rounds):
        for n in order:
            settle(server)
            turn, _heard = take_turn(named[n], CLIENTS, plan.seconds, composers[n])
            turns.append(turn)
    return turns


def _rate(turns: list[Turn], name: str) -> float:
    return median(turn.rate for turn in turns if turn.name == name)


def _spread_over_centres() -> dict[int, list[str]]:
    """Make one, two and four centres, each group with as many screens; by number."""
    now, places = utc_now(), count(1)
    spread: dict[int, int] = {}
    with recording("bench", now) as records:
        session = records.session
        identity = session.get_one(Installation, 1).identity
        windows = iter(window_ids(session))
        for group in CENTRES:
            row = {"name": "Bench", "time_zone": DEFAULT_ZONE}
            rows = [row | {"code": f"bench-{next(places)}"} for _ in range(group)]
            keys = records.add(Centre, ORGANISATION, rows)
            records.close()
            for key in keys:
                centre = session.get_one(Centre, key)
                begin_chain(session, identity, centre, DEFAULT_ZONE, now)
            for nth in range(CLIENTS):
                spread[next(windows)] = keys[nth % group]
        moved = {window: {"centre_id": key} for window, key in spread.items()}
        records.change_many(Window, FIRST, moved)
    secrets = pair_screens(len(spread))
    parts = [secrets[at : at + CLIENTS] for at in range(0, len(secrets), CLIENTS)]
    return dict(zip(CENTRES, parts, strict=True))


def _fill(database: Path, entries: int) -> None:
    """Keep that many past ratings, the same ones each time but for the dates."""
    chosen, now = Random(1), utc_now()
    with reading() as session:
        centre = only_centre(session)
        windows = window_ids(session)
    if centre is None:
        raise LookupError("the installation has no centre")
    hall = Hall(centre.id, centre.zone)

    def tap() -> Tap:
        return Tap(
            event_id=UUID(int=chosen.getrandbits(128), version=4),
            window_id=chosen.choice(windows),
            channel=Channel(chosen.randrange(2)),
            level=Level(chosen.choice([5, 5, 5, 4, 3, 2, 1])),
            tapped_at=now - timedelta(seconds=chosen.randrange(365 * 86_400)),
        )

    def act(connection: Connection) -> int:
        return record_history(connection, taps, hall, now, "bench")

    for done in range(0, entries, _BATCH):
        taps = [tap() for _ in range(_BATCH)]
        write(act)
        if done % _CHECKPOINT_EVERY == 0:
            # What a server's own thread does; without it the log outgrows the data.
            Checkpointer(db.engine, database).checkpoint()
