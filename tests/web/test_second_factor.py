"""The second factor through the pages."""

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from pyotp import TOTP, parse_uri
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from kiosk.domain.policy import Role
from kiosk.extensions import reading, transaction
from kiosk.models import Account, LedgerEntry, SignIn
from tests.engines import ON_SQLITE
from tests.pages import Page, get
from tests.pictures import address_in_svg
from tests.signing_in import (
    PASSWORD,
    SECRET,
    SESSION,
    enrol,
    is_in,
    make_person,
    shown,
    sign_in,
)

STEP = timedelta(seconds=30)
pytestmark = ON_SQLITE


@pytest.fixture
def wang(app, clock) -> int:
    """An organiser who has a phone."""
    key = make_person(clock(), role=Role.ORGANISER, factor_required=True)
    enrol(key, clock() - timedelta(minutes=15))
    return key


@pytest.fixture
def newcomer(app, clock) -> int:
    """An organiser who has no phone yet and needs one."""
    return make_person(clock(), role=Role.ORGANISER, factor_required=True)


@pytest.fixture
def viewer(app, clock) -> int:
    return make_person(clock())


def give(client: FlaskClient, code: str, **fields: str) -> TestResponse:
    return client.post("/account/code", data={"code": code, **fields})


def offer(client: FlaskClient) -> tuple[str, str]:
    """Return secret and ticket of a factor on offer."""
    page = get(client, "account.enrol")
    secret = "".join(page.texts(".factor-secret .nb"))
    return secret, page.one("input[name=ticket]")["value"]


def set_up(client: FlaskClient, now, **fields: str) -> TestResponse:
    secret, ticket = offer(client)
    data = {"ticket": ticket, "code": TOTP(secret).at(now), **fields}
    return client.post("/account/second-factor", data=data)


def codes_of(answer: TestResponse) -> list[str]:
    assert answer.status_code == 200
    return Page(answer).texts(".codes li")


def account(key: int) -> Account:
    with reading() as session:
        return session.get_one(Account, key)


CAME_FROM = "http://localhost/account/password"

# --- giving it


def test_the_password_alone_opens_nothing(client, wang):
    answer = sign_in(client, next="/manage/windows")
    assert answer.location == "/account/code?next=/manage/windows"
    asked = client.get("/manage/windows?q=A001")
    assert asked.location == "/account/code?next=/manage/windows?q%3DA001"
    for path in [
        "/account",
        "/account/password",
        "/account/second-factor",
        "/account/recovery-codes",
        "/account/second-factor/off",
    ]:
        answer = client.get(path)
        where = f"/account/code?next={path}"
        assert (answer.status_code, answer.location) == (303, where)


def test_nothing_of_the_account_is_changed_without_the_factor(client, wang):
    sign_in(client)
    new = "another goat on the roof"
    fields = {"current": PASSWORD, "password": new, "again": new, "code": "1"}
    for path in [
        "/account/password",
        "/account/second-factor",
        "/account/recovery-codes",
        "/account/second-factor/off",
        "/account/sessions/1/end",
        "/account/sessions/end-others",
    ]:
        answer = client.post(path, data=fields, headers={"Referer": CAME_FROM})
        where = "/account/code?next=/account/password"
        assert (answer.status_code, answer.location) == (303, where)
        alone = client.post(path, data=fields).location.partition("?next=")
        assert (alone[0], alone[2]) in {("/account/code", path), ("/account/code", "")}
    assert account(wang).totp_secret == SECRET


def test_the_code_of_the_phone_opens_and_leads_on(client, wang, clock):
    page = Page(client.get(sign_in(client, next="/manage/windows").location))
    assert page.heading == "输入手机上的验证码"
    assert page.one("#code")["autocomplete"] == "one-time-code"
    onward = page.one("input[name=next]")["value"]
    answer = give(client, shown(clock()), next=onward)
    assert (answer.status_code, answer.location) == (303, "/manage/windows")
    assert is_in(client)


