"""What has been kept long enough is erased, by itself, a few rows at a time.

Between two transactions taps get their turn, and whoever is killed there leaves
nothing half: the next look takes what is left.
"""

import logging
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Select

from kiosk.domain.backup_errors import BackupForbidden
from kiosk.domain.retention import Erased, OldBackup, old_backups
from kiosk.extensions.backup import backups_in, remove_backup, written_at
from kiosk.extensions.database import reading, recording
from kiosk.queries.limits import passing_to_forget
from kiosk.queries.retention import (
    any_due,
    comments_due,
    contacts_due,
    desk_contacts_due,
    erasure_moments,
    mail_to_forget,
    texts_due,
)
from kiosk.services.backup import note_removal
from kiosk.services.limits import forget_passing
from kiosk.services.mail import forget_mail
from kiosk.services.records import Book
from kiosk.services.retention import (
    erase_comments,
    erase_contacts,
    erase_desk_contacts,
    erase_words,
    note_backup_gone,
)

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class _Step:
    """One kind of rows: what is due of them, and what erases some of those."""

    what: Erased
    due: Callable[[datetime], Select[tuple[int]]]
    erase: Callable[[Book], int]


STEPS = (
    _Step(Erased.CONTACT, contacts_due, erase_contacts),
    _Step(Erased.CONTACT, desk_contacts_due, erase_desk_contacts),
    _Step(Erased.COMMENT, comments_due, erase_comments),
    _Step(Erased.TEXT, texts_due, erase_words),
)


def erase_what_is_due(
    now: datetime, folder: Path, by: str = "system"
) -> Counter[Erased]:
    """Erase what was kept long enough; return how much of each kind.

    folder: where the backups are. Counts of addresses and phones that are over go
    too, and notices that left long ago. Safe to repeat, to kill, and to run twice at
    once.
    """
    _forget_passing(now, by)
    erased: Counter[Erased] = Counter()
    for step in STEPS:
        while _is_due(step, now):
            with recording(by, now) as records:
                gone = step.erase(records)
            if not gone:
                # Somebody else holds these; the next look finds what is left.
                break
            erased[step.what] += gone
    # Without what is nought, as a Counter counts.
    return erased + Counter({Erased.BACKUP: _rotate(now, folder, by)})


def backups_with_erased(folder: Path) -> list[OldBackup]:
    """Return the backups on this server that hold what was erased since."""
    made = [(file.name, written_at(folder, file)) for file in backups_in(folder)]
    if not made:
        # Entries have no index by kind: nobody walks along them for nothing.
        return []
    with reading() as session:
        return old_backups(made, erasure_moments(session))


def _is_due(step: _Step, now: datetime) -> bool:
    # Almost always nothing is due; then nobody's turn to write is taken.
    with reading() as session:
        return any_due(session, step.due(now))


def _forget_passing(now: datetime, by: str) -> None:
    with reading() as session:
        over = passing_to_forget(session, now)
        mail = mail_to_forget(session, now)
    if over or mail:
        with recording(by, now) as records:
            forget_passing(records.session, now)
            forget_mail(records.session, now)


def _rotate(now: datetime, folder: Path, by: str) -> int:
    """Delete the backups whose time is over; return how many."""
    gone = 0
    for backup in backups_with_erased(folder):
        if backup.goes(now) and _removed(folder / backup.name):
            gone += 1
            with recording(by, now) as records:
                note_removal(records, backup.name)
                note_backup_gone(records)
    return gone


def _removed(path: Path) -> bool:
    try:
        return remove_backup(path)
    except BackupForbidden:
        # The page goes on naming it; what was erased meanwhile still counts.
        log.exception("a backup that is too old could not be deleted")
        return False
