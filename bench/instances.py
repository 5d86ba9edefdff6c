"""Installations made for a run: windows, paired screens, tallies in bulk."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from flask import Flask
from flask_migrate import upgrade
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.app import create_app
from kiosk.clock import utc_now
from kiosk.config import Settings
from kiosk.domain.tokens import new_window_code
from kiosk.extensions import db, transaction
from kiosk.models import Centre, Placement, ServiceType, Unit, Window
from kiosk.services.devices import make_pairing_link, pair_device
from kiosk.services.installation import ensure_installation, set_up

OPENED = date(2020, 1, 1)
_UNITS, _TYPES = 20, 8


@contextmanager
def new_installation(folder: Path, windows: int) -> Iterator[Flask]:
    """Make a set-up installation with `windows` windows; yield its application.

    The body runs in the application's context; connections are closed after it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    url = f"sqlite:///{folder / 'kiosk.db'}"
    settings = Settings(
        instance=folder,
        database_url=url,
        secret_key="bench only",  # noqa: S106 - of an installation of minutes
    )
    app = create_app(settings)
    with app.app_context():
        try:
            upgrade()
            with transaction() as session:
                ensure_installation(session, utc_now())
                set_up(session, "Bench", "Bench hall", "Asia/Shanghai", utc_now())
                _make_windows(session, windows)
            yield app
        finally:
            db.engine.dispose()


def pair_screens(windows: int) -> list[str]:
    """Pair one screen with each of the first `windows` windows; return secrets."""
    secrets, now = [], utc_now()
    with transaction() as session:
        for window_id in window_ids(session)[:windows]:
            token = make_pairing_link(session, window_id, now)
            session.flush()
            secrets.append(pair_device(session, token, now))
    return secrets


def window_ids(session: Session) -> list[int]:
    """Return all windows' keys in the order they were made."""
    return list(session.scalars(select(Window.id).order_by(Window.id)))


def _make_windows(session: Session, windows: int) -> None:
    centre = session.scalars(select(Centre)).one()
    units = [Unit(centre_id=centre.id, name=f"Unit {n}") for n in range(_UNITS)]
    types = [ServiceType(centre_id=centre.id, name=f"Type {n}") for n in range(_TYPES)]
    session.add_all([*units, *types])
    session.flush()
    for n in range(windows):
        window = Window(
            centre_id=centre.id,
            code=new_window_code(),
            number=f"A{n + 1:04d}",
            name=f"Window {n + 1}",
            location="",
            phone="",
            opened_on=OPENED,
        )
        session.add(window)
        session.flush()
        session.add(
            Placement(
                window_id=window.id,
                unit_id=units[n % _UNITS].id,
                service_type_id=types[n % _TYPES].id,
                starts_on=OPENED,
            )
        )
