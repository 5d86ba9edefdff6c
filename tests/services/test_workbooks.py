"""Workbooks read as text within limits: cells, merged cells, sheets, bombs."""

import io
import re
import zipfile
from datetime import date

import openpyxl
import pytest
from openpyxl import Workbook
from openpyxl.chart import BarChart
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.formula import ArrayFormula

from kiosk.domain.sheets import FileProtected, NotATable, UnpacksTooLarge
from kiosk.services.sheets import read_sheets
from tests.workbooks import SHEET, lines_of, part_of, saved, with_part, workbook

MEGABYTE = 1024 * 1024


def test_cells_come_out_as_an_office_reads_them():
    book = Workbook()
    book.active.append([1, 1.5, "001", " 甲 ", True, None, "尾"])
    assert lines_of(saved(book)) == [(1, ["1", "1.5", "001", "甲", "True", "", "尾"])]


@pytest.mark.parametrize(
    ("stored", "read"), [(b"7.0", "7"), (b"1.38E10", "13800000000"), (b"0.5", "0.5")]
)
def test_whole_numbers_have_no_decimals_however_they_are_stored(stored, read):
    sound = workbook([[7]])
    part = part_of(sound, SHEET)
    assert b"<v>7</v>" in part
    data = with_part(sound, SHEET, part.replace(b"<v>7</v>", b"<v>%s</v>" % stored))
    assert lines_of(data) == [(1, [read])]


def test_a_number_shown_with_leading_zeros_keeps_them():
    book = Workbook()
    book.active.append([7, 7.0, 7, 1234, 0.5])
    for cell, shown in zip(
        book.active[1], ["000", "00", "0", "000", "000"], strict=True
    ):
        cell.number_format = shown
    assert lines_of(saved(book)) == [(1, ["007", "07", "7", "1234", "0.5"])]


def test_a_date_is_text_and_no_failure():
    book = Workbook()
    book.active.append([date(2026, 1, 2)])
    assert lines_of(saved(book)) == [(1, ["2026-01-02 00:00:00"])]


def test_formulas_come_out_as_formulas_and_are_not_evaluated():
    book = Workbook()
    book.active.append(["=1+1", '="A"&"001"', "x"])
    book.active["C1"] = ArrayFormula("C1:C2", "=A1:A2")
    ((_, cells),) = lines_of(saved(book))
    assert [cell[:1] for cell in cells] == ["=", "=", "="]
    assert cells[0] == "=1+1"


def test_a_cell_merged_downwards_fills_its_lines():
    rows = [
        ["标题", None, None],
        ["单位", "编号", "位置"],
        ["甲", "A1", "一楼"],
        [None, "A2", None],
        [None, "A3", None],
        ["乙", "B1", None],
    ]
    data = workbook(rows, merged=["A1:C1", "A3:A5", "C3:C4"])
    assert lines_of(data) == [
        (1, ["标题"]),
        (2, ["单位", "编号", "位置"]),
        (3, ["甲", "A1", "一楼"]),
        (4, ["甲", "A2", "一楼"]),
        (5, ["甲", "A3"]),
        (6, ["乙", "B1"]),
    ]


def test_a_merged_cell_reaches_over_short_and_empty_lines():
    rows = [["A1", "甲"], ["A2"], [], ["A4"]]
    data = workbook(rows, merged=["B1:B6", "E1:E4"])
    assert lines_of(data) == [(1, ["A1", "甲"]), (2, ["A2", "甲"]), (4, ["A4", "甲"])]


def with_merged(data: bytes, *ranges: str) -> bytes:
    """The same workbook with these ranges beside its merged A1:A2."""
    part = part_of(data, SHEET)
    # With or without a blank: it depends on what writes XML here.
    [given] = re.findall(rb'<mergeCell ref="A1:A2" ?/>', part)
    more = "".join(f'<mergeCell ref="{cells}"/>' for cells in ranges).encode()
    return with_part(data, SHEET, part.replace(given, given + more))


def test_a_merged_range_that_overlaps_another_changes_nothing():
    sound = workbook([["甲", "1"], [None, "2"], ["乙", "3"]], merged=["A1:A2"])
    assert lines_of(with_merged(sound, "A2:A3")) == [
        (1, ["甲", "1"]),
        (2, ["甲", "2"]),
        (3, ["乙", "3"]),
    ]


def test_a_merged_range_that_begins_in_an_empty_line_changes_nothing():
    rows = [["甲", "1"], ["", "2"], [], ["乙", "4"], ["丙", "5"]]
    data = with_merged(workbook(rows, merged=["A1:A2"]), "A3:A5", "B9:B12")
    assert [cells[0] for _, cells in lines_of(data)] == ["甲", "甲", "乙", "丙"]


def test_a_merged_range_in_a_column_that_is_not_read_makes_no_line_longer():
    data = with_merged(workbook([["甲", "1"], ["", "2"]], merged=["A1:A2"]), "BM1:BM2")
    (sheet,) = read_sheets(data, "a.xlsx", 9)
    assert [len(cells) for _, cells in sheet.lines] == [2, 2]


