"""Waiting for another thread or process: until something holds, never for a time."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event

PATIENCE = 60.0
_SHORTEST, _LONGEST = 0.002, 0.1
"""Seconds between two looks: each look takes a busy machine from what is waited for."""
_NEVER = Event()


def until(holds: Callable[[], object], patience: float = PATIENCE) -> None:
    """Return as soon as `holds()` is true; fail when it never is."""
    end = time.monotonic() + patience
    pause = _SHORTEST
    while not holds():
        assert time.monotonic() < end, f"waited {patience} s in vain"
        _NEVER.wait(pause)
        pause = min(1.5 * pause, _LONGEST)


@contextmanager
def settled() -> Iterator[None]:
    """Wait at the end for what an answer left to be done behind it."""
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        thread.join(PATIENCE)
