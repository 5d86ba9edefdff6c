"""Inputs and outcome of a campaign as text: the same numbers give the same bytes."""

import json
import types
from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache, partial
from itertools import pairwise
from typing import Any, cast, get_args, get_origin, get_type_hints

from kiosk.domain.campaign_inputs import Inputs, PersonRatings, WindowDays
from kiosk.domain.campaign_numbers import six
from kiosk.domain.campaign_results import Outcome
from kiosk.domain.errors import RuleBroken, sentence

_LARGEST = 1e12
"""No number of a campaign comes near; above it sums would overflow."""
_KEY_LARGEST = 2**63 - 1
_COUNT_LARGEST = 1_000_000
_DAYS_MOST = 36_600
_CHANNELS = (0, 1)
_AS_THEY_ARE = frozenset({int, str, bool, type(None)})
"""Kinds that JSON has too."""


class NotAnArchive(RuleBroken):
    """The text is not the archive of a campaign."""

    code = "not_an_archive"
    text = sentence(
        "This file is not the archive of a campaign, or it was changed or cut off."
    )


def archive_text(inputs: Inputs) -> str:
    """Return everything the numbers follow from as canonical JSON."""
    return _text(inputs)


def outcome_text(outcome: Outcome) -> str:
    """Return the numbers as canonical JSON."""
    return _text(outcome)


def parse_archive(text: str) -> Inputs:
    """Return the inputs out of an archive; raises NotAnArchive."""
    try:
        found = cast(
            "Inputs", _reader(Inputs)(json.loads(text, parse_constant=_refuse))
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NotAnArchive from error
    length = (found.rules.ends - found.rules.begins).days
    lists = (found.windows, found.people, found.candidates)
    if (
        length > _DAYS_MOST
        or not all(_days_make_sense(window, length) for window in found.windows)
        or not all(_person_makes_sense(person) for person in found.people)
        or any(len({each.key for each in one}) < len(one) for one in lists)
    ):
        raise NotAnArchive
    return found


def _days_make_sense(window: WindowDays, length: int) -> bool:
    """Whether days lie in the period, each channel of a day once, in their order."""
    at = [row[:2] for row in window.days]
    return (
        all(0 <= day <= length and channel in _CHANNELS for day, channel in at)
        and all(one < other for one, other in pairwise(at))
        and all(0 <= n <= _COUNT_LARGEST for row in window.days for n in row[2:])
    )


def _person_makes_sense(person: PersonRatings) -> bool:
    return person.effective >= 0.0 and person.variance >= 0.0


def _refuse(constant: str) -> float:
    raise ValueError(constant)


def _text(value: object) -> str:
    text = json.dumps(
        _plain(value),
        ensure_ascii=False,
        # Not a number would make a file that no other program reads.
        allow_nan=False,
        sort_keys=True,
        separators=(",", ":"),
    )
    return text + "\n"


def _plain(value: Any) -> Any:
    """Return a value in the kinds JSON has, floats rounded to six decimals."""
    kind: Any = type(value)
    if kind in _AS_THEY_ARE:
        return value
    if kind is float:
        return six(value)
    if kind is tuple:
        return [_plain(each) for each in value]
    names = _names(kind)
    if names is not None:
        return {
            # A list has hundreds of thousands of these: most need no call.
            name: each if type(each) in _AS_THEY_ARE else _plain(each)
            for name in names
            for each in (getattr(value, name),)
        }
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    return value.value if isinstance(value, Enum) else value.isoformat()


@cache
def _names(kind: Any) -> tuple[str, ...] | None:
    """Return the fields of a dataclass; None: it is none."""
    return tuple(each.name for each in fields(kind)) if is_dataclass(kind) else None


_Reader = Callable[[Any], Any]


@cache
def _reader(kind: Any) -> _Reader:
    """Return what makes a value of JSON one of the kind a field is declared with."""
    origin, inside = get_origin(kind), get_args(kind)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        return partial(
            _made, cast("Any", kind), {name: _reader(hints[name]) for name in hints}
        )
    if origin is types.UnionType:
        known = _reader(inside[0])
        return lambda value: None if value is None else known(value)
    if origin is Mapping:
        each = _reader(inside[1])
        return lambda value: {key: each(one) for key, one in value.items()}
    if origin is tuple and inside[1:] == (...,):
        each = _reader(inside[0])
        return lambda value: tuple([each(one) for one in _list(value)])
    if origin is tuple:
        return partial(_row, tuple(_reader(one) for one in inside))
    return cast("_Reader", _READ.get(kind, kind))


def _made(
    kind: Callable[..., Any], readers: Mapping[str, _Reader], value: Mapping[str, Any]
) -> Any:
    return kind(**{name: readers[name](each) for name, each in value.items()})


def _row(readers: tuple[_Reader, ...], value: Any) -> tuple[Any, ...]:
    return tuple([read(one) for read, one in zip(readers, _list(value), strict=True)])


def _list(value: Any) -> list[Any]:
    if type(value) is not list:
        raise TypeError
    return value


def _whole(value: Any) -> int:
    if type(value) is not int or not -_KEY_LARGEST <= value <= _KEY_LARGEST:
        raise ValueError(value)
    return value


def _number(value: Any) -> float:
    if type(value) is not float:
        value = float(_whole(value))
    # Written so that infinity, which JSON has no word for but 1e999 is, is refused.
    if not abs(value) <= _LARGEST:
        raise ValueError(value)
    return float(value)


def _text_of(value: Any) -> str:
    if type(value) is not str:
        raise TypeError
    # Half a surrogate pair is no text that anybody could print.
    value.encode()
    return value


def _yes_no(value: Any) -> bool:
    if type(value) is not bool:
        raise TypeError
    return value


_READ: dict[Any, _Reader] = {
    int: _whole,
    float: _number,
    str: _text_of,
    bool: _yes_no,
    date: date.fromisoformat,
}
