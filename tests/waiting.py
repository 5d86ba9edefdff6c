"""Waiting for another thread or process: until something holds, never for a time."""

import time
from collections.abc import Callable
from threading import Event

PATIENCE = 30.0
_NEVER = Event()


def until(holds: Callable[[], object], patience: float = PATIENCE) -> None:
    """Return as soon as `holds()` is true; fail when it never is."""
    end = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < end, f"waited {patience} s in vain"
        _NEVER.wait(0.002)
