"""Which of our clerks a file of past ratings names."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class KnownClerk:
    """A clerk whom a file may name."""

    id: int
    name: str
    badge: str
    started_on: date
    ended_on: date | None
    """First day no longer in service."""

    def serves(self, day: date) -> bool:
        """Whether the clerk is in service on a day."""
        return self.started_on <= day and (self.ended_on is None or day < self.ended_on)


class KnownClerks:
    """Finds the clerk whom a file names: by badge, else by a name that is unique."""

    def __init__(self, clerks: Iterable[KnownClerk] = ()) -> None:
        """Take all clerks of the centre, those who have left too."""
        self._badges: dict[str, list[KnownClerk]] = defaultdict(list)
        self._names: dict[str, list[KnownClerk]] = defaultdict(list)
        for clerk in clerks:
            self._badges[clerk.badge].append(clerk)
            self._names[clerk.name].append(clerk)

    def named(self, label: str, day: date) -> int | None:
        """Return the key of the clerk meant on a day, or None where that is open.

        Who was in service then comes first. A badge or a name that only one clerk
        ever bore is taken for other days too: lists of clerks are often younger
        than past ratings.
        """
        for bearers in (self._badges.get(label, []), self._names.get(label, [])):
            there = [clerk for clerk in bearers if clerk.serves(day)] or bearers
            if len(there) == 1:
                return there[0].id
        return None
