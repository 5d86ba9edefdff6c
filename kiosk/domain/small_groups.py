"""Counts so small that they would point at a person are never shown to a unit."""

from collections.abc import Iterable

SMALLEST_GROUP = 5
"""Fewest ratings a count may stand for on a page of the hall."""


def shown_count(count: int) -> int | None:
    """Return the count, or None where it is too small to be shown."""
    return count if count >= SMALLEST_GROUP else None


def shown_total(counts: list[int]) -> int:
    """Return the sum of the counts that are shown.

    What is hidden is left out, or it could be found by subtraction.
    """
    return sum(shown_count(count) or 0 for count in counts)


def are_told_apart(counts: Iterable[int]) -> bool:
    """Whether groups of these sizes may be told apart: none has one to four people."""
    return all(count == 0 or count >= SMALLEST_GROUP for count in counts)
