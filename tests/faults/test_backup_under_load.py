"""Backups while ratings come in, and a restore that is cut off in the middle."""

import os
import signal
import sqlite3
import subprocess
import sys
import threading
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import select

from kiosk.app import create_app
from kiosk.clock import utc_now
from kiosk.config import load_settings
from kiosk.extensions import db, reading
from kiosk.extensions.backup import restore
from kiosk.models import Rating
from kiosk.services.verify import verify_ledger
from tests.applications import copied_database, open_app
from tests.backups import Parts, make_backup, unheard
from tests.faults.senders import Visitor
from tests.lived_in import live_in
from tests.recount import check_tallies
from tests.screens import pair_screen
from tests.server import TOP, RealServer
from tests.waiting import until

SCREENS = 4
ROUNDS = 2


@pytest.fixture
def server(tmp_path):
    folder = tmp_path / "here"
    folder.mkdir()
    with RealServer(folder) as running:
        yield running


def test_no_acknowledged_rating_is_missing_in_a_backup_made_afterwards(
    server, tmp_path, empty_sqlite, clock
):
    """Each backup holds all that was acknowledged before it began; nobody waits."""
    app = create_app(load_settings(server.environment))
    with app.app_context():
        screens = [pair_screen(f"A{nth:03}", utc_now()) for nth in range(SCREENS)]
        enough = threading.Event()
        visitors = [Visitor(server, screen, enough) for screen in screens]
        threads = [threading.Thread(target=visitor.run) for visitor in visitors]
        for thread in threads:
            thread.start()
        try:
            rounds = [back_up_meanwhile(visitors, tmp_path, n) for n in range(ROUNDS)]
        finally:
            enough.set()
            for thread in threads:
                thread.join()
        db.engine.dispose()
    for path, before, after in rounds:
        kept = [UUID(row[1]) for row in Parts.of(path).rows("rating")]
        assert len(kept) == len(set(kept))
        assert before - set(kept) == set()
        # The screens were answered all the while.
        assert len(after) > len(before)
    path, acknowledged, _ = rounds[-1]
    there = tmp_path / "there"
    there.mkdir()
    with open_app(there, copied_database(empty_sqlite, there), clock):
        check_restored(path, acknowledged)


def back_up_meanwhile(
    visitors: list[Visitor], folder: Path, nth: int
) -> tuple[Path, set[UUID], set[UUID]]:
    """Back up as a command does, in another process than the server's."""
    least = 20 * (nth + 1)
    until(lambda: all(len(visitor.acknowledged) >= least for visitor in visitors))
    before = acknowledged_by(visitors)
    path = folder / f"{nth}.zip"
    make_backup(path, utc_now())
    return path, before, acknowledged_by(visitors)


def acknowledged_by(visitors: list[Visitor]) -> set[UUID]:
    return {event for visitor in visitors for event in list(visitor.acknowledged)}


def check_restored(path: Path, acknowledged: set[UUID]) -> None:
    restore(path, "test", utc_now(), unheard)
    with reading() as session:
        kept = set(session.scalars(select(Rating.event_id)))
        assert verify_ledger(session.connection()).sound
    assert acknowledged - kept == set()
    check_tallies()


RESTORE_AND_STOP = """
import sys
from pathlib import Path
from kiosk.app import create_app
from kiosk.clock import utc_now
from kiosk.config import load_settings
from kiosk.extensions.backup import restore

def wait_at_the_end(done, total):
    # Everything is written; the triggers are aside, and nothing is committed.
    if done == total:
        print("written", flush=True)
        sys.stdin.read()

with create_app(load_settings()).app_context():
    restore(Path(sys.argv[1]), "test", utc_now(), wait_at_the_end)
"""


def test_a_restore_that_is_killed_leaves_the_empty_installation(
    tmp_path, empty_sqlite, clock
):
    here, there = tmp_path / "here", tmp_path / "there"
    here.mkdir()
    there.mkdir()
    path = tmp_path / "kept.zip"
    with open_app(here, copied_database(empty_sqlite, here), clock):
        live_in(clock())
        make_backup(path, clock())
    url = copied_database(empty_sqlite, there)
    with open_app(there, url, clock):
        pass
    before = dump(there / "kiosk.db")
    with subprocess.Popen(
        [sys.executable, "-c", RESTORE_AND_STOP, str(path)],
        cwd=TOP,
        env={**os.environ, "KIOSK_INSTANCE": str(there)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    ) as process:
        assert process.stdout.readline() == b"written\n"
        os.kill(process.pid, signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert dump(there / "kiosk.db") == before
    # Nothing stands in the way of the next attempt.
    with open_app(there, url, clock):
        restore(path, "test", clock(), unheard)
    assert dump(there / "kiosk.db") != before


def dump(database: Path) -> list[str]:
    connection = sqlite3.connect(database)
    try:
        return list(connection.iterdump())
    finally:
        connection.close()
