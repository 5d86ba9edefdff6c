"""The pages of clerks: list and files, one clerk and what is done with them."""

import csv
import io
from datetime import timedelta

import pytest

from kiosk.domain.policy import Role
from kiosk.extensions import recording, transaction
from kiosk.services.clerks import end_service
from kiosk.services.passwords import password_matches
from tests.builders import make_window
from tests.engines import ON_SQLITE
from tests.pages import Page, get
from tests.people import make_account, sign_in_as
from tests.screens import HALL
from tests.staff import TODAY, clerk_row, make_clerk, unit_key

pytestmark = ON_SQLITE
EN = {"lang": "en"}
NEW = {"name": "示例丙", "badge": "0400", "from": "2026-07-01"}


@pytest.fixture
def staff(hall, clock):
    with transaction() as session:
        make_window(session, "A001")
        make_window(session, "B001", unit="市医保局")
    return make_clerk("0317", "示例甲"), make_clerk("0318", "示例乙", unit="市医保局")


@pytest.fixture
def manager(app, staff, clock):
    return sign_in_as(app, Role.MANAGER, clock(), unit_key())


def names(page: Page) -> list[str]:
    return page.texts("tbody th a")


def in_file(answer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))


def leave(key: int, day, now) -> None:
    with recording("test", now) as records:
        end_service(records, HALL, key, day)


def test_empty_list_says_how_to_begin(organiser):
    page = get(organiser, "manage.clerks", lang="en")
    assert page.heading == "Clerks"
    assert page.soup.select("table") == []
    assert "/manage/clerks/import?lang=en" in page.links()


def test_list_shows_badge_unit_and_what_visitors_see(organiser, staff):
    make_clerk("0319", "示例丙", named=False, pin="2468")
    page = get(organiser, "manage.clerks", lang="en")
    rows = page.texts("tbody tr")
    assert rows == [
        "示例甲 0317市人社局 市人社局 Name and badge None since 2025-01-01",
        "示例丙 0319市人社局 市人社局 Badge only Set since 2025-01-01",
        "示例乙 0318市医保局 市医保局 Name and badge None since 2025-01-01",
    ]


def test_search_unit_and_state_narrow_list_and_file_alike(organiser, staff, clock):
    leave(staff[1], TODAY, clock())
    cases = [
        ({}, ["示例甲"]),
        ({"state": "left"}, ["示例乙"]),
        ({"state": "all"}, ["示例甲", "示例乙"]),
        ({"state": "all", "q": "0318"}, ["示例乙"]),
        ({"state": "all", "q": "市人社局 示例"}, ["示例甲"]),
        ({"state": "all", "unit": str(unit_key("市医保局"))}, ["示例乙"]),
        ({"q": "nobody"}, []),
    ]
    for asked, found in cases:
        assert names(get(organiser, "manage.clerks", **asked)) == found
        file = organiser.get("/manage/clerks/file", query_string=asked)
        assert [row[2] for row in in_file(file)[1:]] == found


def test_list_is_paged(organiser, staff, clock):
    for number in range(50):
        make_clerk(f"1{number:03}", f"示例{number}")
    assert len(names(get(organiser, "manage.clerks"))) == 50
    second = get(organiser, "manage.clerks", page=2, lang="en")
    assert len(names(second)) == 2
    assert second.one(".pager p").get_text().startswith("Page 2 of 2")


def test_file_comes_back_as_it_was(organiser, staff):
    for kind in ("csv", "xlsx"):
        file = organiser.get("/manage/clerks/file", query_string={"format": kind})
        upload = (io.BytesIO(file.data), f"clerks.{kind}")
        answer = organiser.post(
            "/manage/clerks/import", data={"file": upload}, query_string=EN
        )
        page = Page(answer)
        assert (page.status, page.heading) == (200, "The list was taken")
        assert page.texts("dd") == ["0", "0", "2"]


def test_list_with_wrong_lines_names_each_and_takes_nothing(organiser, staff):
    table = (
        "单位,工号,姓名,同意公示姓名\n"
        "市人社局,0400,示例丙,是\n"
        "市气象局,0401,示例丁,是\n"
        "市人社局,0402,示例戊,也许\n"
        "市人社局,0400,示例己,否\n"
    )
    answer = organiser.post(
        "/manage/clerks/import",
        data={"file": (io.BytesIO(table.encode()), "名单.csv")},
        query_string=EN,
    )
    page = Page(answer)
    assert page.status == 422
    assert page.texts("tbody th.t-line") == ["4", "5"]
    assert "neither yes nor no" in page.texts("tbody td")[0]
    assert "Lines 2 and 5" in page.texts("tbody td")[1]
    right = table.replace("也许", "是").replace("0400,示例己", "0403,示例己")
    answer = organiser.post(
        "/manage/clerks/import",
        data={"file": (io.BytesIO(right.encode()), "名单.csv")},
        query_string=EN,
    )
    assert Page(answer).texts("tbody th.t-line") == ["3"]
    assert len(names(get(organiser, "manage.clerks"))) == 2


