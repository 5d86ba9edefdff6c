"""Accounts in pages: who is there, who is invited, and what is done with them."""

import csv
import io
import re

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update

from kiosk.domain.policy import Role
from kiosk.extensions import reading, recording, transaction
from kiosk.models import Account, Installation, Invitation, RoleGrant, SignIn, Unit
from kiosk.queries.people import account_line
from kiosk.services.installation import begin_demonstration, set_up
from kiosk.web.sessions import SESSION_COOKIE
from tests.builders import make_window
from tests.conftest import NOON
from tests.engines import ON_SQLITE
from tests.pages import Page, get
from tests.people import make_account, sign_in_as
from tests.services.test_invitations import make_clerk
from tests.statements import statements

pytestmark = ON_SQLITE


@pytest.fixture
def hall(app) -> int:
    """A real hall with one unit; return the unit's key."""
    with recording("test", NOON) as records:
        set_up(records, "市政务服务局", "市政务服务中心", "Asia/Shanghai")
    with transaction() as session:
        make_window(session)
        return session.scalars(select(Unit.id)).one()


@pytest.fixture
def chief(app, hall, clock) -> FlaskClient:
    return sign_in_as(app, Role.ORGANISER, clock(), login="chief")


@pytest.fixture
def admin(app, hall, clock) -> FlaskClient:
    return sign_in_as(app, Role.ADMINISTRATOR, clock(), login="admin")


def key_of(login: str) -> int:
    with reading() as session:
        return session.scalars(select(Account.id).where(Account.login == login)).one()


def line(key: int):
    with reading() as session:
        return account_line(session, key)


def link_in(answer) -> str:
    [token] = re.findall(r"http://localhost(/invitation/[\w-]{32})", answer.text)
    return token


def invitations() -> list[tuple[str, object]]:
    with reading() as session:
        query = select(Invitation.role, Invitation.used_at).order_by(Invitation.id)
        return [tuple(row) for row in session.execute(query)]


def listed(page: Page) -> list[str]:
    return page.texts("#accounts tbody th .t-dim")


# The list


def test_the_list_tells_who_is_there(chief, hall):
    make_account("wang", Role.MANAGER, NOON, hall)
    page = get(chief, "manage.accounts", lang="en")
    assert listed(page) == ["chief", "wang"]
    row = page.soup.select("#accounts tbody tr")[1].get_text(" ")
    assert "Manager of a unit · 市人社局" in row
    assert "Never" in row


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "WANG"}, ["wang"]),
        ({"q": "测试"}, ["chief", "li", "wang"]),
        ({"q": "nobody"}, []),
        ({"role": "manager"}, ["wang"]),
        ({"role": "juror"}, []),
        ({"state": "never"}, ["li", "wang"]),
        ({"state": "off"}, ["li"]),
        ({"state": "no-factor"}, ["chief", "wang"]),
        ({"state": "strange"}, ["chief", "li", "wang"]),
        ({"q": "市人社局", "role": "manager"}, ["wang"]),
    ],
)
def test_the_list_is_searched_and_so_is_its_file(chief, hall, asked, found):
    make_account("wang", Role.MANAGER, NOON, hall)
    off = make_account("li", Role.CLERK, NOON)
    with transaction() as session:
        session.get_one(Account, off).disabled_at = NOON
    page = get(chief, "manage.accounts", **asked)
    assert sorted(listed(page)) == found
    answer = chief.get("/manage/accounts/file", query_string=asked)
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig"))))
    assert sorted(row[1] for row in rows[1:]) == found


def test_the_file_is_a_workbook_too(chief):
    answer = chief.get("/manage/accounts/file?format=xlsx")
    assert answer.data[:2] == b"PK"


def test_the_file_writes_times_as_the_centre_has_them(chief):
    answer = chief.get("/manage/accounts/file?lang=en")
    [_, row] = csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig")))
    assert row == [
        "测试chief",
        "chief",
        "Organiser",
        "No",
        "2026-07-16 12:00",
        "2026-07-16 12:00",
        "",
    ]


def test_a_long_list_comes_in_pages(chief):
    for number in range(60):
        make_account(f"clerk{number:02}", Role.CLERK, NOON)
    assert len(listed(get(chief, "manage.accounts"))) == 50
    assert len(listed(get(chief, "manage.accounts", page=2))) == 11


def test_the_list_takes_as_many_statements_for_many_as_for_one(chief):
    with statements() as one:
        chief.get("/manage/accounts")
    for number in range(3):
        make_account(f"clerk{number}", Role.CLERK, NOON)
    with statements() as many:
        chief.get("/manage/accounts")
    assert len(many) == len(one)


