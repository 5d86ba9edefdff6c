"""A file that somebody chose in a form: its bytes and name, or why there is none."""

from contextlib import closing
from dataclasses import dataclass

from flask import request
from flask_babel import gettext
from werkzeug.exceptions import RequestEntityTooLarge

from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.sheets import BYTES_MOST, FileTooLarge


class NoFile(RuleBroken):
    """The form came without a file."""

    code = "file_missing"
    text = sentence("Please choose a file.")


@dataclass(frozen=True)
class Upload:
    """A file as it was sent."""

    name: str
    data: bytes


def uploaded() -> Upload:
    """Return the file of the form's field `file`; its view is marked with `file`.

    Raises NoFile or FileTooLarge.
    """
    try:
        file = request.files.get("file")
    except RequestEntityTooLarge as large:
        name = gettext("The file")
        raise FileTooLarge(file=name, most=BYTES_MOST // 1024**2) from large
    if file is None or not file.filename:
        raise NoFile
    with closing(file):
        return Upload(file.filename, file.read())