def test_each_visible_sheet_is_read_with_its_name():
    book = Workbook()
    book.active.title = "说明"
    book.create_sheet("窗口").append(["单位"])
    book.create_sheet("字典").sheet_state = "hidden"
    book["字典"].append(["暗"])
    book.create_chartsheet("图").add_chart(BarChart())
    sheets = read_sheets(saved(book), "a.xlsx", 9)
    assert [(sheet.name, len(sheet.lines)) for sheet in sheets] == [
        ("说明", 0),
        ("窗口", 1),
    ]


def test_of_a_sheet_no_more_lines_are_read_than_asked_for():
    data = workbook([["甲"], [], ["乙"], ["丙"]], merged=["B1:B4"])
    (sheet,) = read_sheets(data, "a.xlsx", 2)
    assert [(line, cells[0]) for line, cells in sheet.lines] == [(1, "甲"), (3, "乙")]
    assert not sheet.complete
    assert read_sheets(data, "a.xlsx", 3)[0].complete


def test_of_a_row_sixty_four_cells_are_read():
    assert len(lines_of(workbook([["甲"] * 65]))[0][1]) == 64


def test_a_wrongly_stated_extent_does_not_hide_cells():
    sound = workbook([["甲", "乙"], ["丙", "丁"]])
    part = part_of(sound, SHEET)
    assert b'ref="A1:B2"' in part
    data = with_part(sound, SHEET, part.replace(b'ref="A1:B2"', b'ref="A1"'))
    assert lines_of(data) == [(1, ["甲", "乙"]), (2, ["丙", "丁"])]


def test_a_row_far_below_the_last_possible_one_is_not_waited_for():
    sound = workbook([["甲"], ["乙"]])
    part = part_of(sound, SHEET)
    far = part.replace(b'r="2"', b'r="99999999999"').replace(
        b'r="A2"', b'r="A99999999999"'
    )
    assert far != part
    assert lines_of(with_part(sound, SHEET, far)) == [(1, ["甲"])]


def test_an_endless_cell_is_cut_to_what_is_still_refused_as_too_long():
    assert len(lines_of(workbook([["长" * 30_000]]))[0][1][0]) == 4000


def test_features_that_are_left_out_make_no_noise(recwarn):
    book = Workbook()
    book.active.append(["单位"])
    choice = DataValidation(type="list", formula1='"甲,乙"')
    choice.add("A2:A9")
    book.active.add_data_validation(choice)
    data = saved(book)
    part = part_of(data, SHEET)
    extension = (
        b'<extLst><ext uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"/></extLst>'
        b"</worksheet>"
    )
    data = with_part(data, SHEET, part.replace(b"</worksheet>", extension))
    assert lines_of(data) == [(1, ["单位"])]
    assert list(recwarn) == []


# Bombs and locks


def test_a_workbook_packed_with_a_password_is_refused():
    data = bytearray(workbook([["单位"]]))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        directory = archive.start_dir
    data[directory + 8] |= 1
    with pytest.raises(FileProtected):
        lines_of(bytes(data))


def test_a_bomb_is_refused_by_its_directory():
    zeros = b"\0" * (65 * MEGABYTE)
    with pytest.raises(UnpacksTooLarge) as refusal:
        lines_of(with_part(workbook([["单位"]]), "xl/media/image1.png", zeros))
    assert str(refusal.value).startswith("windows.csv unpacks to far more")


def test_a_part_that_packs_like_no_list_is_refused_beyond_a_megabyte():
    sound = workbook([["单位"]])
    blank = part_of(sound, SHEET) + b"\n"
    small = blank + b" " * (MEGABYTE - len(blank))
    assert lines_of(with_part(sound, SHEET, small)) == [(1, ["单位"])]
    with pytest.raises(UnpacksTooLarge):
        lines_of(with_part(sound, SHEET, small + b" "))


def test_unpacked_sizes_are_summed_over_all_parts():
    book = io.BytesIO(workbook([["单位"]]))
    with zipfile.ZipFile(book, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr("a.bin", b"\0" * (1 * MEGABYTE))
    data = bytearray(book.getvalue())
    # The directory is all that is believed: say 64 MB there, for 1 MB stored.
    entry = data.rindex(b"PK\x01\x02")
    data[entry + 24 : entry + 28] = (64 * MEGABYTE).to_bytes(4, "little")
    with pytest.raises(UnpacksTooLarge):
        lines_of(bytes(data))


def test_an_archive_of_thousands_of_parts_is_refused():
    book = io.BytesIO(workbook([["单位"]]))
    with zipfile.ZipFile(book, "a") as archive:
        for number in range(2001):
            archive.writestr(f"{number}", b"")
    with pytest.raises(UnpacksTooLarge):
        lines_of(book.getvalue())


def test_entities_in_a_sheet_are_never_expanded():
    assert openpyxl.DEFUSEDXML
    sound = workbook([["单位"]])
    part = part_of(sound, SHEET).replace("单位".encode(), b"&laugh;")
    bomb = b'<!DOCTYPE x [<!ENTITY laugh "haha">]>' + part
    with pytest.raises(NotATable):
        lines_of(with_part(sound, SHEET, bomb))
