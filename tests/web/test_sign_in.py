"""Signing in and out through the pages, and what a guesser gets there."""

import pytest
from sqlalchemy import func, select, update

from kiosk.domain.policy import Role
from kiosk.domain.tokens import token_hash
from kiosk.extensions import reading, transaction
from kiosk.models import Account, KnownDevice, SignIn, SignInTry
from kiosk.services.passwords import password_matches
from kiosk.services.tries import claim_try
from tests.applications import open_app
from tests.engines import ON_SQLITE
from tests.pages import Page, get
from tests.people import sign_in_as
from tests.signing_in import KNOWN, PASSWORD, SESSION, is_in, make_person, sign_in

OUTDATED = (
    "$argon2id$v=19$m=1024,t=1,p=1$c2FsdHNhbHRzYWx0$"
    "hGMfJmoZzK/dC41q2wAv3Pq+vuU/q21YRK0HRWp/Plw"
)
pytestmark = ON_SQLITE


@pytest.fixture
def person(app, clock) -> int:
    """Somebody with a password and no second factor."""
    return make_person(clock())


def cookie_line(answer, name: str) -> str:
    [found] = [
        line
        for line in answer.headers.getlist("Set-Cookie")
        if line.partition("=")[0] == name
    ]
    return found


def evaluated() -> int:
    with reading() as session:
        return session.scalar(select(func.count(SignInTry.id)))


def test_the_page_asks_for_login_and_password(client):
    page = get(client, "account.ask_sign_in")
    assert page.heading == "登录"
    fields = {
        field["name"]: field["autocomplete"]
        for field in page.soup.select("input.field")
    }
    assert fields == {"login": "username", "password": "current-password"}


def test_the_right_password_opens_the_manage_area(client, person):
    answer = sign_in(client)
    assert (answer.status_code, answer.location) == (303, "/manage")
    assert is_in(client)


@pytest.mark.parametrize("login", ["WANG.LI", " wang.li ", "Wang.Li", "ｗａｎｇ．ｌｉ"])
def test_a_login_is_found_however_it_is_typed(client, person, login):
    assert sign_in(client, login=login).status_code == 303


@pytest.mark.parametrize(
    ("login", "password"),
    [
        ("wang.li", "something else"),
        ("wang.li", ""),
        ("wang.li", PASSWORD + " "),
        ("nobody", PASSWORD),
        ("", ""),
        ("' OR 1=1 --", PASSWORD),
        ("nobody\x00", PASSWORD),
        ("x" * 5000, "y" * 5000),
    ],
    ids=range(8),
)
def test_what_is_wrong_is_refused_in_one_sentence(client, person, login, password):
    answer = sign_in(client, password, login)
    assert answer.status_code == 422
    page = Page(answer)
    assert page.texts("[role=alert]") == ["登录名或密码不正确，请重新输入。"]
    assert page.one("#password").get("value") is None
    assert answer.headers.getlist("Set-Cookie") == []
    assert not is_in(client)


def test_nobody_learns_whether_a_login_exists(app, person):
    pages = [
        sign_in(app.test_client(), "wrong", login).text
        for login in ("wang.li", "nobody1")
    ]
    assert pages[0].replace("wang.li", "-") == pages[1].replace("nobody1", "-")


def test_an_account_without_a_password_or_disabled_stays_closed(client, clock):
    make_person(clock(), "invited", password_hash="")
    make_person(clock(), "gone", disabled_at=clock())
    assert sign_in(client, "", "invited").status_code == 422
    assert sign_in(client, PASSWORD, "gone").status_code == 422


def test_a_login_without_origin_is_refused(client, person):
    data = {"login": "wang.li", "password": PASSWORD}
    assert client.post("/sign-in", data=data, origin=False).status_code == 403
    foreign = {"Origin": "https://evil.example"}
    answer = client.post("/sign-in", data=data, headers=foreign, origin=False)
    assert answer.status_code == 403


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(client, person):
    answer = sign_in(client)
    session, known = cookie_line(answer, SESSION), cookie_line(answer, KNOWN)
    for line in (session, known):
        assert "HttpOnly" in line
        assert "SameSite=Lax" in line
        assert "Path=/" in line
        assert "Domain" not in line
    assert "Max-Age" not in session
    assert "Expires" not in session
    assert "Max-Age=34560000" in known


