"""Backups: made, kept, handed out and deleted; everything in one file each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Response as FileResponse
from flask import make_response, redirect, render_template, send_file, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from kiosk.domain.backups import WARN_AFTER_DAYS, backup_due, backup_name
from kiosk.domain.policy import Action, NotOpen
from kiosk.domain.retention import BACKUP_DAYS
from kiosk.extensions import reading, recording
from kiosk.extensions.backup import BackupOnDisk, backups_in, remove_backup
from kiosk.queries.backups import BackupNote, backup_notes, last_backup
from kiosk.services.backup import note_download, note_removal
from kiosk.web import access, current
from kiosk.web.access import may
from kiosk.web.backing_up import (
    BackupState,
    backup_folder,
    backup_state,
    start_backup,
)
from kiosk.web.manage.blueprint import blueprint

_SHORT = 12
_MEGABYTE = 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class BackupsPage:
    """The backups on this server, and how the last one went."""

    files: Sequence[BackupOnDisk]
    notes: Mapping[str, BackupNote]
    last: datetime | None
    now: datetime
    zone: ZoneInfo
    state: BackupState | None
    most_days: int = WARN_AFTER_DAYS
    erased_days: int = BACKUP_DAYS

    @property
    def due(self) -> bool:
        """Whether to warn that the last backup is old, or that there is none."""
        return backup_due(self.last, self.now)

    @property
    def refusal(self) -> str:
        """Why the last one was not made, in the language of the page; or ""."""
        if self.state is None or not self.state.refusal:
            return ""
        words: str = gettext(self.state.refusal)
        return words % self.state.values if self.state.values else words

    def hash_of(self, file: BackupOnDisk) -> str:
        """Return how the SHA-256 began when the file was made; "" when unknown."""
        note = self.notes.get(file.name)
        return note.sha256[:_SHORT] if note is not None else ""

    def size_of(self, file: BackupOnDisk) -> str:
        """Return the size in megabytes to one decimal, or in kilobytes rounded up."""
        if file.size < _MEGABYTE:
            return f"{-(-file.size // 1024)} KB"
        return f"{file.size / _MEGABYTE:,.1f} MB"


@blueprint.get("/manage/backups")
@may(Action.BACK_UP)
def backups() -> str:
    return render_template("manage/backups.html", page=_page())


@blueprint.post("/manage/backups")
@may(Action.BACK_UP)
def make_backup() -> Response:
    now = current.now()
    path = backup_folder() / backup_name(now.astimezone(current.this_centre().zone))
    # Pressed twice within a second, the second finds it made already.
    if not path.exists():
        start_backup(path, access.by(), now)
    return _to_list()


@blueprint.get("/manage/backups/progress")
@may(Action.BACK_UP, poll=True)
def backup_progress() -> Response:
    state = backup_state()
    if state is None or not state.running:
        return Response(headers={"HX-Redirect": url_for("manage.backups")})
    return make_response(render_template("manage/_backup_state.html", state=state))


@blueprint.post("/manage/backups/<name>/download")
@may(Action.BACK_UP)
def download_backup(name: str) -> FileResponse:
    path = _kept(name)
    with recording(access.by(), current.now()) as records:
        note_download(records, name)
    response = send_file(
        path, "application/zip", as_attachment=True, download_name=name, etag=False
    )
    # What is sent as a file may else be kept a year by whoever stands between.
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.get("/manage/backups/<name>/delete")
@may(Action.BACK_UP)
def ask_remove_backup(name: str) -> str:
    _kept(name)
    return render_template("manage/backup_delete.html", page=_page(), name=name)


@blueprint.post("/manage/backups/<name>/delete")
@may(Action.BACK_UP)
def delete_backup(name: str) -> Response:
    if any(file.name == name for file in backups_in(backup_folder())):
        remove_backup(backup_folder() / name)
        with recording(access.by(), current.now()) as records:
            note_removal(records, name)
    return _to_list()


def _page() -> BackupsPage:
    with reading() as session:
        notes, last = backup_notes(session), last_backup(session)
    return BackupsPage(
        # Asked first: one that ends in between then shows its file.
        state=backup_state(),
        files=backups_in(backup_folder()),
        notes=notes,
        last=last,
        now=current.now(),
        zone=current.this_centre().zone,
    )


def _kept(name: str) -> Path:
    """Return the path of a listed backup; a name alone leads nowhere else."""
    for file in backups_in(backup_folder()):
        if file.name == name:
            return backup_folder() / file.name
    raise NotOpen


def _to_list() -> Response:
    return redirect(url_for("manage.backups"), HTTPStatus.SEE_OTHER)