# Inviting


def test_an_invitation_is_shown_once_with_its_code(app, chief, hall):
    typed = {"name": "王芳", "role": "manager", "unit": str(hall), "clerk": ""}
    answer = chief.post("/manage/accounts/invite", data=typed)
    assert answer.status_code == 200
    page = Page(answer)
    assert page.one(".pair-code svg")
    guest = app.test_client()
    assert guest.get(link_in(answer)).status_code == 200
    waiting = get(chief, "manage.accounts")
    assert "王芳" in waiting.one("section table").get_text()
    assert link_in(answer) not in chief.get("/manage/accounts").text


@pytest.mark.parametrize(
    ("typed", "beside"),
    [
        ({"name": ""}, "name"),
        ({"role": ""}, "role"),
        ({"role": "king"}, "role"),
        ({"role": "manager"}, "unit"),
        ({"unit": "1"}, "unit"),
        ({"role": "manager", "unit": "99"}, "unit"),
        ({"role": "manager", "unit": "x"}, "unit"),
        ({"role": "manager", "unit": "9" * 30}, "unit"),
        ({"clerk": "1"}, "clerk"),
    ],
)
def test_a_wrong_invitation_is_told_beside_its_field(chief, typed, beside):
    make_clerk()
    good = {"name": "王芳", "role": "viewer", "unit": "", "clerk": ""}
    answer = chief.post("/manage/accounts/invite", data=good | typed)
    assert answer.status_code == 422
    page = Page(answer)
    found = [error["id"] for error in page.soup.select(".field-error")]
    assert found == [f"{beside}-error"]
    assert page.one("#name")["value"] == typed.get("name", "王芳")
    assert invitations() == []


def test_a_clerk_is_offered_until_there_is_an_account(chief):
    assert get(chief, "manage.ask_invite").soup.select("#clerk") == []
    clerk = make_clerk()
    assert get(chief, "manage.ask_invite").one(f"#clerk option[value='{clerk}']")
    typed = {"name": "李娜", "role": "clerk", "unit": "", "clerk": str(clerk)}
    assert chief.post("/manage/accounts/invite", data=typed).status_code == 200


def test_a_withdrawn_invitation_opens_nothing(app, chief):
    typed = {"name": "王芳", "role": "viewer", "unit": "", "clerk": ""}
    link = link_in(chief.post("/manage/accounts/invite", data=typed))
    page = get(chief, "manage.accounts")
    [where] = [link for link in page.links() if link.endswith("/withdraw?lang=zh")] or [
        link for link in page.links() if "/withdraw" in link
    ]
    assert Page(chief.get(where)).one("form button")
    assert invitations() == [("viewer", None)]
    for _ in range(2):
        assert chief.post(where).location.startswith("/manage/accounts")
    assert app.test_client().get(link).status_code == 410
    assert chief.get(where).status_code == 404


def test_an_invitation_that_is_not_there_answers_as_any_other_page(chief):
    for method in ("get", "post"):
        answer = getattr(chief, method)("/manage/accounts/invitations/7/withdraw")
        assert answer.status_code == 404


# One account


def test_a_name_is_changed(chief):
    key = make_account("wang", Role.CLERK, NOON)
    answer = chief.post(f"/manage/accounts/{key}/name", data={"name": "王 芳"})
    assert answer.status_code == 303
    assert Page(chief.get(answer.location)).heading == "王 芳"
    wrong = chief.post(f"/manage/accounts/{key}/name", data={"name": " "})
    assert (wrong.status_code, bool(Page(wrong).one("#name-error"))) == (422, True)


def test_a_role_is_given_and_ended(chief, hall):
    key = make_account("wang", Role.CLERK, NOON)
    roles = f"/manage/accounts/{key}/roles"
    typed = {"role": "manager", "unit": str(hall)}
    assert chief.post(roles, data=typed).status_code == 303
    assert [str(held.role) for held in line(key).roles] == ["clerk", "manager"]
    grant = line(key).roles[1].id
    asked = chief.get(f"{roles}/{grant}/end?lang=en")
    assert "Manager of a unit · 市人社局" in Page(asked).one(".lead").get_text()
    assert len(line(key).roles) == 2
    assert chief.post(f"{roles}/{grant}/end").status_code == 303
    assert [str(held.role) for held in line(key).roles] == ["clerk"]
    assert chief.get(f"{roles}/{grant}/end").status_code == 404
    assert chief.post(f"{roles}/{grant}/end").status_code == 303


