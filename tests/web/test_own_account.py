"""One's own account: who one is, the password, and where one is signed in."""

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from kiosk.domain.policy import Role
from kiosk.domain.tokens import token_hash
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Account, KnownDevice, RoleGrant, SignIn, Unit
from kiosk.services.passwords import password_matches
from tests.builders import make_window
from tests.engines import ON_SQLITE
from tests.pages import Page, get
from tests.signing_in import PASSWORD, SESSION, is_in, make_person, sign_in
from tests.statements import statements

NEW = "another goat on the roof"
pytestmark = ON_SQLITE


@pytest.fixture
def wang(app, clock) -> int:
    return make_person(clock())


@pytest.fixture
def signed_in(client, wang) -> FlaskClient:
    client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (X11; Linux) Firefox/140.0"
    sign_in(client)
    return client


def change(client: FlaskClient, current: str, new: str, again: str = ""):
    data = {"current": current, "password": new, "again": again or new}
    return client.post("/account/password", data=data)


def stored(key: int) -> str:
    with reading() as session:
        return session.get_one(Account, key).password_hash


def session_key(client: FlaskClient) -> int:
    digest = token_hash(client.get_cookie(SESSION).value)
    with reading() as session:
        return session.scalar(select(SignIn.id).where(SignIn.token_hash == digest))


def test_a_stranger_is_led_to_the_sign_in(client):
    assert client.get("/account").location == "/sign-in?next=/account"
    assert client.post("/account/password").status_code == 401


def test_the_page_says_who_i_am_and_what_i_may(signed_in, wang, clock):
    with transaction() as session:
        make_window(session, unit="市人社局")
        unit = session.scalar(select(Unit.id).where(Unit.name == "市人社局"))
    grant = {
        "account_id": wang,
        "role": str(Role.MANAGER),
        "unit_id": unit,
        "granted_at": clock(),
    }
    with recording("test", clock()) as records:
        records.add(RoleGrant, 0, [grant])
    page = get(signed_in, "account.own")
    assert page.heading == "我的账号"
    assert page.texts(".facts dd")[:2] == ["测试wang.li", "wang.li"]
    assert "市人社局" in page.texts(".facts dd")[2]


def test_the_page_takes_the_same_statements_however_many_sessions(app, signed_in, wang):
    with statements() as few:
        signed_in.get("/account")
    for _ in range(3):
        sign_in(app.test_client())
    with statements() as many:
        signed_in.get("/account")
    assert len(few) == len(many)


# --- the password


def test_a_new_password_takes_the_old_one(signed_in, wang):
    answer = change(signed_in, PASSWORD, NEW)
    assert (answer.status_code, answer.location) == (303, "/account?done=password")
    assert "密码已修改" in signed_in.get(answer.location).text
    assert password_matches(stored(wang), NEW)
    assert not password_matches(stored(wang), PASSWORD)


def test_the_form_tells_password_managers_what_is_what(signed_in):
    page = get(signed_in, "account.ask_password")
    fields = page.soup.select("main input.field, main input.sr")
    assert [field["autocomplete"] for field in fields] == [
        "username",
        "current-password",
        "new-password",
        "new-password",
    ]


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        (("wrong", NEW), "current", "密码不正确，请重新输入。"),
        ((PASSWORD, "too short"), "password", "密码至少需要 12 个字符"),
        ((PASSWORD, "wang.li on the roof"), "password", "登录名"),
        ((PASSWORD, "password1234"), "password", "很多人在用"),
        ((PASSWORD, NEW, NEW + "x"), "again", ""),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(signed_in, wang, typed, field, said):
    answer = change(signed_in, *typed)
    assert answer.status_code == 422
    page = Page(answer)
    [sentence] = page.texts(".field-error")
    assert page.one(".field-error")["id"] == f"{field}-error"
    assert said in sentence
    assert not any(
        secret.get("value") for secret in page.soup.select("[type=password]")
    )
    assert password_matches(stored(wang), PASSWORD)
    assert is_in(signed_in)


