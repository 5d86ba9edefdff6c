"""Waiting for another thread or process: until something holds, never for a time."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Event

PATIENCE = 30.0
_NEVER = Event()


def until(holds: Callable[[], object], patience: float = PATIENCE) -> None:
    """Return as soon as `holds()` is true; fail when it never is."""
    end = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < end, f"waited {patience} s in vain"
        _NEVER.wait(0.002)


@contextmanager
def settled() -> Iterator[None]:
    """Wait at the end for what an answer left to be done behind it."""
    before = set(threading.enumerate())
    yield
    for thread in set(threading.enumerate()) - before:
        thread.join(PATIENCE)
