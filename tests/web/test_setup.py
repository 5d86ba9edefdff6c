"""The one-time link, the choice, and the loading of the demonstration."""

import re
import threading
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from kiosk.app import create_app
from kiosk.domain import demonstration as invented
from kiosk.domain.policy import Role
from kiosk.extensions import db, reading, recording, transaction
from kiosk.models import (
    Account,
    Centre,
    Installation,
    LedgerEntry,
    OrganiserLink,
    Rating,
    SignIn,
    Window,
)
from kiosk.queries.people import account_line
from kiosk.services.installation import (
    begin_demonstration,
    make_organiser_link,
    set_up,
)
from kiosk.web import loading
from kiosk.web.sessions import SESSION_COOKIE
from tests.builders import make_window
from tests.conftest import BrowserClient, make_settings
from tests.engines import ON_SQLITE
from tests.people import make_account, sign_in_as

pytestmark = ON_SQLITE

PERSON = {
    "name": "王芳",
    "login": "Wang.Fang",
    "password": "four words never meet",
    "again": "four words never meet",
}
HALL = {
    "organisation": "市政务服务局",
    "centre": "市政务服务中心",
    "time_zone": "Asia/Urumqi",
    **PERSON,
}
SHOWN_AGAIN = set(HALL) - {"password", "again"}


def the_installation() -> Installation:
    with reading() as session:
        return session.scalars(select(Installation)).one()


def logins() -> list[str]:
    with reading() as session:
        return list(session.scalars(select(Account.login).order_by(Account.login)))


def key_of(login: str) -> int:
    with reading() as session:
        return session.scalars(select(Account.id).where(Account.login == login)).one()


def account_roles(key: int):
    with reading() as session:
        return account_line(session, key).roles


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
    assert stranger.get("/manage").location == "/sign-in?next=/manage"


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
    assert client.get("/manage").location == "/sign-in?next=/manage"


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


def test_link_into_a_hall_that_has_an_organiser_opens_nothing(client, link, clock):
    with recording("test", clock()) as records:
        set_up(records, "局", "中心", "UTC")
    make_account("chief", Role.ORGANISER, clock())
    answer = client.post("/setup/open", data={"key": link})
    assert (answer.status_code, answer.location) == (303, "/setup")
    assert client.get("/setup").location == "/manage"
    assert client.get("/manage").location == "/sign-in?next=/manage"
    assert client.get("/setup/organiser").location == "/setup"
    assert client.post("/setup/organiser", data=PERSON).location == "/setup"
    assert logins() == ["chief"]


# --- a hall of one's own ------------------------------------------------------


def test_choice_proposes_shanghai_and_known_zones(holder):
    page = holder.get("/setup").text
    assert 'value="Asia/Shanghai"' in page
    assert '<option value="Asia/Urumqi">' in page
    assert 'action="/setup/demonstration"' in page


def test_set_up_names_the_hall_and_makes_its_organiser(holder):
    answer = holder.post("/setup", data=HALL)
    assert (answer.status_code, answer.location) == (303, "/account/second-factor")
    made = the_installation()
    assert (made.organisation, made.demonstration) == ("市政务服务局", False)
    assert made.set_up_at is not None
    with reading() as session:
        centre = session.scalars(select(Centre)).one()
        account = session.scalars(select(Account)).one()
        told = session.scalars(
            select(LedgerEntry.body).where(LedgerEntry.kind == "account")
        ).one()
    assert (centre.name, centre.time_zone) == ("市政务服务中心", "Asia/Urumqi")
    assert (account.login, account.name) == ("wang.fang", "王芳")
    assert account.factor_required
    assert account.password_hash.startswith("$argon2id$")
    assert '"by":"setup-link"' in told
    # Signed in, and led to the second factor before anything else.
    assert holder.get("/manage").location.startswith("/account/second-factor")
    assert holder.get("/account/second-factor").status_code == 200


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
        ("name", " \u200b", "Please write the name with at most 60 characters."),
        ("name", "𠀀" * 61, "Please write the name with at most 60 characters."),
        ("login", "王芳", "A login has 2 to 40 characters"),
        ("password", "short", "at least 12 characters"),
        ("again", "four words never met", "The two passwords are not the same."),
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
    # Another password is not the same as its repetition either.
    assert [name for name, _ in beside][:1] == [field]
    assert {name for name, _ in beside} <= {field, "again"}
    assert refusal in beside[0][1]
    for other in SHOWN_AGAIN - {field}:
        assert f'value="{HALL[other]}"' in answer.text
    assert "four words" not in answer.text
    assert the_installation().set_up_at is None
    assert logins() == []


def test_longest_names_are_taken(holder):
    names = {"organisation": "长" * 100, "centre": "心" * 100}
    assert holder.post("/setup", data=HALL | names).status_code == 303
    assert the_installation().organisation == "长" * 100


