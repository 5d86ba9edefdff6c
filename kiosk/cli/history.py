"""`flask import ratings FILE`: past ratings from a CSV file."""

from pathlib import Path

import click

from kiosk.cli import current
from kiosk.cli.progress import progress, resumable
from kiosk.clock import utc_now
from kiosk.extensions import reading, write
from kiosk.services.history import HistoryCheck, check_history, take_history

_NOTHING = (
    "Nothing was taken. Correct the lines named above, or add --skip-bad to take "
    "the others."
)
_NOTHING_RIGHT = "Nothing was taken: no line is right."


@click.command("ratings")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--skip-bad", is_flag=True, help="Leave out wrong lines, take the rest.")
def ratings(file: Path, *, skip_bad: bool) -> None:
    """Take in past ratings from FILE, a CSV in UTF-8 or GBK.

    Columns: window, time, channel, level and optionally id, clerk, device,
    comment. The same file again adds nothing.
    """
    centre = current.this_centre()
    with current.refusals(), file.open("rb") as stream:
        click.echo("Checking every row …")
        with reading() as session:
            check = check_history(
                session.connection(), stream, file.name, centre, utc_now()
            )
        _name_wrong_rows(check)
        if check.wrong_count and not (skip_bad and check.ratings):
            current.fail(_NOTHING if check.ratings else _NOTHING_RIGHT)
        with resumable(), progress("Ratings") as report:
            taken = take_history(
                write, stream, check, report, by="terminal", skip_bad=skip_bad
            )
    click.echo(f"{taken.new} new, {taken.known} there already.")


def _name_wrong_rows(check: HistoryCheck) -> None:
    for row in check.wrong:
        click.echo(f"line {row.line}: {row.refusal}", err=True)
    more = check.wrong_count - len(check.wrong)
    if more:
        click.echo(f"… and {more} errors more.", err=True)
    if check.wrong_count:
        click.echo(f"{check.wrong_count} wrong, {check.ratings} right.", err=True)
