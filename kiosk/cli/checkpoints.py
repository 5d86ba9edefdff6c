"""`flask ledger checkpoint`: sign every ledger's present state and print the notes."""

import click

from kiosk.cli import current
from kiosk.clock import utc_now
from kiosk.extensions.signing import COPIES, make_checkpoints


@click.command("checkpoint")
def checkpoint() -> None:
    """Sign the present state of each ledger and print it, to be handed out."""
    current.this_centre()
    instance = current.settings().instance
    with current.refusals():
        newest = make_checkpoints(instance, "terminal", utc_now())
    for view in newest:
        click.echo(view.note)
    for view in newest:
        name = view.centre or "organisation"
        click.echo(f"{name}: {view.size} entries, short code {view.code}", err=True)
    click.echo(f"Copied to {instance / COPIES}", err=True)