def test_a_new_password_ends_all_other_sessions(app, signed_in, wang):
    other = app.test_client()
    sign_in(other)
    mine = signed_in.get_cookie(SESSION).value
    change(signed_in, PASSWORD, NEW)
    assert is_in(signed_in)
    assert not is_in(other)
    assert signed_in.get_cookie(SESSION).value != mine
    stale = app.test_client()
    stale.set_cookie(SESSION, mine)
    assert not is_in(stale)


def test_a_new_password_forgets_the_browsers_of_before(app, signed_in, wang):
    other = app.test_client()
    sign_in(other)
    change(signed_in, PASSWORD, NEW)
    with reading() as session:
        assert session.scalar(select(func.count(KnownDevice.id))) == 1
    for _ in range(5):
        sign_in(app.test_client(), "wrong", sender="198.51.100.1")
    assert sign_in(other, NEW).status_code == 429
    assert sign_in(signed_in, NEW).status_code == 303


def test_a_browser_left_open_guesses_the_password_no_faster(signed_in, wang, clock):
    statuses = [change(signed_in, "wrong", NEW).status_code for _ in range(5)]
    assert statuses == [422] * 5
    answer = change(signed_in, PASSWORD, NEW)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert password_matches(stored(wang), PASSWORD)
    clock.forward(minutes=1)
    assert change(signed_in, PASSWORD, NEW).status_code == 303


def test_a_password_form_of_another_site_changes_nothing(signed_in, wang):
    data = {"current": PASSWORD, "password": NEW, "again": NEW}
    for answer in (
        signed_in.post("/account/password", data=data, token=False),
        signed_in.post("/account/password", data=data, origin=False),
    ):
        assert answer.status_code == 403
    assert password_matches(stored(wang), PASSWORD)


# --- where I am signed in


def test_all_my_sessions_are_listed_and_nobody_elses(app, signed_in, wang, clock):
    clock.forward(minutes=5)
    other = app.test_client()
    other.environ_base["HTTP_USER_AGENT"] = "curl/8"
    sign_in(other)
    make_person(clock(), "li.na")
    sign_in(app.test_client(), login="li.na")
    page = get(signed_in, "account.own")
    assert page.texts(".sessions li p:first-child") == [
        "未知浏览器",
        "Firefox · Linux 本浏览器",
    ]
    assert "7月16日 12:05" in page.texts(".sessions li")[0]
    assert len(page.soup.select(".sessions form")) == 1


def test_i_end_one_session_elsewhere(app, signed_in, wang):
    lost, kept = app.test_client(), app.test_client()
    sign_in(lost)
    sign_in(kept)
    answer = signed_in.post(f"/account/sessions/{session_key(lost)}/end")
    assert (answer.status_code, answer.location) == (303, "/account")
    assert not is_in(lost)
    assert is_in(kept)
    assert is_in(signed_in)


def test_i_end_all_sessions_elsewhere(app, signed_in, wang):
    others = [app.test_client() for _ in range(2)]
    for other in others:
        sign_in(other)
    assert signed_in.post("/account/sessions/end-others").status_code == 303
    assert not any(is_in(other) for other in others)
    assert is_in(signed_in)
    with reading() as session:
        assert session.scalar(select(func.count(KnownDevice.id))) == 1


def test_somebody_elses_session_is_not_there_for_me(app, signed_in, clock):
    make_person(clock(), "li.na")
    theirs = app.test_client()
    sign_in(theirs, login="li.na")
    answers = [
        signed_in.post(f"/account/sessions/{key}/end")
        for key in (session_key(theirs), 10**6)
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].text == answers[1].text
    assert is_in(theirs)


def test_sessions_end_by_their_own_forms_only(app, signed_in, wang):
    other = app.test_client()
    sign_in(other)
    key = session_key(other)
    for path in (f"/account/sessions/{key}/end", "/account/sessions/end-others"):
        assert signed_in.post(path, token=False).status_code == 403
        assert signed_in.get(path).status_code == 405
    assert is_in(other)


def test_what_was_done_is_said_in_our_words_only(signed_in):
    page = get(signed_in, "account.own", done="<script>alert(1)</script>")
    assert page.soup.select(".done") == []
