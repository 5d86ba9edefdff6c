"""What happens by itself: the day's checkpoint, and erasing what is due."""

import logging
import threading
from datetime import datetime

from flask import Flask

from kiosk.domain.retention import look_is_due
from kiosk.extensions.database import db, reading
from kiosk.extensions.retention import erase_what_is_due
from kiosk.extensions.signing import make_checkpoints
from kiosk.extensions.sqlite import move_wal
from kiosk.queries.checkpoints import checkpoint_is_due

LOOK_SECONDS = 60.0
log = logging.getLogger(__name__)


class DailyCheckpoints(threading.Thread):
    """Looks once a minute whether a checkpoint is due; also right after the start.

    Each worker of a server has one; which of them makes the day's checkpoint is
    decided by the database.
    """

    def __init__(self, app: Flask, *, every: float = LOOK_SECONDS) -> None:
        """Prepare to look each `every` seconds, by the application's clock."""
        super().__init__(name="daily-checkpoints", daemon=True)
        self._app = app
        self._every = every
        self._stopping = threading.Event()
        self._erased_at: datetime | None = None

    def run(self) -> None:
        """Look again and again until stopped."""
        clock = self._app.extensions["kiosk"]["clock"]
        while True:
            self.look(clock())
            if look_is_due(self._erased_at, clock()):
                self.erase(clock())
            if self._stopping.wait(self._every):
                return

    def look(self, now: datetime) -> bool:
        """Make the checkpoints that are due; return whether any was made.

        A failure is logged and tried again at the next look.
        """
        try:
            with self._app.app_context():
                return self._look(now)
        except Exception:
            # The thread must outlive a full disk and a database that is away.
            log.exception("no checkpoint could be made; it is tried again")
            return False

    def erase(self, now: datetime) -> int:
        """Erase what was kept long enough; return how much that was.

        On SQLite the WAL is emptied then, as old pages in it are still readable. A
        failure is logged and tried again at the next look.
        """
        try:
            with self._app.app_context():
                erased = self._erase(now)
        except Exception:
            # Apart from the checkpoint: neither may keep the other from its turn.
            log.exception("what is due could not be erased; it is tried again")
            return 0
        self._erased_at = now
        return erased

    def stop(self) -> None:
        """End the thread after its current look."""
        self._stopping.set()

    def _erase(self, now: datetime) -> int:
        settings = self._app.extensions["kiosk"]["settings"]
        erased = erase_what_is_due(now, settings.instance / "backups").total()
        if erased and settings.sqlite:
            move_wal(db.engine)
        return erased

    def _look(self, now: datetime) -> bool:
        with reading() as session:
            # Almost always nothing is due; then nobody's turn to write is taken.
            if not checkpoint_is_due(session, now):
                return False
        instance = self._app.extensions["kiosk"]["settings"].instance
        return bool(make_checkpoints(instance, "system", now, daily=True))
