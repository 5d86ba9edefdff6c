"""Tables that leave the product: no cell is a formula, and words come back whole."""

import csv
import io
import zipfile
from datetime import UTC, date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from kiosk.domain.free_text import clean_text
from kiosk.services.exports import csv_pieces, harmless, workbook
from kiosk.services.sheets import read_sheets
from kiosk.services.window_files import read_window_list

MARKS = set("=+-@＝＋－＠")
CONTROLS = set("\t\r\n")
DANGER = st.text(alphabet="=+-@＝＋－＠ \t\r\n'\"\u3000,;甲a1|!", max_size=12)
WORDS = DANGER | st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20
)
COLUMNS = ("单位", "窗口编号", "窗口名称", "业务类型", "位置", "电话", "办理事项")


def from_csv(data: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (None, ""),
        (7, 7),
        (-7, -7),
        (2.5, 2.5),
        ("-7", "'-7"),
        ("=1", "'=1"),
        ("社保", "社保"),
        ("a\0b", "ab"),
        ("\0=1", "'=1"),
        (date(2026, 7, 16), "2026-07-16"),
        (datetime(2026, 7, 16, 4, 5, tzinfo=UTC), "2026-07-16 04:05"),
    ],
)
def test_a_cell_is_what_it_says_and_numbers_stay_numbers(cell, shown):
    assert harmless(cell) == shown
    assert type(harmless(cell)) is type(shown)


@given(st.lists(st.lists(WORDS, min_size=2, max_size=2), max_size=6))
def test_no_cell_of_a_csv_file_begins_a_formula(rows):
    data = b"".join(csv_pieces(["=a", "b"], rows))
    assert data.startswith(b"\xef\xbb\xbf")
    found = from_csv(data)
    assert len(found) == len(rows) + 1
    for cells in found:
        assert len(cells) == 2
        assert not any(cell[:1] in CONTROLS for cell in cells)
        assert not any(cell.lstrip()[:1] in MARKS for cell in cells)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.lists(WORDS, min_size=2, max_size=2), min_size=1, max_size=4))
def test_no_cell_of_a_workbook_is_a_formula(rows):
    book = load_workbook(io.BytesIO(workbook("表", ["=a", "@b"], rows)))
    cells = [cell for row in book.active.iter_rows() for cell in row]
    assert all(cell.data_type in {"s", "inlineStr", "n"} for cell in cells)
    assert all(cell.hyperlink is None for cell in cells)
    assert not any(
        isinstance(cell.value, str) and cell.value.startswith(("=", "+", "-", "@"))
        for cell in cells
    )


def test_numbers_of_a_workbook_are_numbers_and_its_sheet_has_a_sound_name():
    data = workbook("甲/乙:[丙]" + "长" * 40, ["n", "text"], [[-5, "-5"], [1.5, None]])
    sheet = load_workbook(io.BytesIO(data)).active
    assert len(sheet.title) == 31
    assert [[cell.value for cell in row] for row in sheet.iter_rows(min_row=2)] == [
        [-5, "'-5"],
        [1.5, ""],
    ]


def test_a_workbook_without_columns_or_rows_opens():
    assert zipfile.is_zipfile(io.BytesIO(workbook("x", [], [])))


def test_a_long_table_comes_in_pieces_and_whole():
    rows = [[number, "x"] for number in range(1200)]
    pieces = list(csv_pieces(["n", "x"], rows))
    assert len(pieces) == 3
    assert from_csv(b"".join(pieces))[-1] == ["1199", "x"]


NAMES = DANGER.map(clean_text).filter(bool)
GUIDES = DANGER.map(lambda text: clean_text(text, lines=True))


@pytest.mark.unmeasured
@settings(deadline=None)
@given(st.lists(st.tuples(NAMES, NAMES, NAMES, GUIDES), min_size=1, max_size=4))
def test_a_list_that_went_out_comes_back_the_same(said):
    rows = [
        [unit, f"-{at:03}", name, kind, "", "+86 0000", guide]
        for at, (unit, name, kind, guide) in enumerate(said)
    ]
    for data, file in (
        (b"".join(csv_pieces(COLUMNS, rows)), "a.csv"),
        (workbook("x", COLUMNS, rows), "a.xlsx"),
    ):
        found = read_window_list(data, file)
        assert found.errors == ()
        fields = ("unit", "number", "name", "service_type", "location", "phone")
        assert [
            [*(getattr(row, field) for field in fields), row.handles]
            for row in found.rows
        ] == rows


def test_words_that_only_look_like_numbers_stay_words_in_a_workbook():
    data = workbook("x", ["编号", "电话"], [["001", "0086"]])
    [sheet] = read_sheets(data, "x.xlsx", 10)
    assert sheet.lines[1] == (2, ["001", "0086"])
