"""Opening hours as they are typed: up to two spans a day, in their order."""

from datetime import time
from itertools import pairwise

from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.working_days import Span

SPANS_MOST = 2
"""A morning and an afternoon."""
WEEKDAYS = 7


class HoursWrong(RuleBroken):
    """A span of opening hours is not one."""

    code = "hours_invalid"
    text = sentence(
        "Please give both times as 09:00 and 17:30, the opening before the closing."
    )


class HoursOverlap(RuleBroken):
    """Two spans of one day touch or cross."""

    code = "hours_overlap"
    text = sentence("The afternoon must begin after the morning has ended.")


def parse_span(opens: str, closes: str) -> Span | None:
    """Return a span, None when both fields are empty. Raises HoursWrong."""
    if not opens.strip() and not closes.strip():
        return None
    try:
        span = Span(_minute(opens), _minute(closes))
    except ValueError as broken:
        raise HoursWrong from broken
    if span.opens >= span.closes:
        raise HoursWrong
    return span


def in_order(spans: list[Span | None]) -> tuple[Span, ...]:
    """Return the spans of a day that are given, or raise HoursOverlap."""
    given = [span for span in spans if span is not None]
    for before, after in pairwise(given):
        if after.opens <= before.closes:
            raise HoursOverlap
    return tuple(given)


def _minute(typed: str) -> time:
    found = time.fromisoformat(typed.strip())
    if found.second or found.microsecond or found.tzinfo is not None:
        raise ValueError("only hours and minutes")
    return found
