"""The two long commands: loading the demonstration and taking in a history."""

import csv
from collections.abc import Sequence
from dataclasses import asdict
from datetime import timedelta
from pathlib import Path
from random import Random
from statistics import median

from bench.instances import new_installation
from bench.programs import Cost, run_flask
from bench.report import Goal, Report, Table
from bench.rounds import Plan
from kiosk.clock import utc_now

ROWS, ROWS_IF_QUICK = 100_000, 10_000
WINDOWS = 200
_COLUMNS = ["seconds", "CPU s", "peak MiB"]


def run_demo(plan: Plan, folder: Path) -> Report:
    """Load the demonstration into fresh installations."""
    costs = []
    for number in range(plan.repeats(3)):
        instance = folder / str(number)
        instance.mkdir()
        run_flask(instance, "init", "--quiet")
        costs.append(run_flask(instance, "demo"))
    report = _report("Demonstration: `flask demo` in a fresh installation", costs)
    middle = median(cost.wall for cost in costs)
    report.goals.append(Goal("demonstration loaded", middle, 20, "s"))
    return report


def run_import(plan: Plan, folder: Path) -> Report:
    """Take in a history of 100,000 ratings, checked and then written."""
    costs = []
    file, rows = folder / "history.csv", ROWS_IF_QUICK if plan.quick else ROWS
    _write_history(file, rows)
    for number in range(plan.repeats(3)):
        instance = folder / str(number)
        with new_installation(instance, WINDOWS):
            pass
        costs.append(run_flask(instance, "import", "ratings", str(file)))
    report = _report(f"Import: `flask import ratings` of {rows:,} rows", costs)
    middle = median(cost.wall for cost in costs)
    report.notes.append(f"{rows / middle:,.0f} ratings a second; no goal is set")
    return report


def _report(title: str, costs: Sequence[Cost]) -> Report:
    rows = [
        [f"{cost.wall:.1f}", f"{cost.cpu:.1f}", f"{cost.peak:.0f}"] for cost in costs
    ]
    report = Report(title)
    report.tables.append(Table(_COLUMNS, rows))
    report.rounds = [asdict(cost) for cost in costs]
    return report


def _write_history(file: Path, rows: int) -> None:
    """Write a year of past ratings; the same each time but for the dates."""
    chosen, now = Random(1), utc_now()
    with file.open("w", newline="", encoding="utf-8") as stream:
        table = csv.writer(stream)
        table.writerow(["window", "time", "channel", "level"])
        for _ in range(rows):
            ago = timedelta(seconds=chosen.randrange(3600, 365 * 86400))
            table.writerow(
                [
                    f"A{chosen.randrange(WINDOWS) + 1:04d}",
                    (now - ago).isoformat(timespec="seconds"),
                    chosen.choice(["tablet", "tablet", "tablet", "phone"]),
                    chosen.choice([5, 5, 5, 5, 4, 4, 3, 2, 1]),
                ]
            )
