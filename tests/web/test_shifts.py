"""The roster's pages: a day, planning, both versions, two people, lists."""

import csv
import io
from datetime import timedelta

import pytest

from kiosk.domain.policy import Role
from kiosk.extensions import transaction
from kiosk.web.manage.shift_pages import times
from tests.builders import make_window
from tests.engines import ON_SQLITE
from tests.pages import Page, get
from tests.people import sign_in_as
from tests.screens import ZONE, pair_screen
from tests.staff import (
    TODAY,
    at,
    check_clerk_tallies,
    clerks_of_ratings,
    make_clerk,
    plan,
    shifts,
    span,
    unit_key,
)

pytestmark = ON_SQLITE
EN = {"lang": "en"}
YESTERDAY = TODAY - timedelta(days=1)
TOMORROW = TODAY + timedelta(days=1)


@pytest.fixture
def windows(hall, clock):
    clock.now = at("08:00")
    with transaction() as session:
        first = make_window(session, "A001").id
        return first, make_window(session, "B001", unit="市医保局").id


@pytest.fixture
def staff(windows):
    return make_clerk("0317", "示例甲"), make_clerk("0318", "示例乙", unit="市医保局")


@pytest.fixture
def manager(app, staff, clock):
    return sign_in_as(app, Role.MANAGER, clock(), unit_key())


def post(client, path: str, **data: object):
    return client.post(f"/manage/shifts{path}", data=data, query_string=EN)


def typed(clerk: int, window: int, start="09:00", end="12:00", day=TODAY, **more):
    values = {"clerk": str(clerk), "window": str(window), "day": day.isoformat()}
    return values | {"from": start, "to": end} | more


def test_day_shows_who_sits_where_and_its_neighbours(organiser, windows, staff, clock):
    plan(staff[0], windows[0], span("09:00", "12:00"), clock())
    page = get(organiser, "manage.shifts", lang="en")
    assert page.heading == "Shifts on Thu 16 Jul 2026"
    assert page.texts("tbody td li") == [
        "09:00–12:00 示例甲 0317 Roster Correct 示例甲（0317） 09:00–12:00",
        "Nobody Add B001",
    ]
    assert str(page.one("a[rel=prev]")["href"]).endswith("day=2026-07-15&lang=en")
    assert str(page.one("a[rel=next]")["href"]).endswith("day=2026-07-17&lang=en")
    odd = get(organiser, "manage.shifts", day="nonsense", lang="en")
    assert odd.heading == "Shifts on Thu 16 Jul 2026"


def test_shift_over_midnight_stands_on_both_days(organiser, windows, staff, clock):
    plan(staff[0], windows[0], span("22:00", "06:00"), clock())
    first = get(organiser, "manage.shifts", day="2026-07-16", lang="en")
    assert first.texts("tbody li .nb")[0] == "22:00–17 Jul, 06:00"
    second = get(organiser, "manage.shifts", day="2026-07-17", lang="en")
    assert second.texts("tbody li .nb")[0] == "16 Jul, 22:00–06:00"
    assert times(span("20:00", "24:00"), TODAY, ZONE) == "20:00–24:00"


def test_shift_is_added_for_today_at_once(organiser, windows, staff):
    answer = post(organiser, "/new", **typed(staff[0], windows[0]))
    assert answer.status_code == 303
    assert shifts() == [(staff[0], windows[0], "16 09:00", "16 12:00", "roster", True)]
    page = Page(organiser.get(answer.location))
    assert page.texts(".done") == ["The shift is in the roster."]


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"clerk": ""}, "clerk"),
        ({"clerk": "99"}, "clerk"),
        ({"clerk": "nobody"}, "clerk"),
        ({"window": ""}, "window"),
        ({"window": "99"}, "window"),
        ({"day": "?"}, "day"),
        ({"from": "9"}, "from"),
        ({"from": "08:00", "to": "00:01"}, "to"),
        ({"to": "13:00", "from": "11:30"}, "clerk"),
        ({"day": "2026-07-15"}, "reason"),
        ({"day": "2026-07-15", "reason": "字" * 201}, "reason"),
    ],
)
def test_what_cannot_be_stands_beside_its_field(
    organiser, windows, staff, clock, change, field
):
    plan(staff[0], windows[1], span("11:00", "12:00"), clock())
    data = typed(staff[0], windows[0], "12:00", "13:00") | change
    page = Page(post(organiser, "/new", **data))
    assert page.status == 422
    errors = [str(e["id"]) for e in page.soup.select(".field-error")]
    assert errors == [f"{field}-error"]
    assert len(shifts()) == 1


