"""The fair score of a city: twenty thousand windows over sixty days."""

from pathlib import Path
from statistics import median

import numpy as np

from bench.report import Goal, Report, Table
from bench.rounds import Plan, timed
from kiosk.domain.ranking import fair_scores

WINDOWS, DAYS, TYPES = 20_000, 60, 40
_RATINGS_A_DAY = 6.0
_LEVELS = (0.01, 0.02, 0.07, 0.30, 0.60)


def run(plan: Plan, _folder: Path) -> Report:
    """Score random counts, the same each time."""
    chosen = np.random.default_rng(1)
    each = chosen.poisson(_RATINGS_A_DAY / 2, size=(WINDOWS, DAYS, 2))
    counts = chosen.multinomial(each, _LEVELS)
    types = chosen.integers(TYPES, size=WINDOWS)
    times = [timed(lambda: fair_scores(counts, types)) for _ in range(plan.repeats(5))]
    report = Report(f"Fair score: {WINDOWS:,} windows, {DAYS} days, two channels")
    report.tables.append(Table(["seconds"], [[f"{took:.2f}"] for took in times]))
    report.goals.append(Goal("scored", median(times), 5, "s"))
    report.rounds = [{"seconds": took} for took in times]
    return report
