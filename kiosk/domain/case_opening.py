"""Which case a rating becomes: one of its own, part of a joined one, or none.

Words with a bad rating, a complaint, a suggestion or the wish to be called are
answered each by itself; ratings with nothing but reasons, or nothing at all, by window,
week and cause under one measure, so that a unit does not drown in paper.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import NAMESPACE_URL, UUID, uuid5
from zoneinfo import ZoneInfo

from kiosk.domain.cases import Source
from kiosk.domain.comments import Wish
from kiosk.domain.intake import RatingState
from kiosk.domain.levels import Level
from kiosk.domain.reasons import BAD_REASONS, Aspect, aspect_number

_JOINED = uuid5(NAMESPACE_URL, "urn:window-kiosk:joined-case")
_ASPECTS = {reason.number: reason.aspect for reason in BAD_REASONS} | {
    aspect_number(aspect, bad=True): aspect for aspect in Aspect
}
_NOON = 12


@dataclass(frozen=True)
class Said:
    """What a citizen told by one rating, its corrections included."""

    level: Level
    """Of the opinion that stands."""
    state: RatingState
    wish: Wish
    words: bool
    contact: bool
    cause: int
    """Aspect of the first bad reason; 0: none was ticked."""


def source_of(said: Said) -> Source | None:
    """Return what a case about a rating comes from; None where it opens none by itself.

    What is held or excluded joins no case: it is in no number. Words are answered all
    the same.
    """
    if said.wish is Wish.COMPLAINT:
        return Source.COMPLAINT
    if said.wish is Wish.SUGGESTION:
        return Source.SUGGESTION
    if said.contact or (said.words and said.level.bad):
        return Source.RATING
    counts = said.state is RatingState.COUNTED
    return Source.JOINED if said.cause and said.level.bad and counts else None


def first_cause(reasons: Iterable[int]) -> int:
    """Return the aspect of the first bad reason among these numbers; 0 without one."""
    bad = sorted(number for number in reasons if number in _ASPECTS)
    return int(_ASPECTS[bad[0]]) if bad else 0


def week_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def half_of(moment: datetime, zone: ZoneInfo) -> int:
    """Return 1 before noon and 2 from noon on, by the centre's clock."""
    return 1 if moment.astimezone(zone).hour < _NOON else 2


def joined_event(window_id: int, week: date, cause: int, part: int) -> UUID:
    """Return the id of a joined case: the same for all who open it."""
    return uuid5(_JOINED, f"{window_id}/{week.isoformat()}/{cause}/{part}")
