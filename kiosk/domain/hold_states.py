"""What becomes of ratings that are looked at before they count."""

from enum import IntEnum


class HoldState(IntEnum):
    """Where a heap of held ratings stands."""

    OPEN = 0
    RELEASED = 1
    """They count."""
    EXCLUDED = 2
    """They never count; rows and entries stay."""
