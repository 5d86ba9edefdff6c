"""Storage that is locked, full or away: a clear refusal, and never a thank-you for
what is not kept. Each fault is also played to a twin that swallows it, so that the
checks are known to see it.
"""

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from flask import Flask, jsonify, request
from flask.testing import FlaskClient
from sqlalchemy import event, func, select, text
from sqlalchemy.exc import OperationalError

from kiosk.app import create_app
from kiosk.extensions import TurnNotReached, db, reading, sqlite
from kiosk.models import Rating, Window
from tests.applications import copied_database, locked_by_another_process, open_app
from tests.conftest import NOON, make_settings
from tests.engines import ON_POSTGRESQL
from tests.postgres import free_port
from tests.recount import check_tallies
from tests.screens import Screen, pair_screen

WAIT = 0.2
MANY = 2000
"""More taps than fit into the pages that are left."""


@dataclass
class Hall:
    """A screen, the code of its window, and a browser that is that screen."""

    app: Flask
    client: FlaskClient
    screen: Screen
    code: str

    def tap(self) -> dict[str, object]:
        return self.screen.tap(5, NOON, id=str(uuid4()))

    def send(self, body: dict[str, object]):
        return self.client.post("/tablet/ratings", json=body)

    def database(self) -> Path:
        return self.app.extensions["kiosk"]["settings"].sqlite_path


def hall_in(app: Flask) -> Hall:
    screen = pair_screen("A001", NOON)
    client = app.test_client()
    client.set_cookie("kiosk_device", screen.secret)
    with reading() as session:
        code = session.get_one(Window, screen.window_id).code
    return Hall(app, client, screen, code)


@pytest.fixture
def hall(empty_sqlite, tmp_path, clock) -> Iterator[Hall]:
    url = copied_database(empty_sqlite, tmp_path)
    with open_app(tmp_path, url, clock, storage_wait_seconds=WAIT) as app:
        yield hall_in(app)


def rows(body: dict[str, object]) -> int:
    with reading() as session:
        return session.scalar(
            select(func.count(Rating.id)).where(
                Rating.event_id == UUID(str(body["id"]))
            )
        )


def check_thanked_only_for_what_is_kept(hall: Hall, answer, body) -> None:
    kept = rows(body)
    assert kept <= 1
    if 200 <= answer.status_code < 300:
        assert kept == 1
        assert answer.json["id"] == body["id"]
    else:
        assert (answer.status_code, kept) == (503, 0)
        assert answer.headers["Retry-After"] == "5"
        assert answer.json == {
            "error": "storage_unavailable",
            "message": answer.json["message"],
        }
        assert answer.headers["Cache-Control"] == "no-store"


# The faults


@contextmanager
def locked(hall: Hall) -> Iterator[None]:
    """Another process keeps the write lock."""
    with locked_by_another_process(hall.database()):
        yield


@contextmanager
def turn_kept(hall: Hall) -> Iterator[None]:
    """Another thread of this process keeps the writers' turn."""
    with sqlite.writers_turn(WAIT):
        yield


@contextmanager
def full(hall: Hall) -> Iterator[None]:
    """The database may not grow by one page."""
    with reading() as session:
        pages = session.scalar(text("PRAGMA page_count"))

    def limit(raw, _record) -> None:
        raw.execute(f"PRAGMA max_page_count={pages}")

    db.engine.dispose()
    event.listen(db.engine, "connect", limit)
    try:
        yield
    finally:
        event.remove(db.engine, "connect", limit)
        db.engine.dispose()


FAULTS = [locked, turn_kept, full]
Fault = Callable[[Hall], AbstractContextManager[None]]


def send_until_refused(hall: Hall) -> dict[str, object]:
    """Send taps under a fault, each checked; return the first that was refused."""
    for _ in range(MANY):
        body = hall.tap()
        answer = hall.send(body)
        check_thanked_only_for_what_is_kept(hall, answer, body)
        if answer.status_code == 503:
            return body
    raise AssertionError("the fault never came")


@pytest.mark.parametrize("fault", FAULTS)
def test_a_tap_is_refused_and_taken_once_when_the_fault_is_over(
    hall: Hall, fault: Fault
):
    with fault(hall):
        refused = send_until_refused(hall)
        again = hall.send(refused)
        check_thanked_only_for_what_is_kept(hall, again, refused)
        assert again.status_code == 503
    kept = hall.send(refused)
    assert kept.status_code == 200
    assert hall.send(refused).json == kept.json
    assert rows(refused) == 1
    check_tallies()


@pytest.mark.parametrize("fault", FAULTS)
def test_the_screen_and_its_page_stay_readable_meanwhile(hall: Hall, fault: Fault):
    with fault(hall):
        assert hall.client.get("/tablet").status_code == 200
        assert hall.client.get(f"/w/{hall.code}").status_code == 200
        assert hall.client.get("/healthz").json == {"status": "ok"}