def test_the_way_on_leads_to_no_other_server(client, wang, clock):
    sign_in(client)
    assert give(client, shown(clock()), next="//evil.example").location == "/manage"


@pytest.mark.parametrize("code", ["", "000000", "abc", "a" * 9000, "１２"])
def test_a_wrong_code_opens_nothing(client, wang, clock, code):
    sign_in(client)
    answer = give(client, code)
    assert answer.status_code == 422
    page = Page(answer)
    assert page.texts("#code-error") == [
        "验证码不正确或已使用过，请输入手机此刻显示的验证码。"
    ]
    assert page.one("#code").get("value") is None
    assert not is_in(client)


def test_a_code_that_was_seen_over_the_shoulder_is_used_up(app, client, wang, clock):
    sign_in(client)
    assert give(client, shown(clock())).status_code == 303
    thief = app.test_client()
    sign_in(thief)
    assert give(thief, shown(clock())).status_code == 422
    assert not is_in(thief)
    # Nor does the code of the step before, which was never used.
    assert give(thief, shown(clock() - STEP)).status_code == 422


def test_a_recovery_code_opens_once(app, client, wang, clock):
    codes = enrol(wang, clock())
    sign_in(client)
    assert give(client, codes[0].upper()).status_code == 303
    assert is_in(client)
    other = app.test_client()
    sign_in(other)
    assert give(other, codes[0]).status_code == 422


def test_the_session_from_before_the_code_is_worth_nothing(app, client, wang, clock):
    """Session fixation: whoever saw or planted the first secret stays outside."""
    sign_in(client)
    half = client.get_cookie(SESSION).value
    give(client, shown(clock()))
    assert client.get_cookie(SESSION).value != half
    other = app.test_client()
    other.set_cookie(SESSION, half)
    assert other.get("/account").location == "/sign-in?next=/account"
    with reading() as session:
        rows = session.execute(
            select(SignIn.factor_passed, SignIn.ended_at).order_by(SignIn.id)
        ).all()
    assert [tuple(row) for row in rows] == [(False, clock()), (True, None)]


def test_the_code_page_needs_a_session_and_its_token(client, wang, clock):
    assert client.get("/account/code").location == "/sign-in?next=/account/code"
    assert give(client, shown(clock())).status_code == 401
    sign_in(client)
    answer = client.post("/account/code", data={"code": shown(clock())}, token=False)
    assert answer.status_code == 403
    assert not is_in(client)


def test_who_has_given_the_code_or_needs_none_is_led_past_the_page(client, wang, clock):
    sign_in(client)
    give(client, shown(clock()))
    for answer in (
        client.get("/account/code?next=/manage/windows"),
        give(client, shown(clock()), next="/manage/windows"),
    ):
        assert (answer.status_code, answer.location) == (303, "/manage/windows")


def test_signed_in_halfway_the_sign_in_page_leads_to_the_code(client, wang):
    sign_in(client)
    assert client.get("/sign-in").location == "/account/code?next=/manage"


def test_codes_are_guessed_no_faster_than_passwords(app, client, wang, clock):
    sign_in(client)
    statuses = [give(client, f"{number:06}").status_code for number in range(5)]
    assert statuses == [422] * 5
    answer = give(client, shown(clock()))
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "60")
    assert Page(answer).texts("#code-error") == ["输错次数过多，请等待 1 分钟后再试。"]
    # A second sign-in brings no fresh count.
    other = app.test_client()
    sign_in(other)
    assert give(other, shown(clock())).status_code == 429
    clock.forward(minutes=1)
    assert give(other, shown(clock())).status_code == 303


def test_who_knows_the_password_cannot_lock_the_owner_out_of_a_known_browser(
    app, client, wang, clock
):
    sign_in(client)
    give(client, shown(clock()))
    thief = app.test_client()
    sign_in(thief)
    assert [give(thief, "000000").status_code for _ in range(6)][-1] == 429
    client.post("/sign-out")
    clock.forward(seconds=30)
    sign_in(client)
    assert give(client, shown(clock())).status_code == 303


