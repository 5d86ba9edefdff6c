"""Who may call what: every route, asked by strangers, forgers and the right ones."""

import pytest
from flask.testing import FlaskClient

from kiosk.extensions import transaction
from kiosk.services.devices import revoke_device
from kiosk.services.installation import (
    make_organiser_link,
    open_organiser_link,
    set_up,
)
from kiosk.web.access import DEVICE_COOKIE, ORGANISER_COOKIE
from tests.engines import ON_SQLITE
from tests.pages import address
from tests.screens import Screen, pair_screen

PARTS = {"code": "none", "token": "none", "screen": 1}
FORGED = ["", "x", "../x", "0" * 64, "é", "' OR 1=1 --", "a" * 4000]


@pytest.fixture
def holder(app, clock) -> str:
    with transaction() as session:
        link = make_organiser_link(session, clock())
        session.flush()
        return open_organiser_link(session, link, clock())


@pytest.fixture
def screen(app, clock) -> Screen:
    return pair_screen("A001", clock())


def routes(app, mark: str) -> list[tuple[str, str]]:
    """Return (method, address) of each route with a mark."""
    return sorted(
        (method, address(app, rule.endpoint, **{n: PARTS[n] for n in rule.arguments}))
        for rule in app.url_map.iter_rules()
        if getattr(app.view_functions[rule.endpoint], "access", "") == mark
        for method in rule.methods - {"HEAD", "OPTIONS"}
    )


def statuses(client: FlaskClient, asked: list[tuple[str, str]]) -> dict[str, int]:
    return {
        f"{method} {where}": client.open(where, method=method).status_code
        for method, where in asked
    }


@ON_SQLITE
def test_a_stranger_is_kept_out_of_everything_the_organiser_has(app, client):
    asked = routes(app, "organiser")
    assert len(asked) >= 10
    assert set(statuses(client, asked).values()) == {403}


@ON_SQLITE
@pytest.mark.parametrize("secret", FORGED, ids=lambda secret: ascii(secret)[:12])
def test_a_forged_cookie_opens_nothing(app, client, holder, secret):
    client.set_cookie(ORGANISER_COOKIE, secret)
    assert set(statuses(client, routes(app, "organiser")).values()) == {403}


@ON_SQLITE
def test_a_screen_is_no_organiser(app, client, screen):
    client.set_cookie(ORGANISER_COOKIE, screen.secret)
    client.set_cookie(DEVICE_COOKIE, screen.secret)
    assert set(statuses(client, routes(app, "organiser")).values()) == {403}


@ON_SQLITE
def test_the_link_itself_is_no_cookie(app, client, clock):
    with transaction() as session:
        link = make_organiser_link(session, clock())
    client.set_cookie(ORGANISER_COOKIE, link)
    assert set(statuses(client, routes(app, "organiser")).values()) == {403}


@ON_SQLITE
def test_the_organiser_is_let_in_everywhere(app, client, holder, clock):
    with transaction() as session:
        # Else the set-up would begin to load the demonstration.
        set_up(session, "局", "厅", "Asia/Shanghai", clock())
    client.set_cookie(ORGANISER_COOKIE, holder)
    found = statuses(client, routes(app, "organiser"))
    assert 403 not in found.values()
    assert [where for where, status in found.items() if status >= 500] == []


@ON_SQLITE
def test_a_holder_stays_one_when_a_new_link_is_made(app, client, holder, clock):
    with transaction() as session:
        make_organiser_link(session, clock())
    client.set_cookie(ORGANISER_COOKIE, holder)
    assert client.get("/manage").status_code != 403


@ON_SQLITE
def test_one_visitors_right_is_not_the_next_ones(app, client, holder):
    """Two requests to one application: what is known of one is forgotten."""
    client.set_cookie(ORGANISER_COOKIE, holder)
    assert client.get("/manage").status_code != 403
    assert app.test_client().get("/manage").status_code == 403
    client.delete_cookie(ORGANISER_COOKIE)
    assert client.get("/manage").status_code == 403


@pytest.mark.parametrize("secret", FORGED, ids=lambda secret: ascii(secret)[:12])
def test_taps_are_taken_only_from_a_paired_screen(client, screen, clock, secret):
    if secret:
        client.set_cookie(DEVICE_COOKIE, secret, path="/tablet")
    answer = client.post("/tablet/ratings", json=screen.tap(5, clock()))
    assert (answer.status_code, answer.json["error"]) == (401, "device_unknown")


def test_an_organiser_is_no_screen(client, holder, screen, clock):
    client.set_cookie(DEVICE_COOKIE, holder, path="/tablet")
    answer = client.post("/tablet/ratings", json=screen.tap(5, clock()))
    assert answer.status_code == 401


def test_a_withdrawn_screen_is_a_stranger_at_once(client, screen, clock):
    client.set_cookie(DEVICE_COOKIE, screen.secret, path="/tablet")
    assert (
        client.post("/tablet/ratings", json=screen.tap(5, clock())).status_code == 200
    )
    assert "data-level" in client.get("/tablet").text
    with transaction() as session:
        revoke_device(session, screen.device_id, clock())
    answer = client.post("/tablet/ratings", json=screen.tap(5, clock()))
    assert answer.status_code == 401
    assert "data-level" not in client.get("/tablet").text
    assert client.get("/tablet/head").headers["HX-Redirect"] == "/tablet"


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
    client.set_cookie(DEVICE_COOKIE, screen.secret, path="/tablet")
    device = cookie_of(client.get("/tablet"), DEVICE_COOKIE)
    assert "HttpOnly" in device
    assert "SameSite=Strict" in device
    assert "Path=/tablet" in device
