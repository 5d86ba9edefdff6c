"""The one-time link, the choice, and the loading of the demonstration."""

import re
import threading
from uuid import UUID

import pytest
from sqlalchemy import func, select

from kiosk.app import create_app
from kiosk.domain import demonstration as invented
from kiosk.extensions import db, reading, transaction
from kiosk.models import Centre, Installation, OrganiserLink, Rating, Window
from kiosk.services.installation import begin_demonstration, set_up
from kiosk.web import loading
from tests.builders import make_window
from tests.conftest import BrowserClient, make_settings

HALL = {
    "organisation": "市政务服务局",
    "centre": "市政务服务中心",
    "time_zone": "Asia/Urumqi",
}


def the_installation() -> Installation:
    with reading() as session:
        return session.scalars(select(Installation)).one()


def cookie(answer) -> str:
    (found,) = answer.headers.getlist("Set-Cookie")
    return found


# --- the link -----------------------------------------------------------------


def test_looking_at_the_link_does_not_use_it_up(client, link):
    for _ in range(3):
        page = client.get(f"/setup?key={link}")
        assert page.status_code == 200
        assert 'action="/setup/open"' in page.text
        assert "Set-Cookie" not in page.headers
    assert client.post("/setup/open", data={"key": link}).status_code == 303


def test_opening_the_link_makes_the_browser_the_organiser_for_long(client, link):
    answer = client.post("/setup/open", data={"key": link})
    assert (answer.status_code, answer.location) == (303, "/setup")
    name, *words = cookie(answer).split("; ")
    assert name.startswith("kiosk_organiser=")
    assert "HttpOnly" in words
    assert "SameSite=Lax" in words
    assert "Path=/" in words
    assert "Max-Age=34560000" in words
    assert "Secure" not in words
    with reading() as session:
        kept = session.scalars(select(OrganiserLink)).one()
    assert name.removeprefix("kiosk_organiser=").encode() not in kept.holder_hash
    assert client.get("/setup").status_code == 200


def test_cookie_is_secure_where_everybody_comes_by_https(database_url, app, link):
    settings = app.extensions["kiosk"]["settings"]
    safe = create_app(
        make_settings(
            settings.instance, database_url=database_url, secure_cookies=True
        ),
        clock=app.extensions["kiosk"]["clock"],
    )
    safe.test_client_class = BrowserClient
    answer = safe.test_client().post("/setup/open", data={"key": link})
    assert "Secure" in cookie(answer).split("; ")
    with safe.app_context():
        db.engine.dispose()


def test_link_used_twice_is_refused_and_says_how_to_get_a_new_one(app, client, link):
    client.post("/setup/open", data={"key": link})
    stranger = app.test_client()
    for answer in (
        stranger.post("/setup/open", data={"key": link}),
        stranger.get(f"/setup?key={link}"),
    ):
        assert answer.status_code == 410
        assert "flask --app wsgi init" in answer.text
        assert "Set-Cookie" not in answer.headers
    assert stranger.get("/manage").status_code == 403


def test_pressed_twice_by_its_holder_leads_on(client, link):
    client.post("/setup/open", data={"key": link})
    again = client.post("/setup/open", data={"key": link})
    assert (again.status_code, again.location) == (303, "/setup")
    assert "Set-Cookie" not in again.headers


@pytest.mark.parametrize("key", ["", "nonsense", "'; DROP TABLE centre;--", "猫" * 40])
def test_made_up_keys_open_nothing(client, link, key):
    answer = client.post("/setup/open", data={"key": key})
    assert answer.status_code == 410
    assert client.get("/setup", query_string={"key": key}).status_code in {200, 410}
    assert client.get("/manage").status_code == 403


def test_stranger_without_a_key_is_told_where_the_link_is(client):
    page = client.get("/setup?lang=en")
    assert page.status_code == 200
    assert "flask --app wsgi init" in page.text
    assert "<form" not in page.text


def test_opening_from_a_foreign_page_is_refused_and_leaves_the_link(client, link):
    answer = client.post(
        "/setup/open",
        data={"key": link},
        origin=False,
        headers={"Origin": "http://evil.example"},
    )
    assert answer.status_code == 403
    assert client.post("/setup/open", data={"key": link}).status_code == 303


def test_new_link_after_set_up_leads_to_the_day(client, link, clock):
    with transaction() as session:
        set_up(session, "局", "中心", "UTC", clock())
    answer = client.post("/setup/open", data={"key": link})
    assert (answer.status_code, answer.location) == (303, "/manage")


