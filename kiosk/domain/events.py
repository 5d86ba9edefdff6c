"""What a screen sends: a batch of events out of its outbox, and its clocks.

Everything is read strictly; what cannot be understood is refused by itself, so that
one spoilt event keeps none of the others waiting.
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any

from kiosk.domain.errors import NotAMoment, RuleBroken, sentence
from kiosk.domain.intake import parse_moment
from kiosk.domain.tap_time import Clocks

BATCH_MOST = 50
"""Events in one batch."""
_RUN = re.compile(r"[0-9a-f]{8,32}")
_CODE = re.compile(r"[0-9a-z]{1,16}")
_OWN = re.compile(r"[0-9A-Za-z_-]{20,64}")
_STEADY_MOST = 1e13
"""Milliseconds; three centuries without a restart."""


class NotABatch(RuleBroken):
    """A batch is no list of events, or too long a one."""

    code = "batch_invalid"
    text = sentence("A screen sends a list of at most %(most)d events.")


class NotAnEvent(RuleBroken):
    """An event is no object, of no known kind, or one of its parts is none."""

    code = "event_invalid"
    text = sentence("This event could not be understood.")


class WindowElsewhere(RuleBroken):
    """An event names a window at which its screen never stood."""

    code = "window_elsewhere"
    text = sentence("This screen never stood at that window.")


class ScreenElsewhere(RuleBroken):
    """An event names a screen whose place the sender did not take."""

    code = "screen_elsewhere"
    text = sentence("This event was made by another screen.")


class Kind(StrEnum):
    """What an event of a screen is."""

    RATING = "rating"
    REASONS = "reasons"
    TEST = "test"
    """A test tap of whoever installs the screen; it is never counted."""


@dataclass(frozen=True)
class Batch:
    """Events of one screen, oldest first, and its clocks when it sent them."""

    events: Sequence[object]
    sent: Clocks | None = None


def parse_batch(body: object) -> Batch:
    """Return the batch that a request's JSON means. Raises NotABatch.

    A lone tap, as pages of the first release send it, is a batch without clocks. An
    empty batch is one too: with it a screen asks whether the line works.
    """
    if not isinstance(body, Mapping) or "events" not in body:
        return Batch([body])
    events = body["events"]
    if not isinstance(events, list) or len(events) > BATCH_MOST:
        raise NotABatch(most=BATCH_MOST)
    try:
        sent = parse_clocks(body)
    except (NotAMoment, NotAnEvent) as broken:
        raise NotABatch(most=BATCH_MOST) from broken
    return Batch(events, sent)


def parse_event(value: object) -> tuple[Kind, Mapping[str, Any]]:
    """Return the kind and the parts of an event. Raises NotAnEvent."""
    if not isinstance(value, Mapping):
        raise NotAnEvent
    try:
        return Kind(value.get("kind", Kind.RATING)), value
    except ValueError as broken:
        raise NotAnEvent from broken


def parse_clocks(value: Mapping[str, Any]) -> Clocks:
    """Return the clocks that stand in an event or a batch.

    `tapped_at` or `sent_at` is the wall clock, `ms` the steady one within `run`,
    `offset` how many milliseconds our clock was ahead. Raises NotAMoment, NotAnEvent.
    """
    run = value.get("run")
    offset = value.get("offset")
    if not isinstance(run, str) or not _RUN.fullmatch(run):
        raise NotAnEvent
    return Clocks(
        wall=parse_moment(value.get("tapped_at", value.get("sent_at"))),
        run=run,
        steady=_milliseconds(value.get("ms")),
        ahead=None if offset is None else _milliseconds(offset),
    )


def parse_code(value: object) -> str | None:
    """Return the code of a window or screen; None where none is named."""
    return _matching(_CODE, value)


def parse_own(value: object) -> str | None:
    """Return the secret for the author's own phone; None without one."""
    return _matching(_OWN, value)


def _matching(pattern: re.Pattern[str], value: object) -> str | None:
    if value is None:
        return None
    if isinstance(value, str) and pattern.fullmatch(value):
        return value
    raise NotAnEvent


def _milliseconds(value: object) -> timedelta:
    number = value if type(value) in (int, float) else math.nan
    if not isinstance(number, int | float) or not abs(number) < _STEADY_MOST:
        raise NotAnEvent
    return timedelta(milliseconds=number)
