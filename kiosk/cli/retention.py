"""`flask retention`: erase at once what the server erases by itself within the hour."""

import click

from kiosk.cli import current
from kiosk.cli.progress import resumable
from kiosk.clock import utc_now
from kiosk.domain.retention import Erased
from kiosk.extensions.retention import backups_with_erased, erase_what_is_due

_WORDS = {
    Erased.CONTACT: "Contacts erased:",
    Erased.COMMENT: "Comments of ratings erased:",
    Erased.TEXT: "Texts of cases erased:",
    Erased.BACKUP: "Backups deleted:",
}


@click.command("retention")
def retention() -> None:
    """Erase what was kept long enough, and say what that was.

    Run it twice and the second time finds nothing. Backups that still hold what was
    erased are named with the day on which they end.
    """
    centre = current.this_centre()
    folder = current.settings().instance / "backups"
    with current.refusals(), resumable():
        erased = erase_what_is_due(utc_now(), folder, "terminal")
    for what, words in _WORDS.items():
        click.echo(f"{words:<28} {erased[what]}")
    for backup in backups_with_erased(folder):
        until = backup.ends_at.astimezone(centre.zone).date()
        click.echo(f"{backup.name} still holds what was erased; it ends on {until}.")
    click.echo("Copies of backups elsewhere are not reached: delete them by hand.")