# --- a hall of one's own ------------------------------------------------------


def test_choice_proposes_shanghai_and_known_zones(holder):
    page = holder.get("/setup").text
    assert 'value="Asia/Shanghai"' in page
    assert '<option value="Asia/Urumqi">' in page
    assert 'action="/setup/demonstration"' in page


def test_set_up_names_the_hall_and_leads_to_the_day(holder):
    answer = holder.post("/setup", data=HALL)
    assert (answer.status_code, answer.location) == (303, "/manage")
    made = the_installation()
    assert (made.organisation, made.demonstration) == ("市政务服务局", False)
    assert made.set_up_at is not None
    with reading() as session:
        centre = session.scalars(select(Centre)).one()
    assert (centre.name, centre.time_zone) == ("市政务服务中心", "Asia/Urumqi")
    assert "市政务服务中心" in holder.get("/manage").text


@pytest.mark.parametrize(
    ("field", "typed", "refusal"),
    [
        ("organisation", "", "Please fill in this field with at most 100 characters."),
        (
            "organisation",
            "　 ",
            "Please fill in this field with at most 100 characters.",
        ),
        ("organisation", "长" * 101, "at most 100 characters."),
        ("centre", "\u200b", "Please fill in this field with at most 100 characters."),
        ("time_zone", "Mars/Base", "This time zone is not known."),
        ("time_zone", "", "This time zone is not known."),
        ("time_zone", "../../etc/passwd", "This time zone is not known."),
        ("time_zone", "Asia", "This time zone is not known."),
    ],
)
def test_wrong_field_is_named_beside_it_and_nothing_is_lost(
    holder, field, typed, refusal
):
    answer = holder.post("/setup?lang=en", data=HALL | {field: typed})
    assert answer.status_code == 422
    beside = re.findall(
        r'<p class="field-error" id="(\w+)-error">([^<]+)<', answer.text
    )
    assert [name for name, _ in beside] == [field]
    assert refusal in beside[0][1]
    for other in set(HALL) - {field}:
        assert f'value="{HALL[other]}"' in answer.text
    assert the_installation().set_up_at is None


def test_longest_names_are_taken(holder):
    names = {"organisation": "长" * 100, "centre": "心" * 100}
    assert holder.post("/setup", data=HALL | names).status_code == 303
    assert the_installation().organisation == "长" * 100


def test_all_wrong_fields_are_named_at_once(holder):
    page = holder.post("/setup", data={}).text
    assert page.count('class="field-error"') == 3


def test_set_up_twice_keeps_the_first(holder):
    holder.post("/setup", data=HALL)
    again = holder.post("/setup", data=HALL | {"organisation": "另一个"})
    assert (again.status_code, again.location) == (303, "/manage")
    assert the_installation().organisation == "市政务服务局"
    assert holder.get("/setup").location == "/manage"


def test_names_with_markup_are_shown_as_text(holder):
    name = '<script>alert(1)</script><b hx-get="/x">'
    holder.post("/setup", data=HALL | {"centre": name, "organisation": name})
    page = holder.get("/manage").text
    assert "<script>alert" not in page
    assert "<b hx-get" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_strangers_set_up_nothing(client, link):
    for path in ("/setup", "/setup/demonstration"):
        assert client.post(path, data=HALL).status_code == 403
    for path in ("/setup/demonstration", "/setup/demonstration/progress"):
        assert client.get(path).status_code == 403
    assert the_installation().set_up_at is None


def test_wrong_methods_are_refused(holder):
    assert holder.get("/setup/open").status_code == 405
    assert holder.post("/setup/demonstration/progress").status_code == 405


# --- the demonstration --------------------------------------------------------


@pytest.fixture
def short(monkeypatch):
    """A demonstration of four days, so that it loads at once."""
    monkeypatch.setattr(invented, "DAYS", 4)
    invented.demonstration.cache_clear()
    yield
    invented.demonstration.cache_clear()


def finish_loading() -> None:
    for thread in threading.enumerate():
        if thread.name == "demonstration":
            thread.join(60)


def loaded() -> tuple[int, int]:
    with reading() as session:
        kept = session.scalar(select(func.count(Rating.id)))
    return the_installation().demonstration_rows, kept


