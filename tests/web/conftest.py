"""People of the web tests beside the plain client: who opened the hall's link, the
organiser, who has an account, and everybody in a hall where everything exists.
"""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from kiosk.domain.policy import Role
from kiosk.extensions import recording, transaction
from kiosk.services.installation import make_organiser_link, set_up
from tests.applications import copied_database, open_app
from tests.conftest import NOON
from tests.people import sign_in_as
from tests.swift import unmeasured
from tests.web.access_world import World, make_world


@pytest.fixture
def link(app, clock) -> str:
    """The secret of a fresh organiser's link."""
    with transaction() as session:
        return make_organiser_link(session, clock())


@pytest.fixture
def holder(app, link) -> FlaskClient:
    """The browser that opened the link, before anything is set up."""
    client = app.test_client()
    assert client.post("/setup/open", data={"key": link}).status_code == 303
    return client


@pytest.fixture
def hall(app, clock) -> None:
    """A real hall that has a name and no windows yet."""
    with unmeasured(), recording("test", clock()) as records:
        set_up(records, "市政务服务局", "市政务服务中心", "Asia/Shanghai")


@pytest.fixture
def organiser(app, hall, clock) -> FlaskClient:
    """The signed-in organiser of that hall."""
    return sign_in_as(app, Role.ORGANISER, clock())


@pytest.fixture(scope="session")
def world(empty_sqlite, tmp_path_factory) -> World:
    """A hall with two units and everybody in it, made once."""
    folder = tmp_path_factory.mktemp("world")
    url = copied_database(empty_sqlite, folder)
    with open_app(folder, url, lambda: NOON), unmeasured():
        return make_world(folder / "kiosk.db", folder, NOON)


@pytest.fixture
def asked(world, tmp_path) -> Iterator[Flask]:
    """An application on a copy of that hall."""
    url = copied_database(world.template, tmp_path)
    with open_app(tmp_path, url, lambda: NOON) as app:
        world.restore(tmp_path / "kiosk.db")
        yield app
