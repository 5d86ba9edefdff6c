"""`flask board`."""

import csv
import io
import json
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, update

from kiosk.app import create_app
from kiosk.clock import utc_now
from kiosk.domain.column_width import column_width
from kiosk.extensions import db, reading, transaction
from kiosk.models import Chain, Unit, Window
from tests.board_ratings import listed_window, open_window, past_day, rows_at
from tests.conftest import make_settings
from tests.recount import version
from tests.screens import ZONE
from tests.staff import enter_served_on

FIELDS = [
    "window",
    "name",
    "unit",
    "service_type",
    "ratings",
    "effective",
    "mean",
    "good_rate",
    "served",
    "response_rate",
    "over_served",
    "score",
    "place",
    "low",
    "high",
    "listed",
    "reason",
]


def today():
    return utc_now().astimezone(ZONE).date()


def printed(runner, form: str) -> str:
    result = runner.invoke(args=["board", "--format", form])
    assert result.exit_code == 0
    return result.output


@pytest.fixture
def hall(app):
    """Two listed windows, one of them with a bad day, and one that waits."""
    listed_window("B001", today(), bad=1, unit="市医疗保障局")
    past_day(listed_window("A001", today()), today(), (4, 4, 3, 1, 5))
    open_window("A002")


def test_json_has_exactly_the_promised_fields(hall, runner):
    asked = utc_now().replace(microsecond=0)
    told = json.loads(printed(runner, "json"))
    assert list(told) == ["version", "computed_at", "windows"]
    with reading() as session:
        assert told["version"] == session.scalar(
            select(Chain.number).where(Chain.id == 1)
        )
    computed = datetime.fromisoformat(told["computed_at"])
    assert asked <= computed <= utc_now()
    assert [list(window) for window in told["windows"]] == [FIELDS] * 3


def test_json_tells_what_the_board_shows_to_four_decimals(hall, runner):
    windows = json.loads(printed(runner, "json"))["windows"]
    rows = rows_at(utc_now())
    assert [window["window"] for window in windows] == ["A001", "A002", "B001"]
    for window in windows:
        row = rows[window["window"]]
        for name in FIELDS[:-1]:
            value = getattr(row, name)
            value = round(value, 4) if isinstance(value, float) else value
            assert (name, window[name]) == (name, value)
    assert windows[0]["score"] != rows["A001"].score


def test_json_row_of_a_window_that_is_not_listed(hall, runner):
    row = json.loads(printed(runner, "json"))["windows"][1]
    assert row == {
        "window": "A002",
        "name": "社保综合A002",
        "unit": "市人社局",
        "service_type": "社保",
        "ratings": 0,
        "effective": 0.0,
        "mean": None,
        "good_rate": None,
        "served": None,
        "response_rate": None,
        "over_served": False,
        "score": None,
        "place": None,
        "low": None,
        "high": None,
        "listed": False,
        "reason": "no_ratings",
    }


def test_listed_windows_have_no_reason(hall, runner):
    windows = json.loads(printed(runner, "json"))["windows"]
    assert [window["reason"] for window in windows if window["listed"]] == [None, None]


def test_json_without_windows(app, runner):
    told = json.loads(printed(runner, "json"))
    # The chain has begun, which is its first entry.
    assert (told["version"], told["windows"]) == (1, [])


def test_sheet_begins_with_the_mark_of_utf_8_and_equals_the_json(hall, runner):
    sheet = printed(runner, "csv")
    assert sheet.startswith("\ufeffwindow,name,")
    rows = list(csv.DictReader(io.StringIO(sheet.removeprefix("\ufeff"))))
    windows = json.loads(printed(runner, "json"))["windows"]
    assert rows == [
        {name: "" if value is None else str(value) for name, value in each.items()}
        for each in windows
    ]


@pytest.mark.parametrize("start", list("=+-@\t\r"))
def test_sheet_holds_no_formulas(app, runner, start):
    open_window("A001")
    with transaction() as session:
        session.execute(update(Window).values(name=f"{start}1+1"))
        session.execute(update(Unit).values(name=f"a{start}b"))
    sheet = printed(runner, "csv").removeprefix("\ufeff")
    row = next(csv.DictReader(io.StringIO(sheet, newline="")))
    assert (row["name"], row["unit"]) == (f"'{start}1+1", f"a{start}b")


def test_text_is_in_columns_with_the_listed_first(hall, runner):
    head, headings, *lines = printed(runner, "text").splitlines()
    first = today() - timedelta(days=89)
    assert head == f"{first} – {today()}, version {version()}"
    assert [line.split()[:2] for line in lines] == [
        ["1", "B001"],
        ["2", "A001"],
        ["–", "A002"],
    ]
    name, unit = headings.index("name"), headings.index("unit")
    for line, words in zip(
        lines, ["市医疗保障局", "市人社局", "市人社局"], strict=True
    ):
        assert column_width(line[: line.index("社保综合")]) == name
        assert column_width(line[: line.index(words)]) == unit


def test_text_is_the_usual_form(hall, runner):
    assert runner.invoke(args=["board"]).output == printed(runner, "text")


def test_text_tells_moves_and_what_is_missing(hall, runner):
    listed_window("C001", today(), bad=8)
    past_day(open_window("C002"), today(), (5,) * 40)
    lines = printed(runner, "text").splitlines()[2:]
    assert [line.split()[-1] for line in lines[:3]] == ["+1", "-1", "0"]
    assert lines[3].endswith("暂无评价")
    assert lines[4].endswith("还差 8 条")


def test_response_stands_beside_the_good_rate(app, runner):
    for number, served in (("A001", 10), ("B001", 7), ("C001", 0)):
        window = listed_window(number, today())
        enter_served_on(window, served, today() - timedelta(days=1))
    windows = json.loads(printed(runner, "json"))["windows"]
    names = ("window", "served", "response_rate", "over_served")
    assert [tuple(each[name] for name in names) for each in windows] == [
        ("A001", 10, 80.0, False),
        ("B001", 7, None, True),
        ("C001", None, None, False),
    ]
    sheet = printed(runner, "csv").removeprefix("\ufeff")
    assert [row["response_rate"] for row in csv.DictReader(io.StringIO(sheet))] == [
        "80.0",
        "",
        "",
    ]
    lines = {line.split()[1]: line for line in printed(runner, "text").splitlines()[2:]}
    assert " 100.0        80.0 " in lines["A001"]
    assert lines["B001"].endswith("评价数多于办理人数")
    assert "办理人数" not in lines["C001"]


def test_text_in_english_where_that_is_the_installations_language(
    app, database_url, tmp_path
):
    open_window("A001")
    english = create_app(
        make_settings(tmp_path, database_url=database_url, default_language="en")
    )
    with english.app_context():
        lines = printed(english.test_cli_runner(), "text").splitlines()
        db.engine.dispose()
    assert lines[-1].endswith("no ratings yet")
