"""`flask import windows FILE`: take in a list of windows, all of it or none."""

from pathlib import Path
from typing import BinaryIO

import click

from kiosk.cli import current
from kiosk.clock import utc_now
from kiosk.domain.sheets import BYTES_MOST
from kiosk.domain.window_list import LineError
from kiosk.extensions import recording
from kiosk.services.places import import_windows
from kiosk.services.window_files import read_window_list

_ERRORS_SHOWN = 50
_NOTHING = (
    "Nothing was taken. Correct the lines named above, or add --skip-bad to take "
    "the others."
)
_NOTHING_RIGHT = "Nothing was taken: no line is right."


@click.command("windows")
@click.argument("file", type=click.File("rb"))
@click.option("--skip-bad", is_flag=True, help="Leave out wrong lines, take the rest.")
def windows(file: BinaryIO, *, skip_bad: bool) -> None:
    """Take in the windows of FILE, a CSV or XLSX list with headings."""
    centre = current.this_centre()
    with current.refusals():
        # One byte more than may be: enough to see that it is too large.
        found = read_window_list(file.read(BYTES_MOST + 1), Path(file.name).name)
    _print_errors(found.errors)
    if found.errors and not (skip_bad and found.rows):
        current.fail(_NOTHING if found.rows else _NOTHING_RIGHT)
    with current.refusals(), recording("terminal", utc_now()) as records:
        done = import_windows(records, centre.id, found.rows, current.today(centre))
    click.echo(
        f"{done.added} windows added, {done.changed} changed, "
        f"{done.unchanged} unchanged."
    )


def _print_errors(errors: tuple[LineError, ...]) -> None:
    for error in errors[:_ERRORS_SHOWN]:
        click.echo(f"line {error.line}: {error.refusal}", err=True)
    more = len(errors) - _ERRORS_SHOWN
    if more > 0:
        click.echo(f"… and {more} errors more.", err=True)
