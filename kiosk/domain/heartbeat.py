"""Whether a screen still works, told by its signs of life and what they say.

A screen asks for its head every half minute, and with that it tells since when it has
drawn nothing and since when its oldest event waits. What goes wrong must stand on the
start page, which renews itself every 15 seconds, within two minutes.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kiosk.domain.opening import Opening

BEAT = timedelta(seconds=30)
"""How often a screen gives a sign of life."""
SILENT_AFTER = timedelta(seconds=90)
"""Three signs of life missed in a row are no hiccup."""
UNDRAWN_AFTER = timedelta(seconds=30)
"""A page that is on draws each second."""
STUCK_AFTER = timedelta(seconds=60)
"""An event that waits so long while signs of life arrive is held up by something."""
CLOCK_WRONG_AFTER = timedelta(minutes=2)
"""Late taps are corrected by any offset; from here people should set the clock."""


class State(StrEnum):
    """How a screen is, the worst first; each is told in words."""

    WITHDRAWN = "withdrawn"
    ASLEEP = "asleep"
    SILENT = "silent"
    NOT_DRAWING = "not-drawing"
    NOT_SENDING = "not-sending"
    WORKING = "working"


TROUBLES = frozenset({State.SILENT, State.NOT_DRAWING, State.NOT_SENDING})
"""States that somebody has to do something about."""


@dataclass(frozen=True, kw_only=True)
class Signs:
    """What is known of a screen."""

    heard_at: datetime
    revoked_at: datetime | None = None
    reported_at: datetime | None = None
    """When it told the following; None: never."""
    drawn_at: datetime | None = None
    oldest_at: datetime | None = None
    """Since when the first of its waiting events waits; None: none does."""


def state_of(signs: Signs, opening: Opening, now: datetime) -> State:
    """Return how a screen is at this moment of its hall's hours."""
    if signs.revoked_at is not None:
        return State.WITHDRAWN
    if not opening.is_open:
        return State.ASLEEP
    if is_silent(signs.heard_at, now, opening):
        return State.SILENT
    return _told(signs)


def is_silent(heard_at: datetime, now: datetime, opening: Opening) -> bool:
    """Whether nothing was heard of a screen for too long, within opening hours.

    In the morning the time counts from the opening: a screen may be switched on with
    the lights.
    """
    if not opening.is_open:
        return False
    since = heard_at if opening.since is None else max(heard_at, opening.since)
    return now - since >= SILENT_AFTER


def _told(signs: Signs) -> State:
    """Return what the last report says; its own moment counts, not now."""
    told = signs.reported_at
    if told is None:
        return State.WORKING
    if signs.drawn_at is not None and told - signs.drawn_at >= UNDRAWN_AFTER:
        return State.NOT_DRAWING
    if signs.oldest_at is not None and told - signs.oldest_at >= STUCK_AFTER:
        return State.NOT_SENDING
    return State.WORKING
