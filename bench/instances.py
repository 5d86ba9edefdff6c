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
from kiosk.domain.tokens import new_code
from kiosk.extensions import db, recording, transaction
from kiosk.models import Centre, Placement, ServiceType, Unit, Window
from kiosk.services.devices import make_pairing_link, pair_device
from kiosk.services.installation import ensure_installation, set_up
from kiosk.services.places import named_keys
from kiosk.services.records import Book

OPENED = date(2020, 1, 1)
_UNITS, _TYPES = 20, 8


@contextmanager
def new_installation(
    folder: Path, windows: int, database_url: str = ""
) -> Iterator[Flask]:
    """Make a set-up installation with `windows` windows; yield its application.

    `database_url`: of another database than the SQLite one in the folder. The body
    runs in the application's context; connections are closed after it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    url = database_url or f"sqlite:///{folder / 'kiosk.db'}"
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
            with recording("bench", utc_now()) as records:
                set_up(records, "Bench", "Bench hall", "Asia/Shanghai")
                _make_windows(records, windows)
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


def _make_windows(records: Book, windows: int) -> None:
    centre = records.session.scalars(select(Centre.id)).one()
    units = named_keys(records, Unit, centre, [f"Unit {n}" for n in range(_UNITS)])
    types = named_keys(
        records, ServiceType, centre, [f"Type {n}" for n in range(_TYPES)]
    )
    rows = [
        {
            "centre_id": centre,
            "code": new_code(),
            "number": f"A{n + 1:04d}",
            "name": f"Window {n + 1}",
            "location": "",
            "phone": "",
            "opened_on": OPENED,
        }
        for n in range(windows)
    ]
    placements = [
        {
            "window_id": key,
            "unit_id": units[f"Unit {n % _UNITS}"],
            "service_type_id": types[f"Type {n % _TYPES}"],
            "starts_on": OPENED,
        }
        for n, key in enumerate(records.add(Window, centre, rows))
    ]
    records.add(Placement, centre, placements)