def test_on_https_no_other_host_or_path_can_set_the_cookies(app, person):
    answer = app.test_client().post(
        "/sign-in",
        data={"login": "wang.li", "password": PASSWORD},
        base_url="https://localhost",
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert answer.status_code == 303
    for name in (SESSION, KNOWN):
        assert "Secure" in cookie_line(answer, f"__Host-{name}")


def test_a_planted_session_is_not_the_one_that_gets_signed_in(app, person):
    """Session fixation: the victim's browser comes with the attacker's cookie."""
    client = app.test_client()
    client.set_cookie(SESSION, "planted by somebody else")
    sign_in(client)
    assert client.get_cookie(SESSION).value != "planted by somebody else"
    attacker = app.test_client()
    attacker.set_cookie(SESSION, "planted by somebody else")
    assert not is_in(attacker)


def test_each_sign_in_is_a_new_session_and_ends_the_one_before(app, person):
    client = app.test_client()
    sign_in(client)
    first = client.get_cookie(SESSION).value
    sign_in(client)
    assert client.get_cookie(SESSION).value != first
    stale = app.test_client()
    stale.set_cookie(SESSION, first)
    assert not is_in(stale)
    assert is_in(client)


@pytest.mark.parametrize(
    ("asked", "led"),
    [
        ("/manage/windows?q=1", "/manage/windows?q=1"),
        ("", "/manage"),
        ("//evil.example/x", "/manage"),
        ("https://evil.example", "/manage"),
        ("/\\evil.example", "/manage"),
        ("/\t/evil.example", "/manage"),
    ],
)
def test_one_is_led_to_pages_of_this_server_only(client, person, asked, led):
    assert sign_in(client, next=asked).location == led
    # Signed in already: the same way on.
    again = client.get("/sign-in", query_string={"next": asked})
    assert (again.status_code, again.location) == (303, led)


def test_a_page_that_needs_a_sign_in_leads_there_and_back(client, person):
    asked = client.get("/manage/windows?q=%E7%A4%BE&page=2")
    assert asked.status_code == 303
    page = Page(client.get(asked.location))
    back = page.one("input[name=next]")["value"]
    assert sign_in(client, next=back).location == "/manage/windows?q=%E7%A4%BE&page=2"


def test_what_was_asked_for_survives_a_wrong_password(client, person):
    page = Page(sign_in(client, "wrong", next="/manage/windows"))
    assert page.one("input[name=next]")["value"] == "/manage/windows"


def test_signing_out_ends_the_session_on_the_server(app, client, person):
    sign_in(client)
    kept = client.get_cookie(SESSION).value
    answer = client.post("/sign-out")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert client.get_cookie(SESSION) is None
    other = app.test_client()
    other.set_cookie(SESSION, kept)
    assert not is_in(other)


def test_signing_out_leaves_a_tablet_of_the_same_browser_alone(client, person):
    """The pairing is a cookie, and taps that wait are in the browser's storage."""
    sign_in(client)
    assert client.post("/sign-out").headers["Clear-Site-Data"] == '"cache"'


def test_signing_out_twice_and_without_a_session_is_harmless(client, person):
    sign_in(client)
    assert client.post("/sign-out").status_code == 303
    assert client.post("/sign-out").status_code == 303


def test_nobody_else_signs_me_out(client, person):
    sign_in(client)
    assert client.post("/sign-out", token=False).status_code == 403
    assert client.get("/sign-out").status_code == 405
    assert is_in(client)


def test_an_outdated_hash_is_renewed_when_its_owner_signs_in(client, clock):
    key = make_person(clock(), password_hash="")
    with transaction() as session:
        session.execute(update(Account).values(password_hash=OUTDATED))
    assert password_matches(OUTDATED, PASSWORD)
    assert sign_in(client).status_code == 303
    with reading() as session:
        kept = session.get_one(Account, key).password_hash
    assert kept.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
    assert password_matches(kept, PASSWORD)


def test_a_signed_in_browser_is_listed_in_words(client, person):
    client.environ_base["HTTP_USER_AGENT"] = (
        "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"
    )
    sign_in(client)
    with reading() as session:
        assert session.scalars(select(SignIn.agent)).all() == ["Firefox · Windows"]


# --- how long a session lasts


def test_a_session_ends_after_half_an_hour_without_use(client, person, clock):
    sign_in(client)
    clock.forward(minutes=30)
    assert is_in(client)
    clock.forward(minutes=30)
    assert is_in(client)
    clock.forward(minutes=30, seconds=1)
    assert not is_in(client)


def test_a_session_ends_after_twelve_hours_however_busy(client, person, clock):
    sign_in(client)
    for _ in range(36):
        clock.forward(minutes=20)
        assert is_in(client)
    clock.forward(seconds=1)
    assert not is_in(client)


def test_both_limits_are_settings(database_url, tmp_path, clock):
    limits = {"idle_minutes": 5, "session_hours": 1}
    with open_app(tmp_path, database_url, clock, **limits) as app:
        make_person(clock())
        client = app.test_client()
        sign_in(client)
        for _ in range(12):
            clock.forward(minutes=5)
            assert is_in(client)
        clock.forward(minutes=1)
        assert not is_in(client)
        sign_in(client)
        clock.forward(minutes=5, seconds=1)
        assert not is_in(client)


def test_a_page_that_polls_does_not_keep_a_session_awake(app, clock):
    client = sign_in_as(app, Role.ORGANISER, clock())
    for _ in range(3):
        clock.forward(minutes=10)
        assert client.get("/manage/today").status_code == 200
    clock.forward(seconds=1)
    assert not is_in(client)


def test_a_disabled_account_is_out_with_its_next_request(client, person, clock):
    sign_in(client)
    assert is_in(client)
    with transaction() as session:
        session.execute(update(Account).values(disabled_at=clock()))
    assert not is_in(client)


def test_a_form_that_comes_too_late_is_told_that_nothing_was_saved(
    client, person, clock
):
    sign_in(client)
    clock.forward(hours=1)
    answer = client.post("/account/password", data={"password": "x"})
    assert answer.status_code == 401
    page = Page(answer)
    assert page.heading == "您已退出登录"
    assert page.one("main a.btn")["href"] == "/sign-in?next=/account/password"
    assert page.one("main a.btn")["target"] == "_blank"


FORM = {"current": PASSWORD, "password": "x", "again": "x"}


def old_form(client) -> dict[str, str]:
    """Return a form of this session, as a tab keeps it while another signs out."""
    sign_in(client)
    page = get(client, "account.ask_password")
    return FORM | {"csrf": page.one("main input[name=csrf]")["value"]}


def sent(client, path: str, data, **headers: str):
    return client.post(f"{path}?lang=en", data=data, headers=headers, token=False)


def test_form_of_before_a_sign_out_leads_back_to_itself_through_the_sign_in(
    client, person
):
    data = old_form(client)
    assert client.post("/sign-out").status_code == 303
    page = Page(sent(client, "/account/password", data))
    assert page.heading == "You are signed out"
    where = page.one("main a.btn")["href"]
    onward = Page(client.get(where)).one("input[name=next]")["value"]
    assert sign_in(client, next=onward).location == "/account/password?lang=en"
    assert get(client, "account.ask_password").status == 200


def test_form_of_before_another_sign_in_is_loaded_anew(client, person):
    data = old_form(client)
    client.post("/sign-out")
    sign_in(client)
    answer = sent(client, "/account/password", data)
    assert answer.status_code == 403
    page = Page(answer)
    assert page.heading == "This form belongs to an earlier sign-in"
    assert page.one("main a.btn")["href"] == "/account/password?lang=en"
    assert page.one("main a.btn")["target"] == "_blank"


@pytest.mark.parametrize(
    ("referer", "where"),
    [
        ("http://localhost/account?lang=en", "/account?lang=en"),
        ("http://localhost/account/sessions/1/end", "/manage"),
        ("http://localhost//evil.example/x", "/manage"),
        ("http://evil.example/account", "/manage"),
        ("", "/manage"),
    ],
)
def test_only_pages_of_ours_are_led_back_to(client, person, referer, where):
    data = old_form(client)
    client.post("/sign-out")
    sign_in(client)
    answer = client.post(
        "/account/sessions/end-others",
        data=data,
        headers={"Referer": referer},
        token=False,
    )
    assert answer.status_code == 403
    assert Page(answer).one("main a.btn")["href"] == where


def test_program_with_an_old_form_gets_json(client, person):
    data = old_form(client)
    client.post("/sign-out")
    sign_in(client)
    answer = sent(client, "/account/password", data, Accept="application/json")
    assert (answer.status_code, answer.json["error"]) == (403, "form_stale")


def test_signed_in_pages_are_kept_by_no_browser_and_no_proxy(client, person):
    sign_in(client)
    assert client.get("/account").headers["Cache-Control"] == "no-store"
    assert client.get("/sign-in").headers["Cache-Control"] == "no-store"


# --- guessing


def guess_a_lot(app, clock, addresses: int, seconds: float) -> list[int]:
    """Guess a thousand times at one login; return the statuses."""
    clients = [app.test_client() for _ in range(addresses)]
    statuses = []
    for number in range(1000):
        clock.forward(seconds=seconds)
        sender = f"198.51.100.{number % addresses}"
        answer = sign_in(clients[number % addresses], f"guess {number}", sender=sender)
        statuses.append(answer.status_code)
    return statuses


@pytest.mark.unmeasured
@pytest.mark.parametrize("seconds", [3.6, 0.01], ids=["an-hour", "one-burst"])
def test_of_a_thousand_guesses_from_fifty_addresses_few_are_looked_at(
    app, person, clock, seconds
):
    known = app.test_client()
    assert sign_in(known).status_code == 303
    stranger = app.test_client()
    before = evaluated()
    statuses = guess_a_lot(app, clock, 50, seconds)
    assert set(statuses) == {422, 429}
    assert evaluated() - before == statuses.count(422) <= 25
    # The owner: in a browser that is known at once, elsewhere after the wait.
    assert sign_in(known, sender="203.0.113.5").status_code == 303
    answer = sign_in(stranger, sender="203.0.113.5")
    assert answer.status_code == 429
    assert not is_in(stranger)
    clock.forward(seconds=int(answer.headers["Retry-After"]))
    assert sign_in(stranger, sender="203.0.113.5").status_code == 303


def test_a_refusal_says_how_long_to_wait_and_what_else_helps(client, person, clock):
    for _ in range(5):
        sign_in(client, "wrong")
    clock.forward(seconds=15)
    answer = sign_in(client, PASSWORD)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "45")
    page = Page(answer)
    [said] = page.texts("[role=alert]")
    assert "1 分钟" in said
    assert "以前用此登录名登录过的浏览器" in said
    clock.forward(seconds=45)
    assert sign_in(client).status_code == 303


