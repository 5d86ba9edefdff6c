"""Every route by everybody: who may is a table, and a route without a line fails.

The table and how to renew it: `tests/web/access_matrix.py`.
"""

from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from kiosk.extensions import reading
from kiosk.models import LedgerEntry
from tests.routes import Route, every_route
from tests.statements import statements
from tests.waiting import settled
from tests.web.access_matrix import PEOPLE, WORDS, proposed, read_table, what
from tests.web.access_world import World

pytestmark = pytest.mark.unmeasured

TABLE = read_table()
FRAGMENT = {
    "HX-Request": "true",
    "HX-Current-URL": "http://localhost/manage?page=2",
}


def routes(app: Flask, world: World) -> list[Route]:
    known = every_route(app, world.parts)
    receipt = world.parts["/r/ code"]
    # The form of receipts sends its field to an address without one.
    return [
        replace(one, address=f"/r?code={receipt}") if one.rule == "/r" else one
        for one in known
    ]


def masked(answer: TestResponse, address: str) -> bytes:
    """Return the body without the address that the language link repeats."""
    return answer.data.replace(address.encode(), b"ADDRESS")


def test_every_route_has_its_line_and_every_line_its_route(app):
    there = {(route.method, route.rule) for route in every_route(app)}
    assert sorted(there - set(TABLE)) == []
    assert sorted(set(TABLE) - there) == []


def test_a_cell_is_one_of_the_words():
    assert {word for line in TABLE.values() for word in line.values()} <= WORDS


@pytest.mark.parametrize("person", PEOPLE)
def test_everybody_may_see_what_the_table_says(asked, world, person):
    client = world.client(asked, person)
    wrong = []
    for route in routes(asked, world):
        if route.writes:
            continue
        expected = TABLE[(route.method, route.rule)][person]
        for headers in ({}, FRAGMENT):
            answer = client.get(route.address, headers=headers)
            if what(answer) != expected or answer.status_code >= 500:
                wrong.append(f"{route.rule} {expected} {answer.status}")
            answer.close()
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("person", PEOPLE)
def test_everybody_may_do_what_the_table_says(asked, world, person, tmp_path):
    client = world.client(asked, person)
    wrong = []
    for route in routes(asked, world):
        if not route.writes:
            continue
        expected = TABLE[(route.method, route.rule)][person]
        with settled():
            answer = client.open(route.address, method=route.method)
        seen = "nothing" if expected == "nothing" else what(answer)
        if seen != expected or answer.status_code >= 500:
            wrong.append(f"{route.method} {route.rule} {expected} {answer.status}")
        answer.close()
        if expected in {"open", "nothing"}:
            world.restore(tmp_path / "kiosk.db")
            client = world.client(asked, person)
    assert not wrong, "\n".join(wrong)


def changes() -> int:
    """Return how much the ledger tells: each change of a record is an entry."""
    with reading() as session:
        return session.scalar(select(func.count()).select_from(LedgerEntry))


@pytest.mark.parametrize("person", PEOPLE)
def test_what_is_closed_answers_as_what_does_not_exist(asked, world, person):
    """Byte for byte: a page without the right, of another unit, and of nothing."""
    client = world.client(asked, person)
    told = []
    for route in routes(asked, world):
        if TABLE[(route.method, route.rule)][person] != "closed":
            continue
        answer = client.open(route.address, method=route.method)
        if masked(answer, route.address) != nowhere(client, route):
            told.append((route.method, route.rule))
    assert told == []


def nowhere(client: FlaskClient, route: Route) -> bytes:
    """Return what an address of the same area says at which there is nothing."""
    address = f"/{route.rule.split('/')[1]}/there-is-nothing-here"
    answer = client.open(address, method=route.method)
    assert answer.status_code == 404
    return masked(answer, address)


def test_an_object_of_another_unit_answers_as_one_that_does_not_exist(asked, world):
    client = world.client(asked, "manager_other")
    # A campaign is everybody's: what of it belongs to a unit is compared.
    shared = {name: world.parts[name] for name in ("slug", "award")}
    empty = {route.rule: route.address for route in every_route(asked, shared)}
    compared, before = 0, changes()
    for route in routes(asked, world):
        line = TABLE[(route.method, route.rule)]
        if line["manager_own"] != "open" or line["manager_other"] == "open":
            continue
        with statements() as asked_for_theirs:
            theirs = client.open(route.address, method=route.method)
        with statements() as asked_for_nobodys:
            nobodys = client.open(empty[route.rule], method=route.method)
        # Nor does the time tell: a look-up more is lost among the others.
        assert len(asked_for_theirs) - len(asked_for_nobodys) <= 1, route.rule
        assert theirs.status_code == nobodys.status_code, route.rule
        assert theirs.location == nobodys.location
        assert masked(theirs, route.address) == masked(nobodys, empty[route.rule])
        compared += 1
    assert compared >= 10
    assert changes() == before


def test_nothing_is_open_that_the_policy_does_not_open(app):
    """A line may be stricter than the table of rights, and never more open."""
    for route in every_route(app):
        line = TABLE[(route.method, route.rule)]
        for person, word in proposed(route).items():
            if line[person] == "open":
                assert word == "open", (route.method, route.rule, person)


def test_a_view_that_forgets_the_unit_is_seen(asked, world):
    """The twin: the same page, with the guard alone and without the look-up."""
    view = asked.view_functions["manage.windows"]
    rule = "/manage/windows/<int(max=2147483647):key>"
    [name] = {
        route.endpoint
        for route in routes(asked, world)
        if (route.method, route.rule) == ("GET", rule)
    }
    asked.view_functions[name] = lambda **_key: view()
    address = f"/manage/windows/{world.parts['/manage/windows key']}"
    answer = world.client(asked, "manager_other").get(address)
    assert what(answer) == "open" != TABLE[("GET", rule)]["manager_other"]


def test_the_file_of_a_backup_is_nowhere_else(asked, world, tmp_path):
    (tmp_path / "secret_key").write_text("x", "utf-8")
    client = world.client(asked, "organiser")
    for name in ("..%2Fsecret_key", "secret_key", "..", "kept.zip%00"):
        answer = client.post(f"/manage/backups/{name}/download")
        assert answer.status_code == 404, name
