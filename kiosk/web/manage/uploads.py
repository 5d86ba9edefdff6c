"""A file that somebody chose in a form: its bytes and name, or what is wrong."""

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass

from flask import request
from flask_babel import gettext
from werkzeug.exceptions import RequestEntityTooLarge

from kiosk.domain.errors import RuleBroken, sentence
from kiosk.domain.sheets import BYTES_MOST, FileTooLarge
from kiosk.domain.window_list import LineError
from kiosk.web.errors import refusal_sentence
from kiosk.web.manage.pages import WrongLine


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


def wrong_lines(errors: Sequence[LineError]) -> list[WrongLine]:
    """Return what is wrong with a list, line by line, in the language of the page."""
    return [WrongLine(each.line, refusal_sentence(each.refusal)) for each in errors]
