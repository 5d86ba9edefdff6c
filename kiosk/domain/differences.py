"""What an entry of the ledger changed, field by field."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Difference:
    """A field and what it was and is; None stands for nothing."""

    field: str
    before: Any
    after: Any


def differences(
    before: Mapping[str, Any] | None, after: Mapping[str, Any] | None
) -> tuple[Difference, ...]:
    """Return the fields that differ, by name; of a new or struck row those it has.

    The row's own key says nothing to a reader and is left out.
    """
    first, last = before or {}, after or {}
    pairs = (
        Difference(name, first.get(name), last.get(name))
        for name in sorted({*first, *last} - {"id"})
    )
    return tuple(pair for pair in pairs if _worth(pair.before) != _worth(pair.after))


def _worth(value: object) -> object:
    """Return a value for comparing: an empty text is nothing, False is not."""
    return None if value == "" else value
