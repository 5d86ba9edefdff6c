"""Badges, PINs, lists of clerks and of shifts: what is read and what is refused."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from kiosk.domain.history_clerks import KnownClerk, KnownClerks
from kiosk.domain.list_columns import (
    Column,
    HeadingsMissing,
    ListEmpty,
    heading_key,
    read_rows,
)
from kiosk.domain.roster_list import parse_roster_list
from kiosk.domain.staff import (
    PinInvalid,
    PinTooPlain,
    badge_words,
    normal_badge,
    parse_pin,
    typed_pin,
)
from kiosk.domain.staff_list import parse_staff_list
from kiosk.domain.window_list import TooManyRows

TODAY = date(2026, 7, 16)
ZONE = ZoneInfo("Asia/Shanghai")
STAFF = ["单位", "工号", "姓名", "同意公示姓名"]
ROSTER = ["日期", "窗口编号", "工号", "开始", "结束"]


def lines(*rows: list[str]) -> list[tuple[int, list[str]]]:
    return list(enumerate(rows, start=1))


def test_badges_and_pins_are_the_same_in_any_width():
    assert normal_badge(" ０３１７ａ ") == "0317a"
    assert typed_pin(" ２４６８ ") == "2468"
    assert badge_words("示例甲", "0317") == "示例甲（0317）"


@pytest.mark.parametrize("pin", ["2468", "1112", "12345679", "98765431"])
def test_pins_of_four_to_eight_digits_are_taken(pin):
    assert parse_pin(pin, "0317") == pin


@pytest.mark.parametrize(
    ("pin", "refusal"),
    [
        ("246", PinInvalid),
        ("246813579", PinInvalid),
        ("24a8", PinInvalid),
        ("²⁴⁶a", PinInvalid),
        ("0000", PinTooPlain),
        ("5678", PinTooPlain),
        ("8765", PinTooPlain),
        ("0317", PinTooPlain),
    ],
)
def test_other_pins_are_refused(pin, refusal):
    with pytest.raises(refusal):
        parse_pin(pin, "0317")


def test_list_is_found_below_titles_and_between_repeated_headings():
    found = parse_staff_list(
        lines(
            ["2026年人员名单"],
            ["所属部门", "序号", "工牌号", "人员姓名", "公示姓名", "备注"],
            ["市人社局", "1", "0317", "示例甲", "是", "x"],
            ["所属部门", "序号", "工牌号", "人员姓名", "公示姓名", "备注"],
            ["市人社局", "2", "0318", "示例乙", "No"],
        )
    )
    assert found.errors == ()
    assert [(r.line, r.unit, r.facts.badge, r.facts.named) for r in found.rows] == [
        (3, "市人社局", "0317", True),
        (5, "市人社局", "0318", False),
    ]
    assert [r.starts_on for r in found.rows] == [None, None]


def test_wrong_cells_are_named_by_line():
    found = parse_staff_list(
        lines(
            STAFF,
            ["", "0317", "示例甲", "是"],
            ["市人社局", "1" * 21, "字" * 61, "是"],
            ["市人社局", "=A1", "示例甲", "是"],
            ["市人社局", "0319", "示例丙", "可能"],
            ["市人社局", "0320", "示例丁", "是"],
            ["市人社局", "０３２０", "示例戊", "否"],
        )
    )
    assert [(e.line, e.refusal.code) for e in found.errors] == [
        (2, "cell_empty"),
        (3, "cell_too_long"),
        (3, "cell_too_long"),
        (4, "cell_formula"),
        (5, "consent_unclear"),
        (7, "badge_twice"),
    ]
    assert [r.facts.badge for r in found.rows] == ["0320"]


def test_days_of_service_are_read_and_who_left_is_left_out():
    found = parse_staff_list(
        lines(
            [*STAFF, "到岗日期", "离岗日期"],
            ["市人社局", "0317", "示例甲", "是", "2026年7月1日", ""],
            ["市人社局", "0318", "示例乙", "是", "2025-07-01", "2026-01-01"],
            ["市人社局", "0319", "示例丙", "是", "昨天", ""],
        )
    )
    assert [r.starts_on for r in found.rows] == [date(2026, 7, 1)]
    assert found.left == 1
    assert [(e.line, e.refusal.code) for e in found.errors] == [(4, "day_unreadable")]


def test_columns_that_lack_or_stand_twice_are_errors_of_the_headings():
    found = parse_staff_list(lines(["单位", "工号", "工牌号", "姓名"], ["a"] * 4))
    assert [(e.line, e.refusal.code) for e in found.errors] == [
        (1, "column_twice"),
        (1, "column_missing"),
    ]
    assert found.rows == ()


def test_table_that_is_no_such_list_is_refused_whole():
    with pytest.raises(HeadingsMissing, match="unit 单位, badge 工号, name 姓名"):
        parse_staff_list(lines(["姓名", "电话"], ["示例甲", "1"]))
    with pytest.raises(HeadingsMissing):
        parse_staff_list([])
    with pytest.raises(ListEmpty):
        parse_staff_list(lines(STAFF))


def test_rows_are_counted_up_to_the_limit():
    columns = [
        Column("a", "a", frozenset({"a"}), 5),
        Column("b", "b", frozenset({"b"}), 5),
    ]
    body = [["1", "2"]] * 3
    assert len(read_rows(lines(["a", "b"], *body), columns, 3).rows) == 3
    with pytest.raises(TooManyRows, match="2"):
        read_rows(lines(["a", "b"], *body), columns, 2)


def test_headings_are_known_without_case_width_and_remarks():
    assert heading_key("Badge Number*（工牌）") == "badgenumber"


def test_apostrophes_of_an_export_are_taken_off_and_others_stay():
    columns = [
        Column("a", "a", frozenset({"a"}), 9),
        Column("b", "b", frozenset({"b"}), 9),
    ]
    [row] = read_rows(lines(["a", "b"], ["'=1", "'tis"]), columns, 3).rows
    assert row.cells == {"a": "=1", "b": "'tis"}


def test_roster_rows_are_read_and_errors_named():
    found = parse_roster_list(
        lines(
            ROSTER,
            ["2026-07-16", "A001", "0317", "09:00", "12:00"],
            ["2026-07-16", "A001", "0317", "22:00", "06:00:00"],
            ["2026-07-15", "A001", "0317", "09:00", "12:00"],
            ["2026-07-16", "A001", "0317", "09:00", "09:00"],
            ["2026-07-16", "A001", "0317", "", "09:00"],
        ),
        ZONE,
        TODAY,
    )
    assert [(r.line, r.number, r.span.words(ZONE)) for r in found.rows] == [
        (2, "A001", "2026-07-16 09:00–12:00"),
        (3, "A001", "2026-07-16 22:00 – 2026-07-17 06:00"),
    ]
    assert [(e.line, e.refusal.code) for e in found.errors] == [
        (4, "day_over"),
        (5, "shift_too_long"),
        (6, "cell_empty"),
    ]


# Whom a history names.

LEFT = KnownClerk(1, "示例甲", "0317", date(2024, 1, 1), date(2026, 1, 1))
NOW = KnownClerk(2, "示例乙", "0317", date(2026, 1, 1), None)
TWIN = KnownClerk(3, "示例乙", "0400", date(2026, 1, 1), None)
YOUNG = KnownClerk(4, "示例丙", "0500", TODAY, None)
KNOWN = KnownClerks([LEFT, NOW, TWIN, YOUNG])


@pytest.mark.parametrize(
    ("label", "day", "clerk"),
    [
        ("0317", date(2025, 12, 31), 1),
        ("0317", date(2026, 1, 1), 2),
        ("0317", date(2023, 12, 31), None),
        ("0400", date(2026, 7, 1), 3),
        ("0500", date(2020, 1, 1), 4),
        ("示例甲", date(2025, 6, 1), 1),
        ("示例甲", date(2026, 6, 1), 1),
        ("示例乙", date(2026, 6, 1), None),
        ("示例丙", date(2020, 1, 1), 4),
        ("示例丁", TODAY, None),
        ("", TODAY, None),
    ],
)
def test_badge_then_unique_name_say_whom_a_file_means(label, day, clerk):
    assert KNOWN.named(label, day) == clerk


def test_name_of_two_is_the_one_who_served_that_day():
    before = KnownClerk(5, "示例乙", "0600", date(2020, 1, 1), date(2021, 1, 1))
    both = KnownClerks([NOW, before])
    assert both.named("示例乙", date(2020, 6, 1)) == 5
    assert both.named("示例乙", date(2026, 6, 1)) == 2
    assert both.named("示例乙", date(2023, 6, 1)) is None