def test_a_login_that_does_not_exist_is_closed_like_any_other(client, person):
    answers = [sign_in(client, "wrong", "nobody").status_code for _ in range(6)]
    assert answers == [422] * 5 + [429]


def test_two_servers_on_one_database_let_no_more_through(
    app, person, clock, database_url, tmp_path
):
    folder = tmp_path / "second"
    folder.mkdir()
    statuses = [sign_in(app.test_client(), "wrong").status_code for _ in range(3)]
    with open_app(folder, database_url, clock) as second:
        statuses += [
            sign_in(second.test_client(), "wrong").status_code for _ in range(3)
        ]
    statuses.append(sign_in(app.test_client(), PASSWORD).status_code)
    assert statuses == [422] * 5 + [429, 429]


def test_a_browser_is_known_only_to_who_signed_in_there(app, clock, person):
    make_person(clock(), "li.na")
    shared = app.test_client()
    assert sign_in(shared, login="li.na").status_code == 303
    for _ in range(5):
        sign_in(app.test_client(), "wrong", sender="198.51.100.1")
    assert sign_in(shared).status_code == 429


def test_a_shared_browser_is_known_to_each_of_its_people(app, clock, person):
    make_person(clock(), "li.na")
    shared = app.test_client()
    sign_in(shared)
    sign_in(shared, login="li.na")
    for login in ("wang.li", "li.na"):
        for _ in range(5):
            sign_in(app.test_client(), "wrong", login, sender="198.51.100.1")
        assert sign_in(app.test_client(), PASSWORD, login).status_code == 429
        assert sign_in(shared, PASSWORD, login).status_code == 303


def test_a_known_browser_is_known_once(client, person):
    for _ in range(3):
        sign_in(client)
    with reading() as session:
        assert session.scalar(select(func.count(KnownDevice.id))) == 1
        [kept] = session.scalars(select(KnownDevice.token_hash))
    assert kept == token_hash(client.get_cookie(KNOWN).value)


def test_a_stolen_known_browser_has_five_guesses_too(client, person):
    sign_in(client)
    statuses = [sign_in(client, "wrong").status_code for _ in range(6)]
    assert statuses == [422] * 5 + [429]


def test_the_address_that_counts_is_that_of_the_socket(app, client, person, clock):
    """Nobody gets a fresh count by writing another address into a header."""
    with transaction() as session:
        for number in range(100):
            subject = f"password:nobody{number}"
            claim_try(session, subject, "192.0.2.1", app.secret_key, clock())
    answer = client.post(
        "/sign-in",
        data={"login": "one.more", "password": "x"},
        headers={"X-Forwarded-For": "10.0.0.7"},
        environ_overrides={"REMOTE_ADDR": "192.0.2.1"},
    )
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "3600")
    assert sign_in(client, sender="192.0.2.2").status_code == 303