# --- setting it up


def test_who_needs_one_and_has_none_sets_it_up_first(client, newcomer):
    answer = sign_in(client, next="/manage/windows")
    assert answer.location == "/account/second-factor?next=/manage/windows"
    for path in ["/manage", "/account", "/account/password"]:
        assert client.get(path).location == f"/account/second-factor?next={path}"
    assert client.get("/account/code").location.startswith("/account/second-factor")
    assert give(client, "000000").location.startswith("/account/second-factor")
    assert client.get("/sign-in").location == "/account/second-factor?next=/manage"


def test_the_picture_and_the_groups_hold_the_same_secret(client, newcomer):
    sign_in(client)
    page = get(client, "account.enrol")
    read = parse_uri(address_in_svg(str(page.one(".factor-code svg"))))
    assert isinstance(read, TOTP)
    groups = page.texts(".factor-secret .nb")
    assert {len(group) for group in groups} == {4}
    assert (read.secret, read.name) == ("".join(groups), "wang.li")
    assert not page.soup.select("#current")


def test_it_is_set_up_by_its_first_code_and_shows_ten_codes_once(
    app, client, newcomer, clock
):
    sign_in(client, next="/manage/windows")
    half = client.get_cookie(SESSION).value
    secret, ticket = offer(client)
    answer = client.post(
        "/account/second-factor",
        data={
            "ticket": ticket,
            "code": TOTP(secret).at(clock()),
            "next": "/manage/windows",
        },
    )
    codes = codes_of(answer)
    assert len(set(codes)) == 10
    assert Page(answer).one("main a.btn--main")["href"] == "/manage/windows"
    assert answer.headers["Cache-Control"] == "no-store"
    assert is_in(client)
    assert client.get_cookie(SESSION).value != half
    assert not any(code in client.get("/account").text for code in codes)
    other = app.test_client()
    sign_in(other)
    assert give(other, codes[7]).status_code == 303


def test_looking_at_the_page_sets_nothing_up(client, newcomer):
    sign_in(client)
    first, _ = offer(client)
    second, _ = offer(client)
    assert first != second
    assert account(newcomer).totp_secret is None


def test_after_a_wrong_code_the_same_secret_is_asked_for_again(client, newcomer, clock):
    sign_in(client)
    secret, ticket = offer(client)
    wrong = str((int(TOTP(secret).at(clock())) + 1) % 10**6).zfill(6)
    answer = client.post(
        "/account/second-factor",
        data={"ticket": ticket, "code": wrong, "next": "/manage/windows"},
    )
    assert answer.status_code == 422
    page = Page(answer)
    assert "".join(page.texts(".factor-secret .nb")) == secret
    assert page.one("input[name=ticket]")["value"] == ticket
    assert page.one("input[name=next]")["value"] == "/manage/windows"
    assert len(page.texts("#code-error")) == 1
    assert account(newcomer).totp_secret is None


@pytest.mark.parametrize("ticket", ["", "x", "WzEsIngiXQ.x", "e30.x"])
def test_a_forged_offer_sets_nothing_up(client, newcomer, clock, ticket):
    sign_in(client)
    data = {"ticket": ticket, "code": shown(clock())}
    answer = client.post("/account/second-factor", data=data)
    assert answer.status_code == 422
    assert account(newcomer).totp_secret is None


def test_an_offer_to_somebody_else_sets_nothing_up(app, client, newcomer, clock):
    other = app.test_client()
    theirs = make_person(clock(), "li.na", Role.ORGANISER, factor_required=True)
    sign_in(other, login="li.na")
    secret, ticket = offer(other)
    sign_in(client)
    data = {"ticket": ticket, "code": TOTP(secret).at(clock())}
    assert client.post("/account/second-factor", data=data).status_code == 422
    assert (account(newcomer).totp_secret, account(theirs).totp_secret) == (None, None)


