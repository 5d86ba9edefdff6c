"""An installation comes back from a backup: uploaded, or one that lies here already."""

import secrets
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import IO

from flask import make_response, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.formparser import FormDataParser
from werkzeug.wrappers import Response

from kiosk.domain.backup_errors import (
    BackupDiskFull,
    BackupTooLarge,
    BackupUnreadable,
    NoBackupChosen,
)
from kiosk.domain.errors import RuleBroken
from kiosk.extensions import db
from kiosk.extensions.backup import BackupOnDisk, backups_in
from kiosk.extensions.backup import restore as restore_backup
from kiosk.services.restore import refuse_in_use
from kiosk.web import access, current, sessions
from kiosk.web.access import holder_only, holder_streams, public
from kiosk.web.backing_up import backup_folder
from kiosk.web.errors import refusal_sentence
from kiosk.web.setup.blueprint import blueprint

_MEGABYTE = 1024 * 1024
_FORM_OVERHEAD = 64 * 1024
_FIELD_MOST = 512 * 1024
_PARTS_MOST = 8


@dataclass(frozen=True, kw_only=True)
class RestorePage:
    """Backups to choose from, and why the last choice was refused."""

    files: Sequence[BackupOnDisk]
    most: int
    """Megabytes that may be uploaded."""
    error: str = ""


@blueprint.get("/restore")
@holder_only
def restore() -> Response:
    with db.engine.connect() as connection:
        refuse_in_use(connection)
    return _page()


@blueprint.post("/restore")
@holder_streams
def take_backup() -> Response:
    by, now = access.by(), current.now()
    try:
        with _chosen() as (path, name):
            restore_backup(path, by, now, _unheard, name=name)
    except sessions.FormStale:
        # No choice of a file could put that right.
        raise
    except RuleBroken as refusal:
        return _page(refusal_sentence(refusal))
    return redirect(url_for("setup.restored"), HTTPStatus.SEE_OTHER)


@blueprint.get("/restored")
@public
def restored() -> str:
    """Say what comes next; whoever restored holds no link any more."""
    return render_template("setup/restored.html")


def _page(error: str = "") -> Response:
    page = RestorePage(
        files=backups_in(backup_folder()),
        most=current.settings().backup_upload_mb,
        error=error,
    )
    status = HTTPStatus.UNPROCESSABLE_ENTITY if error else HTTPStatus.OK
    return make_response(render_template("setup/restore.html", page=page), status)


@contextmanager
def _chosen() -> Iterator[tuple[Path, str]]:
    """Yield the file that was uploaded or chosen, and what people call it."""
    draft = backup_folder() / f".{secrets.token_hex(8)}.upload"
    try:
        name, kept = _received(draft)
        if name:
            yield draft, name
        elif kept:
            yield _listed(kept), kept
        else:
            raise NoBackupChosen
    finally:
        draft.unlink(missing_ok=True)


def _received(draft: Path) -> tuple[str, str]:
    """Stream the form's file to disk; return its name and the chosen one's, or ""."""
    most = current.settings().backup_upload_mb
    request.max_content_length = most * _MEGABYTE + _FORM_OVERHEAD
    opened: list[IO[bytes]] = []

    def to_disk(*_about: object, **_more: object) -> IO[bytes]:
        # Not where the system keeps its small temporary files.
        draft.touch(mode=0o600)
        opened.append(draft.open("w+b"))
        return opened[-1]

    parser = FormDataParser(
        to_disk, max_form_memory_size=_FIELD_MOST, max_form_parts=_PARTS_MOST
    )
    try:
        _, form, files = parser.parse(
            request.stream,
            request.mimetype,
            request.content_length,
            request.mimetype_params,
        )
    except RequestEntityTooLarge as large:
        raise BackupTooLarge(most=most) from large
    except OSError as full:
        raise BackupDiskFull(file=gettext("The file")) from full
    finally:
        for upload in opened:
            upload.close()
    sessions.check_token(form.get(sessions.TOKEN_FIELD, ""))
    file = files.get("file")
    name = Path(file.filename or "").name if file is not None else ""
    return name, form.get("kept", "")


def _listed(name: str) -> Path:
    for file in backups_in(backup_folder()):
        if file.name == name:
            return backup_folder() / name
    raise BackupUnreadable(file=name)


def _unheard(_done: int, _total: int) -> None:
    """Nobody watches: the answer comes when everything is back."""
