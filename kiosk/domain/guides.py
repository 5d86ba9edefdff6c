"""A window's service guide: what it does, how long it takes, what to bring.

What the guide of a window holds follows what halls hang out at their windows:
matters handled, time limit, documents required, promises that the public may hold
the window to. Each is free text in lines.
"""

from collections.abc import Mapping
from dataclasses import dataclass

GUIDE_MOST = 2_000
"""Characters in each of the four texts."""
GUIDE_FIELDS = ("handles", "takes", "documents", "promises")


@dataclass(frozen=True, slots=True, kw_only=True)
class Guide:
    """The four texts, each "" or lines of text."""

    handles: str = ""
    takes: str = ""
    documents: str = ""
    promises: str = ""

    def __bool__(self) -> bool:
        """Whether there is anything to show."""
        return any(getattr(self, field) for field in GUIDE_FIELDS)


def guide_of(values: Mapping[str, str]) -> Guide:
    """Return the guide among other values by field."""
    return Guide(**{field: values[field] for field in GUIDE_FIELDS})
