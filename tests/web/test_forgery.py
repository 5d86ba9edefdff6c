"""Forms that another page sends in somebody's name, and fields that ours have not."""

from hashlib import sha256

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.routes import every_route
from tests.waiting import settled
from tests.web.access_matrix import read_table
from tests.web.access_world import World
from tests.web.snapshots import DRAWN, PASSING, Rows, database, differences
from tests.web.typed_forms import TypedForm, every_form

pytestmark = pytest.mark.unmeasured

EXTRA = {
    "id": "1",
    "centre_id": "2",
    "unit_id": "2",
    "role": "administrator",
    "account_id": "7",
    "clerk_id": "1",
    "login": "root",
    "password_hash": "x",
    "factor_required": "0",
    "factor_passed": "1",
    "totp_secret": "AAAA",
    "score": "5",
    "level": "5",
    "state": "1",
    "verified": "1",
    "channel": "0",
    "demonstration": "1",
    "set_up_at": "2020-01-01",
    "closed_on": "2020-01-01",
    "ended_on": "2020-01-01",
    "ended_at": "2020-01-01",
    "opened_on": "2001-01-01",
    "starts_on": "2001-01-01",
    "granted_at": "2001-01-01",
    "disabled_at": "",
    "token_hash": "x",
    "successor_id": "1",
    "parent_id": "1",
    "decided_by_id": "1",
    "accepted": "1",
    "number": "Z999",
}
"""Columns that somebody may hope to set by sending them along."""
OWN = ["organiser", "manager_own", "clerk", "viewer", "administrator"]


def token_of(secret: str) -> str:
    return sha256(f"form token of {secret}".encode()).hexdigest()


def writes(app: Flask, world: World, person: str) -> list[tuple[str, str]]:
    """Return (method, address) of what a signed-in person may do."""
    table = read_table()
    return [
        (route.method, route.address)
        for route in every_route(app, world.parts)
        if route.writes
        and route.mark.startswith(("may:", "signed-in", "holder"))
        and table[(route.method, route.rule)][person] == "open"
    ]


def forged(world: World, person: str) -> dict[str, dict[str, object]]:
    """Return what a page of somebody else can send along, by what is wrong with it."""
    _, own = world.cookies[person]
    other = "viewer" if person != "viewer" else "organiser"
    _, theirs = world.cookies[other]
    right = {"X-CSRF-Token": token_of(own)}
    return {
        "no token": {"token": False},
        "an empty one": {"token": False, "data": {"csrf": ""}},
        "that of another session": {"token": False, "data": {"csrf": token_of(theirs)}},
        "the session itself": {"token": False, "data": {"csrf": own}},
        "one of no session": {"token": False, "data": {"csrf": token_of("")}},
        "in the address": {"token": False, "query_string": {"csrf": token_of(own)}},
        "no origin": {"token": False, "origin": False, "headers": right},
        "a foreign one": {
            "token": False,
            "origin": False,
            "headers": right | {"Origin": "http://evil.example"},
        },
        "a foreign site": {"headers": {"Sec-Fetch-Site": "cross-site"}},
    }


@pytest.mark.parametrize("person", OWN)
def test_no_write_is_taken_that_another_page_sent(asked, world, person):
    client = world.client(asked, person)
    asking = writes(asked, world, person)
    assert len(asking) >= 5
    before = database()
    for what, more in forged(world, person).items():
        for method, address in asking:
            answer = client.open(address, method=method, **more)
            answer.close()
            assert answer.status_code == 403, f"{method} {address} with {what}"
    assert differences(before, database()) == []


def test_the_right_token_is_taken_from_a_form_and_from_a_header(asked, world):
    """Else everything would be refused for another reason."""
    client = world.client(asked, "organiser")
    right = token_of(world.cookies["organiser"][1])
    where = "/manage/windows/new"
    for more in ({"data": {"csrf": right}}, {"headers": {"X-CSRF-Token": right}}):
        assert client.post(where, token=False, **more).status_code == 422


# --- fields that no form of ours has ------------------------------------------


def sent(client: FlaskClient, form: TypedForm, **more: str) -> tuple[int, Rows]:
    """Send a form; return the status and what the database then says."""
    with settled():
        answer = client.post(form.action, data=form.data(**more))
    answer.close()
    return answer.status_code, database(PASSING | DRAWN)


@pytest.mark.parametrize("person", ["organiser", "manager_own", "anonymous"])
def test_further_fields_are_ignored_on_every_form(asked, world, person, tmp_path):
    before, taken = database(PASSING | DRAWN), []
    for form in every_form(asked, world, world.client(asked, person)):
        more = {name: value for name, value in EXTRA.items() if name not in form.names}
        plain = sent(world.client(asked, person), form)
        world.restore(tmp_path / "kiosk.db")
        extended = sent(world.client(asked, person), form, **more)
        world.restore(tmp_path / "kiosk.db")
        assert extended[0] == plain[0], form.action
        assert differences(plain[1], extended[1]) == [], form.action
        if differences(before, plain[1]):
            taken.append(form.action)
    # Forms that are refused as they are filled in prove nothing.
    assert len(taken) >= {"organiser": 25, "manager_own": 8, "anonymous": 3}[person]
