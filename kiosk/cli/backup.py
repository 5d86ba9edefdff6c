"""`flask backup FILE` and `flask restore FILE`: everything in one file, and back."""

from pathlib import Path

import click

from kiosk.cli import current
from kiosk.cli.progress import progress
from kiosk.clock import monotonic, utc_now
from kiosk.extensions import reading
from kiosk.extensions.backup import back_up
from kiosk.extensions.backup import restore as restore_backup
from kiosk.queries.installation import installation

_MEGABYTE = 1024 * 1024


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace FILE when it exists.")
def backup(file: Path, *, force: bool) -> None:
    """Copy everything into FILE while ratings come in, and read it again.

    The file holds passwords' hashes and every word of visitors: keep it like the
    key of the house.
    """
    current.this_centre()
    begun = monotonic()
    with current.refusals(), progress("Rows written and read again") as report:
        made = back_up(file, "terminal", utc_now(), report, overwrite=force)
    click.echo(f"{file}")
    click.echo(f"  size     {made.size / _MEGABYTE:.1f} MB ({made.size} bytes)")
    click.echo(f"  rows     {made.rows}")
    click.echo(f"  sha256   {made.sha256}")
    click.echo(f"  seconds  {monotonic() - begun:.1f}")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="Also where that destroys what is here.")
def restore(file: Path, *, replace: bool) -> None:
    """Put the backup FILE in the place of what is here: all of it or nothing."""
    centre = current.this_centre()
    if replace:
        _ask(_name_of_this(centre.name))
    begun = monotonic()
    with current.refusals(), progress("Rows checked and taken") as report:
        manifest = restore_backup(file, "terminal", utc_now(), report, replace=replace)
    click.echo(f"{manifest.organisation or file.name}: {manifest.rows} rows")
    click.echo(f"  made at  {manifest.made_at:%Y-%m-%d %H:%M} UTC")
    click.echo(f"  seconds  {monotonic() - begun:.1f}")
    click.echo("Everybody signs in anew; paired screens stay paired.")


def _name_of_this(centre: str) -> str:
    with current.refusals(), reading() as session:
        found = installation(session)
    return (found.organisation if found is not None else "") or centre


def _ask(name: str) -> None:
    click.echo(f"Everything of {name} that is here will be destroyed.")
    typed = click.prompt(f"To go on, type its name: {name}", default="")
    if typed.strip() != name:
        current.fail("That is another name. Nothing was changed.")
