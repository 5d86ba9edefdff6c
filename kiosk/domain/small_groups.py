"""Counts so small that they would point at a person are never shown to a unit."""

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
