"""Typed access to what belongs to the running application and request."""

from datetime import datetime
from typing import cast

from flask import current_app, g, request

from kiosk.clock import Clock
from kiosk.config import Settings
from kiosk.extensions import reading
from kiosk.queries.installation import InstallationView, installation
from kiosk.queries.places import CentreView, only_centre


def settings() -> Settings:
    """Return the settings the application was made with."""
    return cast("Settings", current_app.extensions["kiosk"]["settings"])


def now() -> datetime:
    """Return this moment by the application's clock."""
    return cast("Clock", current_app.extensions["kiosk"]["clock"])()


def this_installation() -> InstallationView:
    """Return the installation, read once a request."""
    if "installation" not in g:
        with reading() as session:
            found = installation(session)
        if found is None:
            raise RuntimeError("not initialised: run `flask --app wsgi init` first")
        g.installation = found
    return cast("InstallationView", g.installation)


def this_centre() -> CentreView:
    """Return the centre, read once a request."""
    if "centre" not in g:
        with reading() as session:
            found = only_centre(session)
        if found is None:
            raise RuntimeError("not initialised: run `flask --app wsgi init` first")
        g.centre = found
    return cast("CentreView", g.centre)


def base_url() -> str:
    """Return the address that codes begin with: the public one, else as requested."""
    return (settings().public_url or request.host_url).rstrip("/")
