"""What commands share: the centre, today, and refusals as one clear line."""

import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import NoReturn

import click
from flask import current_app
from sqlalchemy.exc import OperationalError, ProgrammingError

from kiosk.clock import utc_now
from kiosk.config import Settings
from kiosk.domain.errors import RuleBroken
from kiosk.extensions import TurnNotReached, reading
from kiosk.queries.places import CentreView, only_centre

BUSY = "The database is locked or full. Nothing was changed; please try again."


def settings() -> Settings:
    """Return the settings of the application the command runs in."""
    found: Settings = current_app.extensions["kiosk"]["settings"]
    return found


def base_url() -> str:
    """Return the address that links and codes begin with.

    Without `public_url` it is where `make run` listens; a server that listens
    everywhere is reached by this machine's address in the hall's network.
    """
    given = settings().public_url
    if given:
        return given.rstrip("/")
    host = os.environ.get("HOST", "127.0.0.1")
    if host in {"0.0.0.0", "::"}:  # noqa: S104 - compared, not bound
        host = _own_address()
    return f"http://{host}:{os.environ.get('PORT', '8000')}"


def _own_address() -> str:
    # Choosing a route sends nothing; the address is the documentation range's.
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))
        except OSError:
            return "127.0.0.1"
        return str(probe.getsockname()[0])


def this_centre() -> CentreView:
    """Return the centre, or end with the command that makes it."""
    try:
        with reading() as session:
            centre = only_centre(session)
    except (OperationalError, ProgrammingError):
        centre = None
    if centre is None:
        fail("There is no installation here yet. Run: flask --app wsgi init")
    return centre


def today(centre: CentreView) -> date:
    """Return the centre's day."""
    return utc_now().astimezone(centre.zone).date()


@contextmanager
def refusals() -> Iterator[None]:
    """Turn broken rules and a busy database into one line and exit code 1."""
    try:
        yield
    except RuleBroken as refusal:
        fail(str(refusal))
    except (OperationalError, TurnNotReached) as storage:
        raise click.ClickException(BUSY) from storage


def fail(words: str) -> NoReturn:
    """End the command with a sentence and exit code 1."""
    raise click.ClickException(words)