@pytest.mark.parametrize("fault", FAULTS)
def test_the_checks_see_an_application_that_swallows_the_fault(
    hall: Hall, fault: Fault
):
    """The twin says thank you whatever happened."""

    def swallow(_error: Exception):
        return jsonify(id=request.get_json()["id"], receipt="2222-2222-22222")

    with open_twin(hall) as twin:
        twin.app.register_error_handler(OperationalError, swallow)
        twin.app.register_error_handler(TurnNotReached, swallow)
        with fault(twin), pytest.raises(AssertionError, match="0 == 1"):
            send_until_refused(twin)


@contextmanager
def open_twin(hall: Hall) -> Iterator[Hall]:
    settings = hall.app.extensions["kiosk"]["settings"]
    app = create_app(settings, clock=lambda: NOON)
    with app.app_context():
        client = app.test_client()
        client.environ_base["HTTP_ORIGIN"] = "http://localhost"
        client.set_cookie("kiosk_device", hall.screen.secret)
        yield Hall(app, client, hall.screen, hall.code)
        db.engine.dispose()


# By phone


def fill_in(hall: Hall) -> dict[str, str]:
    page = hall.client.get(f"/w/{hall.code}").text
    token = re.search(r'name="token" value="([^"]+)"', page)
    assert token is not None
    return {"token": token[1], "level": "2", "comment": "等了很久"}


@pytest.mark.parametrize("fault", [locked, turn_kept])
def test_a_form_comes_back_with_everything_typed_and_is_taken_once(
    hall: Hall, fault: Fault
):
    form = fill_in(hall)
    address = f"/w/{hall.code}"
    with fault(hall):
        answer = hall.client.post(address, data=form)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    assert "等了很久</textarea>" in answer.text
    assert form["token"] in answer.text
    sent = [hall.client.post(address, data=form) for _ in range(2)]
    assert [answer.status_code for answer in sent] == [303, 303]
    assert sent[0].location == sent[1].location
    with reading() as session:
        assert session.scalar(select(func.count(Rating.id))) == 1
    check_tallies()


# A disk that is really full


@pytest.fixture
def small_disk(tmp_path) -> Iterator[Path]:
    """A file system of two megabytes, where we may mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "none", str(folder)]
    if os.geteuid() != 0 or shutil.which("mount") is None:
        pytest.skip("NOT TESTED: a full disk needs the right to mount (run as root)")
    if subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("NOT TESTED: a full disk; this machine forbids mounting")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def fill_disk(ballast: Path) -> None:
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass


def test_on_a_full_disk_taps_are_refused_and_taken_once_when_there_is_room(
    small_disk, empty_sqlite, clock
):
    url = copied_database(empty_sqlite, small_disk)
    ballast = small_disk / "ballast"
    with open_app(small_disk, url, clock, storage_wait_seconds=WAIT) as app:
        hall = hall_in(app)
        assert hall.send(hall.tap()).status_code == 200
        fill_disk(ballast)
        refused = send_until_refused(hall)
        assert hall.client.get("/tablet").status_code == 200
        ballast.unlink()
        kept = hall.send(refused)
        assert kept.status_code == 200
        assert hall.send(refused).json == kept.json
        assert rows(refused) == 1
        check_tallies()
        with reading() as session:
            assert session.scalar(text("PRAGMA integrity_check")) == "ok"


# PostgreSQL


@ON_POSTGRESQL
def test_a_table_that_another_keeps_is_refused_on_postgresql_too(
    database_url, tmp_path, clock
):
    with open_app(tmp_path, database_url, clock, storage_wait_seconds=WAIT) as app:
        hall = hall_in(app)
        body = hall.tap()
        with db.engine.connect() as other:
            other.execute(text("LOCK TABLE tally_day IN ACCESS EXCLUSIVE MODE"))
            answer = hall.send(body)
        check_thanked_only_for_what_is_kept(hall, answer, body)
        assert answer.status_code == 503
        assert hall.send(body).status_code == 200
        assert rows(body) == 1
        check_tallies()


def test_a_database_that_is_away_is_refused(tmp_path):
    """Also the words of the refusal need no database."""
    url = f"postgresql+psycopg://nobody@127.0.0.1:{free_port()}/none"
    app = create_app(make_settings(tmp_path, database_url=url), clock=lambda: NOON)
    client = app.test_client()
    client.set_cookie("kiosk_device", "secret")
    headers = {"Origin": "http://localhost"}
    tap = client.post("/tablet/ratings", json={}, headers=headers)
    assert (tap.status_code, tap.headers["Retry-After"]) == (503, "5")
    assert tap.json["error"] == "storage_unavailable"
    for path in ("/healthz", "/w/abc", "/tablet"):
        page = client.get(path)
        assert (page.status_code, page.headers["Retry-After"]) == (503, "5"), path
        assert "503" in page.text
