"""From tables as offices keep them to windows, or to errors that name the line."""

import time

import pytest

from kiosk.domain.window_list import (
    CellEmpty,
    CellFormula,
    CellTooLong,
    NoHeadings,
    NoWindows,
    NumberTwice,
    TooManyRows,
    TypeEmpty,
    WindowRow,
    parse_window_list,
    window_row,
)

TITLE = ["某市政务服务中心窗口一览表"]
CHINESE = ["单位", "窗口编号", "窗口名称", "业务类型", "位置", "电话"]
ENGLISH = ["unit", "window", "name", "service_type", "location", "phone"]
CELLS = ["市人社局", "A001", "社保综合1", "社会保险", "一楼A区", "0000-5550101"]
ROW = WindowRow(
    unit="市人社局",
    number="A001",
    name="社保综合1",
    service_type="社会保险",
    location="一楼A区",
    phone="0000-5550101",
)
FIELDS = ["unit", "number", "name", "service_type", "location", "phone"]


def table(*rows):
    return [(line, list(cells)) for line, cells in enumerate(rows, start=1)]


def window(number, **changes):
    """A right row of cells with this number and these changes by field."""
    values = dict(zip(FIELDS, CELLS, strict=True)) | {"number": number} | changes
    return list(values.values())


def errors_of(*rows):
    """(line, code, values) of each error below Chinese headings in line 1."""
    found = parse_window_list(table(CHINESE, *rows))
    return [(e.line, e.refusal.code, e.refusal.values) for e in found.errors]


# Headings


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


# Rows


def test_empty_rows_are_skipped_and_lines_still_counted():
    found = parse_window_list(table(CHINESE, [], CELLS, ["", " "], window("")))
    assert found.rows == (ROW,)
    assert [error.line for error in found.errors] == [5]


def test_a_short_row_has_blank_cells_at_its_end():
    row = parse_window_list(table(CHINESE, CELLS[:4])).rows[0]
    assert (row.service_type, row.location, row.phone) == ("社会保险", "", "")


def test_a_blank_unit_takes_the_unit_above_across_empty_rows():
    found = parse_window_list(
        table(
            CHINESE,
            CELLS,
            window("A002", unit=""),
            [],
            window("A003", unit=" "),
            window("B001", unit="市医保局"),
            window("B002", unit=""),
        )
    )
    assert [(row.number, row.unit) for row in found.rows] == [
        ("A001", "市人社局"),
        ("A002", "市人社局"),
        ("A003", "市人社局"),
        ("B001", "市医保局"),
        ("B002", "市医保局"),
    ]


def test_a_blank_unit_with_none_above_is_an_error():
    assert errors_of(window("A001", unit=""), CELLS) == [
        (2, "cell_empty", {"column": "单位"}),
        (3, "number_twice", {"first": 2, "second": 3, "number": "A001"}),
    ]


def test_windows_below_a_wrong_unit_do_not_move_to_the_unit_above_it():
    found = parse_window_list(
        table(
            CHINESE, CELLS, window("A002", unit="=B1"), window("A003", unit=""), CELLS
        )
    )
    assert [row.number for row in found.rows] == ["A001"]
    assert [(error.line, error.refusal.code) for error in found.errors] == [
        (3, "cell_formula"),
        (4, "cell_formula"),
        (5, "number_twice"),
    ]


def test_windows_below_a_row_with_another_error_keep_its_unit():
    found = parse_window_list(
        table(
            CHINESE, CELLS, window("", unit="市医保局"), window("A003", unit=""), CELLS
        )
    )
    assert [(row.number, row.unit) for row in found.rows] == [
        ("A001", "市人社局"),
        ("A003", "市医保局"),
    ]


@pytest.mark.parametrize(
    ("field", "column"), [("number", "窗口编号"), ("name", "窗口名称")]
)
def test_an_empty_required_cell_is_an_error(field, column):
    assert errors_of(window("A001", **{field: "\u200b "})) == [
        (2, "cell_empty", {"column": column})
    ]
    assert str(CellEmpty(column=column)) == f"{column} is empty. Please fill it in."


def test_an_empty_service_type_is_an_error_where_the_list_has_the_column():
    assert errors_of(window("A001", service_type="")) == [
        (2, "type_empty", {"column": "业务类型"})
    ]
    assert str(TypeEmpty(column="业务类型")).startswith("业务类型 is empty.")


