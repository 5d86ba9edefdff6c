"""When a tap counts, for which day, and what makes two taps one event.

Rules: every rating has an id made at the tap; the same id and body is the same
rating for ever. A second tap on the same level within five seconds is the same
opinion; another level revises the first. Pure: takes `now`, returns values.
"""

import json
import re
from dataclasses import dataclass
from datetime import MAXYEAR, MINYEAR, date, datetime, timedelta
from enum import IntEnum
from hashlib import sha256
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from kiosk.domain.errors import (
    CommentTooLong,
    NotAMoment,
    NotAnEventId,
    NotASequence,
)
from kiosk.domain.free_text import clean_text
from kiosk.domain.levels import Level

COMMENT_MOST = 500
MERGE_WITHIN = timedelta(seconds=5)
"""Same screen, same level, within this time: one opinion tapped twice."""
CLOCK_SLACK = timedelta(minutes=2)
"""How far a device's clock may run ahead of ours, or behind its last contact."""
BUCKET_MINUTES = 10
_SEQUENCE_MOST = 2**53
EDGE_YEARS = frozenset({MINYEAR, MAXYEAR})
"""In another zone a time in them is none at all."""
_UUID = re.compile(
    r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"
)
_HISTORY = uuid5(NAMESPACE_URL, "urn:window-kiosk:history")


class Channel(IntEnum):
    """How a rating was given; the order is that of the fair score's counts."""

    TABLET = 0
    PHONE = 1


class Origin(IntEnum):
    """Which screen or code led to a rating."""

    TABLET = 0
    PRINTED = 1
    """The window's printed code: anybody may have a picture of it."""
    ROTATING = 2
    """The code on the window's screen, which changes."""
    TICKET = 3
    """The code of one visit."""
    HISTORY = 4
    """A file of past ratings."""


class RatingState(IntEnum):
    """Whether a rating takes part in the counts."""

    COUNTED = 0
    HELD = 1
    EXCLUDED = 2
    REVISED = 3
    """Replaced by a later event of the same visitor."""
    MERGED = 4
    """The same opinion as the tap before it; acknowledged, not counted."""


TALLIED = frozenset({RatingState.COUNTED, RatingState.HELD, RatingState.EXCLUDED})
"""States that have tallies of their own; the others leave none."""


@dataclass(frozen=True, kw_only=True)
class Tap:
    """One rating as it was given, before the server places it in time."""

    event_id: UUID
    window_id: int
    channel: Channel
    level: Level
    tapped_at: datetime | None
    """Time at the tap as the giver's clock had it; None: when it was received."""
    device_id: int | None = None
    sequence: int | None = None
    revises: UUID | None = None
    comment: str = ""
    clerk_id: int | None = None
    """Who served, where a file of past ratings names one of our clerks."""
    clerk_label: str = ""
    device_label: str = ""
    made_at: datetime | None = None
    """Our time of the tap, where the giver's clock was found wrong."""
    origin: Origin = Origin.TABLET
    kind: int = 0
    """What the words are: kiosk.domain.comments.Wish."""
    sealed: bytes | None = None
    """The words as they were typed, where something in `comment` is hidden."""

    def digest(self) -> bytes:
        """Return SHA-256 of everything the giver said: equal means the same body."""
        said = [
            str(self.event_id),
            self.window_id,
            int(self.channel),
            int(self.level),
            self.tapped_at and self.tapped_at.timestamp(),
            self.device_id,
            self.sequence,
            str(self.revises or ""),
            self.comment,
            self.clerk_label,
            self.device_label,
        ]
        if self.kind:
            # Only then: digests of the releases before must stay what they are.
            said.append(self.kind)
        return sha256(json.dumps(said, ensure_ascii=False).encode()).digest()


@dataclass(frozen=True)
class CountedTime:
    """The centre's day and ten-minute bucket (0 to 143) a rating counts for."""

    day: date
    bucket: int
    uncertain: bool
    moment: datetime
    """The time it counts at: that of the tap, or of its arrival where in doubt."""


def parse_event_id(value: object) -> UUID:
    """Return the UUID of version 4 in its usual form, or raise NotAnEventId."""
    if isinstance(value, str) and _UUID.fullmatch(value):
        return UUID(value)
    raise NotAnEventId


def parse_moment(value: object) -> datetime:
    """Return an aware time from ISO 8601 text, or raise NotAMoment.

    The years 1 and 9999 are refused: in another zone such a time is none at all.
    """
    try:
        moment = datetime.fromisoformat(value if isinstance(value, str) else "")
    except ValueError as broken:
        raise NotAMoment from broken
    if moment.tzinfo is None or moment.year in EDGE_YEARS:
        raise NotAMoment
    return moment


def parse_sequence(value: object) -> int:
    """Return a device's sequence number, from 1, or raise NotASequence."""
    if type(value) is int and 1 <= value < _SEQUENCE_MOST:
        return value
    raise NotASequence


def parse_comment(text: str) -> str:
    """Return the words that are kept, or raise CommentTooLong."""
    words = clean_text(text, lines=True)
    if len(words) > COMMENT_MOST:
        raise CommentTooLong(length=len(words), most=COMMENT_MOST)
    return words


def history_id(centre_code: str, mark: str) -> UUID:
    """Return the id of a past rating that brings none of our kind.

    `mark` is the foreign id, or the row's own words with the number of equal
    rows before it: reading the same file again gives the same ids.
    """
    return uuid5(_HISTORY, f"{centre_code}\n{mark}")


def counted_time(
    tapped_at: datetime,
    received_at: datetime,
    last_contact: datetime | None,
    zone: ZoneInfo,
) -> CountedTime:
    """Place a tap in the centre's time.

    A tap counts for its own day if its time lies between the device's last
    contact and now, each with two minutes of slack; else for the day received,
    and it is marked uncertain. Without a last contact only the future is
    doubted: a page asked for by phone has no earlier one.
    """
    uncertain = is_doubtful(tapped_at, received_at, last_contact)
    moment = received_at if uncertain else tapped_at
    local = moment.astimezone(zone)
    minutes = local.hour * 60 + local.minute
    return CountedTime(local.date(), minutes // BUCKET_MINUTES, uncertain, moment)


def next_contact(
    tapped_at: datetime, received_at: datetime, last_contact: datetime
) -> datetime:
    """Return the last contact that a screen's next tap is held against.

    It is the time of this tap, not that of its arrival: a queue is delivered one
    by one, but all of it was made since the contact before it. A doubtful tap
    tells nothing, and then the next may not lie before this arrival.
    """
    if is_doubtful(tapped_at, received_at, last_contact):
        return received_at
    return max(last_contact, min(tapped_at, received_at))


def same_opinion(
    level: Level,
    tapped_at: datetime,
    last_level: int | None,
    last_tapped_at: datetime | None,
) -> bool:
    """Whether a tap repeats the one before it on the same screen.

    The gap is taken on the device's own clock, in either direction, so that a
    queue delivered at once keeps its real gaps.
    """
    if last_level is None or last_tapped_at is None:
        return False
    return level == last_level and abs(tapped_at - last_tapped_at) < MERGE_WITHIN


def is_doubtful(
    tapped_at: datetime, received_at: datetime, last_contact: datetime | None
) -> bool:
    """Whether a tap's time lies before the last contact or after its arrival.

    Each with two minutes of slack; without a last contact only the future is doubted.
    """
    too_late = tapped_at > received_at + CLOCK_SLACK
    too_early = last_contact is not None and tapped_at < last_contact - CLOCK_SLACK
    return too_late or too_early