@pytest.mark.parametrize(
    ("data", "words"),
    [({}, "Please choose a file."), ({"file": (io.BytesIO(b"x"), "x.csv")}, "No row")],
)
def test_file_that_is_none_is_refused_beside_the_field(organiser, staff, data, words):
    answer = organiser.post("/manage/clerks/import", data=data, query_string=EN)
    page = Page(answer)
    assert page.status == 422
    assert page.texts("#file-error")[0].startswith(words)


def test_template_has_the_headings_of_a_list(organiser, staff):
    rows = in_file(organiser.get("/manage/clerks/template.csv"))
    assert rows == [["单位", "工号", "姓名", "同意公示姓名", "到岗日期"]]


# One clerk.


def post(client, path: str, **data: object):
    return client.post(f"/manage/clerks/{path}", data=data, query_string=EN)


def test_clerk_is_added_with_or_without_consent(organiser, staff):
    unit = str(unit_key())
    answer = post(organiser, "new", **NEW, unit=unit)
    assert answer.status_code == 303
    page = Page(organiser.get(answer.location))
    assert "0400" in page.texts(".done")[0]
    post(organiser, "new", **(NEW | {"badge": "0401"}), unit=unit, named="yes")
    kept = {r.badge: r for r in map(clerk_row, (3, 4))}
    assert (kept["0400"].named, kept["0401"].named) == (False, True)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "字" * 61),
        ("badge", ""),
        ("badge", "1" * 21),
        ("badge", "0317"),
        ("unit", ""),
        ("unit", "999"),
        ("from", ""),
        ("from", "tomorrow"),
    ],
)
def test_what_is_wrong_stands_beside_its_field_and_typed_values_stay(
    organiser, staff, field, value
):
    data = NEW | {"unit": str(unit_key()), "named": "yes"} | {field: value}
    page = Page(post(organiser, "new", **data))
    assert page.status == 422
    errors = [str(e["id"]) for e in page.soup.select(".field-error")]
    assert errors == [f"{field}-error"]
    if field != "name":
        assert page.one("#name")["value"] == "示例丙"
    assert page.one("#named").has_attr("checked")
    assert len(names(get(organiser, "manage.clerks"))) == 2


@pytest.mark.parametrize("name", ["𠮷" * 60, "𠮷野"])
def test_rare_characters_are_kept_and_shown(organiser, staff, name):
    answer = post(organiser, "new", **(NEW | {"name": name}), unit=str(unit_key()))
    assert answer.status_code == 303
    assert clerk_row(3).name == name
    assert name in get(organiser, "manage.clerk", key=3).heading


def test_edit_move_leave_and_stay(organiser, staff):
    key = staff[0]
    facts = {"name": "示例庚", "badge": "0500"}
    assert post(organiser, f"{key}/edit", **facts).status_code == 303
    assert clerk_row(key).named is False
    there = str(unit_key("市医保局"))
    day = (TODAY + timedelta(days=3)).isoformat()
    assert post(organiser, f"{key}/move", unit=there, **{"from": day}).location
    answer = post(organiser, f"{key}/leave", **{"from": day}, successor=str(staff[1]))
    page = Page(organiser.get(answer.location))
    assert page.heading == "示例庚 0500"
    assert "示例乙（0318）" in page.texts("dd")
    assert page.texts("tbody th") == ["市医保局", "市人社局"]
    assert post(organiser, f"{key}/stay").status_code == 303
    assert clerk_row(key).ended_on is None


