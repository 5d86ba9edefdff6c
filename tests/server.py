"""The real server under test: gunicorn as `make run` starts it, on its own port."""

import fcntl
import json
import os
import signal
import sqlite3
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.app import create_app
from kiosk.clock import utc_now
from kiosk.config import load_settings
from kiosk.domain.policy import Role
from kiosk.extensions import db, transaction
from kiosk.extensions.sqlite import server_lock
from kiosk.models import Window
from kiosk.services.devices import make_pairing_link
from kiosk.services.installation import make_organiser_link
from tests.launcher import Launched, launch, run
from tests.people import session_of
from tests.postgres import free_port
from tests.waiting import until

TOP = Path(__file__).resolve().parent.parent
WINDOWS = """单位,窗口编号,窗口名称,业务类型,位置,电话
市人力资源和社会保障局,A001,社保综合1,社会保险,一楼A区,0000-5550101
市人力资源和社会保障局,A002,社保综合2,社会保险,一楼A区,0000-5550102
市医疗保障局,B001,医保综合1,医疗保障,一楼B区,0000-5550103
"""
_PATIENCE = 60


class RealServer:
    """A server with its own instance folder; it can be killed and started again."""

    def __init__(
        self,
        instance: Path,
        *,
        application: str = "wsgi:app",
        begun: bool = False,
        **environment: str,
    ) -> None:
        self.instance = instance
        self.begun = begun
        """Whether `flask init` has nothing to do here any more."""
        self.application = application
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.environment = {
            **os.environ,
            "KIOSK_INSTANCE": str(instance),
            "HOST": "127.0.0.1",
            "PORT": str(self.port),
            **environment,
        }
        self.process: Launched | None = None

    def __enter__(self) -> Self:
        if not self.begun:
            self.flask("init", "--quiet")
        self.start()
        return self

    def __exit__(self, *_error: object) -> None:
        # Nothing of it is looked at again, so nobody waits for a graceful end.
        self.kill()

    def flask(self, *words: str, check: bool = True) -> str:
        """Run a command of the product; return what it printed."""
        done = run("flask", "--app", "wsgi", *words, environment=self.environment)
        if check and done.returncode != 0:
            raise AssertionError(f"flask {' '.join(words)}: {done.stderr}")
        return done.stdout + ("" if check else done.stderr)

    def start(self) -> None:
        """Start gunicorn and wait until it answers."""
        with (self.instance / "server.log").open("ab") as log:
            self.process = launch(
                "gunicorn",
                "--no-control-socket",
                self.application,
                environment=self.environment,
                out=log.fileno(),
                err=log.fileno(),
            )
        self.wait_until_well()

    def wait_until_well(self) -> None:
        """Return at the first good answer; fail with the log when none comes."""
        # The listening socket exists before the worker does: a connection waits
        # in its queue and is answered as soon as the application is loaded.
        while self.process is not None:
            try:
                with urllib.request.urlopen(f"{self.url}/healthz", timeout=_PATIENCE):
                    return
            except (urllib.error.URLError, ConnectionError):
                try:
                    self.process.wait(0.05)
                except subprocess.TimeoutExpired:
                    continue
            raise AssertionError((self.instance / "server.log").read_text("utf-8"))

    def stop(self) -> None:
        """Ask the server to end and wait for it."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(_PATIENCE)
        self.process = None

    def freeze(self) -> None:
        """Stop the server where it stands; it answers nobody until it is killed.

        Who is inside the system, as with a disk, stops on coming out of it.
        """
        if self.process is not None:
            group = self.process.pid
            os.killpg(group, signal.SIGSTOP)
            until(lambda: _states(group) <= {"D", "T", "Z"})

    def kill(self) -> None:
        """Kill the server and its workers at once, as a power cut would."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(_PATIENCE)
            self._wait_for_the_workers_end()
        self.process = None

    def _wait_for_the_workers_end(self) -> None:
        # A worker that waits for the disk outlives its master, and the lock that it
        # has inherited with it.
        # On a disk whose power was cut nothing opens; whoever unmounts it waits then.
        with suppress(OSError), server_lock(self.instance / "kiosk.db").open() as file:
            fcntl.flock(file, fcntl.LOCK_EX)

    def windows_file(self) -> Path:
        """Return a list of three windows in two units."""
        path = self.instance / "windows.csv"
        path.write_text(WINDOWS, "utf-8")
        return path

    def pairing_link(self, number: str) -> str:
        """Make a one-time pairing link as the command does, without its start-up."""

        def make(session: Session) -> str:
            window = session.scalars(
                select(Window).where(Window.number == number)
            ).one()
            return make_pairing_link(session, window.id, utc_now())

        return f"{self.url}/tablet/pair/{self._act(make)}"

    def organiser_link(self) -> str:
        """Make a one-time organiser's link as `init` does, without its start-up."""
        token = self._act(lambda session: make_organiser_link(session, utc_now()))
        return f"{self.url}/setup?key={token}"

    def sign_in(self, role: Role = Role.ORGANISER, unit_id: int | None = None) -> str:
        """Sign somebody with this role in; return the secret of `SESSION_COOKIE`.

        The account is made at the first call; no page is gone through.
        """
        app = create_app(load_settings(self.environment))
        with app.app_context():
            secret = session_of(role, utc_now(), unit_id)
            db.engine.dispose()
        return secret

    def _act(self, act: Callable[[Session], str]) -> str:
        app = create_app(load_settings(self.environment))
        with app.app_context():
            with transaction() as session:
                made = act(session)
            db.engine.dispose()
        return made

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Read the SQLite database beside the running server."""
        connection = sqlite3.connect(self.instance / "kiosk.db", timeout=_PATIENCE)
        try:
            return connection.execute(query).fetchall()
        finally:
            connection.close()

    def execute(self, statement: str) -> None:
        """Write to the SQLite database beside the running server."""
        connection = sqlite3.connect(self.instance / "kiosk.db", timeout=_PATIENCE)
        try:
            with connection:
                connection.execute(statement)
        finally:
            connection.close()

    def json(self, path: str) -> object:
        """Fetch an address that answers in JSON."""
        with urllib.request.urlopen(f"{self.url}{path}", timeout=_PATIENCE) as answer:
            return json.load(answer)


def _states(group: int) -> set[str]:
    """Return the states of all threads of a process group, as in proc(5)."""
    states = set()
    for found in Path("/proc").glob("[0-9]*/task/*/stat"):
        with suppress(OSError):  # it has ended meanwhile
            state, _parent, its_group = (
                found.read_text().rpartition(") ")[2].split()[:3]
            )
            if int(its_group) == group:
                states.add(state)
    return states