def test_all_wrong_fields_are_named_at_once(holder):
    page = holder.post("/setup", data={}).text
    assert page.count('class="field-error"') == 6


def test_set_up_twice_keeps_the_first(holder):
    holder.post("/setup", data=HALL)
    other = {"organisation": "另一个", "login": "other"}
    again = holder.post("/setup", data=HALL | other)
    assert (again.status_code, again.location) == (303, "/manage")
    assert the_installation().organisation == "市政务服务局"
    assert holder.get("/setup").location == "/manage"
    assert logins() == ["wang.fang"]


def test_login_that_somebody_has_is_said_and_nothing_is_set_up(holder, clock):
    """A viewer was invited from the terminal before the hall had a name."""
    make_account("wang.fang", Role.VIEWER, clock())
    answer = holder.post("/setup?lang=en", data=HALL)
    assert answer.status_code == 422
    assert 'id="login-error"' in answer.text
    assert the_installation().set_up_at is None


def test_organiser_made_at_the_terminal_sets_up_without_a_second_account(app, clock):
    organiser = sign_in_as(app, Role.ORGANISER, clock(), login="chief")
    page = organiser.get("/setup").text
    assert 'name="organisation"' in page
    assert 'name="login"' not in page
    answer = organiser.post("/setup", data=HALL)
    assert (answer.status_code, answer.location) == (303, "/manage")
    assert "Set-Cookie" not in answer.headers
    assert logins() == ["chief"]
    assert the_installation().organisation == "市政务服务局"


# --- a hall without an organiser ----------------------------------------------


@pytest.fixture
def orphan(holder, clock) -> FlaskClient:
    """The holder's browser in a hall that is set up and has no organiser."""
    with recording("test", clock()) as records:
        set_up(records, "局", "中心", "UTC")
    return holder


def test_hall_without_organiser_offers_an_account_and_nothing_else(orphan):
    assert orphan.get("/setup").location == "/setup/organiser"
    assert orphan.post("/setup", data=HALL).location == "/setup/organiser"
    page = orphan.get("/setup/organiser").text
    assert 'name="login"' in page
    assert 'name="organisation"' not in page
    assert "/setup/demonstration" not in page
    assert orphan.post("/setup/demonstration").status_code == 422
    answer = orphan.post("/setup/organiser", data=PERSON)
    assert (answer.status_code, answer.location) == (303, "/account/second-factor")
    assert logins() == ["wang.fang"]
    assert the_installation().organisation == "局"


@pytest.mark.parametrize(
    ("typed", "beside"),
    [({"login": "x"}, "login"), ({"name": ""}, "name"), ({"again": "y"}, "again")],
)
def test_wrong_account_is_told_beside_its_field(orphan, typed, beside):
    answer = orphan.post("/setup/organiser", data=PERSON | typed)
    assert answer.status_code == 422
    assert re.findall(r'class="field-error" id="(\w+)-error"', answer.text) == [beside]
    assert logins() == []


def test_taken_login_is_told_beside_its_field(orphan, clock):
    make_account("wang.fang", Role.VIEWER, clock())
    answer = orphan.post("/setup/organiser", data=PERSON)
    assert answer.status_code == 422
    assert 'id="login-error"' in answer.text


def test_before_the_choice_nobody_makes_an_account_alone(holder):
    assert holder.get("/setup/organiser").location == "/setup"
    assert holder.post("/setup/organiser", data=PERSON).location == "/setup"
    assert logins() == []


def test_names_with_markup_are_shown_as_text(app, holder, clock):
    name = '<script>alert(1)</script><b hx-get="/x">'
    holder.post("/setup", data=HALL | {"centre": name, "organisation": name})
    page = sign_in_as(app, Role.ORGANISER, clock()).get("/manage").text
    assert "<script>alert" not in page
    assert "<b hx-get" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_strangers_set_up_nothing(client, link):
    for path in ("/setup", "/setup/demonstration", "/setup/organiser"):
        assert client.post(path, data=HALL).status_code == 403
    for path in ("demonstration", "demonstration/progress", "organiser"):
        assert client.get(f"/setup/{path}").status_code == 403
    assert the_installation().set_up_at is None
    assert logins() == []


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


def test_demonstration_signs_its_browser_in_without_a_password(holder, short):
    answer = holder.post("/setup/demonstration")
    assert "kiosk_session=" in cookie(answer)
    finish_loading()
    assert holder.get("/manage").status_code == 200
    assert "演示组织者" in holder.get("/manage").text
    with reading() as session:
        accounts = session.scalars(select(Account).order_by(Account.login)).all()
    assert [(one.login, one.password_hash) for one in accounts] == [
        ("demo", ""),
        ("demo-handler", ""),
        ("demo-manager", ""),
        ("demo-viewer", ""),
    ]


