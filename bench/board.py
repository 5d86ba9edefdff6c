"""The board's data at ten thousand, a million and ten million ratings."""

import time
from contextlib import ExitStack
from pathlib import Path
from statistics import median

from flask import Flask

from bench.history import DAYS, fill_year
from bench.instances import new_installation, window_ids
from bench.report import Goal, Report, Table
from bench.rounds import Plan, rotating
from kiosk.clock import utc_now
from kiosk.extensions import reading
from kiosk.queries.board import compute_board
from kiosk.queries.places import only_centre

WINDOWS = 200
SIZES = (10_000, 1_000_000, 10_000_000)
_ROUNDS_FOR_ONE = 3
"""A computation is short; so each round of the plan is worth several here."""


def run(plan: Plan, folder: Path) -> Report:
    """Compute the same board at three sizes in turn; compare the times."""
    walls: dict[int, list[float]] = {size: [] for size in SIZES}
    cpus: dict[int, list[float]] = {size: [] for size in SIZES}
    with ExitStack() as stack:
        halls = []
        for size in SIZES:
            app = stack.enter_context(new_installation(folder / str(size), WINDOWS))
            with reading() as session:
                windows = window_ids(session)
            fill_year(windows, size)
            halls.append((size, app))
            _compute(app)
        for _number, order in rotating(halls, plan.rounds * _ROUNDS_FOR_ONE):
            for size, app in order:
                wall, cpu = _compute(app)
                walls[size].append(wall)
                cpus[size].append(cpu)
    report = Report("Board: all its data, computed anew, by number of ratings")
    report.tables.append(_table(walls, cpus))
    report.goals.append(
        Goal("time at 10 million against 1 million", _against(walls, 2, 1), 1.2)
    )
    report.notes = [
        f"{WINDOWS} windows, {DAYS} days, two channels; each has its row at each size",
        "cells without a rating are rows of zeros, as the smallest size has many",
        "counts only: the board reads no ratings, so there are no rows of them here",
    ]
    report.rounds = [
        {"ratings": size, "wall_ms": wall, "cpu_ms": cpu}
        for size in SIZES
        for wall, cpu in zip(walls[size], cpus[size], strict=True)
    ]
    return report


def _compute(app: Flask) -> tuple[float, float]:
    """Return wall and CPU milliseconds of one computation."""
    with app.app_context(), reading() as session:
        centre = only_centre(session)
        if centre is None:
            raise LookupError("the installation has no centre")
        begun, used = time.perf_counter(), time.process_time()
        compute_board(session, centre, utc_now())
        wall, cpu = time.perf_counter() - begun, time.process_time() - used
    return wall * 1000, cpu * 1000


def _table(walls: dict[int, list[float]], cpus: dict[int, list[float]]) -> Table:
    rows = [
        [
            f"{size:,}",
            f"{median(walls[size]):.1f}",
            f"{min(walls[size]):.1f}",
            f"{median(cpus[size]):.1f}",
            f"{_against(walls, at, 0):.2f}",
        ]
        for at, size in enumerate(SIZES)
    ]
    columns = ["ratings", "ms", "quickest ms", "CPU ms", "x the smallest"]
    return Table(columns, rows)


def _against(walls: dict[int, list[float]], large: int, small: int) -> float:
    pairs = zip(walls[SIZES[large]], walls[SIZES[small]], strict=True)
    return median(a / b for a, b in pairs)