def test_refusal_names_the_other_shift(organiser, windows, staff, clock):
    plan(staff[0], windows[1], span("11:00", "12:00"), clock())
    page = Page(post(organiser, "/new", **typed(staff[0], windows[0])))
    [words] = page.texts(".field-error")
    assert words == (
        "示例甲（0317） is at window B001 at that time: 2026-07-16 11:00–12:00. "
        "Please correct one of the two."
    )


@pytest.fixture
def rated(windows, staff, clock):
    """A shift of today with six ratings of window A001's screen."""
    screen = pair_screen("C001", clock())
    shift = plan(staff[0], screen.window_id, span("09:00", "12:00"), clock())
    for minute in range(6):
        clock.now = at(f"09:{minute:02}")
        screen.rate(5, clock())
    return shift, screen.window_id


def test_correction_shows_both_versions_and_how_many_ratings_before_it_acts(
    organiser, rated, staff
):
    shift, window = rated
    data = typed(staff[1], window, "09:01", "12:00")
    page = Page(post(organiser, f"/{shift}/correct", **data))
    assert page.status == 200
    assert page.texts("tbody tr") == [
        "Noted so farC001示例甲（0317）Thu 16 Jul 2026 09:00–12:00",
        "CorrectedC001 社保综合C001示例乙（0318）Thu 16 Jul 2026 09:01–12:00",
    ]
    assert page.texts(".lead") == ["Ratings that would get another clerk: 6."]
    assert clerks_of_ratings() == [staff[0]] * 6
    fields = {
        str(field["name"]): str(field["value"])
        for field in page.soup.select("form.act input")
    }
    answer = post(organiser, f"/{shift}/correct", **fields, step="confirm")
    assert answer.status_code == 303
    assert clerks_of_ratings() == [None] + [staff[1]] * 5
    check_clerk_tallies()
    day = Page(organiser.get(answer.location))
    assert "示例甲（0317）" in day.texts(".gone s")[0]


def test_fewer_than_five_ratings_are_not_counted_out(organiser, rated, staff):
    shift, window = rated
    data = typed(staff[1], window, "09:02", "12:00")
    struck = Page(post(organiser, f"/{shift}/correct", clerk="nobody"))
    assert struck.texts(".lead") == ["Ratings that would get another clerk: 6."]
    assert "Nobody" in struck.texts("tbody tr")[1]
    data = typed(staff[0], window, "09:04", "12:00")
    page = Page(post(organiser, f"/{shift}/correct", **data))
    assert page.texts(".lead") == [
        "Ratings that would get another clerk: fewer than 5."
    ]


def test_shift_is_struck_after_confirmation(organiser, rated):
    shift, _ = rated
    post(organiser, f"/{shift}/correct", clerk="nobody", step="confirm")
    assert [kept[-1] for kept in shifts()] == [False]
    assert clerks_of_ratings() == [None] * 6


def test_form_of_a_correction_has_what_is_noted(organiser, rated, staff):
    page = get(organiser, "manage.ask_correction", key=rated[0], lang="en")
    assert page.one("#clerk option[selected]")["value"] == str(staff[0])
    assert [page.one(f"#{name}")["value"] for name in ("day", "from", "to")] == [
        "2026-07-16",
        "09:00",
        "12:00",
    ]


# Closed days.


@pytest.fixture
def closed(rated, clock):
    """The same on the day after."""
    clock.now = at("08:00", TOMORROW)
    return rated


@pytest.fixture
def keeper(app, closed, clock):
    return sign_in_as(app, Role.ORGANISER, clock(), login="keeper")


@pytest.fixture
def colleague(app, closed, clock):
    return sign_in_as(app, Role.ORGANISER, clock(), login="colleague")


