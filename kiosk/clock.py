"""The only reader of the clock; everything below the edge takes `now` as a value."""

from collections.abc import Callable
from datetime import UTC, datetime

Clock = Callable[[], datetime]


def utc_now() -> datetime:
    """Return this moment as an aware UTC datetime."""
    return datetime.now(UTC)