@pytest.mark.parametrize(
    ("typed", "beside"),
    [
        ({"role": "clerk", "unit": ""}, "role"),
        ({"role": "king", "unit": ""}, "role"),
        ({"role": "manager", "unit": ""}, "unit"),
        ({"role": "viewer", "unit": "1"}, "unit"),
        ({"role": "manager", "unit": "-1"}, "unit"),
    ],
)
def test_a_wrong_role_is_told_beside_its_field(chief, typed, beside):
    key = make_account("wang", Role.CLERK, NOON)
    answer = chief.post(f"/manage/accounts/{key}/roles", data=typed)
    assert answer.status_code == 422
    assert Page(answer).one(f"#{beside}-error")
    assert len(line(key).roles) == 1


def test_switching_off_signs_out_at_once_and_on_again(app, chief, clock):
    guest = sign_in_as(app, Role.VIEWER, clock(), login="wang")
    key = key_of("wang")
    assert guest.get("/manage/windows").status_code == 200
    assert Page(chief.get(f"/manage/accounts/{key}/disable")).one("form")
    assert guest.get("/manage/windows").status_code == 200
    assert chief.post(f"/manage/accounts/{key}/disable").status_code == 303
    assert guest.get("/manage/windows").location.startswith("/sign-in")
    assert chief.post(f"/manage/accounts/{key}/enable").status_code == 303
    assert line(key).disabled_at is None
    # The old session stays over.
    assert guest.get("/manage/windows").location.startswith("/sign-in")


def test_signing_out_everywhere(app, chief, clock):
    guest = sign_in_as(app, Role.VIEWER, clock(), login="wang")
    key = key_of("wang")
    page = Page(chief.get(f"/manage/accounts/{key}"))
    assert page.one(f"form[action*='/accounts/{key}/sign-out']")
    assert chief.post(f"/manage/accounts/{key}/sign-out").status_code == 303
    assert guest.get("/manage/windows").status_code == 303
    after = Page(chief.get(f"/manage/accounts/{key}"))
    assert after.soup.select("form[action*='/sign-out']") == []


def test_sessions_that_time_has_ended_are_not_counted(app, chief, clock):
    sign_in_as(app, Role.VIEWER, clock(), login="wang")
    clock.forward(minutes=31)
    boss = sign_in_as(app, Role.ORGANISER, clock(), login="chief")
    page = Page(boss.get(f"/manage/accounts/{key_of('wang')}"))
    assert page.soup.select("form[action*='/sign-out']") == []


def test_a_viewers_second_factor_is_asked_for_and_not(chief):
    key = make_account("wang", Role.VIEWER, NOON)
    where = f"/manage/accounts/{key}/factor"
    chief.post(where, data={"required": "yes"})
    assert line(key).factor_required
    chief.post(where, data={"required": "no"})
    assert not line(key).factor_required


def test_a_new_password_goes_by_a_link(app, chief):
    key = make_account("wang", Role.CLERK, NOON)
    assert Page(chief.get(f"/manage/accounts/{key}/reset")).one("form")
    assert invitations() == []
    link = link_in(chief.post(f"/manage/accounts/{key}/reset"))
    assert app.test_client().get(link).status_code == 200
    waiting = get(chief, "manage.accounts", lang="en").one("section table")
    assert "New password" in waiting.get_text()


@pytest.mark.parametrize(
    "path",
    ["", "/disable", "/reset", "/roles/1/end"],
)
def test_an_account_that_is_not_there_answers_as_any_other_page(chief, path):
    assert chief.get(f"/manage/accounts/999{path}").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "name",
        "roles",
        "roles/1/end",
        "disable",
        "enable",
        "factor",
        "sign-out",
        "reset",
        "look",
    ],
)
def test_nothing_is_done_with_an_account_that_is_not_there(chief, path):
    typed = {"name": "新", "role": "viewer", "unit": "", "required": "yes"}
    answer = chief.post(f"/manage/accounts/999/{path}", data=typed)
    assert answer.status_code == 404


# Refusals


def test_the_last_organiser_is_told_why_not(chief):
    key = key_of("chief")
    grant = line(key).roles[0].id
    for path in (f"roles/{grant}/end", "disable"):
        answer = chief.post(f"/manage/accounts/{key}/{path}?lang=en")
        assert answer.status_code == 409
        assert "only organiser" in Page(answer).one("[role=alert]").get_text()
    assert line(key).disabled_at is None
    assert chief.get("/manage/accounts").status_code == 200


@pytest.mark.parametrize(
    "path",
    [
        "/manage/accounts/{}",
        "/manage/accounts/{}/disable",
        "/manage/accounts/invitations/{}/withdraw",
    ],
)
def test_a_key_larger_than_any_is_nobodys(chief, path):
    assert chief.get(path.format(10**30)).status_code == 404