def test_who_is_in_already_gives_the_password_too(app, client, viewer, clock):
    sign_in(client)
    other = app.test_client()
    sign_in(other)
    assert get(client, "account.enrol").one("#current")["type"] == "password"
    for given in ({}, {"current": "wrong"}):
        answer = set_up(client, clock(), **given)
        assert answer.status_code == 422
        assert Page(answer).texts("#current-error") == ["密码不正确，请重新输入。"]
    assert account(viewer).totp_secret is None
    assert len(codes_of(set_up(client, clock(), current=PASSWORD))) == 10
    assert is_in(client)
    assert not is_in(other)


def test_a_new_phone_takes_the_place_of_the_old_one(client, wang, clock):
    sign_in(client)
    give(client, shown(clock()))
    answer = set_up(client, clock(), current=PASSWORD)
    assert len(codes_of(answer)) == 10
    assert account(wang).totp_secret != SECRET
    assert is_in(client)


# --- fresh codes, and turning it off


def test_fresh_codes_take_the_password(client, wang, clock):
    sign_in(client)
    give(client, shown(clock()))
    answer = client.post("/account/recovery-codes", data={"current": "wrong"})
    assert answer.status_code == 422
    answer = client.post("/account/recovery-codes", data={"current": PASSWORD})
    assert len(codes_of(answer)) == 10
    assert is_in(client)
    assert get(client, "account.ask_new_codes").heading == "生成新的备用码"


def test_without_a_factor_there_are_no_codes_to_renew(client, viewer):
    sign_in(client)
    assert client.get("/account/recovery-codes").location == "/account/second-factor"
    answer = client.post("/account/recovery-codes", data={"current": PASSWORD})
    assert answer.location == "/account/second-factor"


def test_a_viewer_turns_it_off_with_the_password(app, client, viewer, clock):
    enrol(viewer, clock() - timedelta(minutes=15))
    sign_in(client)
    give(client, shown(clock()))
    other = app.test_client()
    sign_in(other)
    give(other, shown(clock() + STEP))
    assert "/account/second-factor/off" in get(client, "account.own").links()
    assert get(client, "account.ask_removal").heading == "关闭双重验证"
    off = "/account/second-factor/off"
    assert client.post(off, data={"current": "wrong"}).status_code == 422
    assert account(viewer).totp_secret == SECRET
    answer = client.post(off, data={"current": PASSWORD})
    assert (answer.status_code, answer.location) == (
        303,
        "/account?done=factor-off",
    )
    assert "双重验证已关闭。" in client.get(answer.location).text
    assert account(viewer).totp_secret is None
    assert is_in(client)
    assert not is_in(other)


def test_an_organiser_cannot_turn_it_off(client, wang, clock):
    sign_in(client)
    give(client, shown(clock()))
    assert "/account/second-factor/off" not in get(client, "account.own").links()
    off = "/account/second-factor/off"
    for answer in (client.get(off), client.post(off, data={"current": PASSWORD})):
        assert answer.status_code == 422
        assert "不能关闭" in answer.text
    assert account(wang).totp_secret == SECRET


def test_the_ledger_names_who_did_it(client, wang, clock):
    sign_in(client)
    give(client, shown(clock()))
    client.post("/account/recovery-codes", data={"current": PASSWORD})
    with reading() as session:
        last = session.scalars(
            select(LedgerEntry).order_by(LedgerEntry.number.desc())
        ).first()
    assert last.kind == "account-security"
    assert f'"by":"account:{wang}"' in last.body
    assert '"what":"recovery-codes-renewed"' in last.body


def test_a_factor_made_necessary_later_is_asked_for_at_the_next_click(
    client, viewer, clock
):
    sign_in(client)
    assert is_in(client)
    with transaction() as session:
        session.execute(update(Account).values(factor_required=True))
    assert client.get("/account").location == "/account/second-factor?next=/account"
    assert len(codes_of(set_up(client, clock()))) == 10
    assert is_in(client)
