"""What is published of a campaign: numbered sheets that never change."""

from enum import StrEnum


class PublicationKind(StrEnum):
    """What a sheet says."""

    NOTICE = "notice"
    """The list that is posted for objections, with all its numbers."""
    RESULT = "result"
    """The final list."""
    CANCELLATION = "cancellation"
    """An award is taken away."""