def test_a_session_with_a_key_larger_than_any_is_not_ended(chief):
    answer = chief.post(f"/account/sessions/{10**30}/end")
    assert answer.status_code == 404


def test_an_administrator_reaches_no_organiser(chief, admin):
    key = key_of("chief")
    page = Page(admin.get(f"/manage/accounts/{key}"))
    assert page.soup.select("main form") == []
    for path in ("disable", "reset", "sign-out", "enable"):
        answer = admin.post(f"/manage/accounts/{key}/{path}")
        assert answer.status_code == 403
    grant = line(key).roles[0].id
    assert admin.post(f"/manage/accounts/{key}/roles/{grant}/end").status_code == 403
    typed = {"role": "viewer", "unit": ""}
    assert admin.post(f"/manage/accounts/{key}/roles", data=typed).status_code == 403
    assert [held.role for held in line(key).roles] == [Role.ORGANISER]
    assert invitations() == []


def test_an_administrator_invites_no_organiser(admin):
    page = get(admin, "manage.ask_invite")
    assert page.soup.select("option[value=organiser]") == []
    assert page.one("option[value=administrator]")
    typed = {"name": "王芳", "role": "organiser", "unit": "", "clerk": ""}
    answer = admin.post("/manage/accounts/invite", data=typed)
    assert answer.status_code == 422
    assert Page(answer).one("#role-error")
    assert invitations() == []


@pytest.mark.parametrize(
    "role", sorted(set(Role) - {Role.ORGANISER, Role.ADMINISTRATOR})
)
def test_nobody_else_sees_accounts(app, hall, clock, role):
    browser = sign_in_as(app, role, clock(), hall if role is Role.MANAGER else None)
    key = make_account("wang", Role.CLERK, NOON)
    for path in ("", "/file", "/invite", f"/{key}", f"/{key}/disable"):
        assert browser.get(f"/manage/accounts{path}").status_code == 404
    for path in ("disable", "look", "reset", "name"):
        assert browser.post(f"/manage/accounts/{key}/{path}").status_code == 404
    assert line(key).disabled_at is None


def test_a_form_without_its_token_changes_nothing(chief):
    key = make_account("wang", Role.CLERK, NOON)
    for path in ("disable", "reset", "sign-out", "name", "roles"):
        answer = chief.post(f"/manage/accounts/{key}/{path}", token=False)
        assert answer.status_code == 403
    assert (line(key).disabled_at, invitations()) == (None, [])


# Looking as somebody, in a demonstration


def demonstrate() -> None:
    with transaction() as session:
        session.execute(update(Installation).values(set_up_at=None))
        begin_demonstration(session, NOON)


def test_in_a_demonstration_one_may_look_as_somebody(app, chief, hall):
    key = make_account("wang", Role.MANAGER, NOON, hall)
    assert "/look" not in chief.get(f"/manage/accounts/{key}").text
    assert chief.post(f"/manage/accounts/{key}/look").status_code == 404
    demonstrate()
    assert f"/manage/accounts/{key}/look" in chief.get(f"/manage/accounts/{key}").text
    before = chief.get_cookie(SESSION_COOKIE).value
    answer = chief.post(f"/manage/accounts/{key}/look")
    assert (answer.status_code, answer.location) == (303, "/manage")
    assert chief.get_cookie(SESSION_COOKIE).value != before
    assert chief.get("/manage/accounts").status_code == 404
    with reading() as session:
        query = select(func.count(SignIn.id)).where(SignIn.ended_at.is_(None))
        assert session.scalar(query) == 1


def test_nobody_looks_as_oneself_or_as_one_switched_off_or_above(chief, admin):
    demonstrate()
    off = make_account("off", Role.VIEWER, NOON)
    with transaction() as session:
        session.get_one(Account, off).disabled_at = NOON
    assert chief.post(f"/manage/accounts/{off}/look").status_code == 404
    assert chief.post(f"/manage/accounts/{key_of('chief')}/look").status_code == 404
    assert admin.post(f"/manage/accounts/{key_of('chief')}/look").status_code == 404
    assert admin.post(f"/manage/accounts/{off}/look").status_code == 404


def test_names_with_markup_are_words(chief):
    key = make_account("wang", Role.CLERK, NOON)
    name = '<img src=x onerror="alert(1)">'
    chief.post(f"/manage/accounts/{key}/name", data={"name": name})
    for path in ("", f"/{key}", f"/{key}/reset", f"/{key}/disable"):
        assert "<img" not in chief.get(f"/manage/accounts{path}").text
    with reading() as session:
        assert session.scalar(select(func.count(RoleGrant.id))) == 2
