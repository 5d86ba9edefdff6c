"""Whether a screen still lives, told by when it was last heard of."""

from datetime import datetime, timedelta

SILENT_AFTER = timedelta(minutes=3)
"""A screen asks for its head once a minute; three times missed is no hiccup."""


def is_silent(last_heard: datetime, now: datetime) -> bool:
    """Whether nothing was heard of a screen for too long."""
    return now - last_heard >= SILENT_AFTER
