"""Candidates: what states they have and how they move between them."""

from enum import IntEnum, StrEnum

STATEMENT_MOST = 600
"""Characters of a statement about one criterion."""
REASON_MOST = 200
NAME_MOST = 120


class CandidateState(IntEnum):
    """What became of a candidate."""

    STANDING = 1
    WITHDRAWN = 2
    """By the unit, while names are taken."""
    REPLACED = 3
    """Another one took the place."""
    CANCELLED = 4
    """For fraud, at any time."""


class MarkKind(StrEnum):
    """What may be entered about a candidate."""

    KNOWLEDGE = "knowledge"
    APPRAISAL = "appraisal"
