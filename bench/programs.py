"""Commands of the product as an organiser runs them, with what they cost."""

import os
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from bench.servers import ROOT, environment


class CommandFailed(RuntimeError):
    """A command ended with an error."""


@dataclass(frozen=True)
class Cost:
    """What one command took."""

    wall: float
    """Seconds."""
    cpu: float
    """CPU seconds."""
    peak: float
    """Largest resident memory, MiB."""


def run_flask(instance: Path, *arguments: str, **more: str) -> Cost:
    """Run `flask --app wsgi …` on an installation; raise CommandFailed."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", *arguments]
    return run(instance, command, **more)


def run(instance: Path, command: list[str], **more: str) -> Cost:
    """Run a program on an installation, with `more` settings; raise CommandFailed."""
    log = instance / "command.log"
    begun = time.perf_counter()
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            env=environment(instance, **more),
            stdout=out,
            stderr=out,
        )
        peak = _watched(process.pid)
        # Not `wait`: only this call tells what the child used.
        _, status, used = os.wait4(process.pid, 0)
    wall = time.perf_counter() - begun
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        said = log.read_text("utf-8", "replace")[-2000:]
        raise CommandFailed(f"{' '.join(command)}:\n{said}")
    return Cost(wall, used.ru_utime + used.ru_stime, peak / 1024)


def _watched(pid: int) -> int:
    """Wait for the end of a process; return its largest resident memory, KiB.

    The system's own figure for a child begins with what its parent had in use.
    """
    peak = 0
    ended = os.WEXITED | os.WNOHANG | os.WNOWAIT
    while os.waitid(os.P_PID, pid, ended) is None:
        status = Path(f"/proc/{pid}/status").read_text("ascii", "replace")
        # A process that has just ended has no memory, and no such line.
        found = re.search(r"VmHWM:\s+(\d+)", status)
        peak = int(found[1]) if found else peak
        time.sleep(0.02)
    return peak
