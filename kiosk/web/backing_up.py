"""Backups from the pages: small ones at once, large ones by a thread one can watch.

The turn is a lock on a file of the instance, and how far the work has come stands in
that file: a second worker or a second press sees both, a killed server gives it back.
"""

import fcntl
import json
import logging
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from threading import Lock, Thread
from typing import TextIO, cast

from flask import Flask, current_app

from kiosk.domain.backup_errors import BackupFailed
from kiosk.domain.errors import RuleBroken
from kiosk.extensions import reading
from kiosk.extensions.backup import back_up, make_folder
from kiosk.queries.backups import ledger_entries
from kiosk.web import current

SMALL = 20_000
"""Ledger entries up to which somebody may wait for the page: about a second."""
log = logging.getLogger(__name__)
# Looking whether the turn is free takes it for a moment; not while it is wanted.
_guard = Lock()


@dataclass(frozen=True)
class BackupState:
    """How far the last backup has come."""

    done: int = 0
    total: int = 0
    """Steps; 0 while nobody knows."""
    finished: bool = False
    refusal: str = ""
    """English sentence of why it was not made; "" when it was."""
    values: Mapping[str, str] = field(default_factory=dict)
    running: bool = False

    @property
    def stopped(self) -> bool:
        """Whether it ended without an end, as when the server was stopped."""
        return not (self.running or self.finished or self.refusal)


class _Turn:
    """The right to make a backup, and where its progress is written down."""

    def __init__(self, file: TextIO) -> None:
        self.file = file

    def tell(self, state: BackupState) -> None:
        # The disk that is too full for the backup may be so for this too.
        with suppress(OSError):
            self.file.seek(0)
            self.file.truncate()
            json.dump(asdict(state), self.file)
            self.file.flush()

    def report(self, done: int, total: int) -> None:
        self.tell(BackupState(done, total))


def backup_folder() -> Path:
    """Return where the pages keep backups; made when it is missing."""
    return make_folder(current.settings().instance / "backups")


def start_backup(path: Path, by: str, now: datetime) -> None:
    """Make a backup, at once or in the background; harmless while one is made.

    What goes wrong is told by `backup_state`.
    """
    turn = _take_turn()
    if turn is None:
        return
    turn.tell(BackupState())
    with reading() as session:
        small = ledger_entries(session) <= SMALL
    app = cast("Flask", current_app._get_current_object())  # type: ignore[attr-defined]  # noqa: SLF001
    work = Thread(target=_make, args=(app, turn, path, by, now), daemon=True)
    work.start()
    if small:
        work.join()


def backup_state() -> BackupState | None:
    """Return how far the last backup from the pages came; None: there was none."""
    turn = _take_turn()
    path = _turn_path()
    try:
        told = json.loads(path.read_text("utf-8") or "null")
    except ValueError:
        # Looked at in the moment in which it is written.
        told = {}
    finally:
        if turn is not None:
            turn.file.close()
    if told is None and turn is not None:
        return None
    return BackupState(**((told or {}) | {"running": turn is None}))


def _make(app: Flask, turn: _Turn, path: Path, by: str, now: datetime) -> None:
    with turn.file, app.app_context():
        try:
            back_up(path, by, now, turn.report)
            turn.tell(BackupState(finished=True))
        except RuleBroken as refusal:
            told = {name: str(value) for name, value in refusal.values.items()}
            turn.tell(BackupState(refusal=refusal.text, values=told))
        except Exception:
            # Nobody waits for this thread; the page says that there is no backup.
            log.exception("the backup was not made")
            turn.tell(BackupState(refusal=BackupFailed.text))


def _turn_path() -> Path:
    return current.settings().instance / "backup.lock"


def _take_turn() -> _Turn | None:
    with _guard:
        # Not emptied by opening: what the last one said is read later.
        file = _turn_path().open("a+", encoding="utf-8")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return None
        return _Turn(file)
