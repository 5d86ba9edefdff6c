"""The interface for systems outside: what it refuses, and how much it takes.

Rules: docs/rules.md, "Systems outside".
"""

import re
from datetime import date, datetime, timedelta

from kiosk.domain.board import Period
from kiosk.domain.errors import RuleBroken, sentence

CALLS_MOST = 600
"""Calls of one system in a minute."""
USE_NOTED = timedelta(minutes=1)
"""The last use of a key is written down no more often than this."""
DAYS_MOST = 92
"""Days that one call may ask for."""
DAYS_USUAL = 7
PAGE_MOST = 100
"""Days at windows on one page of single ratings."""
CURSOR = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}\.[0-9]{1,9}$"


class KeyUnknown(RuleBroken):
    """A call brings no key, or one that opens nothing."""

    code = "key_unknown"
    text = sentence(
        "This needs a key that is in force, sent as `Authorization: Bearer KEY`. The "
        "hall's organisers give one out."
    )


class ScopeLacking(RuleBroken):
    """A key does not open this."""

    code = "scope_lacking"
    text = sentence(
        "This key does not open this; it would need `%(scope)s`. Please ask the "
        "hall's organisers."
    )


class TooManyCalls(RuleBroken):
    """A system calls more often than any hall needs."""

    code = "too_many_calls"
    text = sentence(
        "This system has called more than %(most)d times this minute. Please wait "
        "%(wait)d seconds."
    )

    @property
    def wait_seconds(self) -> int:
        """After how many seconds the next minute begins."""
        return int(self.values["wait"])


class FieldsUnknown(RuleBroken):
    """A call brings fields that are none."""

    code = "fields_unknown"
    text = sentence(
        "There is no such field: %(names)s. /api/v1/openapi.json names those there are."
    )


class FieldsWrong(RuleBroken):
    """Fields of a call are missing or not of their form."""

    code = "fields_invalid"
    text = sentence(
        "These fields are missing or not of their form: %(names)s. "
        "/api/v1/openapi.json describes them."
    )


class BodyWrong(RuleBroken):
    """What a call brings is JSON, but no object."""

    code = "body_invalid"
    text = sentence("What is sent must be one JSON object.")


class DaysWrong(RuleBroken):
    """The days that are asked for are in a wrong order, too many, or not closed."""

    code = "days_invalid"
    text = sentence(
        "Please ask for at most %(most)d days that are over, the first one first."
    )


class CursorWrong(RuleBroken):
    """A page is asked for that no answer named."""

    code = "cursor_invalid"
    text = sentence("Please send the `next` of the page before as it came.")


def check_calls(calls: int, now: datetime) -> None:
    """Refuse a call beyond those of a minute; `calls`: with it. Raises TooManyCalls."""
    if calls > CALLS_MOST:
        raise TooManyCalls(most=CALLS_MOST, wait=60 - now.second)


def closed_days(first: date | None, last: date | None, today: date) -> Period:
    """Return the days asked for; none given: the last week that is over.

    Only days that are over: what comes in by and by would tell of one visitor.
    Raises DaysWrong.
    """
    yesterday = today - timedelta(days=1)
    last = last or yesterday
    if first is None:
        first = date.fromordinal(max(last.toordinal() - DAYS_USUAL + 1, 1))
    period = Period(first, last)
    if last > yesterday or not 1 <= period.days <= DAYS_MOST:
        raise DaysWrong(most=DAYS_MOST)
    return period


def parse_cursor(text: str) -> tuple[date, int]:
    """Return day and key of the window that a page ended with. Raises CursorWrong."""
    if not re.fullmatch(CURSOR, text, re.ASCII):
        raise CursorWrong
    day, _, window = text.partition(".")
    try:
        return date.fromisoformat(day), int(window)
    except ValueError as broken:
        raise CursorWrong from broken


def cursor_of(day: date, window_id: int) -> str:
    """Return what names the end of a page."""
    return f"{day.isoformat()}.{window_id}"
