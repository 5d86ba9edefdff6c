"""The page of an invitation: looked at by machines, used once by a person."""

import pytest
from sqlalchemy import func, select

from kiosk.domain.policy import Role
from kiosk.extensions import reading, recording
from kiosk.models import Account, Invitation, SignIn
from kiosk.services.invitations import Invited, invite, invite_anew
from kiosk.web.sessions import SESSION_COOKIE
from tests.conftest import NOON
from tests.engines import ON_SQLITE
from tests.pages import Page, get
from tests.people import make_account, sign_in_as

GOOD = {
    "login": "Wang.Fang",
    "password": "four words never meet",
    "again": "four words never meet",
}
BOTS = [
    "Slackbot-LinkExpanding 1.0",
    "WhatsApp/2.23",
    "Mozilla/5.0 MicroMessenger/8.0",
    "Microsoft Office/16.0",
]
pytestmark = ON_SQLITE


@pytest.fixture
def token(app) -> str:
    with recording("account:99", NOON) as records:
        invited = Invited("王芳", Role.CASE_HANDLER)
        return invite(records, invited, [Role.ORGANISER])


def path(token: str) -> str:
    return f"/invitation/{token}"


def used() -> list[object]:
    with reading() as session:
        return list(session.scalars(select(Invitation.used_at)))


def accounts() -> list[str]:
    with reading() as session:
        return list(session.scalars(select(Account.login)))


@pytest.mark.parametrize("bot", BOTS)
def test_a_preview_does_not_use_it_up(client, token, bot):
    headers = {"User-Agent": bot}
    for _ in range(3):
        assert client.get(path(token), headers=headers).status_code == 200
        assert client.head(path(token), headers=headers).status_code == 200
        assert client.options(path(token), headers=headers).status_code == 200
    assert used() == [None]
    assert client.post(path(token), data=GOOD).status_code == 303


def test_it_says_who_is_invited_to_what(client, token):
    page = get(client, "account.ask_invitation", token=token, lang="en")
    assert "王芳" in page.heading
    assert "Case handler" in page.one("main").get_text()
    assert page.one("input[name=password]")["autocomplete"] == "new-password"


def test_it_makes_the_account_and_leads_to_the_second_factor(client, token):
    answer = client.post(path(token), data=GOOD)
    assert (answer.status_code, answer.location) == (303, "/account/second-factor")
    assert accounts() == ["wang.fang"]
    assert client.get_cookie(SESSION_COOKIE) is not None
    assert client.get("/account/second-factor").status_code == 200
    # Nothing else is open before that.
    assert client.get("/manage").location.startswith("/account/second-factor")


def test_a_viewer_is_led_to_the_hall_at_once(app, client):
    with recording("account:99", NOON) as records:
        token = invite(records, Invited("王芳", Role.VIEWER), [Role.ORGANISER])
    assert client.post(path(token), data=GOOD).location == "/manage"
    assert client.get("/manage/windows").status_code == 200


def test_used_once_it_opens_nothing_for_anybody(app, client, token):
    client.post(path(token), data=GOOD)
    stranger = app.test_client()
    for answer in (
        stranger.get(path(token)),
        stranger.post(path(token), data=GOOD | {"login": "other"}),
        client.post(path(token), data=GOOD | {"login": "other"}),
    ):
        assert answer.status_code == 410
        assert "Set-Cookie" not in answer.headers
    assert accounts() == ["wang.fang"]


def test_too_old_or_withdrawn_or_invented_it_is_over(client, token, clock):
    assert client.get(path("x" * 32)).status_code == 410
    clock.forward(days=7)
    page = client.get(f"{path(token)}?lang=en")
    assert page.status_code == 410
    assert "ask whoever invited you" in Page(page).one("main").get_text()
    assert client.post(path(token), data=GOOD).status_code == 410
    assert accounts() == []


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"login": "a"}, ["login"]),
        ({"login": "王芳"}, ["login"]),
        ({"password": "short", "again": "short"}, ["password"]),
        ({"password": "wang.fang is my name"}, ["password", "again"]),
        ({"again": "four words never met"}, ["again"]),
        ({"login": "", "password": "", "again": ""}, ["login", "password"]),
    ],
)
def test_what_is_wrong_is_said_beside_it(client, token, typed, wrong):
    answer = client.post(path(token), data=GOOD | typed)
    assert answer.status_code == 422
    page = Page(answer)
    beside = [error["id"] for error in page.soup.select(".field-error")]
    assert beside == [f"{name}-error" for name in wrong]
    assert page.one("#login")["value"] == typed.get("login", GOOD["login"])
    # A password is never sent back.
    assert "four words" not in answer.text
    assert (used(), accounts()) == ([None], [])


def test_a_taken_login_is_said_and_the_link_stays_open(client, token):
    make_account("wang.fang", Role.VIEWER, NOON)
    answer = client.post(path(token), data=GOOD)
    assert answer.status_code == 422
    assert Page(answer).one("#login-error")
    assert used() == [None]
    assert client.post(path(token), data=GOOD | {"login": "other"}).status_code == 303


def test_sent_from_a_foreign_page_it_does_nothing(client, token):
    answer = client.post(
        path(token), data=GOOD, origin=False, headers={"Origin": "http://evil.example"}
    )
    assert answer.status_code == 403
    assert used() == [None]


def test_whoever_is_signed_in_here_is_warned_and_then_signed_out(app, token, clock):
    browser = sign_in_as(app, Role.ORGANISER, clock())
    page = get(browser, "account.ask_invitation", token=token)
    assert "测试organiser-0" in page.one(".warning").get_text()
    browser.post(path(token), data=GOOD)
    with reading() as session:
        ended = session.scalars(select(SignIn.ended_at).order_by(SignIn.id)).all()
    assert ended == [NOON, None]


def test_a_new_password_asks_for_no_login(app, client):
    key = make_account("li.na", Role.CLERK, NOON)
    with recording("account:99", NOON) as records:
        token = invite_anew(records, key, [Role.ORGANISER])
    page = get(client, "account.ask_invitation", token=token, lang="en")
    assert page.soup.select("#login") == []
    assert "li.na" in page.one(".lead").get_text()
    named = GOOD | {"password": "my li.na password", "again": "my li.na password"}
    assert Page(client.post(path(token), data=named)).one("#password-error")
    assert client.post(path(token), data=GOOD).status_code == 303
    with reading() as session:
        account = session.scalars(select(Account)).one()
        assert session.scalar(select(func.count(Account.id))) == 1
    assert (account.login, account.password_hash[:9]) == ("li.na", "$argon2id")
