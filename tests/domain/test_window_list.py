"""From tables as offices keep them to windows, or to errors that name the line."""

import pytest

from kiosk.domain.window_list import (
    CellEmpty,
    CellFormula,
    CellTooLong,
    NumberTwice,
    TooManyRows,
    TypeEmpty,
    WindowRow,
    parse_window_list,
    window_row,
)
from tests.domain.window_tables import CELLS, CHINESE, FIELDS, ROW, TITLE, table, window


def errors_of(*rows):
    """(line, code, values) of each error below Chinese headings in line 1."""
    found = parse_window_list(table(CHINESE, *rows))
    return [(e.line, e.refusal.code, e.refusal.values) for e in found.errors]


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
    assert errors_of(window(**{field: "\u200b "})) == [
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
    assert errors_of(window(**{field: "长" * most})) == []
    assert errors_of(window(**{field: "长" * (most + 1)})) == [
        (2, "cell_too_long", {"column": CHINESE[FIELDS.index(field)], "most": most})
    ]
    sentence = "电话 is too long: at most 40 characters fit."
    assert str(CellTooLong(column="电话", most=40)) == sentence


@pytest.mark.parametrize("field", FIELDS)
@pytest.mark.parametrize("formula", ["=A1", "=", ' ="A001"', "#REF!"])
def test_a_formula_or_its_failure_is_an_error_in_any_column(field, formula):
    column = CHINESE[FIELDS.index(field)]
    assert errors_of(window(**{field: formula})) == [
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

    with pytest.raises(TooManyRows):
        parse_window_list(endless())
    assert len(read) == 20_012


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


# The service guide

GUIDE = ["办理事项", "办理时限", "所需材料", "服务承诺"]


def test_a_guide_comes_along_with_its_lines():
    matters = " 登记 \r\n转移\n\n"
    found = parse_window_list(
        table([*CHINESE, *GUIDE], [*CELLS, matters, "即办", "身份证", ""])
    )
    [row] = found.rows
    assert (row.handles, row.takes) == ("登记\n转移", "即办")
    assert (row.documents, row.promises) == ("身份证", "")


def test_english_headings_of_the_guide_are_understood():
    headings = [*CHINESE, "handles", "takes", "documents", "promises"]
    [row] = parse_window_list(table(headings, [*CELLS, "a", "b", "c", "d"])).rows
    assert (row.handles, row.takes, row.documents, row.promises) == (*"abcd",)


def test_without_its_columns_a_guide_is_not_stated():
    [row] = parse_window_list(table(CHINESE, CELLS)).rows
    assert (row.handles, row.takes, row.documents, row.promises) == (None,) * 4


@pytest.mark.parametrize(("more", "fits"), [(0, True), (1, False)])
def test_a_text_of_the_guide_has_two_thousand_characters_at_most(more, fits):
    long = "长" * (2000 + more)
    found = parse_window_list(table([*CHINESE, "办理事项"], [*CELLS, long]))
    assert [e.refusal.code for e in found.errors] == ([] if fits else ["cell_too_long"])


def test_other_cells_are_one_line_as_before():
    [row] = parse_window_list(table(CHINESE, window(location="一楼\nA区"))).rows
    assert row.location == "一楼 A区"


# What we exported ourselves


def test_the_apostrophe_of_our_own_export_is_taken_off():
    cells = window("'-1", name="'@窗口", phone="'+86 0000 5550101", unit="'=局")
    [row] = parse_window_list(table(CHINESE, cells)).rows
    assert (row.number, row.name) == ("-1", "@窗口")
    assert (row.phone, row.unit) == ("+86 0000 5550101", "=局")


def test_with_and_without_it_a_number_is_the_same():
    found = parse_window_list(table(CHINESE, window("'-1"), window("-1")))
    assert [(e.line, e.refusal.code) for e in found.errors] == [(3, "number_twice")]


def test_the_apostrophe_does_not_count_as_a_character():
    phone = "+" + "1" * 39
    assert errors_of(window(phone=f"'{phone}")) == []


ONLY = [*CHINESE, "只显示二维码"]


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("是", True),
        ("YES", True),
        ("1", True),
        ("否", False),
        ("no", False),
        ("", False),
    ],
)
def test_which_screens_show_the_code_only_may_be_a_column(cell, said):
    found = parse_window_list(table(ONLY, [*CELLS, cell]))
    assert (found.rows[0].code_only, found.errors) == (said, ())


def test_list_without_that_column_does_not_say():
    assert parse_window_list(table(CHINESE, CELLS)).rows[0].code_only is None


@pytest.mark.parametrize("cell", ["也许", "2", "是的"])
def test_neither_yes_nor_no_is_an_error_of_its_line(cell):
    found = parse_window_list(table(ONLY, [*CELLS, cell]))
    [error] = found.errors
    assert (error.line, error.refusal.code) == (2, "code_only_unclear")
    assert error.refusal.values == {"given": cell, "column": "只显示二维码"}
