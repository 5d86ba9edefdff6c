"""What the board shows, in both languages."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import update

from kiosk.extensions import transaction
from kiosk.models import Installation, Window
from kiosk.web.board.live import LiveBoard
from tests.board_ratings import listed_window, open_window, past_day, past_days
from tests.conftest import NOON
from tests.engines import ON_SQLITE
from tests.pages import Page, get
from tests.screens import ZONE, keep, phone_tap

TODAY = NOON.astimezone(ZONE).date()


def page_of(client, query="?lang=en") -> BeautifulSoup:
    return BeautifulSoup(client.get(f"/board{query}").text, "html5lib")


def words_of(tag) -> str:
    return " ".join(tag.get_text(" ").split())


def test_title_and_what_it_is_not_in_both_languages(client):
    chinese, english = page_of(client, "?lang=zh"), page_of(client, "?lang=en")
    assert [words_of(one.h1) for one in (chinese, english)] == [
        "群众评价实时排行",
        "Live board of public ratings",
    ]
    assert [words_of(one.select_one(".b-frame")) for one in (chinese, english)] == [
        "非评选结果",
        "Not a selection result",
    ]
    assert [one.html["lang"] for one in (chinese, english)] == ["zh-CN", "en"]


def test_row_of_a_listed_window(client):
    listed_window("A001", TODAY, unit="市医疗保障局")
    row = page_of(client).select_one("[data-window=A001]")
    assert [words_of(cell) for cell in row.select("td, th")] == [
        "1",
        "A001",
        "社保综合A001 市医疗保障局",
        "99.5",
        "place 1, between 1 and 1 1–1",
        "48",
        "100.0 %",
        "– unchanged",
    ]


@pytest.mark.parametrize(
    ("levels", "words"),
    [((), "new"), ((4,) * 15, "down 1"), ((5,) * 8, "– unchanged")],
    ids=["new", "down", "unchanged"],
)
def test_move_since_yesterday(client, levels, words):
    listed_window("A002", TODAY, bad=1)
    if levels:
        past_day(listed_window("A001", TODAY), TODAY, levels)
    else:
        past_days(open_window("A001"), TODAY, days=range(5))
    row = page_of(client).select_one("[data-window=A001] .c-chg")
    assert words_of(row) == words


def test_move_upwards(client):
    listed_window("A001", TODAY, bad=1)
    past_day(listed_window("A002", TODAY), TODAY, (4,) * 15)
    row = page_of(client).select_one("[data-window=A001] .c-chg")
    assert words_of(row) == "up 1"


def test_unlisted_windows_are_named_with_what_is_missing(client):
    open_window("A001")
    past_day(open_window("A002"), TODAY, (5,) * 5)
    past_days(open_window("A003"), TODAY, (5,) * 20, days=range(1, 5))
    past_days(open_window("A004"), TODAY, (5, 5, 5, 5, 3, 3, 5, 5))
    page = page_of(client)
    assert [words_of(item) for item in page.select(".b-wait li")] == [
        "A001 社保综合A001 no ratings yet",
        "A002 社保综合A002 26 ratings to go",
        "A003 社保综合A003 not yet 5 days",
        "A004 社保综合A004 satisfaction not yet 90%",
    ]
    assert page.select("[data-window]") == []
    assert words_of(page.select_one("#empty")) == "No window is listed yet"
    chinese = page_of(client, "?lang=zh")
    assert [words_of(item) for item in chinese.select(".b-wait em")] == [
        "暂无评价",
        "还差 26 条",
        "未满 5 天",
        "满意度未达 90%",
    ]
    assert "不合格" not in chinese.text


def test_board_without_windows_says_what_happens_next(client):
    page = page_of(client)
    assert words_of(page.select_one("#empty")) == "No windows are registered yet"
    assert page.select(".b-wait, .b-list, .b-pages") == []
    assert "%" not in page.select_one(".b-side").text


def test_ten_places_stand_together(client):
    for nth in range(11):
        listed_window(f"A{nth:03}", TODAY)
    page = page_of(client)
    groups = page.select("[data-page]")
    assert [len(group.select("[data-window]")) for group in groups] == [10, 1]
    assert [link["href"] for link in page.select("[data-turn]")] == [
        "#places-1",
        "#places-11",
    ]
    assert len(page.select(".range-seat")) == 11


def test_tenth_seat_is_not_drawn_on_a_shorter_axis(client):
    listed_window("A001", TODAY)
    page = page_of(client)
    assert page.select(".range-seat, .seat-key, [data-turn]") == []


def test_today_by_hour_and_by_level(client):
    window = listed_window("A001", TODAY)
    past_day(window, TODAY, (5, 5, 4, 3, 1))
    page = page_of(client)
    assert words_of(page.select_one(".big")) == "5"
    assert [words_of(one) for one in page.select(".dist .d-p")] == [
        "94.3 %",
        "1.9 %",
        "1.9 %",
        "0.0 %",
        "1.9 %",
    ]
    hours = [words_of(one) for one in page.select(".hours .sr")]
    assert len(hours) == 10
    assert hours[2] == "10:00 to 10:59: 5 ratings"
    assert words_of(page.select_one(".running .sr")).startswith("12:00")


def test_hours_outside_office_hours_are_drawn_when_they_have_ratings(client):
    window = open_window("A001")
    for hours in (-5, 7):
        moment = NOON + timedelta(hours=hours)
        keep(phone_tap(window, 5, tapped_at=moment), moment)
    shown = [words_of(one) for one in page_of(client).select(".hours .sr")]
    assert (shown[0], shown[-1]) == (
        "7:00 to 7:59: 1 ratings",
        "19:00 to 19:59: 1 ratings",
    )


def test_names_are_text_and_never_markup(client):
    listed_window("A001", TODAY)
    open_window("A002")
    with transaction() as session:
        session.execute(update(Window).values(name='<b hx-get="/x">窗口'))
    page = page_of(client)
    assert page.select("[hx-get]") == [page.select_one("#board")]
    assert '<b hx-get="/x">窗口' in page.select_one(".w-name").text
    assert page.select_one(".w-wait").text == '<b hx-get="/x">窗口'
    assert page.select_one(".b-scene").has_attr("hx-disable")


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("公积金业务5号窗口", "w-name"),
        ("公积金业务55号窗口", "w-name w-name--long"),
        ("不动产登记综合受理1号窗", "w-name w-name--long"),
        ("不动产登记综合受理11号窗", "w-name w-name--longest"),
    ],
)
def test_long_names_are_set_so_that_they_fit(client, name, size):
    listed_window("A001", TODAY)
    with transaction() as session:
        session.execute(update(Window).values(name=name))
    assert " ".join(page_of(client).select_one(".w-name")["class"]) == size


def test_period_is_told(app, client, clock):
    open_window("A001")
    assert words_of(page_of(client).select_one(".b-period p")) == (
        "18 Apr – 16 Jul 2026, in order of the fair score; 0 of 1 windows are listed."
    )
    assert words_of(page_of(client, "?lang=zh").select_one(".b-period p")).startswith(
        "2026年4月18日至7月16日"
    )
    clock.now = NOON.replace(month=1)
    app.extensions["board"] = LiveBoard()
    told = words_of(page_of(client).select_one(".b-period p"))
    assert told.startswith("19 Oct 2025 – 16 Jan 2026")


def test_demonstration_says_so(app, client):
    assert page_of(client).select(".demo-banner") == []
    with transaction() as session:
        session.execute(update(Installation).values(demonstration=True))
    app.extensions["board"] = LiveBoard()
    assert len(page_of(client).select(".demo-banner")) == 1


@ON_SQLITE
def test_board_opened_from_the_manage_area_leads_back_and_the_wall_does_not(
    organiser,
):
    nav = get(organiser, "manage.today", lang="en").soup.select("header nav a")
    where = [str(a["href"]) for a in nav if a.get_text() == "Leaderboard"]
    assert where == ["/board?desk=1&lang=en"]
    desk = Page(organiser.get(where[0]))
    assert "/manage?lang=en" in desk.links()
    assert "/board?desk=1&lang=zh" in [
        link.replace("lang=zh&desk=1", "desk=1&lang=zh") for link in desk.links()
    ]
    for client in (organiser, organiser.application.test_client()):
        wall = Page(client.get("/board?lang=en"))
        assert [link for link in wall.links() if "/manage" in link] == []
        assert [link for link in wall.links() if "desk" in link] == []
