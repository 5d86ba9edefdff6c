"""What a screen tells of itself with each sign of life.

It is read strictly and part by part: what is missing, out of range or not understood
counts as not told. A refusal would take the head from a screen, and with it all that
it must know, for the sake of a figure that is only shown.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

COUNT_MOST = 1_000_000
SECONDS_MOST = 10 * 366 * 24 * 3600
OFFSET_MOST_MS = 200 * 366 * 24 * 3600 * 1000
"""A clock may stand at 1970, or a century ahead."""
FULL = 100
_WHOLE = re.compile(r"-?[0-9]{1,16}")
_VERSION = re.compile(r"[0-9A-Za-z.+-]{1,20}")
_BROWSER = re.compile(r"[0-9A-Za-z ._-]{1,40}")
_STORAGE = frozenset({"disk", "memory"})


@dataclass(frozen=True, kw_only=True)
class DeviceFigures:
    """The parts of a report that were told; None or "" for those that were not."""

    waiting: int | None = None
    """Events in the outbox."""
    set_aside: int | None = None
    """Events refused for good."""
    oldest_at: datetime | None = None
    """Since when the first of those waiting waits."""
    drawn_at: datetime | None = None
    """When the page last drew a frame."""
    battery: int | None = None
    """Per cent."""
    charging: bool | None = None
    version: str = ""
    offset_ms: int | None = None
    """How far our clock is ahead of the screen's."""
    storage: str = ""
    browser: str = ""


def parse_figures(told: Mapping[str, str], now: datetime) -> DeviceFigures | None:
    """Return what a screen tells, None where it tells nothing (an earlier page).

    Spans of time come as seconds before this moment, so that a wrong clock does not
    matter: `oldest` and `drawn`.
    """
    waiting = _whole(told, "waiting", COUNT_MOST)
    figures = DeviceFigures(
        waiting=waiting,
        set_aside=_whole(told, "aside", COUNT_MOST),
        oldest_at=_before(told, "oldest", now) if waiting else None,
        drawn_at=_before(told, "drawn", now),
        battery=_whole(told, "battery", FULL),
        charging={"1": True, "0": False}.get(told.get("charging", "")),
        version=_matching(_VERSION, told.get("version", "")),
        offset_ms=_whole(told, "offset", OFFSET_MOST_MS, least=-OFFSET_MOST_MS),
        storage=told.get("storage", "") if told.get("storage") in _STORAGE else "",
        browser=_matching(_BROWSER, told.get("browser", "")),
    )
    return None if figures == DeviceFigures() else figures


def _whole(
    told: Mapping[str, str], name: str, most: int, *, least: int = 0
) -> int | None:
    typed = told.get(name, "")
    if not _WHOLE.fullmatch(typed):
        return None
    number = int(typed)
    return number if least <= number <= most else None


def _before(told: Mapping[str, str], name: str, now: datetime) -> datetime | None:
    seconds = _whole(told, name, SECONDS_MOST)
    return None if seconds is None else now - timedelta(seconds=seconds)


def _matching(pattern: re.Pattern[str], text: str) -> str:
    return text if pattern.fullmatch(text) else ""