@pytest.mark.parametrize(
    ("path", "data", "field"),
    [
        ("edit", {"name": "", "badge": "0317"}, "name"),
        ("edit", {"name": "示例甲", "badge": "0318"}, "badge"),
        ("move", {"unit": "", "from": "2026-07-20"}, "unit"),
        ("move", {"unit": "2", "from": "2026-07-01"}, "from"),
        ("move", {"unit": "2", "from": "?"}, "from"),
        ("leave", {"from": "?"}, "from"),
        ("leave", {"from": "2024-01-01"}, "from"),
        ("leave", {"from": "2026-08-01", "successor": "1"}, "successor"),
        ("pin", {"pin": "12"}, "pin"),
        ("pin", {"pin": "1111"}, "pin"),
        ("account", {"account": "99"}, "account"),
    ],
)
def test_acts_that_cannot_be_stay_on_their_page(organiser, staff, path, data, field):
    page = Page(post(organiser, f"{staff[0]}/{path}", **data))
    assert page.status == 422
    assert [str(e["id"]) for e in page.soup.select(".field-error")] == [
        f"{field}-error"
    ]


@pytest.mark.parametrize("path", ["edit", "move", "leave", "pin", "account"])
def test_each_act_has_its_page(organiser, staff, path):
    page = Page(organiser.get(f"/manage/clerks/{staff[0]}/{path}", query_string=EN))
    assert page.status == 200
    assert page.soup.select("form[method=post] input[name=csrf]") != []


def test_pin_is_set_and_never_shown(organiser, staff):
    answer = post(organiser, f"{staff[0]}/pin", pin="24681")
    stored = clerk_row(staff[0]).pin_hash
    assert password_matches(stored, "24681")
    page = organiser.get(answer.location)
    assert "24681" not in page.text
    assert stored not in page.text
    refused = post(organiser, f"{staff[0]}/pin", pin="1357913579")
    assert "1357913579" not in refused.text


def test_account_is_linked_by_who_may_keep_accounts(app, organiser, staff, clock):
    account = make_account("c1", Role.CLERK, clock())
    answer = post(organiser, f"{staff[0]}/account", account=str(account))
    page = Page(organiser.get(answer.location))
    assert any(text.startswith("测试c1") for text in page.texts("dd"))
    assert clerk_row(staff[0]).account_id == account
    post(organiser, f"{staff[0]}/account", account="")
    assert clerk_row(staff[0]).account_id is None
    keeper = sign_in_as(app, Role.ADMINISTRATOR, clock())
    answer = post(keeper, f"{staff[0]}/account", account=str(account))
    assert answer.location == "/manage/accounts?lang=en"


def test_extra_fields_change_nothing_else(organiser, staff):
    more = {"named": "yes", "unit_id": "2", "pin_hash": "x", "ended_on": "2026-01-01"}
    post(organiser, f"{staff[0]}/edit", name="示例甲", badge="0317", **more)
    row = clerk_row(staff[0])
    assert (row.pin_hash, row.ended_on) == (None, None)


# Who may.


def test_manager_sees_and_changes_own_clerks_only(manager, staff):
    own, other = staff
    assert names(get(manager, "manage.clerks")) == ["示例甲"]
    assert manager.get(f"/manage/clerks/{own}").status_code == 200
    closed = manager.get("/manage/clerks/9999")
    for path in ("", "/edit", "/move", "/leave", "/pin", "/account"):
        answer = manager.get(f"/manage/clerks/{other}{path}")
        assert (answer.status_code, answer.text) == (404, closed.text)
    for path in ("edit", "move", "leave", "stay", "pin", "account"):
        assert post(manager, f"{other}/{path}", pin="2468").status_code == 404
    assert clerk_row(other).pin_hash is None


def test_manager_adds_and_moves_within_own_units_only(manager, staff):
    foreign = str(unit_key("市医保局"))
    page = Page(post(manager, "new", **NEW, unit=foreign))
    assert page.status == 422
    assert "市医保局" not in page.answer.text
    move = {"unit": foreign, "from": "2026-07-20"}
    assert post(manager, f"{staff[0]}/move", **move).status_code == 422


def test_manager_brings_lists_of_own_units_only(manager, staff):
    table = "单位,工号,姓名,同意公示姓名\n市医保局,0400,示例丙,是\n"
    answer = manager.post(
        "/manage/clerks/import",
        data={"file": (io.BytesIO(table.encode()), "x.csv")},
        query_string=EN,
    )
    assert Page(answer).texts(".warning + .sheet td") == [
        "There is no unit “市医保局” for you here. Please check its name."
    ]


def test_who_has_left_can_only_be_looked_at(organiser, staff, clock):
    leave(staff[0], TODAY, clock())
    page = get(organiser, "manage.clerk", key=staff[0], lang="en")
    assert page.soup.select(".m-acts, form") == []
    assert post(organiser, f"{staff[0]}/stay").status_code == 422