def test_columns_the_list_does_not_have_are_not_stated():
    found = parse_window_list(table(CHINESE[:3], CELLS[:3]))
    assert found.rows == (WindowRow(unit="市人社局", number="A001", name="社保综合1"),)
    assert found.rows[0].service_type is None
    assert found.rows[0].location is None


@pytest.mark.parametrize(
    ("field", "most"),
    [
        ("unit", 100),
        ("number", 20),
        ("name", 100),
        ("service_type", 100),
        ("location", 100),
        ("phone", 40),
    ],
)
def test_a_cell_may_be_as_long_as_what_is_kept_and_no_longer(field, most):
    assert errors_of(window("A001", **{field: "长" * most})) == []
    assert errors_of(window("A001", **{field: "长" * (most + 1)})) == [
        (2, "cell_too_long", {"column": CHINESE[FIELDS.index(field)], "most": most})
    ]
    sentence = "电话 is too long: at most 40 characters fit."
    assert str(CellTooLong(column="电话", most=40)) == sentence


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("formula", ["=A1", "=", ' ="A001"', "#REF!"])
def test_a_formula_or_its_failure_is_an_error_in_any_column(field, formula):
    column = CHINESE[FIELDS.index(field)]
    assert errors_of(window("A001", **{field: formula})) == [
        (2, "cell_formula", {"column": column})
    ]
    assert str(CellFormula(column=column)).startswith(f"{column} holds a formula.")


def test_a_phone_with_a_country_code_is_no_formula():
    assert errors_of(window("A001", phone="+86 0000 5550101")) == []


def test_a_number_that_comes_again_names_the_first_line_each_time():
    found = parse_window_list(
        table(TITLE, CHINESE, CELLS, window("A002"), window(" A001"), CELLS)
    )
    assert [row.number for row in found.rows] == ["A001", "A002"]
    assert [(error.line, error.refusal.values) for error in found.errors] == [
        (5, {"first": 3, "second": 5, "number": "A001"}),
        (6, {"first": 3, "second": 6, "number": "A001"}),
    ]
    twice = NumberTwice(first=3, second=5, number="A001")
    assert str(twice) == "Lines 3 and 5 have the same number A001."


def test_all_errors_of_all_lines_are_named_in_order():
    assert errors_of(
        CELLS,
        window("A" * 21, name=""),
        window("A003", phone="=1"),
    ) == [
        (3, "cell_too_long", {"column": "窗口编号", "most": 20}),
        (3, "cell_empty", {"column": "窗口名称"}),
        (4, "cell_formula", {"column": "电话"}),
    ]


def test_text_loses_what_hides_in_it_and_keeps_its_words():
    evil = "<script>alert(1)</script>"
    row = parse_window_list(
        table(
            CHINESE,
            window(
                "A\u200b001",
                name=f"户\u202e口 \n{evil}",
                location='<b hx-get="/x">一楼</b>',
                unit="%s %(unit)d {0}",
            ),
        )
    ).rows[0]
    assert row.number == "A001"
    assert row.name == f"户口 {evil}"
    assert row.location == '<b hx-get="/x">一楼</b>'
    assert row.unit == "%s %(unit)d {0}"


# Size


def test_twenty_thousand_windows_fit_and_one_more_does_not():
    rows = [window(f"W{number}") for number in range(20_000)]
    found = parse_window_list(table(*[TITLE] * 10, CHINESE, *rows))
    assert (len(found.rows), found.errors) == (20_000, ())
    with pytest.raises(TooManyRows) as refusal:
        parse_window_list(table(CHINESE, *rows, CELLS))
    assert refusal.value.values == {"most": 20_000}


def test_fifty_thousand_rows_are_refused_without_reading_them_all():
    read = []

    def endless():
        for line in range(1, 50_001):
            read.append(line)
            yield line, CELLS

    begun = time.monotonic()
    with pytest.raises(TooManyRows):
        parse_window_list(endless())
    assert len(read) == 20_012
    assert time.monotonic() - begun < 5


# One window from a form

NAMES = {"unit": "Unit", "number": "Number", "name": "Name", "service_type": "Type"}


def test_a_form_states_one_window():
    fields = {"unit": " 市人社局 ", "number": "A001", "name": "社保", "other": "x"}
    assert window_row(fields | {"service_type": "社会保险"}, NAMES) == WindowRow(
        unit="市人社局", number="A001", name="社保", service_type="社会保险"
    )


def test_a_form_hears_what_is_wrong_first_by_its_own_name():
    with pytest.raises(CellEmpty) as refusal:
        window_row({"unit": "市人社局", "name": "x" * 101}, NAMES)
    assert refusal.value.values == {"column": "Number"}