def test_closed_day_needs_a_reason_and_a_second_person(
    keeper, colleague, closed, staff
):
    shift, window = closed
    data = typed(staff[1], window)
    refused = Page(post(keeper, f"/{shift}/correct", **data))
    assert refused.texts("#reason-error") != []
    shown = Page(post(keeper, f"/{shift}/correct", **data, reason="忘记签到"))
    assert "Reason: 忘记签到" in shown.texts(".lead")
    answer = post(
        keeper, f"/{shift}/correct", **data, reason="忘记签到", step="confirm"
    )
    assert clerks_of_ratings() == [staff[0]] * 6
    page = Page(keeper.get(answer.location))
    assert page.texts(".done")[0].startswith("The correction is noted.")
    assert page.texts("#waiting") == ["Corrections that wait for a second person: 1"]
    own = get(keeper, "manage.proposal", key=1, lang="en")
    assert own.soup.select("form") == []
    assert post(keeper, "/proposals/1", decision="accept").status_code == 422
    seen = get(colleague, "manage.proposal", key=1, lang="en")
    assert "示例乙（0318）" in seen.texts("tbody tr")[1]
    assert seen.texts(".lead")[0] == "Ratings that would get another clerk: 6."
    assert post(colleague, "/proposals/1", decision="accept").status_code == 303
    assert clerks_of_ratings() == [staff[1]] * 6
    check_clerk_tallies()
    assert get(colleague, "manage.proposals", lang="en").texts(".empty") != []


def test_rejected_proposal_changes_nothing(keeper, colleague, closed, staff):
    shift, window = closed
    data = typed(staff[1], window, reason="忘记签到", step="confirm")
    post(keeper, f"/{shift}/correct", **data)
    answer = post(colleague, "/proposals/1", decision="reject")
    assert "done=rejected" in answer.location
    assert clerks_of_ratings() == [staff[0]] * 6
    assert post(colleague, "/proposals/1", decision="accept").status_code == 404


def test_forgotten_shift_of_a_closed_day_is_looked_at_first(
    keeper, closed, staff, windows
):
    data = typed(staff[0], windows[0], "13:00", "14:00", reason="漏排")
    page = Page(post(keeper, "/new", **data))
    assert page.texts("tbody tr")[0] == "Noted so farNothing is noted"
    post(keeper, "/new", **data, step="confirm")
    assert len(shifts()) == 1
    line = get(keeper, "manage.proposals", lang="en").texts("tbody tr")[0]
    assert "示例甲（0317）" in line
    assert "漏排" in line


def test_start_page_tells_the_second_person_and_the_empty_windows(
    keeper, colleague, closed, staff
):
    shift, window = closed
    data = typed(staff[1], window, reason="忘记签到", step="confirm")
    post(keeper, f"/{shift}/correct", **data)
    asked = get(colleague, "manage.today", lang="en")
    named = [text for text in asked.texts(".task-name") if "Corrections" in text]
    assert named == ["Corrections of shifts 1"]
    own = get(keeper, "manage.today", lang="en")
    assert [text for text in own.texts(".task-name") if "Corrections" in text] == []
    empty = [text for text in own.texts(".task-what") if "roster" in text]
    assert empty == ["Windows without anybody in today’s roster: A001 B001 C001"]


# Scope.


def test_manager_sees_and_plans_own_windows_only(
    manager, organiser, windows, staff, clock
):
    foreign = plan(staff[1], windows[1], span("09:00", "12:00"), clock())
    page = get(manager, "manage.shifts", lang="en")
    assert page.texts("tbody .plate") == ["A001"]
    assert "示例乙" not in page.answer.text
    closed = manager.get("/manage/shifts/9999/correct")
    answer = manager.get(f"/manage/shifts/{foreign}/correct")
    assert (answer.status_code, answer.text) == (404, closed.text)
    assert post(manager, f"/{foreign}/correct", clerk="nobody").status_code == 404
    for clerk, window in ((staff[1], windows[0]), (staff[0], windows[1])):
        assert post(manager, "/new", **typed(clerk, window)).status_code == 422
    assert post(manager, "/new", **typed(staff[0], windows[0])).status_code == 303


