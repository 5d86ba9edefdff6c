"""Reasons that a visitor may tick after the tap: four aspects, other ones by level.

国办发〔2019〕51号 asks for reasons of good and of bad ratings; the aspects are those of
GB/T 39735-2020. A reason's number never gets another meaning: a changed list is a new
version with new numbers.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import IntEnum

from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.levels import Level

LIST_VERSION = 1
_GOOD, _BAD = 100, 200
_ASPECT_STEP = 10


class ReasonUnknown(RuleBroken):
    """A follow-up names a reason that no list has, or one of the other side."""

    code = "reason_unknown"
    text = sentence("One of the reasons is not on the list for this rating.")


class Aspect(IntEnum):
    """What a reason is about."""

    EFFICIENCY = 1
    COMPETENCE = 2
    ATTITUDE = 3
    ENVIRONMENT = 4


@dataclass(frozen=True)
class Reason:
    """One reason of the list; `number` names it for ever, `words` is a msgid."""

    number: int
    aspect: Aspect
    words: str


def _listed(side: int, words: Mapping[Aspect, tuple[str, ...]]) -> tuple[Reason, ...]:
    return tuple(
        Reason(side + _ASPECT_STEP * aspect + place, aspect, text)
        for aspect, texts in words.items()
        for place, text in enumerate(texts, 1)
    )


ASPECT_WORDS: dict[Aspect, str] = {
    Aspect.EFFICIENCY: sentence("Efficiency"),
    Aspect.COMPETENCE: sentence("Competence"),
    Aspect.ATTITUDE: sentence("Attitude"),
    Aspect.ENVIRONMENT: sentence("Surroundings"),
}
ASPECT_GLOSSES: dict[Aspect, str] = {
    Aspect.EFFICIENCY: sentence("how quickly it went"),
    Aspect.COMPETENCE: sentence("clear and correct"),
    Aspect.ATTITUDE: sentence("patient and polite"),
    Aspect.ENVIRONMENT: sentence("tidy and convenient"),
}
"""A few neutral words for the large view, the same after good and bad ratings."""
GOOD_REASONS = _listed(
    _GOOD,
    {
        Aspect.EFFICIENCY: (
            sentence("Short wait"),
            sentence("Quick service"),
            sentence("Done in one visit"),
        ),
        Aspect.COMPETENCE: (
            sentence("All explained at once"),
            sentence("Knew the matter well"),
            sentence("Few documents needed"),
        ),
        Aspect.ATTITUDE: (
            sentence("Warm and obliging"),
            sentence("Patient and careful"),
            sentence("Polite words"),
        ),
        Aspect.ENVIRONMENT: (
            sentence("Clean and orderly"),
            sentence("Clear signs"),
            sentence("Good facilities"),
        ),
    },
)
BAD_REASONS = _listed(
    _BAD,
    {
        Aspect.EFFICIENCY: (
            sentence("Long wait"),
            sentence("Slow service"),
            sentence("Several visits"),
        ),
        Aspect.COMPETENCE: (
            sentence("Not told all at once"),
            sentence("Did not know the matter"),
            sentence("Too many documents"),
        ),
        Aspect.ATTITUDE: (
            sentence("Cold or curt"),
            sentence("Not patient enough"),
            sentence("Passed on or put off"),
        ),
        Aspect.ENVIRONMENT: (
            sentence("Crowded or untidy"),
            sentence("Unclear signs"),
            sentence("Poor facilities"),
        ),
    },
)


def aspect_number(aspect: Aspect, *, bad: bool) -> int:
    """Return the number of "this aspect, nothing finer", as the large view asks."""
    return (_BAD if bad else _GOOD) + _ASPECT_STEP * aspect


def reason_words(number: int) -> str:
    """Return the msgid of a reason or of a whole aspect. Raises KeyError."""
    return _WORDS[number]


def parse_list_version(value: object) -> int:
    """Return the version of the list that a visitor read. Raises ReasonUnknown."""
    if type(value) is int and 1 <= value <= LIST_VERSION:
        return value
    raise ReasonUnknown


def parse_reasons(value: object, level: Level) -> tuple[int, ...]:
    """Return the numbers of ticked reasons in order, without repeats.

    Empty means that the visitor finished without ticking any. Raises ReasonUnknown.
    """
    if not isinstance(value, list):
        raise ReasonUnknown
    side = _BAD_NUMBERS if level.bad else _GOOD_NUMBERS
    if not all(type(number) is int and number in side for number in value):
        raise ReasonUnknown
    return tuple(sorted(set(value)))


def _numbers(reasons: Iterable[Reason], *, bad: bool) -> frozenset[int]:
    aspects = {aspect_number(aspect, bad=bad) for aspect in Aspect}
    return frozenset(aspects | {reason.number for reason in reasons})


_GOOD_NUMBERS = _numbers(GOOD_REASONS, bad=False)
_BAD_NUMBERS = _numbers(BAD_REASONS, bad=True)
_WORDS = {reason.number: reason.words for reason in GOOD_REASONS + BAD_REASONS} | {
    aspect_number(aspect, bad=bad): words
    for aspect, words in ASPECT_WORDS.items()
    for bad in (False, True)
}
