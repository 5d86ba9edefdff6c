"""Applications on both databases, clients with a browser's manners, a stopped clock."""

import importlib
import pkgutil
import shutil
from collections.abc import Generator, Iterator
from contextlib import nullcontext, suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient, FlaskCliRunner
from flask_migrate import upgrade
from hypothesis import settings

import kiosk
from kiosk.app import create_app
from kiosk.config import Settings
from kiosk.extensions import db, transaction
from kiosk.services.installation import ensure_installation
from tests.postgres import postgres_server
from tests.swift import (
    empty_postgres,
    share_route_builders,
    share_statements,
    share_templates,
    unmeasured,
)

share_route_builders()

NOON = datetime(2026, 7, 16, 4, 0, tzinfo=UTC)
"""Thursday, 12:00 in Shanghai."""


_ENGINES = {"database_url", "elsewhere_url"}
"""Arguments by which a test says for itself on which engine it runs."""


@pytest.hookimpl(wrapper=True)
def pytest_collection(session: pytest.Session) -> Generator[None, object, object]:
    """Read the tests without the tracer of the coverage, but not the product."""
    for module in pkgutil.walk_packages(kiosk.__path__, "kiosk.", onerror=id):
        # What is broken fails in the tests that need it, and only there.
        with suppress(Exception):
            importlib.import_module(module.name)
    with unmeasured():
        return (yield)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """Run some tests without the tracer of the coverage, which makes them slow.

    Journeys, whose server is another process that nobody measures anyway; what says
    `unmeasured`; and on PostgreSQL what is measured on SQLite, by the same test.
    """
    marks = ("journey", "unmeasured")
    fast = any(item.get_closest_marker(name) for name in marks) or is_twin(item)
    with unmeasured() if fast else nullcontext():
        return (yield)


def is_twin(item: pytest.Item) -> bool:
    """Whether it is the run on PostgreSQL of a test that runs on both engines."""
    on_one = any(mark.args[0] in _ENGINES for mark in item.iter_markers("parametrize"))
    return item.get_closest_marker("postgresql") is not None and not on_one


class StoppedClock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **time: float) -> datetime:
        self.now += timedelta(**time)
        return self.now


class BrowserClient(FlaskClient):
    """A test client that says where its writes come from, as browsers do."""

    def open(self, *args, **kwargs):
        if kwargs.pop("origin", True):
            self.environ_base["HTTP_ORIGIN"] = "http://localhost"
        else:
            self.environ_base.pop("HTTP_ORIGIN", None)
        # Pages carry the token of their session in each form; so does this client.
        self.environ_base.pop("HTTP_X_CSRF_TOKEN", None)
        session = self.get_cookie("kiosk_session")
        if kwargs.pop("token", True) and session is not None:
            token = sha256(f"form token of {session.value}".encode()).hexdigest()
            self.environ_base["HTTP_X_CSRF_TOKEN"] = token
        # A context of its own: the fixture's would be shared, and with it `g`.
        with self.application.app_context():
            return super().open(*args, **kwargs)


def make_settings(instance: Path, **changes: object) -> Settings:
    values: dict[str, object] = {
        "instance": instance,
        "database_url": f"sqlite:///{instance / 'kiosk.db'}",
        "secret_key": "a secret for tests only",
    }
    return Settings(**(values | changes))


def migrate(settings: Settings) -> None:
    """Give a new database its tables."""
    with unmeasured(), create_app(settings).app_context():
        upgrade()
        db.engine.dispose()


# The same examples each time, however slow the machine: a failure is then the code's.
settings.register_profile("house", deadline=None, derandomize=True)
settings.load_profile("house")


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory) -> Path:
    """A migrated SQLite database, made once and copied for each test."""
    folder = tmp_path_factory.mktemp("template")
    migrate(make_settings(folder))
    return folder / "kiosk.db"


@pytest.fixture(scope="session")
def migrated_postgres(tmp_path_factory) -> Iterator[str]:
    """A migrated PostgreSQL database, emptied before each test that uses it."""
    with postgres_server() as url:
        folder = tmp_path_factory.mktemp("postgres")
        migrate(make_settings(folder, database_url=url))
        yield url


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)
def database_url(request, tmp_path) -> str:
    """The address of an empty, migrated database on each engine in turn."""
    if request.param == "postgresql":
        url = request.getfixturevalue("migrated_postgres")
        with unmeasured():
            empty_postgres(url)
        return url
    shutil.copy(request.getfixturevalue("empty_sqlite"), tmp_path / "kiosk.db")
    return f"sqlite:///{tmp_path / 'kiosk.db'}"


@pytest.fixture
def unbegun(database_url, tmp_path, clock) -> Iterator[Flask]:
    """The application inside its context, before `flask init`: every table empty."""
    settings = make_settings(tmp_path, database_url=database_url)
    with unmeasured():
        app = create_app(settings, clock=clock)
    app.test_client_class = BrowserClient
    share_templates(app)
    with app.app_context():
        share_statements(db.engine)
        yield app
        db.engine.dispose()


@pytest.fixture
def app(unbegun, clock) -> Flask:
    """The application inside its context, with an installation and a centre."""
    with unmeasured(), transaction() as session:
        ensure_installation(session, clock())
    return unbegun


@pytest.fixture
def client(app) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def runner(app) -> FlaskCliRunner:
    return app.test_cli_runner()
