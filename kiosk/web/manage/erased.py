"""What was erased because its time was over, what goes next, and where it still is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from flask import render_template
from sqlalchemy.orm import Session

from kiosk.domain.contacts import KEEP_DAYS
from kiosk.domain.policy import Action
from kiosk.domain.retention import BACKUP_DAYS, WORDS_DAYS, OldBackup, old_backups
from kiosk.extensions import reading
from kiosk.extensions.retention import backups_with_erased
from kiosk.queries.backups import backup_notes
from kiosk.queries.retention import (
    ErasedDay,
    NextErased,
    erased_days,
    erasure_moments,
    next_erased,
    removed_backups,
    taken_backups,
)
from kiosk.web import current
from kiosk.web.access import may
from kiosk.web.backing_up import backup_folder
from kiosk.web.manage.blueprint import blueprint
from kiosk.web.manage.lists import Paged, paged


@dataclass(frozen=True, kw_only=True)
class ErasedPage:
    """The report of what was erased."""

    paged: Paged[ErasedDay]
    """Days on which anything went, the newest first."""
    next: NextErased
    here: Sequence[OldBackup]
    """Backups on this server that hold what was erased since."""
    elsewhere: Sequence[OldBackup]
    """Those that somebody took away, or that were written to another place."""
    zone: ZoneInfo
    contact_days: int = KEEP_DAYS
    words_days: int = WORDS_DAYS
    backup_days: int = BACKUP_DAYS

    def day(self, moment: datetime) -> date:
        """Return the centre's day: it may be one of another year."""
        return moment.astimezone(self.zone).date()


@blueprint.get("/manage/erased")
@may(Action.BACK_UP)
def erased() -> str:
    with reading() as session:
        days, goes = erased_days(session), next_erased(session)
        elsewhere = _elsewhere(session)
    here = backups_with_erased(backup_folder())
    names = {backup.name for backup in here}
    taken = [one for one in elsewhere if one[1] or one[0].name not in names]
    page = ErasedPage(
        paged=paged(days),
        next=goes,
        here=here,
        elsewhere=[backup for backup, _ in taken],
        zone=current.this_centre().zone,
    )
    return render_template("manage/erased.html", page=page)


def _elsewhere(session: Session) -> list[tuple[OldBackup, bool]]:
    """Return old backups that may lie elsewhere, and whether they were downloaded.

    One that was deleted here and never taken away is nowhere any more.
    """
    taken, removed = taken_backups(session), removed_backups(session)
    made = [
        (note.file, note.made_at)
        for note in backup_notes(session).values()
        if note.file in taken or note.file not in removed
    ]
    old = old_backups(made, erasure_moments(session))
    return [(backup, backup.name in taken) for backup in old]
