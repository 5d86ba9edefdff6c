"""Which row holds the headings, and which column holds what."""

import pytest

from kiosk.domain.window_list import NoHeadings, NoWindows, parse_window_list
from tests.domain.window_tables import (
    CELLS,
    CHINESE,
    ENGLISH,
    FIELDS,
    ROW,
    TITLE,
    table,
    window,
)


@pytest.mark.parametrize("headings", [CHINESE, ENGLISH], ids=["chinese", "english"])
def test_a_row_below_either_headings_is_read_whole(headings):
    assert parse_window_list(table(headings, CELLS)).rows == (ROW,)
    assert parse_window_list(table(headings, CELLS)).errors == ()


@pytest.mark.parametrize(
    ("field", "heading"),
    [
        ("unit", "单位名称"),
        ("unit", "部门"),
        ("unit", "部门/单位名称"),
        ("unit", "单位（部门）"),
        ("unit", " UNIT "),
        ("number", "窗口号"),
        ("number", "编号"),
        ("number", "窗口"),
        ("number", "窗 口\n编 号"),
        ("number", "窗口编号*"),
        ("number", "Ｗｉｎｄｏｗ"),
        ("number", "Window No."),
        ("name", "名称"),
        ("name", "窗口名称（必填）"),
        ("service_type", "业务类别"),
        ("service_type", "服务类型"),
        ("service_type", "Service Type"),
        ("location", "地点"),
        ("phone", "联系电话"),
        ("phone", "联系电话："),
    ],
)
def test_a_close_variant_of_a_heading_is_understood(field, heading):
    headings = list(CHINESE)
    headings[FIELDS.index(field)] = heading
    assert parse_window_list(table(headings, CELLS)).rows == (ROW,)


def test_columns_may_stand_in_any_order_among_others():
    headings = ["序号", *reversed(CHINESE), "备注"]
    cells = ["1", *reversed(CELLS), "=ROW()"]
    assert parse_window_list(table(headings, cells)).rows == (ROW,)


def test_the_clearer_heading_wins_over_a_running_number():
    headings = ["编号", "窗口", *CHINESE]
    assert parse_window_list(table(headings, ["7", "x", *CELLS])).rows == (ROW,)


def test_a_column_named_window_is_the_name_beside_a_column_of_numbers():
    found = parse_window_list(table(["单位", "编号", "窗口"], CELLS[:3]))
    assert [(row.number, row.name) for row in found.rows] == [("A001", "社保综合1")]


def test_one_column_is_never_both_number_and_name():
    found = parse_window_list(table(["单位", "窗口"], CELLS[:2]))
    assert [error.refusal.values for error in found.errors] == [
        {"column": "name 窗口名称"}
    ]


@pytest.mark.parametrize("titles", [0, 1, 10])
def test_title_rows_are_skipped(titles):
    found = parse_window_list(table(*[TITLE] * titles, CHINESE, CELLS))
    assert found.rows == (ROW,)


def test_headings_below_more_than_ten_title_rows_are_not_found():
    with pytest.raises(NoHeadings) as refusal:
        parse_window_list(table(*[TITLE] * 11, CHINESE, CELLS))
    assert refusal.value.values == {"most": 11}


def test_empty_rows_do_not_count_as_title_rows():
    rows = [[], [" ", ""], ["\u200b"]] * 10
    assert parse_window_list(table(TITLE, *rows, CHINESE, CELLS)).rows == (ROW,)


def test_a_title_row_that_itself_names_columns_is_not_taken_for_the_headings():
    title = ["单位", "某市政务服务中心", "电话", "0000-5550100"]
    assert parse_window_list(table(title, CHINESE, CELLS)).rows == (ROW,)


def test_headings_repeated_for_print_are_skipped():
    found = parse_window_list(table(CHINESE, CELLS, [*CHINESE, ""], window("A002")))
    assert [row.number for row in found.rows] == ["A001", "A002"]
    assert found.errors == ()


@pytest.mark.parametrize(
    ("field", "column"),
    [
        ("unit", "unit 单位"),
        ("number", "window 窗口编号"),
        ("name", "name 窗口名称"),
    ],
)
def test_a_missing_column_is_an_error_in_the_line_of_the_headings(field, column):
    place = FIELDS.index(field)
    headings = [heading for at, heading in enumerate(CHINESE) if at != place]
    found = parse_window_list(table(TITLE, headings, CELLS))
    assert found.rows == ()
    assert [(e.line, e.refusal.code, e.refusal.values) for e in found.errors] == [
        (2, "column_missing", {"column": column})
    ]
    assert str(found.errors[0].refusal) == f"The column {column} is missing."


def test_two_columns_with_one_heading_are_refused():
    found = parse_window_list(table([*CHINESE, " 电话 "], [*CELLS, "1"]))
    assert found.rows == ()
    assert [(e.line, e.refusal.code, e.refusal.values) for e in found.errors] == [
        (1, "column_twice", {"column": "电话"})
    ]


@pytest.mark.parametrize(
    "rows",
    [
        [],
        [["这不是表格"]],
        [["window", "time", "channel", "level"], ["A001", "…", "tablet", "5"]],
        [["窗口编号/名称", "备注"], ["A001", ""]],
    ],
    ids=["nothing", "prose", "another list", "one heading for two fields"],
)
def test_a_table_without_headings_is_refused(rows):
    with pytest.raises(NoHeadings):
        parse_window_list(table(*rows))


def test_headings_without_a_window_are_refused():
    with pytest.raises(NoWindows):
        parse_window_list(table(TITLE, CHINESE, [], CHINESE))
