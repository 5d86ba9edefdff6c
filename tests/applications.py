"""Applications beside the usual one of `app`: other settings, the same database."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask import Flask

from kiosk.app import create_app
from kiosk.clock import Clock
from kiosk.extensions import db, transaction
from kiosk.services.installation import ensure_installation
from tests.conftest import BrowserClient, make_settings
from tests.swift import share_statements, share_templates, unmeasured

_HOLD = """
import sqlite3, sys
held = sqlite3.connect(sys.argv[1], isolation_level=None)
held.execute("BEGIN IMMEDIATE")
print("held", flush=True)
sys.stdin.read()
held.execute("ROLLBACK")
"""


@contextmanager
def open_app(
    folder: Path, database_url: str, clock: Clock, **settings: object
) -> Iterator[Flask]:
    """Yield an application in its context, begun but not set up."""
    made = make_settings(folder, database_url=database_url, **settings)
    with unmeasured():
        app = create_app(made, clock=clock)
    app.test_client_class = BrowserClient
    share_templates(app)
    with app.app_context():
        share_statements(db.engine)
        with unmeasured(), transaction() as session:
            ensure_installation(session, clock())
        yield app
        db.engine.dispose()


def copied_database(template: Path, folder: Path) -> str:
    """Copy a migrated SQLite database into a folder; return its address."""
    shutil.copy(template, folder / "kiosk.db")
    return f"sqlite:///{folder / 'kiosk.db'}"


@contextmanager
def locked_by_another_process(database: Path) -> Iterator[None]:
    """Keep the write lock of a SQLite database in a process of its own."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, os.fspath(database)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    with process:
        assert process.stdout.readline() == b"held\n"
        try:
            yield
        finally:
            process.stdin.close()
            process.wait(30)
