"""`flask integrations`: systems outside, their keys, and the end of their access."""

import click
from flask.cli import AppGroup

from kiosk.cli import current
from kiosk.clock import utc_now
from kiosk.domain.integrations import OVERLAP, ApiScope, parse_integration_name
from kiosk.extensions import reading, recording
from kiosk.queries.integrations import IntegrationView
from kiosk.queries.integrations import integrations as all_integrations
from kiosk.services.integrations import (
    make_integration,
    revoke_integration,
    rotate_key,
)

integrations = AppGroup("integrations", help="Systems outside that call /api/v1.")


@integrations.command("add")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    required=True,
    multiple=True,
    type=click.Choice([scope.value for scope in ApiScope]),
    help="What it may do; may be repeated.",
)
def add(name: str, scopes: tuple[str, ...]) -> None:
    """Take the system NAME in and print its key, this once."""
    centre = current.this_centre()
    chosen = frozenset(ApiScope(scope) for scope in scopes)
    with current.refusals(), recording("terminal", utc_now()) as records:
        parsed = parse_integration_name(name)
        made = make_integration(records, centre.id, parsed, chosen)
    click.echo(made.key)
    click.echo("Keep it now; it is not shown again.", err=True)


@integrations.command("rotate")
@click.argument("name")
def rotate(name: str) -> None:
    """Print a new key for NAME; the one before opens for another day."""
    found = _named(name)
    with current.refusals(), recording("terminal", utc_now()) as records:
        key = rotate_key(records, current.this_centre().id, found.id)
    click.echo(key)
    hours = round(OVERLAP.total_seconds() / 3600)
    click.echo(f"The key before opens for {hours} more hours.", err=True)


@integrations.command("revoke")
@click.argument("name")
def revoke(name: str) -> None:
    """End the access of NAME at once and for ever."""
    found = _named(name)
    with current.refusals(), recording("terminal", utc_now()) as records:
        ended = revoke_integration(records, current.this_centre().id, found.id)
    click.echo("Revoked." if ended else "It had been revoked before.")


@integrations.command("list")
def listed() -> None:
    """Print every system: name, what it may do, when it last called, revoked or not."""
    centre = current.this_centre()
    with reading() as session:
        views = all_integrations(session, centre.id)
    for view in views:
        used = view.last_used_at
        last = "never" if used is None else f"{used.astimezone(centre.zone):%F %R}"
        state = "active" if view.revoked_at is None else "revoked"
        click.echo("\t".join([view.name, " ".join(view.scopes), last, state]))


def _named(name: str) -> IntegrationView:
    centre = current.this_centre()
    with reading() as session:
        for view in all_integrations(session, centre.id):
            if view.name == name:
                return view
    return current.fail(f"There is no system called {name}.")
