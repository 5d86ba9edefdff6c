"""From a file to windows: the same list in every kind of file, or a refusal."""

import pytest
from openpyxl import Workbook

from kiosk.domain.sheets import FileProtected
from kiosk.domain.window_list import NoHeadings, TooManyRows, TwoLists
from kiosk.services.window_files import read_window_list
from tests.workbooks import HEADINGS, OLD_OR_LOCKED, TITLE, saved, workbook

CSV = (
    f"{TITLE},,,,,\n单位,窗口编号,窗口名称,业务类型,位置,电话\n"
    "市人社局,A001,社保综合1,社会保险,一楼A区,0000-5550101\n"
    ",A002,社保卡,社会保险,一楼A区,0000-5550102\n\n"
    "市医保局,B001,异地备案,医疗保障,二楼,0000-5550103\n"
)


def as_xlsx(csv: str = CSV) -> bytes:
    lines = [line.split(",") for line in csv.splitlines()]
    merged = ["A1:F1", "A3:A4"]
    return workbook([[cell or None for cell in line] for line in lines], merged=merged)


@pytest.mark.parametrize(
    "data",
    [CSV.encode("utf-8-sig"), CSV.encode("gbk"), CSV.encode("utf-16"), as_xlsx()],
    ids=["utf-8", "gbk", "utf-16", "xlsx"],
)
def test_the_same_list_reads_the_same_in_each_kind_of_file(data):
    found = read_window_list(data, "windows")
    assert found.errors == ()
    assert [(row.unit, row.number, row.location, row.phone) for row in found.rows] == [
        ("市人社局", "A001", "一楼A区", "0000-5550101"),
        ("市人社局", "A002", "一楼A区", "0000-5550102"),
        ("市医保局", "B001", "二楼", "0000-5550103"),
    ]


@pytest.mark.parametrize("made", [str.encode, as_xlsx], ids=["csv", "xlsx"])
def test_errors_name_the_line_of_the_file(made):
    found = read_window_list(made(CSV.replace("异地备案", "")), "windows")
    assert [(error.line, error.refusal.code) for error in found.errors] == [
        (6, "cell_empty")
    ]
    assert [row.number for row in found.rows] == ["A001", "A002"]


def test_numbers_typed_as_numbers_stay_what_the_office_sees():
    data = workbook([HEADINGS, ["市人社局", 1, "社保", "社会保险", None, 5550101]])
    (row,) = read_window_list(data, "a.xlsx").rows
    assert (row.number, row.phone) == ("1", "5550101")


def test_a_formula_in_a_workbook_is_an_error_of_its_line():
    data = workbook([HEADINGS, ["市人社局", '="A"&1', "社保", "社会保险"]])
    found = read_window_list(data, "a.xlsx")
    assert found.rows == ()
    assert [(error.line, error.refusal.code) for error in found.errors] == [
        (2, "cell_formula")
    ]


def book_of(**sheets):
    """A workbook whose first sheet explains, with these sheets behind it."""
    book = Workbook()
    book.active.append(["请勿修改表头"])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return saved(book)


WINDOW = ["市人社局", "A001", "社保", "社会保险"]


def test_the_list_is_found_behind_other_sheets():
    data = book_of(
        字典=[["单位", "业务类型"], ["市人社局", "社会保险"]], 窗口=[HEADINGS, WINDOW]
    )
    assert [row.number for row in read_window_list(data, "a.xlsx").rows] == ["A001"]


def test_a_sheet_with_some_headings_says_what_it_lacks():
    data = book_of(窗口=[["单位", "窗口编号"], WINDOW[:2]])
    found = read_window_list(data, "a.xlsx")
    assert [(error.line, error.refusal.code) for error in found.errors] == [
        (1, "column_missing")
    ]


def test_two_lists_in_one_workbook_are_refused_by_their_names():
    data = book_of(一楼=[HEADINGS, WINDOW], 二楼=[HEADINGS, WINDOW])
    with pytest.raises(TwoLists) as refusal:
        read_window_list(data, "a.xlsx")
    assert refusal.value.values == {"first": "一楼", "second": "二楼"}


@pytest.mark.parametrize(
    "data", [book_of(), "只有一句话".encode()], ids=["xlsx", "csv"]
)
def test_a_file_without_headings_on_any_sheet_is_refused(data):
    with pytest.raises(NoHeadings):
        read_window_list(data, "a")


def test_a_file_that_is_no_table_is_refused():
    with pytest.raises(FileProtected):
        read_window_list(OLD_OR_LOCKED, "a.xls")


def test_fifty_thousand_rows_are_refused():
    rows = "".join(f"市人社局,W{number},窗口\n" for number in range(50_000))
    with pytest.raises(TooManyRows) as refusal:
        read_window_list(f"单位,窗口编号,窗口名称\n{rows}".encode(), "a.csv")
    assert str(refusal.value) == (
        "The list has more than 20000 rows. Please split it into several files."
    )


@pytest.mark.unmeasured
def test_a_window_too_many_is_refused_and_never_cut_off():
    titles = f"{TITLE}\n" * 10 + "单位,窗口编号,窗口名称\n"
    rows = "".join(f"市人社局,W{number},窗口\n" for number in range(20_000))
    assert len(read_window_list((titles + rows).encode(), "a.csv").rows) == 20_000
    with pytest.raises(TooManyRows):
        read_window_list((titles + rows + "甲,A001,乙\n").encode(), "a.csv")
