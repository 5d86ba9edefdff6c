"""`flask demo`: an invented hall with ninety days of ratings, to look around in."""

from functools import partial

import click

from kiosk.cli import current
from kiosk.cli.progress import progress, resumable
from kiosk.clock import utc_now
from kiosk.extensions import reading, write
from kiosk.extensions.sealing import kept_sealer
from kiosk.queries.places import open_windows
from kiosk.services.demonstration import load_demonstration
from kiosk.services.demonstration_cases import tell_cases


@click.command("demo")
def demo() -> None:
    """Make this installation a demonstration and fill it; again: go on.

    Refused once the installation is set up as a real one or has windows.
    """
    current.this_centre()
    with current.refusals(), resumable(), progress("Demonstration") as report:
        load_demonstration(write, utc_now(), lambda come: report(come.done, come.total))
        sealer = kept_sealer(current.settings().instance)
        write(partial(tell_cases, now=utc_now(), sealer=sealer))
    centre = current.this_centre()
    with reading() as session:
        windows = open_windows(session, centre.id, current.today(centre))
    base = current.base_url()
    click.echo(centre.name)
    click.echo(f"  排行 board        {base}/board")
    for window in windows[:1]:
        click.echo(f"  手机 phone        {base}/w/{window.code}")
