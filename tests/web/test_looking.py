"""GET, HEAD and OPTIONS change nothing: every route, with the whole database beside."""

import sqlite3

import pytest
from flask import Flask
from sqlalchemy import text

from kiosk.extensions import transaction
from kiosk.web.access import public
from tests.routes import every_route
from tests.web.access_world import PEOPLE, World
from tests.web.snapshots import Rows, database, differences

pytestmark = pytest.mark.unmeasured

LOOKS: list[tuple[str, dict[str, str]]] = [
    ("GET", {}),
    ("GET", {"HX-Request": "true"}),
    ("HEAD", {}),
    ("OPTIONS", {}),
]


class Watch:
    """Notices each commit to a SQLite file, and says which tables it changed."""

    def __init__(self, file) -> None:
        self.connection = sqlite3.connect(file)
        self.version = self._version()
        self.before: Rows = database()

    def changed(self) -> list[str]:
        version = self._version()
        if version == self.version:
            return []
        self.version, before = version, self.before
        self.before = database()
        return differences(before, self.before)

    def _version(self) -> int:
        return self.connection.execute("PRAGMA data_version").fetchone()[0]


def looks_that_change(app: Flask, world: World, person: str, watch: Watch) -> list[str]:
    client = world.client(app, person)
    found = []
    for address in sorted({one.address for one in every_route(app, world.parts)}):
        for method, headers in LOOKS:
            answer = client.open(address, method=method, headers=headers)
            answer.close()
            tables = watch.changed()
            if tables:
                found.append(f"{method} {address}: {', '.join(tables)}")
    return found


@pytest.mark.parametrize("person", PEOPLE)
def test_looking_changes_nothing(asked, world, person, tmp_path):
    watch = Watch(tmp_path / "kiosk.db")
    found = looks_that_change(asked, world, person, watch)
    watch.connection.close()
    assert not found, "\n".join(found)


def test_a_view_that_writes_when_it_is_looked_at_is_seen(asked, world, tmp_path):
    def counts() -> str:
        with transaction() as session:
            session.execute(text("UPDATE centre SET name = name || '!'"))
        return ""

    asked.add_url_rule("/counts", "counts", public(counts))
    watch = Watch(tmp_path / "kiosk.db")
    found = looks_that_change(asked, world, "anonymous", watch)
    watch.connection.close()
    assert found[:2] == ["GET /counts: centre", "GET /counts: centre"]
    assert {line.split(" ", 1)[1] for line in found} == {"/counts: centre"}