def test_demonstration_loads_in_the_background_and_ends_with_a_way_on(holder, short):
    answer = holder.post("/setup/demonstration")
    assert (answer.status_code, answer.location) == (303, "/setup/demonstration")
    finish_loading()
    rows, kept = loaded()
    assert rows == kept > 1000
    page = holder.get("/setup/demonstration").text
    assert f'value="{rows}" max="{rows}"' in page
    assert 'href="/manage"' in page
    assert 'href="/board"' in page
    assert "hx-trigger" not in page
    assert "<noscript>" not in page
    assert holder.get("/setup").location == "/manage"


def test_page_while_loading_polls_from_the_fragment_itself(holder, short, clock):
    with transaction() as session:
        begin_demonstration(session, clock())
    with loading.not_loading():  # somebody has the loader's place
        page = holder.get("/setup/demonstration").text
        fragment = holder.get("/setup/demonstration/progress").text
    assert fragment in page
    assert 'hx-get="/setup/demonstration/progress" hx-trigger="every 1s"' in fragment
    assert re.search(r'<noscript>.*href="/setup/demonstration".*</noscript>', fragment)
    assert "<button" not in fragment


def test_loading_that_was_cut_off_offers_to_go_on_and_does(holder, short, clock):
    with transaction() as session:
        begin_demonstration(session, clock())
    fragment = holder.get("/setup/demonstration/progress").text
    assert 'action="/setup/demonstration"' in fragment
    assert "hx-trigger" not in fragment
    assert holder.get("/setup").location == "/setup/demonstration"
    assert holder.post("/setup/demonstration").status_code == 303
    finish_loading()
    rows, kept = loaded()
    assert rows == kept > 1000
    assert the_installation().set_up_at == clock()


def test_pressed_twice_one_loader_works(holder, short, clock):
    with transaction() as session:
        begin_demonstration(session, clock())
    with loading.not_loading():
        assert loading.is_loading()
        assert loading.start_loading(clock()) is False
        assert holder.post("/setup/demonstration").status_code == 303
        assert loaded() == (0, 0)
    assert not loading.is_loading()


def test_loader_that_fails_gives_its_place_back(
    holder, short, clock, monkeypatch, caplog
):
    def full_disk(*_given) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(loading, "load_demonstration", full_disk)
    holder.post("/setup/demonstration")
    finish_loading()
    assert "the demonstration stopped loading" in caplog.text
    assert not loading.is_loading()
    page = holder.get("/setup/demonstration").text
    assert 'action="/setup/demonstration"' in page


def test_real_hall_never_becomes_a_demonstration(organiser):
    answer = organiser.post("/setup/demonstration")
    assert answer.status_code == 422
    assert the_installation().demonstration is False
    assert organiser.get("/setup/demonstration").location == "/setup"
    progress = organiser.get("/setup/demonstration/progress")
    assert progress.headers["HX-Redirect"] == "/setup"


def test_hall_with_windows_is_not_offered_a_demonstration(holder, clock):
    with transaction() as session:
        make_window(session, "A001")
    assert 'action="/setup/demonstration"' not in holder.get("/setup").text
    assert holder.post("/setup/demonstration").status_code == 422
    assert the_installation().demonstration is False


def test_leaving_is_refused_while_it_loads(holder, short, clock):
    with transaction() as session:
        begin_demonstration(session, clock())
    with loading.not_loading():
        assert holder.post("/manage/leave").status_code == 422
    assert the_installation().demonstration is True


def test_leaving_starts_a_new_database_for_the_same_browser(holder, short, clock):
    holder.post("/setup/demonstration")
    finish_loading()
    old = the_installation().identity
    page = holder.get("/manage/leave")
    assert (page.status_code, loaded()[1] > 0) == (200, True)
    answer = holder.post("/manage/leave")
    assert (answer.status_code, answer.location) == (303, "/setup")
    new = the_installation()
    assert isinstance(new.identity, UUID)
    assert new.identity != old
    assert loaded() == (0, 0)
    with reading() as session:
        assert session.scalar(select(func.count(Window.id))) == 0
    assert 'action="/setup/demonstration"' in holder.get("/setup").text
    assert holder.post("/setup", data=HALL).status_code == 303


def test_real_hall_is_never_left(organiser):
    with transaction() as session:
        make_window(session, "A001")
    assert organiser.get("/manage/leave").status_code == 422
    assert organiser.post("/manage/leave").status_code == 422
    with reading() as session:
        assert session.scalar(select(func.count(Window.id))) == 1
