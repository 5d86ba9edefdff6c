"""The head of a screen over HTTP: its heartbeat, and what it must know at once."""

from datetime import time, timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from kiosk.extensions import reading, recording, transaction
from kiosk.models import Device, DeviceReport, OpeningHours
from kiosk.services.devices import move_device, revoke_device
from kiosk.web.screen_mark import shell_mark
from tests.builders import make_device, make_window
from tests.conftest import NOON
from tests.engines import ON_SQLITE

pytestmark = ON_SQLITE
HEAD = "/tablet/head"
TOLD = {
    "waiting": "2",
    "aside": "1",
    "oldest": "75",
    "drawn": "0",
    "battery": "64",
    "charging": "1",
    "version": "0123456789",
    "offset": "-300000",
    "storage": "disk",
    "browser": "Chromium 87",
}


@pytest.fixture
def screen(app, client, clock) -> int:
    """Make the client the screen of window A001; return the screen's key."""
    with transaction() as session:
        secret = make_device(session, make_window(session, "A001"), clock())
    client.set_cookie("kiosk_device", secret)
    with reading() as session:
        return session.scalars(select(Device.id)).one()


def head_of(answer):
    [head] = BeautifulSoup(answer.text, "html5lib").select("#head")
    return head


def withdraw(screen: int, now) -> None:
    with recording("test", now) as records:
        revoke_device(records, screen)


def keep_hours(opens: time, closes: time) -> None:
    with transaction() as session:
        for weekday in range(7):
            session.add(
                OpeningHours(centre_id=1, weekday=weekday, opens=opens, closes=closes)
            )


def test_a_heartbeat_is_heard_and_what_it_tells_is_kept(client, screen, clock):
    now = clock.forward(seconds=30)
    answer = client.post("/tablet/head", data=TOLD)
    assert answer.status_code == 200
    assert head_of(answer)["data-now"] == now.isoformat()
    with reading() as session:
        assert session.get_one(Device, screen).last_heard_at == now
        kept = session.get_one(DeviceReport, screen)
    assert (kept.reported_at, kept.waiting, kept.set_aside) == (now, 2, 1)
    assert (kept.oldest_at, kept.drawn_at) == (now - timedelta(seconds=75), now)
    assert (kept.battery, kept.charging, kept.offset_ms) == (64, True, -300_000)
    assert (kept.version, kept.storage) == ("0123456789", "disk")
    assert kept.browser == "Chromium 87"


def test_a_page_of_an_earlier_release_goes_on_asking_without_figures(
    client, screen, clock
):
    now = clock.forward(seconds=60)
    answer = client.get("/tablet/head?waiting=9")
    assert answer.status_code == 200
    with reading() as session:
        assert session.get_one(Device, screen).last_heard_at == now
        assert session.get_one(DeviceReport, screen).reported_at is None


def test_nonsense_in_a_heartbeat_costs_nobody_the_head(client, screen):
    nonsense = dict.fromkeys(TOLD, "<script>") | {"waiting": "9" * 400}
    assert client.post("/tablet/head", data=nonsense).status_code == 200
    assert client.post("/tablet/head", data={"browser": "x" * 9000}).status_code == 413
    with reading() as session:
        assert session.get_one(DeviceReport, screen).reported_at is None


def test_a_heartbeat_from_another_site_is_refused(client, screen):
    answer = client.post("/tablet/head", data=TOLD, origin=False)
    assert answer.status_code == 403
    evil = {"Origin": "http://elsewhere.example"}
    assert client.post("/tablet/head", data=TOLD, headers=evil).status_code == 403
    with reading() as session:
        assert session.get_one(DeviceReport, screen).reported_at is None


def test_the_head_carries_what_the_page_compares_itself_with(client, screen, clock):
    head = head_of(client.get("/tablet"))
    assert head["hx-post"] == "/tablet/head"
    assert head["hx-trigger"] == "every 30s"
    with reading() as session:
        device = session.get_one(Device, screen)
    assert head["data-device"] == device.code
    assert str(head["data-version"]).startswith(shell_mark())
    assert not {"data-asleep", "data-withdrawn"} & set(head.attrs)
    with transaction() as session:
        other = make_window(session, "B002")
    with recording("test", clock()) as records:
        move_device(records, screen, other.id)
    moved = head_of(client.post("/tablet/head"))
    assert moved["data-window"] == other.code != head["data-window"]
    assert "B002" in moved.text


def test_a_withdrawn_screen_is_told_so_and_keeps_its_page(client, screen, clock):
    withdraw(screen, clock.forward(seconds=30))
    answer = client.post("/tablet/head", data=TOLD)
    head = head_of(answer)
    assert "HX-Redirect" not in answer.headers
    assert head["data-withdrawn"] == "1"
    assert "k-head--closed" in head["class"]
    assert 'href="/tablet/install"' in answer.text
    assert head_of(client.get("/tablet"))["data-withdrawn"] == "1"
    with reading() as session:
        # What it still holds stays known to whoever withdrew it.
        assert session.get_one(DeviceReport, screen).waiting == 2


def test_a_cookie_that_never_was_a_screen_leads_to_the_notice(client, screen):
    client.set_cookie("kiosk_device", "invented")
    for answer, status in ((client.get(HEAD), 200), (client.post(HEAD), 401)):
        assert answer.headers["HX-Redirect"] == "/tablet"
        assert answer.status_code == status
    assert "data-level" not in client.get("/tablet").text


@pytest.mark.parametrize(
    ("opens", "closes", "again"),
    [
        (time(9), time(12), "07-17 09:00"),
        (time(12, 1), time(17), "07-16 12:01"),
        (time(9), time(12, 1), None),
        (time(12), time(17), None),
    ],
)
def test_outside_opening_hours_the_screen_sleeps_and_says_until_when(
    client, screen, opens, closes, again
):
    assert NOON.hour == 4  # 12:00 in Shanghai
    keep_hours(opens, closes)
    answer = client.post("/tablet/head")
    head = head_of(answer)
    assert head.get("data-asleep") == (None if again is None else "1")
    assert (head.select(".k-asleep .nb") != []) is (again is not None)
    if again is not None:
        assert again in head.text
