"""Honest windows for two months: how often a rule would hold something of theirs."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from bench.report import Goal, Report, Table
from bench.rounds import Plan
from kiosk.domain.bursts import BUCKETS, PAST_DAYS, Usual
from kiosk.domain.day_share import IntArray
from kiosk.domain.holds import Rule, WindowDay, findings
from kiosk.domain.intake import Channel

WINDOWS, DAYS = 200, 60
_OPENS, _CLOSES = 9 * 3600, 17 * 3600
_PEAK = (_OPENS + 1800, _OPENS + 3 * 1800)
_PEAK_HEIGHT = 2.6
_BUSY = 0.25
_GROUPS = 0.05
_STOPPED = 0.08
_STOP, _BACKLOG = 2400, 1200
_SEED = 20260716
_EARLY = 5
_COLUMNS = (
    "ratings a window and day",
    "window-days touched a day",
    "in the first five",
    "later",
)
_A_DAY = (40, 200, 500)
_RULES = (Rule.BURST, Rule.MINUTE, Rule.TEN_MINUTES, Rule.VOLUME)


@dataclass(frozen=True)
class Flags:
    """What the rules held of honest windows."""

    by_rule: Counter[Rule]
    window_days: int
    """Days of windows with anything held."""
    early: int
    """Those of them in the first five days, when little is known."""
    days: int

    @property
    def a_day(self) -> float:
        """Window-days with anything held, in one day of the hall."""
        return self.window_days / self.days


def honest_flags(a_day: float, windows: int, days: int, seed: int = _SEED) -> Flags:
    """Simulate honest windows from their first day on; return what was held.

    A morning peak, couples and families of three at once, quiet and busy days, and on
    some days a stoppage of 40 minutes whose visitors rate within 20.
    """
    chance = np.random.default_rng(seed)
    by_rule: Counter[Rule] = Counter()
    touched = early = 0
    for _ in range(windows):
        past = np.zeros((days, BUCKETS), np.int64)
        for day in range(days):
            times = _times(chance, a_day)
            first = max(0, day - PAST_DAYS)
            earlier = past[first:day]
            bucket = times // 600
            found = findings(
                WindowDay(
                    channel=Channel.TABLET,
                    bucket=bucket,
                    tapped=times,
                    usual=Usual(earlier.sum(axis=0), earlier.sum(axis=1)),
                )
            )
            past[day] = np.bincount(bucket, minlength=BUCKETS)
            by_rule.update(each.rule for each in found)
            touched += bool(found)
            early += bool(found) and day < _EARLY
    return Flags(by_rule, touched, early, days)


def run(plan: Plan, _folder: Path) -> Report:
    """Measure how often rules hold honest ratings, by ratings a window and day."""
    report = Report("Honest windows held for a look, in a hall of 200")
    windows = 10 if plan.quick else WINDOWS
    rows = []
    for a_day in _A_DAY:
        flags = honest_flags(a_day, windows, DAYS)
        scale = WINDOWS / windows
        rows.append(_row(a_day, flags, scale))
        if a_day == _A_DAY[0]:
            bound = "window-days touched in a day at 40 ratings a window"
            report.goals.append(Goal(bound, flags.a_day * scale, 1.0, ""))
    rules = [str(rule) for rule in _RULES]
    report.tables.append(Table([*_COLUMNS, *rules], rows))
    report.notes.append(
        "each rule: ten-minute parts held a day; 60 days from the windows' first day on"
    )
    return report


def _row(a_day: float, flags: Flags, scale: float) -> list[str]:
    by_rule = [flags.by_rule[rule] * scale / flags.days for rule in _RULES]
    later = (flags.window_days - flags.early) / (flags.days - _EARLY)
    early = flags.early / _EARLY
    figures = [flags.a_day * scale, early * scale, later * scale, *by_rule]
    return [f"{a_day:g}", *(f"{figure:.2f}" for figure in figures)]


def _times(chance: np.random.Generator, a_day: float) -> IntArray:
    """Return the times of one honest day, in seconds from midnight, ascending."""
    level = max(0.2, chance.normal(1, _BUSY))
    n = chance.poisson(a_day * level * (1 - _GROUPS))
    times = _at_any_time(chance, n)
    groups = _at_any_time(chance, chance.poisson(a_day * level * _GROUPS / 2.5))
    sizes = chance.integers(2, 4, groups.size)
    together = np.repeat(groups, sizes)
    times = np.concatenate([times, together + chance.integers(0, 90, together.size)])
    if chance.random() < _STOPPED:
        stop = chance.integers(_OPENS, _CLOSES - _STOP - _BACKLOG)
        waited = (times >= stop) & (times < stop + _STOP)
        times[waited] = stop + _STOP + chance.integers(0, _BACKLOG, waited.sum())
    return np.sort(np.minimum(times, _CLOSES - 1))


def _at_any_time(chance: np.random.Generator, n: int) -> IntArray:
    """Return times of a working day, more of them in the morning's rush."""
    peak = (_PEAK[1] - _PEAK[0]) * _PEAK_HEIGHT
    rest = _CLOSES - _OPENS - (_PEAK[1] - _PEAK[0])
    rushed = chance.random(n) < peak / (peak + rest)
    calm = chance.integers(_OPENS, _CLOSES - (_PEAK[1] - _PEAK[0]), n)
    calm += np.where(calm >= _PEAK[0], _PEAK[1] - _PEAK[0], 0)
    times: IntArray = np.where(rushed, chance.integers(*_PEAK, n), calm)
    return times
