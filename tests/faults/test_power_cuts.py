"""The power is cut while screens send: what was acknowledged is on the disk, and what
is sent again is not there twice.
"""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from kiosk.clock import utc_now
from kiosk.extensions import db, reading
from tests.applications import copied_database, open_app
from tests.faults.figures import FIGURES
from tests.faults.power_cuts import PowerDisk, power_disk
from tests.faults.senders import (
    BatchVisitor,
    Visitor,
    check_nothing_lost_nothing_twice,
)
from tests.screens import pair_screen
from tests.server import RealServer
from tests.waiting import PATIENCE, until

TAPS_BEFORE_A_CUT = 40
SCREENS = 4


@pytest.fixture
def disk(tmp_path) -> Iterator[PowerDisk]:
    with power_disk(tmp_path) as disk:
        yield disk


def server_on(disk: PowerDisk, url: str, application: str = "wsgi:app") -> RealServer:
    return RealServer(
        disk.mounted,
        application=application,
        KIOSK_DATABASE_URL=url,
        BROKEN_PROMISE="syncs_seldom",
    )


def cut_while_all_send(disk: PowerDisk, server: RealServer, visitors) -> None:
    """Let all send, cut the power in the middle, and start from what the disk has."""
    enough = threading.Event()
    for one in visitors:
        one.enough = enough
    before = sum(len(one.acknowledged) for one in visitors)
    threads = [threading.Thread(target=one.run, daemon=True) for one in visitors]
    for thread in threads:
        thread.start()
    goal = before + TAPS_BEFORE_A_CUT
    until(lambda: sum(len(one.acknowledged) for one in visitors) >= goal)
    # A power cut stops the machine with its disk. Ours takes the disk alone, and a
    # commit that it meets half-way may be told that it was written: Linux asks once,
    # at the beginning, whether the file system still stands.
    server.freeze()
    disk.cut()
    server.kill()
    db.engine.dispose()
    disk.unmount()
    disk.mount()
    server.start()
    # What was on its way is sent again, until it is acknowledged.
    enough.set()
    for thread in threads:
        thread.join(PATIENCE)
        assert not thread.is_alive()


def check_the_file() -> None:
    with reading() as session:
        assert session.scalar(text("PRAGMA integrity_check")) == "ok"


def visitors_of(server: RealServer) -> list[Visitor]:
    kinds = [Visitor, BatchVisitor]
    now, idle = utc_now(), threading.Event()
    screens = [pair_screen(f"A{n:03}", now) for n in range(SCREENS)]
    return [kinds[n % 2](server, each, idle) for n, each in enumerate(screens)]


def put_on(disk: PowerDisk, template: Path) -> str:
    url = copied_database(template, disk.mounted)
    os.sync()
    return url


def test_no_acknowledged_tap_is_lost_when_the_power_is_cut(disk, empty_sqlite):
    url = put_on(disk, empty_sqlite)
    with open_app(disk.mounted, url, utc_now):
        server = server_on(disk, url)
        server.start()
        visitors = visitors_of(server)
        try:
            for _ in range(FIGURES.power_cuts):
                cut_while_all_send(disk, server, visitors)
                check_nothing_lost_nothing_twice(visitors)
                check_the_file()
        finally:
            server.kill()
            db.engine.dispose()


def test_the_check_sees_a_server_that_does_not_wait_for_the_disk(disk, empty_sqlite):
    url = put_on(disk, empty_sqlite)
    with open_app(disk.mounted, url, utc_now):
        server = server_on(disk, url, "tests.faults.twins:app")
        server.start()
        visitors = visitors_of(server)
        os.sync()
        try:
            cut_while_all_send(disk, server, visitors)
            with pytest.raises(AssertionError, match="acknowledged are lost"):
                check_nothing_lost_nothing_twice(visitors)
        finally:
            server.kill()
            db.engine.dispose()
