"""`flask accounts`: who may sign in, and a link for one more person."""

import click
from flask.cli import AppGroup

from kiosk.cli import current
from kiosk.clock import utc_now
from kiosk.domain.accounts import EVERYTHING, INVITATION_LIFE
from kiosk.domain.policy import Role
from kiosk.extensions import reading, recording
from kiosk.queries.people import AccountLine, account_lines, units_in_force
from kiosk.services.invitations import Invited, invite

accounts = AppGroup("accounts", help="People who sign in.")


@accounts.command("add")
@click.argument("name")
@click.option("--role", required=True, type=click.Choice([str(r) for r in Role]))
@click.option("--unit", help="Name of the unit; needed for a manager.")
def add(name: str, role: str, unit: str | None) -> None:
    """Print a one-time link with which NAME chooses login and password."""
    current.this_centre()
    unit_id = None if unit is None else _unit(unit)
    invited = Invited(name=name, role=Role(role), unit_id=unit_id)
    with current.refusals(), recording("terminal", utc_now()) as records:
        token = invite(records, invited, EVERYTHING)
    click.echo(f"{current.base_url()}/invitation/{token}")
    days = INVITATION_LIFE.days
    click.echo(f"Hand it to this person only. It works once, within {days} days.")


@accounts.command("list")
def listed() -> None:
    """Print every account: login, name, roles, and whether it is switched off."""
    current.this_centre()
    with reading() as session:
        lines = account_lines(session)
    for line in lines:
        click.echo("\t".join([line.login, line.name, _roles(line), _state(line)]))


def _roles(line: AccountLine) -> str:
    return ", ".join(
        f"{held.role} ({held.unit})" if held.unit else str(held.role)
        for held in line.roles
    )


def _state(line: AccountLine) -> str:
    if line.disabled_at is not None:
        return "disabled"
    return "no second factor" if line.lacks_factor else "active"


def _unit(name: str) -> int:
    centre = current.this_centre()
    with reading() as session:
        units = units_in_force(session, centre.id, current.today(centre))
    for unit in units:
        if unit.name == name:
            return unit.id
    return current.fail(f"There is no unit called {name}.")