def test_manager_decides_on_own_windows_only(
    app, manager, organiser, windows, staff, clock
):
    clock.now = at("08:00", YESTERDAY)
    shift = plan(staff[1], windows[1], span("09:00", "12:00", YESTERDAY), clock())
    clock.now = at("08:00")
    data = {"clerk": "nobody", "reason": "误排", "step": "confirm", "day": "2026-07-15"}
    post(organiser, f"/{shift}/correct", **data)
    assert get(manager, "manage.proposals", lang="en").texts(".empty") != []
    assert manager.get("/manage/shifts/proposals/1").status_code == 404
    assert post(manager, "/proposals/1", decision="accept").status_code == 404


def test_clerk_of_another_unit_at_own_window_may_stay_or_go(
    manager, windows, staff, clock
):
    shift = plan(staff[1], windows[0], span("09:00", "12:00"), clock())
    data = typed(staff[1], windows[0], "09:00", "11:00", step="confirm")
    assert post(manager, f"/{shift}/correct", **data).status_code == 303
    assert shifts()[-1][3] == "16 11:00"


def test_inspector_looks_and_changes_nothing(app, windows, staff, clock):
    inspector = sign_in_as(app, Role.INSPECTOR, clock())
    page = get(inspector, "manage.shifts", lang="en")
    assert page.soup.select(".m-acts, tbody a") == []
    assert inspector.get("/manage/shifts/new").status_code == 404


# Lists.


def upload(client, table: str):
    file = (io.BytesIO(table.encode()), "排班.csv")
    return client.post("/manage/shifts/import", data={"file": file}, query_string=EN)


def test_file_of_a_day_comes_back_as_it_was(organiser, windows, staff, clock):
    plan(staff[0], windows[0], span("09:00", "12:00"), clock())
    plan(staff[1], windows[1], span("22:00", "06:00"), clock())
    for kind in ("csv", "xlsx"):
        asked = {"format": kind, "day": "2026-07-16"}
        file = organiser.get("/manage/shifts/file", query_string=asked)
        data = {"file": (io.BytesIO(file.data), f"r.{kind}")}
        page = Page(organiser.post("/manage/shifts/import", data=data, query_string=EN))
        assert page.texts("dd") == ["0", "2"]
    rows = list(
        csv.reader(
            io.StringIO(
                organiser.get(
                    "/manage/shifts/file", query_string={"day": "2026-07-17"}
                ).data.decode("utf-8-sig")
            )
        )
    )
    assert rows == [["日期", "窗口编号", "工号", "开始", "结束", "姓名"]]


def test_list_with_wrong_lines_takes_nothing(manager, windows, staff):
    table = (
        "日期,窗口编号,工号,开始,结束\n"
        "2026-07-16,A001,0317,09:00,12:00\n"
        "2026-07-16,B001,0317,13:00,14:00\n"
        "2026-07-16,A001,0318,13:00,14:00\n"
    )
    page = Page(upload(manager, table))
    assert page.status == 422
    assert page.texts(".warning + .sheet tbody tr") == [
        "3There is no window with the number “B001” for you here.",
        "4There is no clerk with the badge number “0318” for you here.",
    ]
    broken = Page(upload(manager, table.replace("09:00", "9h")))
    assert broken.texts("th.t-line[scope=row]") == ["2"]
    assert shifts() == []
    none = Page(upload(manager, "a,b\nc,d\n"))
    assert none.texts("#file-error") != []


def test_template_of_a_roster(organiser, windows):
    answer = organiser.get("/manage/shifts/template.csv")
    assert "日期" in answer.data.decode("utf-8-sig")


def test_roster_is_copied_to_the_working_days_of_the_calendar(
    organiser, windows, staff, clock
):
    plan(staff[0], windows[0], span("09:00", "12:00"), clock())
    page = get(organiser, "manage.ask_copy", day="2026-07-16", lang="en")
    assert "(1)" in page.texts(".lead")[0]
    answer = post(organiser, "/copy", day="2026-07-16", last="2026-07-20")
    assert Page(answer).texts("dd") == ["2", "0"]
    assert [kept[2] for kept in shifts()[1:]] == ["17 09:00", "20 09:00"]
    again = post(organiser, "/copy", day="2026-07-16", last="2026-07-20")
    assert again.status_code == 303
    for last in ("2026-07-16", "?"):
        wrong = Page(post(organiser, "/copy", day="2026-07-16", last=last))
        assert (wrong.status, wrong.texts("#last-error") != []) == (422, True)
