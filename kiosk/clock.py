"""The only reader of the clock; everything below the edge takes `now` as a value."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]
Ticker = Callable[[], float]


def utc_now() -> datetime:
    """Return this moment as an aware UTC datetime."""
    return datetime.now(UTC)


def monotonic() -> float:
    """Return seconds that never run backwards; only differences mean anything."""
    return time.monotonic()
