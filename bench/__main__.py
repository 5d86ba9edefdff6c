"""`python -m bench [--quick] [--json FILE] [part …]`: all parts, or the named ones."""

import argparse
import json
import os
import platform
import shutil
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench import board, campaign, commands, holds, ledger, polls, scores, taps, thanks
from bench.machine import Watch, sync_milliseconds
from bench.report import Report, print_report
from bench.rounds import Plan
from bench.servers import ROOT

PARTS: dict[str, Callable[[Plan, Path], Report]] = {
    "taps": taps.run,
    "thanks": thanks.run,
    "board": board.run,
    "polls": polls.run,
    "demo": commands.run_demo,
    "scores": scores.run,
    "holds": holds.run,
    "campaign": campaign.run,
    "import": commands.run_import,
    "ledger": ledger.run_intake,
    "ledger-postgresql": ledger.run_postgresql,
    "ledger-verify": ledger.run_verify,
}


def main() -> int:
    """Run the parts, print what they found; return 1 when a goal is missed."""
    chosen = _arguments()
    plan = Plan(quick=chosen.quick)
    begun = time.perf_counter()
    reports = {}
    # On the disk that installations use: a file system in memory syncs for free.
    folder = Path(tempfile.mkdtemp(prefix="bench-", dir=ROOT / "instance"))
    try:
        machine = _machine(folder)
        print("  ".join(f"{name} {value}" for name, value in machine.items()))
        if plan.quick:
            print("quick: few and short rounds; the figures are indicative only")
        for name in chosen.parts or PARTS:
            (folder / name).mkdir()
            reports[name] = PARTS[name](plan, folder / name)
            print_report(reports[name])
            sys.stdout.flush()
    finally:
        shutil.rmtree(folder)
    missed = [goal for one in reports.values() for goal in one.goals if not goal.met]
    seconds = time.perf_counter() - begun
    print(f"\n{len(missed)} goals missed; {seconds:.0f} s")
    if chosen.json:
        parts = {name: report.as_data() for name, report in reports.items()}
        data = {"machine": machine, "quick": plan.quick, "parts": parts}
        chosen.json.write_text(json.dumps(data, ensure_ascii=False, indent=1), "utf-8")
    return 1 if missed else 0


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="part", help=", ".join(PARTS))
    parser.add_argument("--quick", action="store_true", help="indicative, one minute")
    parser.add_argument("--json", type=Path, metavar="FILE", help="all figures as JSON")
    chosen = parser.parse_args()
    unknown = [name for name in chosen.parts if name not in PARTS]
    if unknown:
        parser.error(f"no part {', '.join(unknown)}; there are {', '.join(PARTS)}")
    return chosen


def _machine(folder: Path) -> dict[str, Any]:
    watch = Watch()
    time.sleep(1.0)
    return {
        "cores": os.cpu_count(),
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "fdatasync_ms": round(sync_milliseconds(folder), 3),
        "others_percent": round(watch.stop().others),
    }


if __name__ == "__main__":
    sys.exit(main())
