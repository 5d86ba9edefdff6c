"""What else the machine was doing, and in which state its disk was."""

import os
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

_TICK = os.sysconf("SC_CLK_TCK")
_PROC = Path("/proc")
_PROBES = 40


def process_seconds(pid: int) -> float:
    """Return CPU seconds of a process and all its descendants, the ended ones too."""
    total = 0.0
    for one in _family(pid):
        try:
            line = (_PROC / str(one) / "stat").read_text("ascii", "replace")
        except OSError:
            continue
        # The name in brackets may hold spaces; the numbers begin behind it.
        fields = line.rpartition(")")[2].split()
        total += sum(map(int, fields[11:15])) / _TICK
    return total


def busy_seconds() -> float:
    """Return the CPU seconds that all processes of the machine have used."""
    first = (_PROC / "stat").read_text("ascii").splitlines()[0]
    user, nice, system, _idle, _wait, irq, softirq, *_ = map(int, first.split()[1:])
    return (user + nice + system + irq + softirq) / _TICK


def sync_milliseconds(folder: Path) -> float:
    """Return the median time of one fdatasync of 4 KiB in `folder`."""
    block, times = os.urandom(4096), []
    path = folder / "fdatasync.probe"
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        for _ in range(_PROBES):
            os.write(handle, block)
            begun = time.perf_counter()
            os.fdatasync(handle)
            times.append(time.perf_counter() - begun)
    finally:
        os.close(handle)
        path.unlink()
    return median(times) * 1000


@dataclass(frozen=True)
class Span:
    """What one stretch of a measurement cost."""

    wall: float
    """Seconds."""
    cpu: float
    """CPU seconds of the measured processes."""
    others: float
    """Part of all cores that neither they nor this program used, in percent."""


class Watch:
    """Measures a stretch: wall time, CPU of process trees, and of the others."""

    def __init__(self, *pids: int) -> None:
        """Start now; `pids` are the roots of the measured process trees."""
        self._pids = pids
        self._cpu = self._measured()
        self._busy, self._own = busy_seconds(), time.process_time()
        self._begun = time.perf_counter()

    def stop(self) -> Span:
        """Return what the stretch cost until now."""
        wall = time.perf_counter() - self._begun
        cpu = self._measured() - self._cpu
        own = time.process_time() - self._own
        others = busy_seconds() - self._busy - cpu - own
        cores = os.cpu_count() or 1
        return Span(wall, cpu, max(0.0, 100 * others / wall / cores))

    def _measured(self) -> float:
        return sum(map(process_seconds, self._pids))


def _family(pid: int) -> list[int]:
    found = [pid]
    for one in found:
        for listing in (_PROC / str(one) / "task").glob("*/children"):
            try:
                found += map(int, listing.read_text("ascii").split())
            except OSError:
                continue
    return found
