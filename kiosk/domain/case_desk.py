"""A complaint or an idea of somebody without a phone, taken down at desk or hotline.

Where, what kind, what about, which day, and the words: chosen from short lists, as
somebody stands at the desk meanwhile. The half of the day is all that is asked of the
time, since units learn no more of it.
"""

import re
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kiosk.domain.cases import Road, Source
from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.reasons import Aspect
from kiosk.domain.shifts import Span, day_span

DESK_SOURCES = (Source.COMPLAINT, Source.SUGGESTION)
DESK_ROADS = (Road.DESK, Road.HOTLINE)
BACK_MOST = 365
"""Days that what somebody tells may lie back."""
_HALVES = {"0": 0, "1": 1, "2": 2}
_NO_CAUSE = 0
_NOON = time(12)
_PLACE = re.compile(r"([uw])([0-9]{1,9})")


class DeskChoiceMissing(RuleBroken):
    """One of the short lists was left alone, or says what is not in it."""

    code = "desk_choice_missing"
    text = sentence("Please choose one of the list.")


class PlaceUnknown(RuleBroken):
    """No window or unit that somebody could speak about."""

    code = "desk_place_unknown"
    text = sentence("Please choose the window or the unit that it is about.")


class OwnUnit(RuleBroken):
    """Somebody takes down what is about the unit they manage or work in."""

    code = "desk_own_unit"
    text = sentence(
        "You belong to this unit. Please let somebody outside it take this down."
    )


class DayNotRight(RuleBroken):
    """A day that is none, lies ahead, or too far back."""

    code = "desk_day_wrong"
    text = sentence("Please give a day up to today, at most %(days)d days back.")


class SlipTaken(RuleBroken):
    """A form came again with another secret: it is not the one that opened the case."""

    code = "desk_slip_taken"
    text = sentence(
        "This form has opened a case already. Please look for it in the list, or begin "
        "with a new form."
    )


def parse_source(text: str) -> Source:
    """Return whether it is a complaint or an idea. Raises DeskChoiceMissing."""
    for source in DESK_SOURCES:
        if text == source:
            return source
    raise DeskChoiceMissing


def parse_road(text: str) -> Road:
    """Return by which road it came. Raises DeskChoiceMissing."""
    for road in DESK_ROADS:
        if text == road:
            return road
    raise DeskChoiceMissing


def parse_cause(text: str) -> int:
    """Return the aspect it is about; 0: none of them. Raises DeskChoiceMissing."""
    causes = {str(int(aspect)): int(aspect) for aspect in Aspect}
    found = (causes | {str(_NO_CAUSE): _NO_CAUSE}).get(text)
    if found is None:
        raise DeskChoiceMissing
    return found


def parse_half(text: str) -> int:
    """Return 1 before noon, 2 after, 0 not known. Raises DeskChoiceMissing."""
    found = _HALVES.get(text)
    if found is None:
        raise DeskChoiceMissing
    return found


def parse_day(text: str, today: date) -> date:
    """Return the day it is about, today or before. Raises DayNotRight."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        raise DayNotRight(days=BACK_MOST) from None
    if not timedelta() <= today - day <= timedelta(BACK_MOST):
        raise DayNotRight(days=BACK_MOST)
    return day


def parse_place(text: str) -> tuple[bool, int]:
    """Return whether it is a window, else a unit, and its key. Raises PlaceUnknown."""
    found = _PLACE.fullmatch(text)
    if found is None:
        raise PlaceUnknown
    return found[1] == "w", int(found[2])


def half_span(day: date, half: int, zone: ZoneInfo) -> Span:
    """Return the time of half a day, or of all of it where the half is not known."""
    whole = day_span(day, zone)
    noon = datetime.combine(day, _NOON, zone).astimezone(whole.start.tzinfo)
    if half == _HALVES["1"]:
        return Span(whole.start, noon)
    return Span(noon, whole.end) if half == _HALVES["2"] else whole
