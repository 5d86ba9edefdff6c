"""The screen at the window over HTTP: pairing, page, head, taps."""

from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from kiosk.extensions import reading, transaction
from kiosk.models import Device, Rating, Window
from kiosk.services.devices import make_pairing_link
from tests.builders import make_window
from tests.conftest import NOON

RECEIPT = 15  # thirteen characters and two hyphens


@pytest.fixture
def window_id(app) -> int:
    with transaction() as session:
        return make_window(session, "A001").id


@pytest.fixture
def paired(client, window_id, clock) -> int:
    """A client that is the screen of window A001."""
    with transaction() as session:
        secret = make_pairing_link(session, window_id, clock())
    answer = client.post(f"/tablet/pair/{secret}")
    assert answer.status_code == 303
    return window_id


def a_tap(**changes) -> dict:
    tap = {
        "id": str(uuid4()),
        "sequence": 1,
        "tapped_at": NOON.isoformat(),
        "level": 5,
    }
    return tap | changes


def ratings() -> list[Rating]:
    with reading() as session:
        return list(session.scalars(select(Rating).order_by(Rating.id)))


def test_screen_without_pairing_says_how_to_pair(client):
    page = client.get("/tablet")
    assert page.status_code == 200
    assert "flask tablets pair" in page.text
    assert "data-level" not in page.text


def test_pairing_link_is_not_used_up_by_looking(client, window_id, clock):
    with transaction() as session:
        secret = make_pairing_link(session, window_id, clock())
    for _ in range(2):
        page = client.get(f"/tablet/pair/{secret}")
        assert page.status_code == 200
        assert 'method="post"' in page.text
    assert client.post(f"/tablet/pair/{secret}").status_code == 303
    assert "data-level" in client.get("/tablet").text


def test_pairing_link_used_twice_is_refused_and_makes_no_second_screen(
    app, client, window_id, clock
):
    with transaction() as session:
        secret = make_pairing_link(session, window_id, clock())
    assert client.post(f"/tablet/pair/{secret}").status_code == 303
    stranger = app.test_client()
    again = stranger.post(f"/tablet/pair/{secret}")
    assert again.status_code == 410
    assert "kiosk_device" not in again.headers.get("Set-Cookie", "")
    assert stranger.get(f"/tablet/pair/{secret}").status_code == 410
    with reading() as session:
        assert session.scalar(select(func.count(Device.id))) == 1


@pytest.mark.parametrize(("minutes", "status"), [(9.99, 303), (10, 410)])
def test_pairing_link_lives_ten_minutes(client, window_id, clock, minutes, status):
    with transaction() as session:
        secret = make_pairing_link(session, window_id, clock())
    clock.forward(minutes=minutes)
    assert client.post(f"/tablet/pair/{secret}").status_code == status


def test_device_cookie_is_kept_from_scripts_and_other_sites(client, window_id, clock):
    with transaction() as session:
        secret = make_pairing_link(session, window_id, clock())
    cookie = client.post(f"/tablet/pair/{secret}").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert cookie.split("; ")[-2:] == ["Path=/", "SameSite=Strict"]


def test_screen_shows_five_levels_best_first_in_both_languages(client, paired):
    page = client.get("/tablet").text
    places = [page.index(f'data-level="{level}"') for level in (5, 4, 3, 2, 1)]
    assert places == sorted(places)
    assert "Very satisfied" in page
    assert "非常<wbr>满意" in page


def test_head_names_the_window_and_is_the_heartbeat(client, paired, clock):
    later = clock.forward(minutes=3)
    head = client.get("/tablet/head")
    assert head.text.count("A001") >= 1
    assert head.text.strip() in client.get("/tablet").text
    with reading() as session:
        assert session.scalars(select(Device)).one().last_heard_at == later


def test_head_of_a_screen_without_pairing_leads_to_the_notice(client):
    answer = client.get("/tablet/head")
    assert answer.headers["HX-Redirect"] == "/tablet"


def test_window_that_closed_meanwhile_says_so_and_names_its_successor(
    client, paired, clock
):
    with transaction() as session:
        successor = make_window(session, "B007")
        window = session.get_one(Window, paired)
        window.closed_on = clock().date()
        window.successor_id = successor.id
    page = client.get("/tablet")
    assert page.status_code == 200
    head = client.get("/tablet/head").text
    assert head.strip() in page.text
    assert "This window is closed" in head
    assert "B007" in head
    assert "k-head--closed" in head
    # What was tapped before the closing still arrives and is kept.
    assert client.post("/tablet/ratings", json=a_tap()).status_code == 200
    with transaction() as session:
        session.get_one(Window, paired).closed_on = None
    assert "k-head--closed" not in client.get("/tablet/head").text


def test_closed_window_without_a_successor_leads_to_the_service_desk(
    client, paired, clock
):
    with transaction() as session:
        session.get_one(Window, paired).closed_on = clock().date() - timedelta(days=1)
    assert "Please ask at the service desk." in client.get("/tablet/head").text