def test_new_link_of_a_demonstration_signs_in_as_the_same_organiser(
    app, holder, short, clock
):
    holder.post("/setup/demonstration")
    finish_loading()
    with transaction() as session:
        again = make_organiser_link(session, clock())
    browser = app.test_client()
    answer = browser.post("/setup/open", data={"key": again})
    assert (answer.status_code, answer.location) == (303, "/setup")
    assert browser.get("/setup").location == "/manage"
    assert "演示组织者" in browser.get("/manage").text
    assert logins() == ["demo", "demo-handler", "demo-manager", "demo-viewer"]


def test_holder_of_a_demonstration_comes_back_with_one_press(app, holder, short, clock):
    """After looking as somebody else, and after the session has ended."""
    holder.post("/setup/demonstration")
    finish_loading()
    assert holder.post(f"/manage/accounts/{key_of('demo-manager')}/look").location
    page = holder.get("/setup").text
    assert "演示部门负责人" in page
    assert 'action="/setup/demonstration"' in page
    assert holder.post("/setup/demonstration").status_code == 303
    assert "演示组织者" in holder.get("/manage").text
    clock.forward(hours=13)
    assert holder.get("/manage").location == "/sign-in?next=/manage"
    assert 'action="/setup/demonstration"' in holder.get("/setup").text
    assert holder.post("/setup/demonstration").status_code == 303
    assert holder.get("/manage").status_code == 200
    # The one of before came to its end by time; the others were ended.
    with reading() as session:
        query = select(func.count(SignIn.id)).where(SignIn.ended_at.is_(None))
        assert session.scalar(query) == 2


def test_demonstrations_organiser_is_one_again_whatever_was_tried(
    app, holder, short, clock
):
    holder.post("/setup/demonstration")
    finish_loading()
    demo = key_of("demo")
    make_account("second", Role.ORGANISER, clock())
    second = sign_in_as(app, Role.ORGANISER, clock(), login="second")
    grant = account_roles(demo)[0].id
    assert second.post(f"/manage/accounts/{demo}/roles/{grant}/end").status_code == 303
    assert second.post(f"/manage/accounts/{demo}/disable").status_code == 303
    assert holder.get("/manage").status_code == 303
    holder.post("/setup/demonstration")
    assert holder.get("/manage/accounts").status_code == 200
    assert [held.role for held in account_roles(demo)] == [Role.ORGANISER]


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
    assert holder.post("/setup/demonstration").status_code == 303
    finish_loading()
    rows, kept = loaded()
    assert rows == kept > 1000
    assert the_installation().set_up_at == clock()


def test_organiser_of_a_demonstration_half_loaded_is_led_on(app, short, clock):
    with transaction() as session:
        begin_demonstration(session, clock())
    organiser = sign_in_as(app, Role.ORGANISER, clock())
    assert organiser.get("/setup").location == "/setup/demonstration"
    answer = organiser.post("/setup/demonstration")
    finish_loading()
    # Signed in already: the session stays the same.
    assert "Set-Cookie" not in answer.headers


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


def test_leaving_is_refused_while_it_loads(app, short, clock):
    with transaction() as session:
        begin_demonstration(session, clock())
    organiser = sign_in_as(app, Role.ORGANISER, clock())
    with loading.not_loading():
        assert organiser.post("/manage/leave").status_code == 422
    assert the_installation().demonstration is True


def test_leaving_starts_a_new_database_for_the_same_browser(app, holder, short, clock):
    holder.post("/setup/demonstration")
    finish_loading()
    old = the_installation().identity
    organiser = sign_in_as(app, Role.ORGANISER, clock())
    page = organiser.get("/manage/leave")
    assert (page.status_code, loaded()[1] > 0) == (200, True)
    answer = organiser.post("/manage/leave")
    assert (answer.status_code, answer.location) == (303, "/setup")
    assert organiser.get_cookie(SESSION_COOKIE) is None
    new = the_installation()
    assert isinstance(new.identity, UUID)
    assert new.identity != old
    assert loaded() == (0, 0)
    with reading() as session:
        assert session.scalar(select(func.count(Window.id))) == 0
    assert 'action="/setup/demonstration"' in organiser.get("/setup").text
    assert organiser.post("/setup", data=HALL).status_code == 303
    # Whoever had opened the old installation's link is a stranger in the new one.
    assert "<form" not in holder.get("/setup").text


def test_real_hall_is_never_left(organiser):
    with transaction() as session:
        make_window(session, "A001")
    assert organiser.get("/manage/leave").status_code == 422
    assert organiser.post("/manage/leave").status_code == 422
    with reading() as session:
        assert session.scalar(select(func.count(Window.id))) == 1
