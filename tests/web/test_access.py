"""Forged and foreign cookies: what they do not open, and what a right one opens."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from kiosk.domain.intake import RatingState
from kiosk.domain.policy import Role
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Rating
from kiosk.services.devices import revoke_device
from kiosk.services.installation import (
    make_organiser_link,
    open_organiser_link,
    set_up,
)
from kiosk.web.access import DEVICE_COOKIE, ORGANISER_COOKIE
from kiosk.web.sessions import SESSION_COOKIE
from tests.engines import ON_SQLITE
from tests.people import sign_in_as
from tests.routes import every_route
from tests.screens import Screen, pair_screen

FORGED = ["", "x", "../x", "0" * 64, "é", "' OR 1=1 --", "a" * 4000]
KEPT_OUT = {
    # mark: (GET, POST) of somebody who is nobody here
    "may": (303, 401),
    "signed-in": (303, 401),
    "holder": (403, 403),
}


@pytest.fixture
def holder(app, clock) -> str:
    with transaction() as session:
        link = make_organiser_link(session, clock())
        session.flush()
        return open_organiser_link(session, link, clock())


@pytest.fixture
def screen(app, clock) -> Screen:
    return pair_screen("A001", clock())


def guarded(app) -> list[tuple[str, str, int]]:
    """Return (method, address, answer to a stranger) of each guarded route."""
    return [
        (route.method, route.address, KEPT_OUT[mark][route.writes])
        for route in every_route(app)
        if (mark := route.mark.partition(":")[0]) in KEPT_OUT
    ]


def opened(client: FlaskClient) -> list[tuple[str, str, int]]:
    """Return where the answer is another one than that to a stranger."""
    return [
        (method, where, status)
        for method, where, kept_out in guarded(client.application)
        if (status := client.open(where, method=method).status_code) != kept_out
    ]


@ON_SQLITE
def test_a_stranger_is_kept_out_of_everything(app, client):
    assert len(guarded(app)) >= 20
    assert opened(client) == []


@ON_SQLITE
@pytest.mark.parametrize("secret", FORGED, ids=lambda secret: ascii(secret)[:12])
def test_a_forged_cookie_opens_nothing(client, holder, secret):
    for name in (SESSION_COOKIE, ORGANISER_COOKIE, DEVICE_COOKIE):
        client.set_cookie(name, secret)
    assert opened(client) == []


@ON_SQLITE
def test_a_screen_is_no_organiser(client, screen):
    for name in (SESSION_COOKIE, ORGANISER_COOKIE, DEVICE_COOKIE):
        client.set_cookie(name, screen.secret)
    assert opened(client) == []


@ON_SQLITE
def test_the_link_itself_is_no_cookie(app, client, clock):
    with transaction() as session:
        link = make_organiser_link(session, clock())
    for name in (SESSION_COOKIE, ORGANISER_COOKIE):
        client.set_cookie(name, link)
    assert opened(client) == []


@ON_SQLITE
def test_the_holder_of_a_link_opens_the_set_up_alone(app, client, holder, clock):
    with recording("test", clock()) as records:
        # Else the set-up would begin to load the demonstration.
        set_up(records, "局", "厅", "Asia/Shanghai")
    client.set_cookie(ORGANISER_COOKIE, holder)
    client.set_cookie(SESSION_COOKIE, holder)
    found = opened(client)
    assert found != []
    assert [where for _, where, _ in found if not where.startswith("/setup")] == []


@ON_SQLITE
def test_a_holder_stays_one_when_a_new_link_is_made(app, client, holder, clock):
    with transaction() as session:
        make_organiser_link(session, clock())
    client.set_cookie(ORGANISER_COOKIE, holder)
    assert client.get("/setup/demonstration").status_code != 403


@ON_SQLITE
def test_one_visitors_right_is_not_the_next_ones(app, client, holder, clock):
    """Two requests to one application: what is known of one is forgotten."""
    client.set_cookie(ORGANISER_COOKIE, holder)
    assert client.get("/setup/demonstration").status_code != 403
    assert app.test_client().get("/setup/demonstration").status_code == 403
    client.delete_cookie(ORGANISER_COOKIE)
    assert client.get("/setup/demonstration").status_code == 403
    organiser = sign_in_as(app, Role.ORGANISER, clock())
    assert organiser.get("/manage/windows").status_code == 200
    assert app.test_client().get("/manage/windows").status_code == 303
    organiser.delete_cookie(SESSION_COOKIE)
    assert organiser.get("/manage/windows").status_code == 303


@pytest.mark.parametrize("secret", FORGED, ids=lambda secret: ascii(secret)[:12])
def test_taps_are_taken_only_from_a_paired_screen(client, screen, clock, secret):
    if secret:
        client.set_cookie(DEVICE_COOKIE, secret)
    answer = client.post("/tablet/ratings", json=screen.tap(5, clock()))
    assert (answer.status_code, answer.json["error"]) == (401, "device_unknown")


def test_an_organiser_is_no_screen(client, holder, screen, clock):
    client.set_cookie(DEVICE_COOKIE, holder)
    answer = client.post("/tablet/ratings", json=screen.tap(5, clock()))
    assert answer.status_code == 401


def test_a_withdrawn_screen_is_told_at_once_and_counts_no_more(client, screen, clock):
    client.set_cookie(DEVICE_COOKIE, screen.secret)
    assert (
        client.post("/tablet/ratings", json=screen.tap(5, clock())).status_code == 200
    )
    assert "data-withdrawn" not in client.get("/tablet").text
    with recording("test", clock()) as records:
        revoke_device(records, screen.device_id)
    answer = client.post("/tablet/ratings", json=screen.tap(1, clock()))
    assert answer.status_code == 200
    with reading() as session:
        kept = session.execute(select(Rating.level, Rating.state).order_by(Rating.id))
        assert [tuple(row) for row in kept] == [
            (5, RatingState.COUNTED),
            (1, RatingState.HELD),
        ]
    for page in ("/tablet", "/tablet/head"):
        assert "data-withdrawn" in client.get(page).text


def cookie_of(answer, name: str) -> str:
    [found] = [
        line
        for line in answer.headers.getlist("Set-Cookie")
        if line.startswith(f"{name}=")
    ]
    return found


@ON_SQLITE
def test_cookies_are_out_of_reach_of_scripts_and_other_sites(app, client, clock):
    with transaction() as session:
        link = make_organiser_link(session, clock())
    opened = client.post("/setup/open", data={"key": link})
    organiser = cookie_of(opened, ORGANISER_COOKIE)
    assert "HttpOnly" in organiser
    assert "SameSite=Lax" in organiser
    screen = pair_screen("A001", clock())
    client.set_cookie(DEVICE_COOKIE, screen.secret)
    device = cookie_of(client.get("/tablet"), DEVICE_COOKIE)
    assert "HttpOnly" in device
    assert "SameSite=Strict" in device
    assert "Path=/;" in device
