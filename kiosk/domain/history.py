"""A row of an office's past ratings, read into the rating it stands for.

Rules: docs/rules.md, "Past ratings". Reading the same file again gives the same
ids, so nothing is taken twice; two equal rows of one file are two ratings.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from kiosk.domain.errors import RuleBroken
from kiosk.domain.free_text import clean_text
from kiosk.domain.history_clerks import KnownClerks
from kiosk.domain.history_errors import (
    CellsTooMany,
    ChannelUnknown,
    ColumnsMissing,
    IdTwice,
    LevelUnknown,
    TimeNotPast,
    TimeTooOld,
    TimeUnreadable,
    WindowNotThere,
)
from kiosk.domain.intake import COMMENT_MOST, Channel, Origin, Tap, history_id
from kiosk.domain.levels import Level
from kiosk.domain.window_list import CellEmpty, CellTooLong, ColumnTwice

LABEL_MOST = 64
"""Characters of a foreign id, a clerk's name or a device's name."""
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
"""An older time is a clock that was never set or a date in another order."""

_QUOTED_MOST = 40
_HEADINGS = {
    "window": "window", "窗口编号": "window",
    "time": "time", "时间": "time",
    "channel": "channel", "渠道": "channel",
    "level": "level", "评价等级": "level",
    "id": "id", "编号": "id",
    "clerk": "clerk", "窗口人员": "clerk",
    "device": "device", "终端": "device",
    "comment": "comment", "留言": "comment",
}  # fmt: skip
_REQUIRED = {
    "window": "window (窗口编号)",
    "time": "time (时间)",
    "channel": "channel (渠道)",
    "level": "level (评价等级)",
}
_LENGTHS = {
    "id": LABEL_MOST,
    "clerk": LABEL_MOST,
    "device": LABEL_MOST,
    "comment": COMMENT_MOST,
}
_CHANNELS = {
    "0": Channel.TABLET, "tablet": Channel.TABLET,
    "终端": Channel.TABLET, "评价终端": Channel.TABLET,
    "1": Channel.PHONE, "phone": Channel.PHONE,
    "手机": Channel.PHONE, "扫码": Channel.PHONE,
}  # fmt: skip
_LEVELS = {
    "5": Level(5), "非常满意": Level(5), "verysatisfied": Level(5),
    "4": Level(4), "满意": Level(4), "satisfied": Level(4),
    "3": Level(3), "基本满意": Level(3), "fairlysatisfied": Level(3),
    "2": Level(2), "不满意": Level(2), "dissatisfied": Level(2),
    "1": Level(1), "非常不满意": Level(1), "verydissatisfied": Level(1),
}  # fmt: skip
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
# Spreadsheets write 2026/7/16 9:05 for what ISO 8601 writes 2026-07-16T09:05.
_LOOSE_TIME = re.compile(r"(\d{4})([-/])(\d\d?)\2(\d\d?)[T ] *(\d\d?)(:\d\d.*)")
# Cleaned text has no control characters, so this parts words without doubt.
_PARTED = "\x1f"

T = TypeVar("T")


@dataclass(frozen=True)
class NumberedWindow:
    """A window that bears or bore a number; `closed_on` is its first day without."""

    id: int
    closed_on: date | None


@dataclass(frozen=True)
class HistoryPlace:
    """What a history is read against."""

    centre_code: str
    zone: ZoneInfo
    """Of times that state none."""
    windows: Mapping[str, Sequence[NumberedWindow]]
    """By number; the one that closed first stands first, the open one last."""
    now: datetime
    clerks: KnownClerks = field(default_factory=KnownClerks)


class HistoryReader:
    """Reads the rows of one file in their order; counts those that are equal."""

    def __init__(self, headings: Sequence[str], place: HistoryPlace) -> None:
        """Learn the columns. Raises ColumnsMissing or ColumnTwice."""
        self._place = place
        self._columns = _columns(headings)
        self._written = [clean_text(heading) for heading in headings]
        self._equal: dict[bytes, int] = {}

    def read(self, cells: Sequence[str]) -> Tap:
        """Return the rating a row stands for, or raise what its first wrong cell is."""
        named = self._named(cells)
        moment = parse_past_moment(named["time"], self._place.zone, self._place.now)
        channel = _one_of(_CHANNELS, named["channel"], ChannelUnknown)
        level = _one_of(_LEVELS, named["level"], LevelUnknown)
        label = named.get("clerk", "")
        return Tap(
            window_id=self._window(named["window"], moment),
            event_id=self._event_id(named, moment, channel, level),
            channel=channel,
            origin=Origin.HISTORY,
            level=level,
            tapped_at=moment,
            comment=named.get("comment", ""),
            clerk_id=self._clerk(label, moment) if label else None,
            clerk_label=label,
            device_label=named.get("device", ""),
        )

    def _named(self, cells: Sequence[str]) -> dict[str, str]:
        if any(map(str.strip, cells[len(self._written) :])):
            raise CellsTooMany
        named = {
            name: _cleaned(cells[place], lines=name == "comment")
            for name, place in self._columns.items()
            if place < len(cells)
        }
        for name in _REQUIRED:
            if not named.get(name):
                raise CellEmpty(column=self._heading(name))
        for name, most in _LENGTHS.items():
            if len(named.get(name, "")) > most:
                raise CellTooLong(column=self._heading(name), most=most)
        return named

    def _heading(self, name: str) -> str:
        return self._written[self._columns[name]]

    def _window(self, number: str, moment: datetime) -> int:
        day = moment.astimezone(self._place.zone).date()
        for window in self._place.windows.get(number, ()):
            if window.closed_on is None or day < window.closed_on:
                return window.id
        raise WindowNotThere(number=_quoted(number))

    def _clerk(self, label: str, moment: datetime) -> int | None:
        day = moment.astimezone(self._place.zone).date()
        return self._place.clerks.named(label, day)

    def _event_id(
        self, named: Mapping[str, str], moment: datetime, channel: int, level: int
    ) -> UUID:
        given = named.get("id", "")
        if _UUID.fullmatch(given):
            return UUID(given)
        if given:
            return history_id(self._place.centre_code, f"id:{given}")
        said = [named["window"], moment.isoformat(), str(channel), str(level)]
        said += [named.get(name, "") for name in ("clerk", "device", "comment")]
        words = "row:" + _PARTED.join(said)
        first = history_id(self._place.centre_code, f"{words}\n0")
        before = self._equal.get(first.bytes, 0)
        self._equal[first.bytes] = before + 1
        if not before:
            return first
        return history_id(self._place.centre_code, f"{words}\n{before}")


class Repeats:
    """Remembers the ids of one file with what was said under them."""

    def __init__(self) -> None:
        """Begin with none."""
        self._met: dict[bytes, tuple[int, bytes]] = {}

    def first_line(self, line: int, tap: Tap) -> int:
        """Return the line in which this very rating stands first: mostly `line`.

        Raises IdTwice when its id stands above with another body.
        """
        digest = tap.digest()
        first, known = self._met.setdefault(tap.event_id.bytes, (line, digest))
        if known != digest:
            raise IdTwice(first=first)
        return first


def parse_past_moment(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    """Return the UTC time that `text` means; without a zone it is that of `zone`.

    Raises TimeUnreadable, TimeNotPast or TimeTooOld.
    """
    written = text
    loose = _LOOSE_TIME.fullmatch(text)
    if loose:
        year, _, month, day, hour, rest = loose.groups()
        written = f"{year}-{month:0>2}-{day:0>2}T{hour:0>2}{rest}"
    try:
        # A date alone would silently be midnight.
        moment = datetime.fromisoformat(written if "T" in written else "")
    except ValueError as broken:
        raise TimeUnreadable(given=_quoted(text)) from broken
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    if moment > now:
        raise TimeNotPast(given=_quoted(text))
    if moment < EARLIEST:
        raise TimeTooOld(given=_quoted(text))
    return moment.astimezone(UTC)


def _columns(headings: Sequence[str]) -> dict[str, int]:
    columns: dict[str, int] = {}
    for place, heading in enumerate(headings):
        name = _HEADINGS.get(_plain(heading))
        if name in columns:
            raise ColumnTwice(column=clean_text(heading))
        if name is not None:
            columns[name] = place
    missing = [shown for name, shown in _REQUIRED.items() if name not in columns]
    if missing:
        raise ColumnsMissing(names=", ".join(missing))
    return columns


# Names and levels repeat in a file, and nothing hides in printable ASCII: looking at
# each character of each cell cost more than all the rest of reading it.
@lru_cache(maxsize=4096)
def _cleaned(text: str, *, lines: bool) -> str:
    if text.isascii() and text.isprintable():
        return " ".join(text.split())
    return clean_text(text, lines=lines)


def _one_of(known: Mapping[str, T], text: str, refusal: Callable[..., RuleBroken]) -> T:
    found = known.get(_plain(text))
    if found is None:
        raise refusal(given=_quoted(text))
    return found


def _plain(text: str) -> str:
    return "".join(text.split()).replace("_", "").casefold()


def _quoted(text: str) -> str:
    return text if len(text) <= _QUOTED_MOST else f"{text[:_QUOTED_MOST]}…"
