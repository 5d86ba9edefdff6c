"""`flask init`: harmless when repeated, and one at a time."""

import re
import threading

from sqlalchemy import func, select, text

from kiosk.cli.installation import _LOCK_KEY
from kiosk.domain.policy import Role
from kiosk.extensions import db, reading, recording, transaction
from kiosk.models import Centre, Installation, OrganiserLink
from kiosk.services.installation import begin_demonstration, set_up
from tests.applications import open_app
from tests.conftest import NOON
from tests.engines import ON_POSTGRESQL
from tests.people import make_account
from tests.waiting import PATIENCE, until


def counts() -> list[int]:
    with reading() as session:
        return [
            session.scalar(select(func.count()).select_from(table))
            for table in (Installation, Centre, OrganiserLink)
        ]


def test_init_may_be_run_again_and_prints_a_new_link_each_time(runner):
    links = []
    for _ in range(2):
        done = runner.invoke(args=["init"])
        assert done.exit_code == 0, done.output
        links += re.findall(r"/setup\?key=([A-Za-z0-9_-]{32})\n", done.output)
    assert len(set(links)) == 2
    assert counts() == [1, 1, 2]


def set_up_hall() -> None:
    with recording("test", NOON) as records:
        set_up(records, "市政务局", "市政务大厅", "Asia/Shanghai")


def test_a_hall_whose_organisers_sign_in_gets_no_link(runner):
    set_up_hall()
    make_account("chief", Role.ORGANISER, NOON)
    done = runner.invoke(args=["init"])
    assert done.exit_code == 0, done.output
    assert "/setup" not in done.output
    assert re.findall(
        r"  登录 sign in      http://127.0.0.1:8000/sign-in\n", done.output
    )
    assert counts() == [1, 1, 0]


def test_a_hall_without_organiser_gets_a_link(runner):
    set_up_hall()
    make_account("admin", Role.ADMINISTRATOR, NOON)
    assert "/setup?key=" in runner.invoke(args=["init"]).output
    assert counts() == [1, 1, 1]


def test_a_demonstration_always_gets_a_link(runner):
    with transaction() as session:
        begin_demonstration(session, NOON)
    make_account("demo", Role.ORGANISER, NOON)
    assert "/setup?key=" in runner.invoke(args=["init"]).output


def test_quiet_makes_and_prints_no_link(runner):
    done = runner.invoke(args=["init", "--quiet"])
    assert (done.exit_code, done.output) == (0, "")
    assert counts() == [1, 1, 0]


@ON_POSTGRESQL
def test_the_lock_of_a_migration_goes_with_its_end(app, runner):
    """A lock of the session would stay with the connection in the pool."""
    for _ in range(3):
        assert runner.invoke(args=["init", "--quiet"]).exit_code == 0
    with reading() as session:
        query = text("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'")
        assert session.scalar(query) == 0


@ON_POSTGRESQL
def test_a_second_migration_waits_as_long_as_the_first_takes(
    app, database_url, tmp_path, clock
):
    """Longer than any request would: a migration of years of ratings takes minutes."""
    taken = text("SELECT pg_advisory_xact_lock(:key)")
    with open_app(tmp_path, database_url, clock, storage_wait_seconds=0.1) as hasty:
        done: list[int] = []

        def init() -> None:
            with hasty.app_context():
                result = hasty.test_cli_runner().invoke(args=["init", "--quiet"])
            done.append(result.exit_code)

        second = threading.Thread(target=init)
        with db.engine.connect() as first:
            first.execute(taken, {"key": _LOCK_KEY})
            second.start()
            with db.engine.connect() as watching:
                query = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
                until(lambda: watching.scalar(query))
            second.join(0.5)
            assert second.is_alive()
        second.join(PATIENCE)
    assert done == [0]
