"""A large campaign from what was counted to the bytes of its list."""

import time
from datetime import date, timedelta
from pathlib import Path
from statistics import median

import numpy as np

from bench.report import Goal, Report, Table
from bench.rounds import Plan
from kiosk.domain.campaign_archive import archive_text, outcome_text, parse_archive
from kiosk.domain.campaign_inputs import CandidateInputs, Inputs, Votes, WindowDays
from kiosk.domain.campaign_kinds import AwardKind, PartKind, StageKind, Tie
from kiosk.domain.campaign_outcome import compute
from kiosk.domain.campaign_rules import (
    Award,
    Criterion,
    Electorate,
    Part,
    Rules,
    Stage,
    Words,
)

WINDOWS, DAYS, TYPES = 2_000, 60, 12
ELECTORS, JURORS, AWARDS, SEATS = 500, 30, 3, 10
_RATINGS_A_DAY = 6.0
_LEVELS = (0.01, 0.02, 0.07, 0.30, 0.60)
_WEIGHTS = {"rating": 40, "inspection": 20, "jury": 20, "ballot": 20}
_BEGINS = date(2027, 7, 1)
_WORDS = Words("十佳文明窗口", "Ten best civil windows")


def run(plan: Plan, _folder: Path) -> Report:
    """Compute it with every window in one award, and once with every window in all."""
    one_award, all_awards = _inputs(1), _inputs(AWARDS)
    archive = archive_text(one_award)
    rounds, texts = [], set()
    for _ in range(plan.repeats(5)):
        begun = time.perf_counter()
        read = parse_archive(archive)
        parsed = time.perf_counter()
        texts.add(outcome_text(compute(read)))
        done = time.perf_counter()
        outcome_text(compute(all_awards))
        all_done = time.perf_counter()
        rounds.append([parsed - begun, done - parsed, all_done - done])
    report = Report(
        f"Campaign: {WINDOWS:,} windows, {DAYS} days, {AWARDS} awards, "
        f"{ELECTORS} electors, {JURORS} jurors"
    )
    columns = ["archive read, s", "computed, s", "every window in every award, s"]
    rows = [[f"{took:.2f}" for took in times] for times in rounds]
    report.tables.append(Table(columns, rows))
    computed = median(times[1] for times in rounds)
    report.goals.append(Goal("composite with all derivations", computed, 2, "s"))
    report.goals.append(Goal("outcomes that differ", len(texts) - 1, 0, ""))
    report.notes.append(f"archive {len(archive) / 1e6:.1f} MB")
    report.rounds = [dict(zip(columns, times, strict=True)) for times in rounds]
    return report


def _inputs(awards: int) -> Inputs:
    """Return the campaign; each window stands for so many of the three awards."""
    chosen = np.random.default_rng(1)
    each = chosen.poisson(_RATINGS_A_DAY / 2, size=(WINDOWS, DAYS, 2))
    counts = chosen.multinomial(each, _LEVELS)
    windows = tuple(
        WindowDays(
            key=key,
            service_type=int(chosen.integers(TYPES)),
            days=tuple(
                (day, channel, *counts[key, day, channel].tolist())
                for day in range(DAYS)
                for channel in range(2)
                if each[key, day, channel]
            ),
        )
        for key in range(WINDOWS)
    )
    rules = _rules()
    return Inputs(
        slug="bench",
        version=1,
        rules=rules,
        day=_BEGINS + timedelta(days=90),
        working_days=42,
        windows=windows,
        people=(),
        candidates=tuple(
            _candidate(chosen, number * WINDOWS + key, award.key, key)
            for number, award in enumerate(rules.awards)
            for key in range(WINDOWS)
            if (key + number) % AWARDS < awards
        ),
    )


def _candidate(
    chosen: np.random.Generator, key: int, award: str, window: int
) -> CandidateInputs:
    half = ELECTORS // 2
    return CandidateInputs(
        key=key,
        award=award,
        number=window + 1,
        name=f"{window + 1} 号窗口",
        unit=window // 10,
        unit_name=f"部门 {window // 10}",
        window=window,
        unverified=0.6,
        deductions=int(chosen.integers(12)),
        jury=tuple(
            sorted(chosen.integers(50, 101, size=JURORS).astype(float).tolist())
        ),
        votes={
            name: Votes(votes=int(chosen.integers(half)), ballots=half)
            for name in ("cadres", "staff")
        },
    )


def _rules() -> Rules:
    award = {
        "kind": AwardKind.WINDOW,
        "title": _WORDS,
        "seats": SEATS,
        "criteria": (Criterion(key="all", title=_WORDS, points=100),),
        "parts": tuple(
            Part(kind=PartKind(name), weight=weight)
            for name, weight in _WEIGHTS.items()
        ),
        "ties": (Tie.JURY, Tie.BALLOT, Tie.EFFECTIVE),
    }
    posted = _BEGINS + timedelta(days=80)
    return Rules(
        key="bench",
        title=_WORDS,
        purpose=_WORDS,
        organiser=_WORDS,
        participants=_WORDS,
        begins=_BEGINS,
        ends=_BEGINS + timedelta(days=DAYS - 1),
        stages=(
            Stage(
                key="notice",
                kind=StageKind.NOTICE,
                title=_WORDS,
                begins=posted,
                ends=posted,
            ),
        ),
        awards=tuple(Award(key=f"a{n}", **award) for n in range(AWARDS)),
        electorates=(
            Electorate(key="cadres", title=_WORDS, weight=40),
            Electorate(key="staff", title=_WORDS, weight=60),
        ),
        quorum=JURORS,
    )
