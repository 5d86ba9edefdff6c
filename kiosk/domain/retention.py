"""How long what people left is kept, and what of it goes then.

Contacts go 90 days after their call is settled or their case is closed, words two
years after they were given and their case was closed: no longer than the purpose needs
(PIPL article 19). What was erased leaves the backups within 35 days (article 47).
Levels, ticked reasons, replies, measures and commitments in the ledger stay.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kiosk.domain.case_texts import TextKind

WORDS_DAYS = 730
"""Days that words stay after they were given, or after their case was closed."""
BACKUP_DAYS = 35
"""Days that a backup may still hold what was erased after it was made."""
BATCH = 200
"""Rows in one transaction: taps wait no longer than for any other act."""
LOOK_EVERY = timedelta(hours=1)
"""How long after a look there is nothing worth another one: rules count in days."""
PASSING = frozenset(
    {
        TextKind.VOICE,
        TextKind.APPEAL,
        TextKind.STATEMENT,
        TextKind.CALL,
        TextKind.EXAMPLE,
    }
)
"""Texts of cases that go: what citizens and clerks said, and what was told after them.

Replies, measures, findings, rulings and the like are the office's own and stay.
"""


class Erased(StrEnum):
    """What the report of what was erased counts."""

    CONTACT = "contact"
    COMMENT = "comment"
    TEXT = "text"
    BACKUP = "backup"


@dataclass(frozen=True)
class OldBackup:
    """A backup that still holds what was erased after it was made."""

    name: str
    made_at: datetime
    since: datetime
    """When something that is in it was first erased."""
    last: bool
    """Whether it is the newest there is, which is never deleted by itself."""

    @property
    def ends_at(self) -> datetime:
        """Until when it may be kept."""
        return self.since + timedelta(days=BACKUP_DAYS)

    def goes(self, now: datetime) -> bool:
        """Whether it is to be deleted now."""
        return not self.last and self.ends_at <= now


def words_before(now: datetime) -> datetime:
    """Return the moment up to which words are to be erased."""
    return now - timedelta(days=WORDS_DAYS)


def look_is_due(last: datetime | None, now: datetime) -> bool:
    """Whether to look again after the look at `last`, or as a clock was set back."""
    return last is None or not last <= now < last + LOOK_EVERY


def old_backups(
    made: Sequence[tuple[str, datetime]], erased: Sequence[datetime]
) -> list[OldBackup]:
    """Return the backups that hold what was erased later, the oldest first.

    `made`: names and when they were made; `erased`: when anything was erased.
    """
    newest = max((moment for _, moment in made), default=None)
    found = []
    for name, made_at in sorted(made, key=lambda one: (one[1], one[0])):
        since = min((moment for moment in erased if moment > made_at), default=None)
        if since is not None:
            found.append(OldBackup(name, made_at, since, made_at == newest))
    return found
