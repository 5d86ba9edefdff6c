"""`flask tablets pair WINDOW`: a one-time link that makes a browser a screen."""

import io

import click
import qrcode
from flask.cli import AppGroup

from kiosk.cli import current
from kiosk.clock import utc_now
from kiosk.extensions import reading, recording
from kiosk.queries.devices import devices_at
from kiosk.queries.places import WindowView, window_by_number
from kiosk.services.devices import LINK_LIFE, offer_pairing

tablets = AppGroup("tablets", help="Screens at the windows.")


@tablets.command("pair")
@click.argument("window")
@click.option("--replace", is_flag=True, help="End the pairing of the screen there.")
def pair(window: str, *, replace: bool) -> None:
    """Print a one-time pairing link for WINDOW (its number) and its QR code."""
    centre = current.this_centre()
    with reading() as session:
        found = window_by_number(session, centre.id, window, current.today(centre))
    if found is None:
        current.fail(f"There is no open window with the number {window}.")
    replaces = _only_screen(found) if replace else None
    with current.refusals(), recording("terminal", utc_now()) as records:
        token = offer_pairing(records, centre.id, found.id, replaces)
    link = f"{current.base_url()}/tablet/pair/{token}"
    click.echo(f"{found.number} {found.name} · {found.unit}")
    click.echo(link)
    code = qrcode.QRCode(border=4)
    code.add_data(link)
    drawn = io.StringIO()
    code.print_ascii(out=drawn, invert=True)
    click.echo(drawn.getvalue())
    minutes = int(LINK_LIFE.total_seconds() // 60)
    click.echo(f"Open it on the screen within {minutes} minutes; it works once.")


def _only_screen(window: WindowView) -> int:
    """Return the one screen of a window; end the command where there is not one."""
    with reading() as session:
        there = devices_at(session, window.id)
    if len(there) != 1:
        current.fail(
            f"Window {window.number} has {len(there)} paired screens, not one. "
            "Replace the right one on the page Tablets."
        )
    return there[0]
